"""The text of one page at a time: as it stands in the file, or as Tesseract reads it off the picture."""

import io
import signal
import subprocess
from typing import Any

from . import pdf, picture
from .characters import strip_control_characters
from .faults import TOO_HARD, ReaderFault

LETTERS = 20  # fewer on a page with a wide picture: its words are in the picture
TEXT = 20_000
DPI, MOST_PIXELS = 250, 3600  # of the picture that Tesseract reads, and of its longer side
PAPER = 8.27  # inches: a picture without a page is taken for A4, upright
FLAT = 24  # of 255: less difference between the lightest and the darkest is an empty page
IMAGE = 3  # FPDF_PAGEOBJ_IMAGE
DEPTH = 3


def pdf_text(path: str, number: int) -> dict[str, Any]:
    """`{"text", "dpi"}` of page `number` (from 1); `text` is empty where the page is a picture."""
    page = pdf.page_at(pdf.open_pdf(path), number)
    text = strip_control_characters(page.get_textpage().get_text_bounded())[:TEXT]
    if sum(c.isalnum() for c in text) >= LETTERS:
        return {"text": text, "dpi": None}
    dpi = page_dpi(page)  # a few words without a picture are all there is: a title page
    return {"text": text if dpi is None else "", "dpi": dpi}


def page_dpi(page: Any) -> int | None:
    """Dots per inch of the widest picture on the page; None when there is none."""
    found = []
    for thing in page.get_objects(filter=[IMAGE], max_depth=DEPTH):
        left, _bottom, right, _top = thing.get_bounds()
        width, _height = thing.get_px_size()
        if right - left > page.get_width() / 2:  # a logo says nothing about the page
            found.append(round(width / ((right - left) / 72)))
    return min(max(found), 9999) if found else None


def pdf_ocr(path: str, number: int, program: str, language: str, patience: int) -> dict[str, Any]:
    """`run_tesseract` on page `number` (from 1) of a PDF."""
    page = pdf.page_at(pdf.open_pdf(path), number)
    width, height = page.get_size()
    scale = min(DPI / 72, MOST_PIXELS / max(width, height, 1))
    image = page.render(scale=scale, grayscale=True).to_pil()
    return run_tesseract(image, program, language, patience) | {"dpi": page_dpi(page)}


def picture_ocr(path: str, number: int, program: str, language: str, patience: int) -> dict[str, Any]:
    """`run_tesseract` on frame `number` (from 1) of a picture."""
    image = picture.open_picture(path)
    dpi = round(min(image.size) / PAPER)
    return run_tesseract(frame_for_ocr(path, number), program, language, patience) | {"dpi": min(dpi, 9999)}


def frame_for_ocr(path: str, number: int) -> Any:
    """The frame in grey, large enough to be read."""
    from PIL import ImageOps

    image = picture.open_picture(path)
    if image.format == "JPEG":
        image.draft("L", (MOST_PIXELS, MOST_PIXELS))
    picture.seek_frame(image, number)
    picture.decode_frame(image)
    turned = image.getexif()
    image = image.convert("L")
    image.thumbnail((MOST_PIXELS, MOST_PIXELS))
    image.getexif().update(turned)
    return ImageOps.exif_transpose(image)


def run_tesseract(image: Any, program: str, language: str, patience: int) -> dict[str, Any]:
    """`{"text", "confidence", "is_blank"}` of a grey picture. ReaderFault(too_hard) after `patience` seconds.

    Tesseract gets the picture and gives its words through pipes; it inherits this process's limits.
    """
    low, high = image.getextrema()
    if high - low < FLAT:
        return {"text": "", "confidence": None, "is_blank": True}
    target = io.BytesIO()
    image.save(target, "PNG", compress_level=1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # its end is waited for
    try:
        done = subprocess.run(  # noqa: S603 - the program of the settings, arguments of our own
            [program, "stdin", "stdout", "-l", language, "--psm", "3", "tsv"],
            input=target.getvalue(),
            capture_output=True,
            timeout=patience,
            check=False,
            env={"OMP_THREAD_LIMIT": "1"},
        )
    except subprocess.TimeoutExpired as error:
        raise ReaderFault(TOO_HARD) from error
    if done.returncode != 0:
        raise ReaderFault(TOO_HARD)
    text, confidence = parse_ocr_table(done.stdout.decode("utf-8", "replace"))
    return {"text": text, "confidence": confidence, "is_blank": False}


def parse_ocr_table(table: str) -> tuple[str, int | None]:
    """Text in lines and mean confidence (per cent) of Tesseract's table of words; None without words."""
    lines: dict[tuple[str, ...], list[str]] = {}
    sure: list[float] = []
    for row in table.splitlines()[1:]:
        cells = row.split("\t")
        if len(cells) == 12 and cells[0] == "5" and cells[11].strip():
            lines.setdefault(tuple(cells[1:5]), []).append(cells[11])
            sure.append(float(cells[10]))
    paragraphs: dict[tuple[str, ...], list[str]] = {}
    for place, found in lines.items():
        paragraphs.setdefault(place[:3], []).append(" ".join(found))
    text = strip_control_characters("\n\n".join("\n".join(part) for part in paragraphs.values()))[:TEXT]
    return text, round(sum(sure) / len(sure)) if sure else None
