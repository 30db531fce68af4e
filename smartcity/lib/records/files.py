"""Files that people send: what a file really is, which ones are taken, and what each is called.

What a browser says of a file is what its sender wants it to be; here its bytes are asked.
"""

import hashlib
import re
import struct
from collections.abc import Collection
from typing import IO, NamedTuple
from zipfile import BadZipFile, ZipFile, ZipInfo

from django.db.models import TextChoices
from django.db.models.fields.files import FieldFile

from smartcity.lib.language.text import clean_line
from smartcity.lib.late import late

MB = 1024 * 1024
# A scan of a long document with its seals; what is larger is a film or a set of drawings, for which a link serves.
LARGEST_FILE = 20 * MB
# What a reviewer can still open one by one.
MOST_FILES = 10
LONGEST_NAME = 150
# An office file of twenty megabytes is pictures, which hardly grow; only text does, and five times is much of it.
LARGEST_UNPACKED = 100 * MB
# Sheets of one repeated number reach 100; what was made to burst a disk, 1000. A small one may be as dense as it likes.
DENSEST, DENSITY_MATTERS_FROM = 200, 10 * MB
# Ten thousand members; an office file has some dozens.
LARGEST_DIRECTORY = MB
HEAD = 4096
PDF_HEADER_WITHIN = 1024

magic_string = late("puremagic.magic_string")


class FileRefused(ValueError):
    """Why a file is not taken, in a sentence that names it and says how to mend it."""


class FileKind(TextChoices):
    """Each by its usual extension."""

    PDF = "pdf", "PDF"
    DOCX = "docx", "DOCX"
    XLSX = "xlsx", "XLSX"
    JPG = "jpg", "JPG"
    PNG = "png", "PNG"
    CSV = "csv", "CSV"


# What evidence and documents come in: to be read by anybody, in ten years too, and without running anything.
READABLE_KINDS = (FileKind.PDF, FileKind.DOCX, FileKind.XLSX, FileKind.JPG, FileKind.PNG)

CONTENT_TYPES = {
    FileKind.PDF: "application/pdf",
    FileKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileKind.JPG: "image/jpeg",
    FileKind.PNG: "image/png",
    FileKind.CSV: "text/csv; charset=utf-8",
}
OTHER_EXTENSIONS = {FileKind.JPG: ("jpeg", "jfif")}


class Found(NamedTuple):
    """What a file is: one of the kinds, or ``words`` for what else; and how to make one of it that is taken."""

    kind: FileKind | None = None
    words: str = ""
    remedy: str = ""


ENCRYPTED = Found(words="có mật khẩu", remedy="Bỏ mật khẩu rồi tải lên lại.")
MACROS = Found(words="có macro", remedy="Lưu lại thành tệp không có macro rồi tải lên lại.")
TOO_DENSE = Found(words="giải nén ra quá lớn", remedy="Lưu lại nội dung cần gửi thành tệp mới rồi tải lên.")
DAMAGED = Found(words="bị hỏng hoặc tải lên chưa đủ", remedy="Mở thử trên máy của bạn, lưu lại rồi tải lên.")
UNKNOWN = Found(words="có nội dung mà hệ thống không đọc được")
# These say of a file how it is; all others, what it is.
STATES = {ENCRYPTED, MACROS, TOO_DENSE, DAMAGED, UNKNOWN}

TO_WORD = "Mở bằng Word, lưu thành DOCX rồi tải lên lại."
TO_EXCEL = "Mở bằng Excel, lưu thành XLSX rồi tải lên lại."
FROM_LIBREOFFICE = (
    "Mở bằng LibreOffice (hoặc Excel), chọn Tệp › Lưu thành…, kiểu «Excel 2007-365 (.xlsx)», rồi tải tệp XLSX đó lên."
)
TO_PDF = "Xuất thành PDF rồi tải lên lại."

