import io
import re
import time
from collections.abc import Callable
from decimal import Decimal

import pikepdf
import pypdfium2 as pdfium
import pytest
import segno

from sipinter.foundation.documents.model import DecisionPaper
from sipinter.foundation.documents.papers import certificate_pdf, letter_pdf, qr_svg
from sipinter.foundation.documents.render import Unprintable, render_pdf

from .making import aspects, issuer, paper

PAPERS = pytest.mark.parametrize("made", [letter_pdf, certificate_pdf])
Maker = Callable[[DecisionPaper], bytes]


def pages(content: bytes) -> list[str]:
    """Each page's text with runs of white space as single spaces (a soft line break may follow any sign)."""
    document = pdfium.PdfDocument(content)
    found = [page.get_textpage().get_text_range() for page in document]
    return [" ".join(text.replace("\u200b", "").split()) for text in found]


def text(content: bytes) -> str:
    return " ".join(pages(content))


def missing(content: bytes, *parts: str) -> list[str]:
    found = text(content)
    return [part for part in parts if part not in found]


def test_the_letter_says_what_was_decided() -> None:
    content = letter_pdf(
        paper(
            consequence="Penilaian berikutnya dua tahun lagi.",
            remark="Catatan satu.\n\nCatatan dua.",
            supersedes_number="001/KEP/SM/2025",
            notice="Data peragaan",
        )
    )
    assert not missing(
        content,
        "BADAN PENGAWAS SISTEM MERIT",
        "NOMOR 045/KEP/SM/2026",
        "PADA PEMERINTAH KABUPATEN CONTOH LESTARI",
        "Menimbang :",
        "Mengingat : 1. Undang-Undang Nomor 20 Tahun 2023 tentang Aparatur Sipil Negara.",
        "MEMUTUSKAN:",
        "332,5 (tiga ratus tiga puluh dua koma lima) dari nilai maksimum 410",
        "dengan indeks 0,83 (nol koma delapan tiga), sehingga termasuk kategori Sangat Baik.",
        "KETIGA : Dengan kategori tersebut berlaku ketentuan berikut: Penilaian berikutnya dua tahun lagi.",
        "KEEMPAT : Rapat pleno memberikan catatan berikut: Catatan satu. Catatan dua.",
        "KELIMA : Keputusan Nomor 001/KEP/SM/2025 dicabut dan dinyatakan tidak berlaku.",
        "KEENAM : Keputusan ini berlaku sejak tanggal ditetapkan sampai dengan 23 Juni 2028.",
        "Ditetapkan di Jakarta pada tanggal 24 Juni 2026",
        "Ratna Puspitasari",
        "https://merit.contoh.go.id/verifikasi/7KQ4-M2XP-9RTD Kode 7KQ4-M2XP-9RTD",
        "Keputusan Nomor 045/KEP/SM/2026 · Data peragaan",
        "LAMPIRAN",
        "3 Pengembangan Karier 80,5 130 61,9",
        "Jumlah 332,5 410",
    )


def test_the_plain_letter_fits_one_page_and_its_annex() -> None:
    first, annex = pages(letter_pdf(paper(consequence="Penilaian berikutnya dua tahun lagi.")))
    assert ("Halaman 1 dari 2" in first, "Halaman 2 dari 2" in annex) == (True, True)
    assert "Ratna Puspitasari" in first
    assert "KELIMA" not in first


def test_the_certificate_says_what_was_reached_on_one_page() -> None:
    content = certificate_pdf(paper(notice="Data peragaan"))
    assert len(pages(content)) == 1
    assert not missing(
        content,
        "BADAN PENGAWAS SISTEM MERIT",
        "PIAGAM PENGHARGAAN",
        "Nomor 045/KEP/SM/2026",
        "Pemerintah Kabupaten Contoh Lestari",
        "Kategori Sangat Baik",
        "332,5 dari 410 tiga ratus tiga puluh dua koma lima",
        "0,83 nol koma delapan tiga",
        "Berlaku sampai dengan 23 Juni 2028",
        "8 Sistem Informasi 23,0 24 95,8",
        "Jakarta, 24 Juni 2026",
        "Kode 7KQ4-M2XP-9RTD",
        "Data peragaan",
        "Halaman 1 dari 1",
    )


