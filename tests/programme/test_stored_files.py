from io import StringIO
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import transaction

from programme.models import StoredFile
from programme.operations.documents import keep_document
from programme.operations.files import FileNotTaken, store_file
from smartcity.lib.records.files import FileKind
from smartcity.lib.records.history import signed_delete, signed_save
from tests import uploads
from tests.factories import LegalDocumentFactory, StoredFileFactory, UserFactory
from tests.uploads import bytes_of, upload

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def folder(settings, tmp_path):
    """Where files are kept, empty at first."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def on_disk(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def verify():
    out, err = StringIO(), StringIO()
    try:
        call_command("verify_files", stdout=out, stderr=err)
    except CommandError as failure:
        return f"{err.getvalue()}{out.getvalue()}{failure}"
    return out.getvalue()


def test_file_is_kept_with_what_identifies_it(folder):
    user = UserFactory()

    stored = store_file(upload("Bie\u0302n ba\u0309n.PDF", content_type="text/html"), by=user, reason="Nghiệm thu")

    stored.refresh_from_db()
    assert (stored.name, stored.kind, stored.size) == ("Biên bản.PDF", FileKind.PDF, len(uploads.PDF))
    assert stored.content_type == "application/pdf"
    assert bytes_of(stored) == uploads.PDF
    assert stored.uploaded_by == user
    event = stored.history.get()
    assert (event.history_user, event.history_change_reason) == (user, "Nghiệm thu")


@pytest.mark.parametrize("name", ["../../x.pdf", "a\x00.pdf", "a.pdf\r\n.pdf", "n" * 300 + ".pdf", "/etc/cron.d/a.pdf"])
def test_name_of_a_file_never_becomes_its_place(folder, name):
    sent = upload()
    sent._name = name  # as it came: the test's own class would tidy it

    stored = store_file(sent, by=UserFactory())

    assert on_disk(folder) == [f"{stored.sha256[:2]}/{stored.sha256[2:]}.pdf"]
    assert not set(stored.name) & set("/\\\x00\r\n")


def test_same_bytes_twice_are_two_records_and_one_file(folder):
    first, second = (store_file(upload(name), by=UserFactory()) for name in ("a.pdf", "b.pdf"))

    assert [first.name, second.name] == ["a.pdf", "b.pdf"]
    assert len(on_disk(folder)) == 1
    assert bytes_of(second) == uploads.PDF


def test_refused_file_leaves_nothing(folder):
    with pytest.raises(FileNotTaken, match="tệp thực thi"):
        store_file(upload("a.pdf", uploads.EXE), by=UserFactory())

    assert not StoredFile.objects.exists()
    assert on_disk(folder) == []


def test_failure_afterwards_leaves_no_row(folder):
    with transaction.atomic():
        store_file(upload(), by=UserFactory())
        transaction.set_rollback(True)

    assert not StoredFile.objects.exists()
    assert not StoredFile.history.exists()
    assert "1 tệp trên đĩa không thuộc bản ghi nào" in verify()


def test_file_that_cannot_be_written_leaves_no_row(folder):
    digest = StoredFileFactory.build(bytes=uploads.PDF).sha256
    (folder / digest[:2]).write_text("in the way of the folder")

    with pytest.raises(OSError, match="exists"):
        store_file(upload(), by=UserFactory())

    assert not StoredFile.objects.exists()


def test_stored_file_is_never_changed_nor_deleted(folder):
    stored = StoredFileFactory()
    stored.name = "khác.pdf"

    for write in (signed_save, signed_delete):
        with pytest.raises(ValidationError, match="không sửa, không xóa được"):
            write(stored, by=UserFactory())

    assert StoredFile.objects.get().name != "khác.pdf"
    assert on_disk(folder) != []


def test_document_keeps_the_file_that_it_had_in_its_history(folder):
    document, user = LegalDocumentFactory(), UserFactory()
    keep_document(document, upload=upload("cũ.pdf"), by=user)

    keep_document(document, upload=upload("mới.pdf", uploads.PDF + b"2"), by=user, reason="Bản có chữ ký số")
    keep_document(document, by=user, reason="Sửa trích yếu")

    document.refresh_from_db()
    assert document.file.name == "mới.pdf"
    names = [row.file.name for row in document.history.order_by("history_id") if row.file]
    assert names == ["cũ.pdf", "mới.pdf", "mới.pdf"]


def test_document_with_a_refused_file_is_not_saved(folder):
    document = LegalDocumentFactory(subject="Cũ")
    document.subject = "Mới"

    with pytest.raises(FileNotTaken):
        keep_document(document, upload=upload("a.pdf", b""), by=UserFactory())

    document.refresh_from_db()
    assert document.subject == "Cũ"


# The operator's check


def test_check_finds_all_files_whole(folder):
    StoredFileFactory.create_batch(2)

    assert verify() == "2 tệp còn đủ và đúng nội dung.\n"


def test_check_names_a_file_that_is_lost_or_altered(folder):
    lost, altered, _whole = StoredFileFactory.create_batch(3)
    Path(lost.content.path).unlink()
    Path(altered.content.path).write_bytes(bytes_of(altered)[:-1] + b"!")

    told = verify()

    assert f"{lost.content.name}: không mở được: No such file or directory. Tệp {lost.pk} “{lost.name}”" in told
    assert f"{altered.content.name}: nội dung trên đĩa khác lúc tải lên" in told
    assert told.endswith("2 trong 3 tệp bị mất hoặc sai khác. Khôi phục từ bản sao lưu.")


def test_damaged_file_is_whole_again_once_it_is_sent_again(folder):
    stored = store_file(upload(), by=UserFactory())
    Path(stored.content.path).write_bytes(b"")

    store_file(upload(), by=UserFactory())

    assert verify() == "2 tệp còn đủ và đúng nội dung.\n"
