"""The two papers of a decision: the letter (surat keputusan) and the certificate (piagam). Unsigned."""

import io
import unicodedata
from decimal import Decimal

import segno

from .figures import hundredths, long_date, places, printed, shortest, tenths
from .model import DecisionPaper, Issuer
from .render import pdf
from .words import in_words

_LONGEST_WORD = 24


def letter(paper: DecisionPaper) -> bytes:
    """The decision letter as an unsigned PDF, A4 upright, the table of aspects as its annex."""
    return pdf("letter", fields(paper), assets=_pictures(paper))


def certificate(paper: DecisionPaper) -> bytes:
    """The certificate as an unsigned PDF, one page A4 lengthwise (more only for dozens of aspects)."""
    return pdf("certificate", fields(paper), assets=_pictures(paper))


def qr_svg(address: str) -> bytes:
    """`address` as a QR code (error correction M or better, no border) in SVG."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", xmldecl=False, border=0)
    return out.getvalue()


def fields(paper: DecisionPaper) -> dict[str, object]:
    """The paper as the templates read it: figures and dates already in the paper's language."""
    lang, score, index = paper.lang, shortest(paper.score), paper.index
    return {
        "lang": lang,
        "number": line(paper.number),
        "decided_on": long_date(paper.decided_on, lang),
        "valid_until": long_date(paper.valid_until, lang),
        "agency": line(paper.agency_name),
        "instrument": line(paper.instrument_title),
        "year": str(paper.year),
        "round": str(paper.round),
        "score": printed(score, lang),
        "score_words": in_words(score, lang),
        "max": printed(shortest(paper.max), lang),
        "total": printed(paper.score, lang, places([paper.score, *(a.score for a in paper.aspects)])),
        "total_max": printed(paper.max, lang, places([paper.max, *(a.max for a in paper.aspects)])),
        "index": "" if index is None else printed(hundredths(index), lang, 2),
        "index_words": "" if index is None else in_words(hundredths(index), lang),
        "category": line(paper.category),
        "shape": paper.category_shape,
        "aspects": _aspect_rows(paper),
        "legal_basis": [line(item) for item in paper.legal_basis],
        "consequence": paragraphs(paper.consequence),
        "remark": paragraphs(paper.remark),
        "supersedes": line(paper.supersedes_number),
        "issuer": _issuer(paper.issuer),
        "url": paper.verify_url,
        "code": line(paper.code),
        "notice": line(paper.notice),
    }


def _aspect_rows(paper: DecisionPaper) -> list[dict[str, object]]:
    """Each column with as many decimals as its longest figure, so that the points stand under each other."""
    lang = paper.lang
    scores = places([paper.score, *(aspect.score for aspect in paper.aspects)])
    maxima = places([paper.max, *(aspect.max for aspect in paper.aspects)])
    percents = places(tenths(aspect.percent) for aspect in paper.aspects)
    return [
        {
            "name": line(aspect.name),
            "score": printed(aspect.score, lang, scores),
            "max": printed(aspect.max, lang, maxima),
            "percent": printed(tenths(aspect.percent), lang, percents),
            "share": float(min(max(aspect.percent, Decimal(0)), Decimal(100))),
        }
        for aspect in paper.aspects
    ]


def _issuer(issuer: Issuer) -> dict[str, object]:
    return {
        "name": line(issuer.name),
        "address": [line(row) for row in issuer.address],
        "city": line(issuer.city),
        "signer_name": line(issuer.signer_name),
        "signer_title": line(issuer.signer_title),
        "signer_number": line(issuer.signer_number),
    }


def _pictures(paper: DecisionPaper) -> dict[str, bytes]:
    pictures = {"qr": qr_svg(paper.verify_url)}
    return pictures | {"emblem": paper.issuer.emblem} if paper.issuer.emblem else pictures


def line(text: str) -> str:
    """One line of text: composed letters, single spaces, nothing invisible.

    Control and direction-changing characters would let a name look like another one in print.
    """
    spaced = "".join(" " if unicodedata.category(char) in {"Zs", "Zl", "Zp", "Cc"} else char for char in text)
    seen = "".join(char for char in spaced if unicodedata.category(char)[0] != "C")
    return " ".join(map(_breakable, unicodedata.normalize("NFC", seen).split()))


def _breakable(word: str) -> str:
    """A word longer than any line may break every so often, so that it never runs off the page."""
    if len(word) <= _LONGEST_WORD:
        return word
    return "\u200b".join(word[at : at + _LONGEST_WORD] for at in range(0, len(word), _LONGEST_WORD))


def paragraphs(text: str) -> list[str]:
    """The lines of `text` that hold anything, each as `line`."""
    return [row for row in map(line, text.splitlines()) if row]