def test_english() -> None:
    english = paper(lang="en", category="Very Good", agency_name="Ministry of Examples")
    assert not missing(
        letter_pdf(english),
        "HAS DECIDED:",
        "a score of 332.5 (three hundred thirty-two point five) of at most 410",
        "and thus the category Very Good.",
        "Page 2 of 2",
    )
    assert not missing(certificate_pdf(english), "CERTIFICATE OF MERIT", "Category Very Good", "23 June 2028")


@PAPERS
def test_without_an_index_none_is_printed(made: Maker) -> None:
    content = text(made(paper(index=None)))
    assert ("ndeks" in content, "332,5" in content) == (False, True)


NASTY = (
    r"""Dinas #set $x^2$ *b* _i_ \\ \u{41} @ref <lab> "kutip" 'petik' `raw` [isi] // ~ --- = {a} &amp; %"""
)


@PAPERS
def test_signs_of_the_markup_are_printed_as_they_are(made: Maker) -> None:
    content = made(
        paper(
            agency_name=NASTY,
            category="#Sangat *Baik*",
            number="1/#2/$3$",
            aspects=aspects((("@1 #panic()", "1", "2"), ("= *Dua*", "1", "2"))),
            issuer=issuer(signer_name='#eval("1") _x_', city="<kota>"),
        )
    )
    assert not missing(
        content, NASTY, "#Sangat *Baik*", "1/#2/$3$", "@1 #panic() 1", "= *Dua* 1", '#eval("1") _x_', "<kota>"
    )


def test_paragraphs_that_look_like_markup_stay_text() -> None:
    content = letter_pdf(paper(remark="= Judul\n- butir /* a */\n+ satu", consequence="#let x = 1"))
    assert not missing(content, "= Judul - butir /* a */ + satu", "#let x = 1")


@PAPERS
def test_long_names_stay_inside_the_page(made: Maker) -> None:
    long = (
        "Kementerian Koordinator Bidang " + "Pembangunan Manusia, Kebudayaan, dan Penanggulangan Banjir " * 4
    )
    content = made(
        paper(
            agency_name=long + "Selesai",
            issuer=issuer(name=long, signer_title=long, signer_name="Xaverius " * 12 + "Akhir"),
            verify_url="https://" + "sangat-panjang." * 12 + "contoh.go.id/verifikasi/7KQ4-M2XP-9RTD",
            instrument_title=long,
        )
    )
    assert not missing(content, "Penanggulangan Banjir Selesai", "Akhir", "Kode 7KQ4-M2XP-9RTD")
    assert outside(content) == []


@PAPERS
def test_a_word_too_long_for_any_line_stays_inside_the_page(made: Maker) -> None:
    assert outside(made(paper(agency_name="Kementerian" + "panjang" * 12))) == []


@PAPERS
@pytest.mark.parametrize("count", [1, 24, 60])
def test_many_aspects_are_all_printed(made: Maker, count: int) -> None:
    names = [f"Aspek ke-{n} dengan nama yang panjang" for n in range(1, count + 1)]
    rows = tuple((name, "12.25", "20") for name in names)
    content = made(paper(aspects=aspects(rows)))
    assert not missing(content, *(f"{n} {name} 12,25" for n, name in enumerate(names, 1)))
    assert outside(content) == []


def outside(content: bytes) -> list[str]:
    """Signs that do not lie within their page."""
    found = []
    for page in pdfium.PdfDocument(content):
        width, height = page.get_size()
        words = page.get_textpage()
        for position in range(words.count_chars()):
            left, bottom, right, top = words.get_charbox(position)
            if left < 0 or bottom < 0 or right > width or top > height:
                found.append(words.get_text_range(position, 1))
    return found


@PAPERS
def test_invisible_signs_are_left_out(made: Maker) -> None:
    content = made(paper(agency_name="Kota\u202e Con\u0000toh\ufeff\tIndah\ud800 Se\u0301hat"))
    assert not missing(content, "Kota Con toh Indah S\u00e9hat")


@PAPERS
def test_a_sign_that_no_font_has_is_refused_with_its_name(made: Maker) -> None:
    with pytest.raises(Unprintable, match="The character 🏆 cannot be printed"):
        made(paper(agency_name="Kota Juara 🏆"))
    assert not missing(made(paper()), "Pemerintah Kabupaten Contoh Lestari")


