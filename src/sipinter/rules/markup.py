"""XML of strangers, tag by tag, in time that grows with its length alone.

No expression is laid over markup: one that looks for the end of a tag looks from every beginning again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple
from xml.parsers import expat  # document types, the source of XML attacks, are refused below

PIECE = 64 * 1024
LONGEST = 1024 * 1024  # bytes of one tag: what has not ended is read again with every further piece
ELEMENTS = 1_000_000


class StartTag(NamedTuple):
    """An element begins. `name` without prefix; attributes as written, prefixes among them."""

    name: str
    attributes: dict[str, str]

    def attribute(self, local: str) -> str:
        """The attribute of this name whatever its prefix; empty when there is none."""
        return next((v for key, v in self.attributes.items() if key.rpartition(":")[2] == local), "")


class EndTag(NamedTuple):
    """An element ends."""

    name: str


class UnsafeMarkup(ValueError):
    """A document type, more elements than any honest part has, or a tag without an end."""


def cut_pieces(xml: bytes) -> Iterator[bytes]:
    """The bytes in pieces."""
    for begin in range(0, len(xml), PIECE):
        yield xml[begin : begin + PIECE]


def iter_markup(
    pieces: Iterable[bytes], *, max_elements: int = ELEMENTS
) -> Iterator[StartTag | EndTag | str]:
    """Start tags, end tags and texts (in parts, as they come) in order.

    UnsafeMarkup for a document type, for more than `max_elements` and for a tag of over LONGEST bytes;
    expat.ExpatError for what is no XML.
    """
    found: list[StartTag | EndTag | str] = []
    parser = expat.ParserCreate()
    elements = fed = 0

    def refuse(*_: object) -> None:
        raise UnsafeMarkup

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal elements
        elements += 1
        if elements > max_elements:
            raise UnsafeMarkup
        found.append(StartTag(tag.rpartition(":")[2], attributes))

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda tag: found.append(EndTag(tag.rpartition(":")[2]))
    parser.CharacterDataHandler = found.append
    for piece in pieces:
        parser.Parse(piece, False)
        fed += len(piece)
        yield from found
        found.clear()
        if fed - max(0, parser.CurrentByteIndex) > LONGEST:
            raise UnsafeMarkup
    parser.Parse(b"", True)
    yield from found


def iter_start_tags(xml: bytes, *, max_elements: int = ELEMENTS) -> Iterator[StartTag]:
    """Start tags in order; refusals as of `iter_markup`."""
    return (m for m in iter_markup(cut_pieces(xml), max_elements=max_elements) if isinstance(m, StartTag))
