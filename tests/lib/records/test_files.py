from io import BytesIO

import pytest
from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from smartcity.lib.forms.file_fields import FilesField, UploadField
from smartcity.lib.records.files import LARGEST_FILE, MB, FileKind, FileRefused, check_file, clean_name, say_size
from tests import uploads
from tests.uploads import docx, ole, types, upload, xlsx, zipped

MACRO_SHEET = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
CHOOSE = "Chọn tệp PDF, DOCX, XLSX, JPG hoặc PNG."


def check(name, content, **limits):
    return check_file(BytesIO(content), name=name, size=len(content), **limits)


def refusal(name, content, **limits):
    with pytest.raises(FileRefused) as refused:
        check(name, content, **limits)
    return str(refused.value)


# What is taken


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.pdf", uploads.PDF, FileKind.PDF),
        ("A.PDF", uploads.PDF, FileKind.PDF),
        pytest.param("a.pdf", b"\xef\xbb\xbf\r\n" + uploads.PDF, FileKind.PDF, id="a mark before the header of a PDF"),
        pytest.param("a.pdf", b"Printed by MFP\n" * 20 + uploads.PDF, FileKind.PDF, id="a scanner's own lines"),
        ("a.png", uploads.PNG, FileKind.PNG),
        ("a.jpg", uploads.JPG, FileKind.JPG),
        ("a.jpeg", uploads.PHOTO, FileKind.JPG),
        ("a.docx", docx(), FileKind.DOCX),
        ("a.xlsx", xlsx(), FileKind.XLSX),
    ],
)
def test_file_is_known_by_its_bytes(name, content, kind):
    assert check(name, content) == kind


def test_file_is_left_at_its_beginning():
    file = BytesIO(xlsx())

    check_file(file, name="a.xlsx", size=len(file.getvalue()))

    assert file.tell() == 0


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("Tên nhiệm vụ;Tiến độ\nTrung tâm IOC;50%".encode(), id="plain"),
        pytest.param("\ufeffTên nhiệm vụ,Tiến độ".encode(), id="with a mark"),
        pytest.param("Tên nhiệm vụ\tTiến độ".encode("utf-16"), id="two bytes a letter"),
        pytest.param("Tên nhiệm vụ;Tiến độ".encode("cp1258", "replace"), id="an old code page"),
    ],
)
def test_plain_table_is_taken_where_it_is_asked_for(content):
    assert check("a.csv", content, kinds=(FileKind.XLSX, FileKind.CSV)) == FileKind.CSV