@PAPERS
def test_archive_and_accessibility(made: Maker) -> None:
    with pikepdf.open(io.BytesIO(made(paper()))) as document:
        meta = document.open_metadata()
        assert (meta["pdfaid:part"], meta["pdfaid:conformance"], meta["pdfuaid:part"]) == ("2", "B", "1")
        assert document.Root.Lang == "id"
        assert document.Root.MarkInfo.Marked
        assert "045/KEP/SM/2026" in str(meta["dc:title"])
        fonts = {str(font.BaseFont) for page in document.pages for font in page.Resources.Font.values()}
    assert {re.sub(r"^/[A-Z]{6}\+|-.*", "", font) for font in fonts} == {"LibertinusSerif"}


@PAPERS
def test_the_printed_qr_code_is_that_of_the_address(made: Maker) -> None:
    address = "https://merit.contoh.go.id/verifikasi/7KQ4-M2XP-9RTD"
    expected = [[bool(dark) for dark in row] for row in segno.make(address, error="m", micro=False).matrix]
    assert printed_modules(made(paper(verify_url=address)), len(expected)) == expected


def printed_modules(content: bytes, size: int) -> list[list[bool]]:
    """The QR code as a scanner sees it: the darkness in the middle of every module of the first page."""
    page = pdfium.PdfDocument(content)[0]
    ratios = ((box, (box[2] - box[0]) / (box[3] - box[1])) for box in boxes(page) if box[2] - box[0] > 50)
    # Its strokes reach half a module over on every side, and one more to the left and right.
    (left, bottom, _, top) = next(box for box, ratio in ratios if abs(ratio - (size + 2) / (size + 1)) < 0.01)
    module = (top - bottom) / (size + 1)
    scale = 4
    image = page.render(scale=scale).to_pil().convert("L")
    height = page.get_height()
    return [
        [
            image.getpixel(
                (
                    int((left + (column + 1.5) * module) * scale),
                    int((height - top + (row + 1) * module) * scale),
                )
            )
            < 128
            for column in range(size)
        ]
        for row in range(size)
    ]


def boxes(page: pdfium.PdfPage) -> list[tuple[float, float, float, float]]:
    return [drawn.get_bounds() for drawn in page.get_objects() if drawn.type == 2]


def test_the_qr_code_corrects_errors_at_level_m_or_better() -> None:
    assert b"<svg" in qr_svg("https://contoh.go.id/verifikasi/A")
    assert segno.make("https://contoh.go.id/verifikasi/A", error="m", micro=False).error in {"M", "Q", "H"}


@PAPERS
def test_an_emblem_is_printed(made: Maker) -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
    png = segno_png()
    for emblem in (svg, png):
        assert len(made(paper(issuer=issuer(emblem=emblem)))) > 10_000


def segno_png() -> bytes:
    out = io.BytesIO()
    segno.make("emblem").save(out, kind="png", scale=4)
    return out.getvalue()


@pytest.mark.parametrize("shape", ["", "cross", "square", "triangle", "diamond", "circle", "star"])
def test_every_shape_is_drawn(shape: str) -> None:
    drawn = len(boxes(pdfium.PdfDocument(certificate_pdf(paper(category_shape=shape)))[0]))
    assert drawn == len(boxes(pdfium.PdfDocument(certificate_pdf(paper()))[0])) - (2 if not shape else 0)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"lang": "jv"}, "lang is 'jv'"),
        ({"category_shape": "heart"}, "category_shape is 'heart'"),
        ({"aspects": ()}, "at least one aspect"),
        ({"valid_until": paper().decided_on.replace(year=2025)}, "valid until the day"),
    ],
)
def test_papers_that_cannot_be(change: dict[str, object], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        paper(**change)


def test_a_score_of_nothing() -> None:
    content = letter_pdf(paper(score=Decimal("0.000"), index=Decimal("0.000"), category="Buruk"))
    assert not missing(
        content, "sebesar 0 (nol) dari nilai maksimum 410, dengan indeks 0,00 (nol koma nol nol)"
    )


@pytest.mark.parametrize("name", ["nothing", "../render", "parts.typ", ""])
def test_only_the_templates_can_be_asked_for(name: str) -> None:
    with pytest.raises(LookupError, match="no template"):
        render_pdf(name, {})


def test_a_paper_is_made_of_the_same_bytes_at_any_time() -> None:
    """A signing process makes it anew, a moment later, and signs it only if nothing differs."""
    first = letter_pdf(paper())
    time.sleep(1.1)
    assert letter_pdf(paper()) == first
    assert b"D:20260624" in first
