"""Typeset Indonesian pages, as PDF, as scans, and as scans within a PDF."""

import io

import typst
from PIL import Image, ImageFilter

LETTER = """= KEPUTUSAN BUPATI
Nomor: 800/123/BKPSDM/2025

Menetapkan rencana suksesi jabatan pimpinan tinggi di lingkungan pemerintah kabupaten.
Ditetapkan pada tanggal 17 Agustus 2025."""


def typeset(*pages: str) -> bytes:
    """A PDF with one page for each text."""
    return typst.compile("\n#pagebreak()\n".join(pages).encode(), format="pdf")


def photographed(text: str = LETTER, *, ppi: int = 150, blur: float = 0) -> Image.Image:
    """The text as a scanner sees it: half a page of paper, in grey."""
    page = f"#set page(width: 210mm, height: 100mm)\n#set text(size: 14pt)\n{text}"
    png = typst.compile(page.encode(), format="png", ppi=ppi)
    with Image.open(io.BytesIO(png)) as image:
        return image.convert("L").filter(ImageFilter.GaussianBlur(blur))


def as_file(image: Image.Image, form: str = "PNG") -> bytes:
    """The picture as a file; `form` PDF makes a page that is nothing but the picture."""
    target = io.BytesIO()
    image.save(target, form, **({"resolution": 150} if form == "PDF" else {}))
    return target.getvalue()
