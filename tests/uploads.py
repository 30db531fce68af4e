"""Files as people send them, and as nobody should: the smallest of each kind."""

from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from django.core.files.uploadedfile import SimpleUploadedFile

TYPES = "[Content_Types].xml"
OFFICE = "application/vnd.openxmlformats-officedocument"
WORD_MAIN = f"{OFFICE}.wordprocessingml.document.main+xml"
SHEET_MAIN = f"{OFFICE}.spreadsheetml.sheet.main+xml"

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00"
JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"
PHOTO = b"\xff\xd8\xff\xe1\x00\x18Exif\x00\x00II*\x00\x08\x00\x00\x00\x00\x00\xff\xd9"
EXE = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00" + bytes(100)
ELF = b"\x7fELF\x02\x01\x01" + bytes(100)
HTML = "<!doctype html>\n<title>Báo cáo</title><script>alert(1)</script>".encode()
SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


def zipped(**members: bytes | str) -> bytes:
    """A zip; ``{"xl/workbook.xml": …}`` is passed with two stars."""
    content = BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return content.getvalue()


def types(*contents: str) -> str:
    parts = "".join(f'<Override PartName="/p{n}" ContentType="{one}"/>' for n, one in enumerate(contents))
    return f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{parts}</Types>'


def docx(**members) -> bytes:
    return zipped(**{TYPES: types(WORD_MAIN), "word/document.xml": "<w:document/>"} | members)


def xlsx(**members) -> bytes:
    return zipped(**{TYPES: types(SHEET_MAIN), "xl/workbook.xml": "<workbook/>"} | members)


def ole(stream: str) -> bytes:
    """The container of Office 97–2003, with the name of one of its streams."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + stream.encode("utf-16-le") + bytes(512)


def upload(name: str = "biên bản.pdf", content: bytes = PDF, content_type: str = "") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type or "application/octet-stream")


def bytes_of(stored) -> bytes:
    """What lies on disk for a stored file."""
    return Path(stored.content.path).read_bytes()
