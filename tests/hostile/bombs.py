"""Files made to keep a parser busy, to fill its memory or to lead it astray, each written on the spot."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf

from tests.foundation.evidence import making

MB = 1024 * 1024
OPENING = 2 * MB  # bytes of an opening token that nothing closes
XML_TOKENS = (
    b"<",
    b"<a ",
    b"<a x='",
    b"<Override ",
    b"<Relationship ",
    b"<w:instrText>",
    b"<x dde ",
    b"<!--",
    b"<?x ",
    b"<![CDATA[",
    b"<!DOCTYPE a [",
    b"&#x",
    b"<a>",
    b"<draw:image ",
    b"]]>",
)
PDF_TOKENS = (
    b"[",
    b"<<",
    b"<< /A ",
    b"(",
    b"<",
    b"1 0 obj ",
    b"stream\n",
    b"xref\n0 1\n",
    b"trailer ",
    b"/ByteRange ",
    b"%PDF-",
    b"1 0 R ",
)
DRAWING_TOKENS = (b"q ", b"[", b"<<", b"(", b"BT ", b"BI ", b"0 0 m ", b"/P BMC ", b"0 0 9 9 re W n ")
WORD_PARTS = ("[Content_Types].xml", "word/document.xml", "word/_rels/document.xml.rels", "word/styles.xml")
SHEET_PARTS = (
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "xl/worksheets/sheet1.xml",
    "xl/sharedStrings.xml",
)


@dataclass(frozen=True)
class Case:
    """A file by its name, and what the reader is asked about it."""

    name: str
    make: Callable[[], bytes]
    operation: str
    arguments: tuple[tuple[str, Any], ...] = ()

    def __str__(self) -> str:
        return f"{self.operation} {self.name}"


PDF = (
    ("inspect_pdf", ()),
    ("pdf_page", (("number", 1),)),
    ("pdf_pages", (("first", 1), ("last", 20), ("has_text", True))),
    ("pdf_text", (("number", 1),)),
    ("signature", ()),
)
PICTURE = (
    ("inspect_picture", ()),
    ("picture_page", (("number", 1),)),
    ("picture_pages", (("first", 1), ("last", 20))),
)
WORDS = (("inspect_archive", ()), ("words", ()), ("office_text", (("kind", "words"),)))
SHEET = (
    ("inspect_archive", ()),
    ("sheet", (("number", 1),)),
    ("office_text", (("kind", "sheet"),)),
    ("plain_cells", (("sheets", ("Nilai",)),)),
)
SLIDES = (("inspect_archive", ()), ("office_text", (("kind", "slides"),)))
OPEN = (("inspect_archive", ()), ("office_text", (("kind", "open"),)))
OLD = (("inspect_ole", ()), ("sheet", (("number", 1),)))


def changed(archive: bytes, name: str, body: bytes, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The archive with another body for one of its parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(target, "w", compression) as new:
        for entry in old.namelist():
            if entry != name:
                new.writestr(entry, old.read(entry))
        new.writestr(name, body)
    return target.getvalue()


def drawing(content: bytes) -> bytes:
    """A PDF of one page with this content."""
    document = making.blank()
    document.pages[0].Contents = deflated(document, content)
    return making.saved(document)


def deflated(document: pikepdf.Pdf, content: bytes) -> pikepdf.Stream:
    """A compressed stream."""
    stream = pikepdf.Stream(document, zlib.compress(content))
    stream.Filter = pikepdf.Name.FlateDecode
    return stream


def page_loop() -> bytes:
    """A tree of pages that is its own child."""
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Count 9/Kids[2 0 R 2 0 R 2 0 R]/Parent 2 0 R>>endobj\n"
        b"trailer<</Root 1 0 R>>\n%%EOF"
    )


def xref(size: int, *, loop: bool = False) -> bytes:
    """A list of contents of `size` lines that are not there, or one before which it stands itself."""
    start = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj\n"
    )
    previous = b"/Prev %d" % len(start) if loop else b""
    table = b"xref\n0 %d\n0000000000 65535 f \ntrailer<</Size %d/Root 1 0 R%s>>\n" % (size, size, previous)
    return start + table + b"startxref\n%d\n%%%%EOF" % len(start)


def forms_in_forms(depth: int, wide: int) -> bytes:
    """A drawing that calls ten, each of which calls ten ..."""
    document = making.blank()
    inner = document.make_indirect(deflated(document, b"0 0 9 9 re f"))
    for _level in range(depth):
        outer = deflated(document, b"/F Do " * wide)
        for key, value in (("Type", "XObject"), ("Subtype", "Form")):
            outer[f"/{key}"] = pikepdf.Name(f"/{value}")
        outer.BBox = [0, 0, 600, 900]
        outer.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(F=inner))
        inner = document.make_indirect(outer)
    document.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(F=inner))
    document.pages[0].Contents = deflated(document, b"/F Do")
    return making.saved(document)


def png(width: int, height: int, *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG of this size whose data are what `chunks` say."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = b"\x89PNG\r\n\x1a\n"
    for kind, data in ((b"IHDR", head), *chunks, (b"IEND", b"")):
        body += struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return body


def tiff(directories: int, *, loop: bool = False) -> bytes:
    """A TIFF of many pages of one dot, or whose last page is followed by its first."""
    entries = (
        (256, 3, 1, 1),
        (257, 3, 1, 1),
        (258, 3, 1, 8),
        (259, 3, 1, 1),
        (262, 3, 1, 1),
        (273, 4, 1, 8),
        (279, 4, 1, 1),
    )
    size, body = 2 + 12 * len(entries) + 4, b"II*\0" + struct.pack("<I", 12) + b"\0\0\0\0"
    fixed = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *entry) for entry in entries)
    ends = [12 + size * (number + 1) for number in range(directories)]
    ends[-1] = 12 if loop else 0
    return body + b"".join(fixed + struct.pack("<I", end) for end in ends)


def cells(count: int) -> bytes:
    """A workbook with as many empty cells."""
    rows = (count // 1000) * (b"<row>" + b"<c/>" * 1000 + b"</row>")
    return changed(
        making.workbook(),
        "xl/worksheets/sheet1.xml",
        b"<worksheet><sheetData>" + rows + b"</sheetData></worksheet>",
    )


def one_cell(address: str) -> bytes:
    """A workbook with one cell here and one there."""
    there = f'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="{address}"><v>1</v></c></row>'
    body = f"<worksheet><sheetData>{there}</sheetData></worksheet>".encode()
    return changed(making.workbook(), "xl/worksheets/sheet1.xml", body)


def word(body: bytes, head: bytes = b"") -> bytes:
    """A Word document with this body."""
    space = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    whole = head + b"<w:document " + space + b"><w:body>" + body + b"</w:body></w:document>"
    return changed(making.letter(), "word/document.xml", whole)


def laughs() -> bytes:
    """Entities that grow tenfold nine times."""
    lines = [
        b'<!ENTITY a0 "ha">',
        *(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10)),
    ]
    return b"<?xml version='1.0'?><!DOCTYPE x [" + b"".join(lines) + b"]>"


def repeated_rows() -> bytes:
    """An OpenDocument table whose one cell is said to stand in every place."""
    cell = '<table:table-cell office:value="1" table:number-columns-repeated="16384"/>'
    row = f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>'
    table = f'<x><office:spreadsheet><table:table table:name="a">{row}</table:table></office:spreadsheet></x>'
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    return making.archive({"mimetype": kind, "content.xml": table.encode()})


def sector_loop() -> bytes:
    """An old Office file whose directory follows itself."""
    body = bytearray(making.compound(("Workbook", b"isi")))
    body[512 + 4 : 512 + 8] = struct.pack("<I", 1)
    return bytes(body)


def zips_in_zips() -> bytes:
    """Archives in archives, forty thousand megabytes in all."""
    inner = making.archive({"0": bytes(10 * MB)})
    for level in range(4):
        inner = making.archive({f"{level}{n}.zip": inner for n in range(8)})
    return making.with_part(making.letter(), "word/embeddings/a.zip", inner)


NAMED: dict[str, tuple[Callable[[], bytes], tuple[Any, ...]]] = {
    "zip slip": (lambda: making.with_part(making.letter(), "../../../../tmp/slip.xml", b"<a/>"), WORDS),
    "zips in zips": (zips_in_zips, WORDS),
    "zip of noughts": (lambda: making.with_part(making.letter(), "word/a.bin", bytes(390 * MB)), WORDS),
    "ten thousand parts": (lambda: making.archive({f"word/{n}.xml": b"<a/>" for n in range(10_000)}), WORDS),
    "parts by LZMA": (
        lambda: changed(making.letter(), "word/a.xml", bytes(20 * MB), zipfile.ZIP_LZMA),
        WORDS,
    ),
    "billion laughs": (lambda: word(b"<w:p><w:r><w:t>&a9;</w:t></w:r></w:p>", laughs()), WORDS),
    "external entity": (
        lambda: word(
            b"<w:p><w:r><w:t>&a;</w:t></w:r></w:p>", b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
        ),
        WORDS,
    ),
    "elements in elements": (lambda: word(b"<w:p>" * 400_000 + b"</w:p>" * 400_000), WORDS),
    "a cell over a million columns": (
        lambda: word(
            b'<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="99999999"/></w:tcPr><w:p/></w:tc></w:tr></w:tbl>'
        ),
        WORDS,
    ),
    "attributes": (lambda: word(b"<w:p " + b" ".join(b"a%d=''" % n for n in range(150_000)) + b"/>"), WORDS),
    "three million cells": (lambda: cells(3_000_000), SHEET),
    "a cell far away": (lambda: one_cell("XFD1048576"), SHEET),
    "a table repeated": (repeated_rows, SHEET),
    "slides in slides": (
        lambda: making.with_part(
            making.workbook(), "ppt/slides/slide1.xml", b"<p>" * 300_000 + b"a" + b"</p>" * 300_000
        ),
        SLIDES,
    ),
    "a letter in letters": (
        lambda: making.archive(
            {
                "mimetype": b"application/vnd.oasis.opendocument.text",
                "content.xml": b"<h>" * 300_000 + b"</h>" * 300_000,
            }
        ),
        OPEN,
    ),
    "strokes": (lambda: drawing(b"0 0 m 595 842 l 0 842 l 595 0 l S\n" * 1_500_000), PDF),
    "five million q": (lambda: drawing(b"q " * 5_000_000), PDF),
    "lists in lists": (lambda: drawing(b"[" * 4_000_000), PDF),
    "a gigabyte of nothing": (lambda: drawing(bytes(400 * MB)), PDF),
    "forms in forms": (lambda: forms_in_forms(9, 10), PDF),
    "pages in a circle": (page_loop, PDF),
    "contents of two thousand million lines": (lambda: xref(2_147_483_647), PDF),
    "contents before themselves": (lambda: xref(3, loop=True), PDF),
    "sixty thousand dots square": (lambda: png(60_000, 60_000, (b"IDAT", zlib.compress(bytes(MB)))), PICTURE),
    "eight thousand dots square": (
        lambda: png(8_900, 8_900, (b"IDAT", zlib.compress(bytes(8_900 * 26_701)))),
        PICTURE,
    ),
    "a long remark": (lambda: png(9, 9, (b"zTXt", b"a\0\0" + zlib.compress(bytes(300 * MB)))), PICTURE),
    "scan without end": (lambda: tiff(3, loop=True), PICTURE),
    "scan of many pages": (lambda: tiff(100_000), PICTURE),
    "sectors in a circle": (sector_loop, OLD),
}


def opened(token: bytes) -> bytes:
    """The token, over and over."""
    return token * (OPENING // len(token))


def opening_cases() -> Iterator[Case]:
    """Two megabytes of each opening token in each place where a parser meets it."""
    for token in XML_TOKENS:
        for base, parts, operations in (
            (making.letter, WORD_PARTS, WORDS),
            (making.workbook, SHEET_PARTS, SHEET),
        ):
            for part in parts:
                for operation, arguments in operations:
                    yield Case(
                        f"{token.decode()!r} in {part}",
                        lambda base=base, part=part, token=token: changed(
                            base(), part, b"<r>" + opened(token)
                        ),  # type: ignore[misc]
                        operation,
                        arguments,
                    )
        for operation, arguments in OPEN:
            yield Case(
                f"{token.decode()!r} in content.xml",
                lambda token=token: making.archive(  # type: ignore[misc]
                    {
                        "mimetype": b"application/vnd.oasis.opendocument.text",
                        "content.xml": b"<r>" + opened(token),
                    }
                ),
                operation,
                arguments,
            )
    for tokens, frame in (
        (PDF_TOKENS, lambda body: b"%PDF-1.4\n" + body + b"\n%%EOF"),
        (DRAWING_TOKENS, drawing),
    ):
        for token in tokens:
            for operation, arguments in PDF:
                yield Case(
                    f"{token.decode()!r} {'drawn' if frame is drawing else 'in the file'}",
                    lambda token=token, frame=frame: frame(opened(token)),  # type: ignore[misc]
                    operation,
                    arguments,
                )


def named_cases() -> Iterator[Case]:
    """The bombs that have a name."""
    for name, (make, operations) in NAMED.items():
        for operation, arguments in operations:
            yield Case(name, make, operation, arguments)
