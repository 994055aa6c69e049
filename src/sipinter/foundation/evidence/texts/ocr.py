"""Whether Tesseract is there, and which language it reads."""

import shutil
import subprocess
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings

LANGUAGES = ("ind", "eng")  # the first of them that is installed
PATIENCE = 10


@dataclass(frozen=True)
class OcrProgram:
    """The program by its full path, and the language."""

    program: str
    language: str


def find_ocr() -> OcrProgram | None:
    """What reads pictures here; None where Tesseract is not installed or has neither language."""
    return _found(settings.TESSERACT) if settings.TESSERACT else None


@lru_cache(maxsize=4)
def _found(name: str) -> OcrProgram | None:
    program = shutil.which(name)
    if program is None:
        return None
    try:
        told = subprocess.run(  # noqa: S603 - the program that the settings name
            [program, "--list-langs"], capture_output=True, text=True, timeout=PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    installed = set(told.stdout.split())
    language = next((one for one in LANGUAGES if one in installed), None)
    return OcrProgram(program, language) if language else None