# Recognised by puremagic, under the extension that it knows them by.
RECOGNISED = {
    "pdf": Found(FileKind.PDF),
    "png": Found(FileKind.PNG),
    "jpg": Found(FileKind.JPG),
    "jpeg": Found(FileKind.JPG),
    "jfif": Found(FileKind.JPG),
    "exe": Found(words="tệp thực thi"),
    "dll": Found(words="tệp thực thi"),
    "html": Found(words="trang web (HTML)", remedy="In trang ra PDF rồi tải lên lại."),
    "svg": Found(words="ảnh SVG", remedy="Xuất thành PNG rồi tải lên lại."),
    "gif": Found(words="ảnh GIF", remedy="Lưu lại thành PNG rồi tải lên lại."),
    "bmp": Found(words="ảnh BMP", remedy="Lưu lại thành PNG rồi tải lên lại."),
    "webp": Found(words="ảnh WEBP", remedy="Lưu lại thành JPG rồi tải lên lại."),
    "tif": Found(words="ảnh TIFF", remedy="Lưu lại thành PDF hoặc JPG rồi tải lên lại."),
    "heic": Found(words="ảnh HEIC", remedy="Lưu lại thành JPG rồi tải lên lại."),
    "rtf": Found(words="văn bản RTF", remedy=TO_WORD),
    "rar": Found(words="tệp nén RAR", remedy="Giải nén rồi tải lên từng tệp."),
    "7z": Found(words="tệp nén 7Z", remedy="Giải nén rồi tải lên từng tệp."),
    "gz": Found(words="tệp nén GZ", remedy="Giải nén rồi tải lên từng tệp."),
}
# Names of streams inside the container of Office 97–2003, as its directory spells them.
IN_OLE = {
    "EncryptedPackage": ENCRYPTED,
    "WordDocument": Found(words="văn bản Word đời cũ (DOC)", remedy=TO_WORD),
    "Workbook": Found(words="bảng tính Excel đời cũ (XLS)", remedy=TO_EXCEL),
    "PowerPoint Document": Found(words="bài trình chiếu PowerPoint đời cũ (PPT)", remedy=TO_PDF),
}
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OTHER_OLE = Found(words="tệp Office đời cũ", remedy="Lưu lại thành DOCX, XLSX hoặc PDF rồi tải lên lại.")
# The main part of an office file, by the content type that the file itself gives it.
MAIN_PARTS = {
    b"wordprocessingml.document.main+xml": ("word/", Found(FileKind.DOCX)),
    b"spreadsheetml.sheet.main+xml": ("xl/", Found(FileKind.XLSX)),
    b"presentationml.": ("ppt/", Found(words="bài trình chiếu PowerPoint (PPTX)", remedy=TO_PDF)),
    b"wordprocessingml.template.main+xml": ("word/", Found(words="mẫu Word (DOTX)", remedy=TO_WORD)),
    b"spreadsheetml.template.main+xml": ("xl/", Found(words="mẫu Excel (XLTX)", remedy=TO_EXCEL)),
    b"sheet.binary.": ("xl/", Found(words="bảng tính Excel nhị phân (XLSB)", remedy=TO_EXCEL)),
}
OPEN_DOCUMENTS = {
    b"application/vnd.oasis.opendocument.text": Found(words="văn bản OpenDocument (ODT)", remedy=TO_WORD),
    b"application/vnd.oasis.opendocument.spreadsheet": Found(
        words="bảng tính OpenDocument (ODS)", remedy=FROM_LIBREOFFICE
    ),
}
ZIP = Found(words="tệp nén ZIP", remedy="Giải nén rồi tải lên từng tệp.")
TEXT = Found(FileKind.CSV, words="văn bản thuần (TXT, CSV)", remedy="Lưu lại thành DOCX hoặc PDF rồi tải lên lại.")


