"""The text of one page at a time: as it stands in the file, or as Tesseract reads it off the picture."""

from typing import Any

from . import pdf, picture
from .characters import strip_control_characters
from .tesseract import TEXT, Tesseract

LETTERS = 20  # fewer on a page with a wide picture: its words are in the picture
DPI, MOST_PIXELS = 250, 3600  # of the picture that Tesseract reads, and of its longer side
PAPER = 8.27  # inches: a picture without a page is taken for A4, upright
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


def pdf_ocr(path: str, number: int, tesseract: Tesseract, patience: int) -> dict[str, Any]:
    """What Tesseract reads, and `dpi`, of page `number` (from 1) of a PDF."""
    page = pdf.page_at(pdf.open_pdf(path), number)
    width, height = page.get_size()
    scale = min(DPI / 72, MOST_PIXELS / max(width, height, 1))
    image = page.render(scale=scale, grayscale=True).to_pil()
    return tesseract.read_picture(image, patience) | {"dpi": page_dpi(page)}


def picture_ocr(path: str, number: int, tesseract: Tesseract, patience: int) -> dict[str, Any]:
    """What Tesseract reads, and `dpi`, of frame `number` (from 1) of a picture."""
    image = picture.open_picture(path)
    dpi = round(min(image.size) / PAPER)
    return tesseract.read_picture(frame_for_ocr(path, number), patience) | {"dpi": min(dpi, 9999)}


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
