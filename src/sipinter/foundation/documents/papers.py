"""The two papers of a decision: the letter (surat keputusan) and the certificate (piagam). Unsigned."""

import io
import unicodedata
from decimal import Decimal

import segno

from .figures import figure_text, long_date, needed_decimals, round_hundredths, round_tenths, shorten_decimal
from .model import DecisionPaper, Issuer
from .number_words import number_in_words
from .render import render_pdf

_LONGEST_WORD = 24


def letter_pdf(paper: DecisionPaper) -> bytes:
    """The decision letter as an unsigned PDF, A4 upright, the table of aspects as its annex."""
    return render_pdf("letter", decision_fields(paper), dated=paper.decided_on, assets=_pictures(paper))


def certificate_pdf(paper: DecisionPaper) -> bytes:
    """The certificate as an unsigned PDF, one page A4 lengthwise (more only for dozens of aspects)."""
    return render_pdf("certificate", decision_fields(paper), dated=paper.decided_on, assets=_pictures(paper))


def qr_svg(address: str) -> bytes:
    """`address` as a QR code (error correction M or better, no border) in SVG."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", xmldecl=False, border=0)
    return out.getvalue()


def decision_fields(paper: DecisionPaper) -> dict[str, object]:
    """The paper as the templates read it: figures and dates already in the paper's language."""
    lang, score, index = paper.lang, shorten_decimal(paper.score), paper.index
    return {
        "lang": lang,
        "number": clean_print_line(paper.number),
        "decided_on": long_date(paper.decided_on, lang),
        "valid_until": long_date(paper.valid_until, lang),
        "agency": clean_print_line(paper.agency_name),
        "instrument": clean_print_line(paper.instrument_title),
        "year": str(paper.year),
        "round": str(paper.round),
        "score": figure_text(score, lang),
        "score_words": number_in_words(score, lang),
        "max": figure_text(shorten_decimal(paper.max), lang),
        "total": figure_text(
            paper.score, lang, needed_decimals([paper.score, *(a.score for a in paper.aspects)])
        ),
        "total_max": figure_text(
            paper.max, lang, needed_decimals([paper.max, *(a.max for a in paper.aspects)])
        ),
        "index": "" if index is None else figure_text(round_hundredths(index), lang, 2),
        "index_words": "" if index is None else number_in_words(round_hundredths(index), lang),
        "category": clean_print_line(paper.category),
        "shape": paper.category_shape,
        "aspects": _aspect_rows(paper),
        "legal_basis": [clean_print_line(item) for item in paper.legal_basis],
        "consequence": print_paragraphs(paper.consequence),
        "remark": print_paragraphs(paper.remark),
        "supersedes": clean_print_line(paper.supersedes_number),
        "issuer": _issuer(paper.issuer),
        "url": paper.verify_url,
        "code": clean_print_line(paper.code),
        "notice": clean_print_line(paper.notice),
    }


def _aspect_rows(paper: DecisionPaper) -> list[dict[str, object]]:
    """Each column with as many decimals as its longest figure, so that the points stand under each other."""
    lang = paper.lang
    scores = needed_decimals([paper.score, *(aspect.score for aspect in paper.aspects)])
    maxima = needed_decimals([paper.max, *(aspect.max for aspect in paper.aspects)])
    percents = needed_decimals(round_tenths(aspect.percent) for aspect in paper.aspects)
    return [
        {
            "name": clean_print_line(aspect.name),
            "score": figure_text(aspect.score, lang, scores),
            "max": figure_text(aspect.max, lang, maxima),
            "percent": figure_text(round_tenths(aspect.percent), lang, percents),
            "share": float(min(max(aspect.percent, Decimal(0)), Decimal(100))),
        }
        for aspect in paper.aspects
    ]


def _issuer(issuer: Issuer) -> dict[str, object]:
    return {
        "name": clean_print_line(issuer.name),
        "address": [clean_print_line(row) for row in issuer.address],
        "city": clean_print_line(issuer.city),
        "signer_name": clean_print_line(issuer.signer_name),
        "signer_title": clean_print_line(issuer.signer_title),
        "signer_number": clean_print_line(issuer.signer_number),
    }


def _pictures(paper: DecisionPaper) -> dict[str, bytes]:
    pictures = {"qr": qr_svg(paper.verify_url)}
    return pictures | {"emblem": paper.issuer.emblem} if paper.issuer.emblem else pictures


def clean_print_line(text: str) -> str:
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


def print_paragraphs(text: str) -> list[str]:
    """The lines of `text` that hold anything, each as `clean_print_line`."""
    return [row for row in map(clean_print_line, text.splitlines()) if row]