def check_file(
    file: IO[bytes], *, name: str, size: int, kinds: Collection[FileKind] = READABLE_KINDS, largest: int = LARGEST_FILE
) -> FileKind:
    """Tell the kind of a file that may be taken; raise ``FileRefused`` for any other.

    Nothing is unpacked, and nothing larger than ``largest`` is even read.
    """
    called = f"Tệp “{clean_name(name)}”"
    if size == 0:
        raise FileRefused(f"{called} rỗng. Chọn lại tệp có nội dung.")
    if size > largest:
        raise FileRefused(f"{called} lớn hơn {say_size(largest)}. Nén ảnh trong tệp hoặc chia tệp ra rồi tải lên lại.")
    found = what_is(file)
    if found.kind is None or found.kind not in kinds:
        raise FileRefused(_say_what_it_is(called, found, _extension(name), kinds))
    if _extension(name) not in extensions_of(found.kind):
        raise FileRefused(
            f"{called} thực ra là tệp {found.kind.label}. Đổi đuôi tệp thành .{found.kind} rồi tải lên lại."
        )
    return found.kind


def _say_what_it_is(called: str, found: Found, extension: str, kinds: Collection[FileKind]) -> str:
    named = [kind for kind in FileKind if kind.label in found.remedy]
    mends = found.remedy and (not named or set(named) & set(kinds))
    remedy = found.remedy if mends else f"Chọn tệp {say_kinds(kinds)}."
    if found in STATES:
        return f"{called} {found.words}. {remedy}"
    words = found.words or f"tệp {found.kind.label if found.kind else ''}"
    pretends = any(extension in extensions_of(kind) for kind in kinds)
    return f"{called} {'thực ra là' if pretends else 'là'} {words}. {remedy}"


def extensions_of(kind: FileKind) -> list[str]:
    """What files of the kind end with, the usual one first."""
    return [str(kind), *OTHER_EXTENSIONS.get(kind, ())]


def what_is(file: IO[bytes]) -> Found:
    """Tell what is in ``file``, by its bytes; it is read from its beginning, and left there."""
    file.seek(0)
    head = file.read(HEAD)
    try:
        if head.startswith(OLE):
            return _in_ole(file)
        if head.startswith(b"PK\x03\x04"):
            return _in_zip(file)
        return _by_its_head(head)
    finally:
        file.seek(0)


def _by_its_head(head: bytes) -> Found:
    if _is_pdf(head):
        return RECOGNISED["pdf"]
    if _is_text(head):
        # Libraries know a page only where its first byte is «<»; browsers look further.
        beginning = head.decode("utf-8", "ignore").lower()
        if re.search(r"<svg\b", beginning):
            return RECOGNISED["svg"]
        if re.match(r"[\s\ufeff]*<(!doctype|!--|\?|html|head|body|script|table|meta|iframe|div|style)", beginning):
            return RECOGNISED["html"]
        return TEXT
    for guess in sorted(magic_string(head), key=lambda guess: -guess.confidence):
        found = RECOGNISED.get(guess.extension.lstrip("."))
        if found:
            return found
        if "executable" in guess.name.lower():
            return RECOGNISED["exe"]
    return UNKNOWN


def _is_pdf(head: bytes) -> bool:
    """Readers of PDF look for its header in the first kilobyte; scanners put lines of their own before it.

    What begins as a page of the web stays one, whatever stands in it.
    """
    before, header, _ = head[:PDF_HEADER_WITHIN].partition(b"%PDF-")
    return bool(header) and not before.lstrip(b"\xef\xbb\xbf \t\r\n\x00").startswith((b"<", b"MZ", b"GIF8", b"{\\rtf"))


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True  # UTF-16, as Excel saves «Unicode Text»
    binary_signatures = (b"%PDF-", b"{\\rtf", b"MZ", b"GIF8")
    return not head.startswith(binary_signatures) and not re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", head)


def _in_ole(file: IO[bytes]) -> Found:
    file.seek(0)
    content = file.read()
    return next((found for name, found in IN_OLE.items() if name.encode("utf-16-le") in content), OTHER_OLE)


