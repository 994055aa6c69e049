"""Whole numbers as forms and addresses send them."""

from typing import TypeVar

Otherwise = TypeVar("Otherwise", int, None)


def parse_small_int(text: str, otherwise: Otherwise) -> int | Otherwise:
    """At most nine digits as a number; `otherwise` for anything else, a sign or an empty text too.

    -1 is the usual `otherwise` of ids, levels and versions: no row and no criterion has it.
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else otherwise
