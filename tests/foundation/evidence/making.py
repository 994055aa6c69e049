"""Small real files of every kind, made on the spot."""

import io
import struct
import zipfile
from typing import Any

import docx
import pikepdf
import typst
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


def upload(
    body: bytes, name: str = "berkas.pdf", content_type: str = "application/pdf"
) -> SimpleUploadedFile:
    """The bytes as a browser sends them."""
    return SimpleUploadedFile(name, body, content_type=content_type)


def saved(document: pikepdf.Pdf, **options: Any) -> bytes:
    """The document as bytes."""
    target = io.BytesIO()
    document.save(target, static_id=True, **options)
    return target.getvalue()


def blank(pages: int = 1, size: tuple[float, float] = (595, 842), title: str = "") -> pikepdf.Pdf:
    """A PDF of empty pages; `title` makes its bytes its own."""
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=size)
    if title:
        document.docinfo["/Title"] = title
    return document


def pdf(pages: int = 1, title: str = "isi") -> bytes:
    """A sound PDF."""
    return saved(blank(pages, title=title))


def written_pdf(pages: int) -> bytes:
    """A typeset PDF with a page of text on every page."""
    text = "\n#pagebreak()\n".join(f"= Halaman {n}\n" + "#lorem(300)" for n in range(1, pages + 1))
    return typst.compile(text.encode(), format="pdf")


def scripted_pdf() -> bytes:
    """A PDF that runs a script when opened."""
    document = blank(title="skrip")
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    return saved(document, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def launching_pdf() -> bytes:
    """A PDF with a link that starts a program."""
    document = blank(title="program")
    action = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe")
    link = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=action)
    document.pages[0].Annots = document.make_indirect(pikepdf.Array([link]))
    return saved(document)


def enclosing_pdf() -> bytes:
    """A PDF with a file enclosed."""
    document = blank(title="lampiran")
    document.attachments["rahasia.txt"] = pikepdf.AttachedFileSpec(document, b"isi", filename="rahasia.txt")
    return saved(document)


def locked_pdf(*, user: str = "rahasia", owner: str = "pemilik") -> bytes:
    """A PDF with passwords."""
    return saved(blank(title="kunci"), encryption=pikepdf.Encryption(user=user, owner=owner))


def picture(form: str = "PNG", size: tuple[int, int] = (60, 40), **options: Any) -> bytes:
    """A small picture."""
    target = io.BytesIO()
    Image.radial_gradient("L").resize(size).convert("RGB").save(target, form, **options)
    return target.getvalue()


def scan(frames: int = 3) -> bytes:
    """A TIFF of several pages."""
    target = io.BytesIO()
    first, *others = (Image.new("L", (50, 70), 40 * n) for n in range(frames))
    first.save(target, "TIFF", save_all=True, append_images=others)
    return target.getvalue()


def workbook(*sheets: tuple[str, list[list[Any]]], macros: bool = False) -> bytes:
    """An Excel workbook; by default one sheet with figures."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        for name, rows in sheets or (("Nilai", [["Indikator", "Level"], ["3.4", 2.5]]),):
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return with_part(target.getvalue(), "xl/vbaProject.bin", b"macro") if macros else target.getvalue()


def with_part(archive: bytes, name: str, body: bytes) -> bytes:
    """The archive with one more entry."""
    target = io.BytesIO(archive)
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as file:
        file.writestr(name, body)
    return target.getvalue()


def letter(*paragraphs: str) -> bytes:
    """A Word document with a heading, paragraphs and a table."""
    document = docx.Document()
    document.add_heading("Surat Keputusan", 1)
    for text in paragraphs or ("Menimbang: bahwa ...",):
        document.add_paragraph(text)
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Nomor", "12"
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def archive(entries: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP of `entries`."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as file:
        for name, body in entries.items():
            file.writestr(name, body)
    return target.getvalue()


def open_document(kind: str, **entries: bytes) -> bytes:
    """A bare OpenDocument file of `kind` ("text", "spreadsheet", "presentation")."""
    parts = {"mimetype": f"application/vnd.oasis.opendocument.{kind}".encode(), "content.xml": b"<x/>"}
    return archive(parts | {name.replace("__", "/"): body for name, body in entries.items()})


def compound(*streams: tuple[str, bytes], sector: int = 512) -> bytes:
    """An OLE compound file ([MS-CFB]) whose streams each take whole sectors."""
    table, body, entries = [0xFFFFFFFD], b"", []
    names = [("Root Entry", b"", 5), *((name, content, 2) for name, content in streams)]
    per_directory = sector // 128
    directory_sectors = -(-len(names) // per_directory)
    first_directory = 1
    table += [*range(2, directory_sectors + 1), 0xFFFFFFFE]
    position = 1 + directory_sectors
    for name, content, kind in names:
        content = content.ljust(max(4096, len(content)), b"\0") if kind == 2 and content else content
        sectors = -(-len(content) // sector)
        encoded = name.encode("utf-16-le")
        start = position if sectors else 0xFFFFFFFE
        numbers = (len(encoded) + 2, kind, 1, *[0xFFFFFFFF] * 3, b"", 0, 0, 0, start, len(content))
        entries.append(encoded.ljust(64, b"\0") + struct.pack("<HBBIII16sIQQIQ", *numbers))
        if sectors:
            table += [*range(position + 1, position + sectors), 0xFFFFFFFE]
        body += content.ljust(sectors * sector, b"\0")
        position += sectors
    header = struct.pack(
        "<8s16sHHHHH6sIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"",
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        b"",
        0,
        1,
        first_directory,
        0,
        4096,
        0xFFFFFFFE,
        0,
        0xFFFFFFFE,
        0,
    )
    header += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    fat = struct.pack(f"<{len(table)}I", *table).ljust(sector, b"\xff")
    assert len(fat) == sector, "too many sectors for one table"
    directory = b"".join(entries).ljust(directory_sectors * sector, b"\0")
    return header + fat + directory + body
