"""Small real PDFs that stand for an agency's documents."""

import json
from functools import lru_cache
from pathlib import Path

import typst
from django.core.files.uploadedfile import SimpleUploadedFile

TEMPLATE = Path(__file__).parent / "evidence.typ"


@lru_cache(maxsize=1)
def _compiler() -> typst.Compiler:
    return typst.Compiler(str(TEMPLATE))


def make_demo_pdf(title: str, agency: str, number: str, day: str, body: list[str]) -> SimpleUploadedFile:
    """A two-page PDF with letterhead, number, date and `body` as paragraphs, ready to upload."""
    content = json.dumps({"title": title, "agency": agency, "number": number, "day": day, "body": body})
    pdf = _compiler().compile(format="pdf", sys_inputs={"content": content})
    assert isinstance(pdf, bytes)
    return SimpleUploadedFile(f"{title}.pdf", pdf, content_type="application/pdf")