def _in_zip(file: IO[bytes]) -> Found:
    if _directory_size(file) > LARGEST_DIRECTORY:
        return TOO_DENSE
    try:
        with ZipFile(file) as archive:
            members = archive.infolist()
            if _bursts(members):
                return TOO_DENSE
            if any(member.flag_bits & 0x1 for member in members):
                return ENCRYPTED
            return _by_its_members(archive, {member.filename for member in members})
    except (BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError):
        return DAMAGED


def _directory_size(file: IO[bytes]) -> int:
    """How large the list of members says that it is; it is read whole before it can be counted."""
    file.seek(0, 2)
    file.seek(-min(file.tell(), 22 + 0xFFFF), 2)
    tail = file.read()
    start = len(tail) - 22 if tail[-22:-18] == b"PK\x05\x06" else tail.rfind(b"PK\x05\x06")
    return struct.unpack_from("<I", tail, start + 12)[0] if 0 <= start <= len(tail) - 22 else 0


def _bursts(members: list[ZipInfo]) -> bool:
    unpacked, packed = (sum(getattr(one, name) for one in members) for name in ("file_size", "compress_size"))
    return unpacked > LARGEST_UNPACKED or (unpacked > DENSITY_MATTERS_FROM and unpacked > DENSEST * packed)


def _by_its_members(archive: ZipFile, names: set[str]) -> Found:
    if "mimetype" in names:
        return OPEN_DOCUMENTS.get(_read(archive, "mimetype").strip(), ZIP)
    if "[Content_Types].xml" not in names:
        return ZIP
    types = _read(archive, "[Content_Types].xml")
    if b"macroEnabled" in types or b"vbaProject" in types or any("vbaproject" in name.lower() for name in names):
        return MACROS
    for part, (folder, found) in MAIN_PARTS.items():
        if part in types and any(name.startswith(folder) for name in names):
            return found
    return ZIP


def _read(archive: ZipFile, name: str) -> bytes:
    with archive.open(name) as member:
        return member.read(MB)


def clean_name(name: str) -> str:
    """The name under which a file is shown and sent back; it never says where the file is kept.

    No folders, nothing invisible, nothing that Windows does not allow; short, with its extension kept.
    """
    name = name.encode("utf-8", "ignore").decode().replace("\x00", "").replace("\\", "/").rpartition("/")[2]
    name = re.sub(r'[<>:"|?*]', "_", clean_line(name)).strip(". ")
    stem, dot, extension = name.rpartition(".")
    if not dot:
        return name[:LONGEST_NAME] or "tep"
    return (
        f"{stem[: LONGEST_NAME - len(extension) - 1].strip()}.{extension}"
        if len(extension) < 10
        else name[:LONGEST_NAME]
    )


def _extension(name: str) -> str:
    return clean_name(name).rpartition(".")[2].lower()


def say_kinds(kinds: Collection[FileKind]) -> str:
    """«PDF, DOCX hoặc JPG»."""
    *others, last = [kind.label for kind in kinds]
    return f"{', '.join(others)} hoặc {last}" if others else str(last)


def say_size(size: int) -> str:
    """«1,4 MB», «340 KB»: as a file manager shows it."""
    if size < 1024:
        return f"{size} byte"
    value, unit = (size / MB, "MB") if size >= MB else (size / 1024, "KB")
    return f"{value:.1f}".removesuffix(".0").replace(".", ",") + f" {unit}"


BLOCK = 1024 * 1024


def digest_of(file: IO[bytes]) -> str:
    """The SHA-256 of a file, read from its beginning and left there."""
    digest = hashlib.sha256()
    file.seek(0)
    while block := file.read(BLOCK):
        digest.update(block)
    file.seek(0)
    return digest.hexdigest()


def damage_of(content: FieldFile, sha256: str) -> str:
    """What became of bytes on disk: a sentence, or nothing where they are those of the digest."""
    try:
        with content.open() as file:
            intact = digest_of(file) == sha256
    except OSError as error:
        return f"không mở được: {error.strerror}"
    return "" if intact else "nội dung trên đĩa khác lúc tải lên"