# What is not


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        pytest.param("a.pdf", b"", "Tệp “a.pdf” rỗng. Chọn lại tệp có nội dung.", id="nothing in it"),
        pytest.param(
            "a.pdf",
            b"<html><body>" + uploads.PDF,
            "Tệp “a.pdf” thực ra là trang web (HTML). In trang ra PDF rồi tải lên lại.",
            id="page with the header of a PDF in it",
        ),
        pytest.param(
            "a.pdf",
            b"x" * 2000 + uploads.PDF[:20],
            "Tệp “a.pdf” thực ra là văn bản thuần (TXT, CSV). Lưu lại thành DOCX hoặc PDF rồi tải lên lại.",
            id="header of a PDF too far down",
        ),
        pytest.param("a.pdf", uploads.EXE, f"Tệp “a.pdf” thực ra là tệp thực thi. {CHOOSE}", id="program as PDF"),
        pytest.param("a.exe", uploads.EXE, f"Tệp “a.exe” là tệp thực thi. {CHOOSE}", id="program"),
        pytest.param("a.png", uploads.ELF, f"Tệp “a.png” thực ra là tệp thực thi. {CHOOSE}", id="program of Linux"),
        pytest.param(
            "a.docx",
            uploads.HTML,
            "Tệp “a.docx” thực ra là trang web (HTML). In trang ra PDF rồi tải lên lại.",
            id="page as DOCX",
        ),
        pytest.param(
            "a.pdf",
            b"\xef\xbb\xbf\n  <script>alert(1)</script>",
            "Tệp “a.pdf” thực ra là trang web (HTML). In trang ra PDF rồi tải lên lại.",
            id="page that begins late",
        ),
        pytest.param("a.svg", uploads.SVG, "Tệp “a.svg” là ảnh SVG. Xuất thành PNG rồi tải lên lại.", id="drawing"),
        pytest.param(
            "a.png", uploads.SVG, "Tệp “a.png” thực ra là ảnh SVG. Xuất thành PNG rồi tải lên lại.", id="drawing as PNG"
        ),
        pytest.param(
            "a.xls",
            ole("Workbook"),
            "Tệp “a.xls” là bảng tính Excel đời cũ (XLS). Mở bằng Excel, lưu thành XLSX rồi tải lên lại.",
            id="old Excel",
        ),
        pytest.param(
            "a.docx",
            ole("WordDocument"),
            "Tệp “a.docx” thực ra là văn bản Word đời cũ (DOC). Mở bằng Word, lưu thành DOCX rồi tải lên lại.",
            id="old Word renamed",
        ),
        pytest.param(
            "a.xlsx",
            ole("EncryptedPackage"),
            "Tệp “a.xlsx” có mật khẩu. Bỏ mật khẩu rồi tải lên lại.",
            id="password",
        ),
        pytest.param(
            "a.ods",
            zipped(mimetype="application/vnd.oasis.opendocument.spreadsheet"),
            "Tệp “a.ods” là bảng tính OpenDocument (ODS). Mở bằng LibreOffice (hoặc Excel), chọn Tệp › Lưu thành…, "
            "kiểu «Excel 2007-365 (.xlsx)», rồi tải tệp XLSX đó lên.",
            id="OpenDocument",
        ),
        pytest.param(
            "a.xlsm",
            xlsx(**{uploads.TYPES: types(MACRO_SHEET)}),
            "Tệp “a.xlsm” có macro. Lưu lại thành tệp không có macro rồi tải lên lại.",
            id="macros",
        ),
        pytest.param(
            "a.xlsx",
            xlsx(**{"xl/vbaProject.bin": b"\xd0\xcf"}),
            "Tệp “a.xlsx” có macro. Lưu lại thành tệp không có macro rồi tải lên lại.",
            id="macros under another name",
        ),
        pytest.param(
            "a.docx",
            xlsx(),
            "Tệp “a.docx” thực ra là tệp XLSX. Đổi đuôi tệp thành .xlsx rồi tải lên lại.",
            id="wrong ending",
        ),
        pytest.param(
            "baocao",
            uploads.PDF,
            "Tệp “baocao” thực ra là tệp PDF. Đổi đuôi tệp thành .pdf rồi tải lên lại.",
            id="no ending",
        ),
        pytest.param(
            "a.zip", zipped(a="b"), "Tệp “a.zip” là tệp nén ZIP. Giải nén rồi tải lên từng tệp.", id="archive"
        ),
        pytest.param(
            "a.docx",
            docx()[:200],
            "Tệp “a.docx” bị hỏng hoặc tải lên chưa đủ. Mở thử trên máy của bạn, lưu lại rồi tải lên.",
            id="cut off",
        ),
        pytest.param("a.pdf", b"\x00\x01\x02", f"Tệp “a.pdf” có nội dung mà hệ thống không đọc được. {CHOOSE}", id="?"),
        pytest.param(
            "a.txt",
            b"Xong.",
            "Tệp “a.txt” là văn bản thuần (TXT, CSV). Lưu lại thành DOCX hoặc PDF rồi tải lên lại.",
            id="text",
        ),
    ],
)
def test_file_is_refused_with_what_it_is_and_how_to_mend_it(name, content, told):
    assert refusal(name, content) == told


def test_file_is_refused_with_the_kinds_that_are_asked_for():
    told = refusal("a.pdf", uploads.PDF, kinds=(FileKind.XLSX, FileKind.CSV))

    assert told == "Tệp “a.pdf” là tệp PDF. Chọn tệp XLSX hoặc CSV."


def test_remedy_names_no_kind_that_is_refused_too():
    told = refusal("a.csv", ole("WordDocument"), kinds=(FileKind.XLSX, FileKind.CSV))

    assert told == "Tệp “a.csv” thực ra là văn bản Word đời cũ (DOC). Chọn tệp XLSX hoặc CSV."


def test_file_may_reach_the_limit():
    assert check("a.pdf", uploads.PDF.ljust(LARGEST_FILE)) == FileKind.PDF


def test_file_is_refused_one_byte_over_the_limit_and_not_read():
    file = BytesIO()
    file.close()

    with pytest.raises(FileRefused, match=r"“a\.pdf” lớn hơn 20 MB\. Nén ảnh"):
        check_file(file, name="a.pdf", size=LARGEST_FILE + 1)


@pytest.mark.parametrize(
    "bomb",
    [
        pytest.param(docx(**{"word/media/a.bin": bytes(60 * MB)}), id="dense"),
        pytest.param(docx(**{f"word/media/{n}.bin": b"\x00\x01" * 11 * MB for n in range(5)}), id="large together"),
        pytest.param(docx(**{f"word/{'x' * 200}{n}": b"" for n in range(5000)}), id="of very many parts"),
    ],
)
def test_file_that_would_burst_is_not_unpacked(bomb):
    assert len(bomb) < 3 * MB
    assert "giải nén ra quá lớn" in refusal("a.docx", bomb)


