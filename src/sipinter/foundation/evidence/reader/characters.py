"""Text taken out of documents, made safe to show."""

import re
import unicodedata

_BLANK_LINES = re.compile(r"\n\s*\n\s*")
KEPT = {"\n", "\t"}


def strip_control_characters(text: str) -> str:
    """`text` without control, private and direction characters; line ends as newlines."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n").replace("\x0c", "\n")
    kept = "".join(c for c in text if c in KEPT or unicodedata.category(c)[0] != "C")
    return _BLANK_LINES.sub("\n\n", kept).strip()
