"""Damage done to sound files, names and headers, by chance that a seed repeats."""

import base64
from functools import cache
from random import Random

from tests.foundation.evidence import making

ODD_NAMES = (
    "",
    ".",
    "..",
    "../../etc/passwd",
    "C:\\Windows\\a.pdf",
    "a\0b.pdf",
    "a\r\nX: y.pdf",
    "\u202efdp.exe",
    "SK.pdf.exe",
    "a" * 5000 + ".pdf",
    "😀.pdf",
    ".pdf",
    "a.PDF",
    "CON",
    'a;b=c".pdf',
    "%00.pdf",
    "a/b/c.xlsx",
    "svg.svg",
    "x.html",
    "ﬁle．pdf",
    " a.pdf ",
    "NUL.tar.gz",
)
ODD_NUMBERS = (
    "",
    "-1",
    "+1",
    "0",
    "00",
    "1.0",
    "1e3",
    "0x10",
    "٣",
    "²",
    "NaN",
    "9" * 19,
    "9" * 400,
    " 1",
    "1 ",
    "1,1",
    "18446744073709551616",
    "9223372036854775808",
    "None",
    "\x00",
    "1;2",
)
ODD_METADATA = (
    "",
    ",",
    " ",
    "filename",
    "filename ",
    "filename  YQ==",
    "filename YQ",
    "filename !!!",
    "filename YQ==,",
    "filename YQ==,filename Yg==",
    "ключ YQ==",
    "a b c",
    "filename /w==",
    "x" * 9000,
    "filename " + "YWFh" * 900,
    "filename YQ==,is_confidential",
    "filename AA==",
    ",".join(f"k{n} YQ==" for n in range(300)),
)
ODD_CHECKSUMS = (
    "",
    "sha1",
    "sha1 ",
    "sha1 YQ==",
    "md5 YQ==",
    "SHA1 2jmj7l5rSw0yVb/vlWAYkK/YBwk=",
    "sha256 !!!",
    "crc32 x",
    "sha1 2jmj7l5rSw0yVb/vlWAYkK/YBwk=",
    "shake_128 YQ==",
    "\x00 x",
    "sha256 " + "A" * 5000,
)
SPLICES = (
    b"",
    b"\0",
    b"\xff" * 8,
    b"%%EOF",
    b"endobj",
    b"/JavaScript",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"<svg/onload=1>",
    b"<script>",
    b"\x7fELF",
    b"MZ",
    b"\x89PNG\r\n\x1a\n",
    b"stream\n",
    b"\xd0\xcf\x11\xe0",
    b"9999999999",
    b"../../",
)


@cache
def sound() -> tuple[tuple[str, bytes], ...]:
    """One sound file of every family, with its name."""
    return (
        ("a.pdf", making.pdf(2, "rusak")),
        ("b.pdf", making.written_pdf(1)),
        ("c.pdf", making.scripted_pdf()),
        ("d.pdf", making.locked_pdf()),
        ("e.png", making.picture("PNG")),
        ("f.jpg", making.picture("JPEG")),
        ("g.webp", making.picture("WEBP")),
        ("h.tif", making.scan(2)),
        ("i.xlsx", making.workbook()),
        ("j.docx", making.letter()),
        ("k.odt", making.open_document("text")),
        ("l.doc", making.compound(("WordDocument", b"x" * 5000))),
        ("m.xls", making.compound(("Workbook", b"\x09\x08\0\0"))),
    )


def damaged(body: bytes, chance: Random) -> bytes:
    """`body` with a few bytes flipped, cut, doubled, moved or replaced."""
    changed = bytearray(body)
    for _ in range(chance.choice((1, 1, 2, 5, 30))):
        at, length = chance.randrange(len(changed) + 1), chance.choice((1, 2, 8, 100, 2000))
        match chance.randrange(6):
            case 0:
                if changed:
                    changed[at % len(changed)] ^= 1 << chance.randrange(8)
            case 1:
                del changed[at : at + length]
            case 2:
                changed[at:at] = changed[at : at + length]
            case 3:
                changed[at : at + length] = chance.choice(SPLICES)
            case 4:
                changed[at : at + length] = chance.randbytes(min(length, 100))
            case 5:
                del changed[at:]
    return bytes(changed)


def file(chance: Random) -> tuple[str, bytes]:
    """A name and bytes that hold now and then, and mostly do not."""
    name, body = chance.choice(sound())
    if chance.random() < 0.4:
        name = chance.choice((*ODD_NAMES, chance.choice(sound())[0]))
    draw = chance.random()
    if draw < 0.7:
        body = damaged(body, chance)
    elif draw < 0.8:
        body = chance.randbytes(chance.randrange(3000))
    elif draw < 0.85:
        body = chance.choice(SPLICES) + chance.randbytes(50)
    return name, body


def number(right: int, chance: Random) -> str:
    """Mostly `right`, else something like it, else nonsense."""
    draw = chance.random()
    if draw < 0.7:
        return str(right)
    return str(right + chance.choice((-1, 1, 1000))) if draw < 0.8 else chance.choice(ODD_NUMBERS)


def metadata(name: str, chance: Random) -> str:
    """Upload-Metadata, mostly well-formed."""
    if chance.random() < 0.25:
        return chance.choice(ODD_METADATA)
    encoded = base64.b64encode(name.encode("utf-8", "surrogatepass")[:2000]).decode()
    return f"filename {encoded}"