def test_small_sheet_may_be_dense():
    assert check("a.xlsx", xlsx(**{"xl/worksheets/sheet1.xml": b"<c/>" * MB})) == FileKind.XLSX


# Names


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        pytest.param("../../etc/passwd", "passwd", id="up"),
        pytest.param("..\\..\\boot.ini", "boot.ini", id="up, on Windows"),
        pytest.param("C:\\Users\\Lan\\biên bản.pdf", "biên bản.pdf", id="whole path"),
        pytest.param("a\x00.xlsx", "a.xlsx", id="NUL"),
        pytest.param("a.pdf\r\nSet-Cookie: x=1", "a.pdf Set-Cookie_ x=1", id="line break"),
        pytest.param("Bie\u0302n ba\u0309n.pdf", "Biên bản.pdf", id="decomposed"),
        pytest.param("hoa\u202efdp.exe", "hoafdp.exe", id="written backwards"),
        pytest.param('a<b>:"|?*.pdf', "a_b______.pdf", id="not for Windows"),
        pytest.param("...pdf", "pdf", id="points"),
        pytest.param("..", "tep", id="nothing left"),
        pytest.param("", "tep", id="none"),
        pytest.param("b\ud800.pdf", "b.pdf", id="half a letter"),
        pytest.param("n" * 300 + ".pdf", "n" * 146 + ".pdf", id="long"),
        pytest.param("a." + "n" * 300, "a." + "n" * 148, id="long ending"),
    ],
)
def test_name_is_kept_without_what_could_harm(sent, kept):
    assert clean_name(sent) == kept
    assert clean_name(kept) == kept
    assert len(kept) <= 150


@pytest.mark.parametrize(
    ("size", "told"),
    [(1, "1 byte"), (2048, "2 KB"), (1_500_000, "1,4 MB"), (LARGEST_FILE, "20 MB"), (1024**2 - 1, "1024 KB")],
)
def test_size_is_told_as_people_write_it(size, told):
    assert say_size(size) == told


# Fields


class EvidenceForm(forms.Form):
    files = FilesField(label="Tệp minh chứng", required=False)


class SheetForm(forms.Form):
    sheet = UploadField(label="Tệp", kinds=(FileKind.XLSX,))


def sent(form_class, name, *files):
    return form_class(QueryDict(), MultiValueDict({name: list(files)}))


def test_field_takes_several_files():
    form = sent(EvidenceForm, "files", upload("a.pdf"), upload("b.png", uploads.PNG))

    assert form.is_valid()
    assert [one.name for one in form.cleaned_data["files"]] == ["a.pdf", "b.png"]
    assert form.has_changed()


def test_field_may_be_left_empty_where_nothing_is_required():
    form = sent(EvidenceForm, "files")

    assert form.is_valid()
    assert form.cleaned_data["files"] == []
    assert not form.has_changed()


def test_field_names_each_file_that_it_refuses():
    form = sent(EvidenceForm, "files", upload("a.pdf", b""), upload("b.pdf"), upload("c.png", uploads.SVG))

    assert [error.partition("”")[0] for error in form.errors["files"]] == ["Tệp “a.pdf", "Tệp “c.png"]


def test_field_refuses_more_files_than_a_reviewer_opens():
    form = sent(EvidenceForm, "files", *(upload(f"{n}.pdf") for n in range(11)))

    assert form.errors["files"] == ["Bạn chọn 11 tệp; mỗi lần tải lên nhiều nhất 10 tệp. Bớt tệp rồi gửi lại."]


def test_field_asks_for_its_kinds_and_says_its_limits():
    html = EvidenceForm().as_p()

    assert "multiple" in html
    assert 'accept=".pdf,.docx,.xlsx,.jpg,.jpeg,.jfif,.png"' in html
    assert "Nhiều nhất 10 tệp PDF, DOCX, XLSX, JPG hoặc PNG, mỗi tệp không quá 20 MB." in html
    assert EvidenceForm().is_multipart()


def test_field_says_what_to_choose_again_when_the_form_comes_back():
    html = sent(EvidenceForm, "files", upload("a.pdf"), upload("<b>.pdf", b"")).as_p()

    assert "Trình duyệt không giữ tệp đã chọn. Chọn lại: “a.pdf”, “_b_.pdf”." in html


def test_field_of_one_file_takes_its_own_kinds():
    assert sent(SheetForm, "sheet", upload("a.xlsx", xlsx())).is_valid()
    assert sent(SheetForm, "sheet", upload("a.pdf")).errors["sheet"] == ["Tệp “a.pdf” là tệp PDF. Chọn tệp XLSX."]
    assert "multiple" not in SheetForm().as_p()
    assert 'accept=".xlsx"' in SheetForm().as_p()
