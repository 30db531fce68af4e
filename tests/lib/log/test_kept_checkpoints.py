"""What only a checkpoint kept elsewhere shows, and what is said of a checkpoint or key that is no good."""

import re
import stat
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils.timezone import now

from smartcity.lib.log.models import LogEntry, Seal, SealedEntry, SignedAct
from smartcity.lib.log.sealing import seal
from smartcity.lib.log.triggers import install
from smartcity.lib.records.history import as_it_was
from smartcity.lib.seal.checkpoint import make_checkpoint, sign
from smartcity.lib.seal.merkle import EMPTY_ROOT
from smartcity.lib.seal.signing_key import make_key_file, public_key_text, read_key_file
from tests.lib.log.auditing import audited
from tests.lib.log.tampering import HISTORY, execute, rows_of
from tests.past_the_history import past_the_history

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def kept(tmp_path):
    """A file with the checkpoint."""

    def write(text: str):
        file = tmp_path / "moc.txt"
        file.write_text(text)
        return file

    return write


def checkpoint_of(*, size: int, root: bytes = bytes(32), at=None, key: Ed25519PrivateKey | None = None) -> str:
    key = key or read_key_file(settings.AUDIT_KEY_FILE)
    return sign(make_checkpoint(key.public_key(), size=size, root=root, at=at or now()), key)


def moment_of(checkpoint: str) -> str:
    return re.search(r"^\d+$", checkpoint, re.MULTILINE)[0] + " dòng, lập lúc "


def seal_all_anew() -> None:
    with past_the_history():
        SealedEntry.objects.all().delete()
        Seal.objects.all().delete()
        seal()


def rewrite_everything(world):
    row = rows_of(world)[1]
    execute(f"UPDATE {HISTORY} SET name = 'Tỉnh khác' WHERE history_id = %s", row.history_id)
    seal_all_anew()


def rewrite_the_last_block(world):
    """It is taken off; what stood in it is changed and sealed again."""
    first = Seal.objects.get(number=1)
    execute("DELETE FROM smartcity_sealedentry WHERE position >= %s", first.size)
    execute("DELETE FROM smartcity_seal WHERE number = 2")
    execute(f"UPDATE {HISTORY} SET name = 'Tỉnh khác' WHERE history_id = %s", rows_of(world)[3].history_id)
    with past_the_history():
        seal()


def cut_the_tail(world):
    """All of the second block and what came after it, as if it had never been; the records are as they were before."""
    first = Seal.objects.get(number=1)
    last = SealedEntry.objects.get(position=first.size - 1).entry_id
    later = list(LogEntry.objects.filter(pk__gt=last))
    execute("DELETE FROM smartcity_sealedentry WHERE position >= %s", first.size)
    execute("DELETE FROM smartcity_seal WHERE number = 2")
    execute("DELETE FROM smartcity_logentry WHERE number > %s", last)
    deleted = type(world.report).history.get(history_type="-")
    with past_the_history():
        type(world.report).objects.bulk_create([as_it_was(deleted)])
    for entry in later:
        execute(f"DELETE FROM {entry.table} WHERE history_id = %s", entry.history_id)
    execute("UPDATE programme_province SET name = 'Hải Dương' WHERE id = %s", world.province.pk)
    execute("UPDATE programme_user SET title = '' WHERE id = %s", world.person.pk)


def reconstruct_the_log(world):
    """Thrown away, and made again from the histories as for a database from before it."""
    execute(f"UPDATE {HISTORY} SET name = 'Tỉnh khác' WHERE history_id = %s", rows_of(world)[1].history_id)
    for table in ("smartcity_sealedentry", "smartcity_seal", "smartcity_logentry", "smartcity_signedact"):
        execute(f"DELETE FROM {table}")
    with past_the_history():
        install(connection)
        seal()


FOUND_WITH_A_CHECKPOINT_ALONE = [
    pytest.param(rewrite_everything, "lịch sử đã bị viết lại", id="everything is rewritten"),
    pytest.param(rewrite_the_last_block, "lịch sử đã bị viết lại", id="the last block is rewritten"),
    pytest.param(cut_the_tail, "đuôi bị cắt, hoặc khôi phục từ bản sao lưu cũ hơn", id="the tail is cut off"),
    pytest.param(reconstruct_the_log, "lịch sử đã bị viết lại", id="the log is reconstructed"),
]


@pytest.mark.parametrize(("tamper", "sentence"), FOUND_WITH_A_CHECKPOINT_ALONE)
def test_checkpoint_shows_what_nothing_else_does(world, kept, tamper, sentence):
    tamper(world)

    alone, with_checkpoint = audited(), audited("--checkpoint", kept(world.checkpoint))

    assert alone.code == 0, alone.told
    assert "Không có mốc niêm phong để đối chiếu" in alone.told
    assert with_checkpoint.code == 1
    assert f"trái với mốc {moment_of(world.checkpoint)}" in with_checkpoint.told
    assert sentence in with_checkpoint.told
    assert "smartcity_sealedentry" in with_checkpoint.told


def test_reconstructed_log_is_told_without_a_checkpoint_too(world):
    reconstruct_the_log(world)

    assert "26 dòng có từ trước nhật ký: thứ tự của chúng được dựng lại" in audited().told


def test_older_backup_agrees_with_the_checkpoint_of_its_time_and_contradicts_the_later_one(world, kept):
    cut_the_tail(world)

    assert audited("--checkpoint", kept(world.early_checkpoint)).code == 0
    later = audited("--checkpoint", kept(world.checkpoint))
    assert later.code == 1
    size = Seal.objects.get(number=1).size
    assert f"chỉ còn {size} dòng; đuôi bị cắt, hoặc khôi phục từ bản sao lưu cũ hơn" in later.told


def test_checkpoint_of_the_future_is_told(world, kept):
    last = Seal.objects.get(number=2)
    to_come = checkpoint_of(size=last.size, root=bytes.fromhex(last.root), at=now() + timedelta(days=1))

    found = audited("--checkpoint", kept(to_come))

    assert found.code == 1
    assert "lúc ấy chưa đến, đồng hồ máy chủ bị đặt lại" in found.told


def test_checkpoint_of_nothing_sealed_agrees_with_all(world, kept):
    assert audited("--checkpoint", kept(checkpoint_of(size=0, root=EMPTY_ROOT))).code == 0


BAD = [
    pytest.param(lambda text: "", "Đây không phải là mốc niêm phong", id="empty"),
    pytest.param(lambda text: text[: len(text) // 2], "mốc đã mất một phần", id="truncated"),
    pytest.param(lambda text: text[:-12], "mốc đã mất một phần", id="without the end of its signature"),
    pytest.param(lambda text: text.replace("\ntime ", "\nx\ntime "), "Chữ ký không khớp", id="with a line more"),
    pytest.param(
        lambda text: re.sub(r"^(\d+)$", lambda found: str(int(found[1]) + 1), text, count=1, flags=re.MULTILINE),
        "Chữ ký không khớp với nội dung",
        id="another size under the signature",
    ),
    pytest.param(
        lambda text: checkpoint_of(size=3, key=Ed25519PrivateKey.generate()),
        "của một cài đặt khác, hoặc ký bằng khóa khác",
        id="of another installation",
    ),
]


@pytest.mark.parametrize(("spoil", "sentence"), BAD)
def test_checkpoint_that_proves_nothing_is_refused_before_anything_is_checked(world, kept, spoil, sentence):
    with pytest.raises(CommandError, match=sentence) as refusal:
        audited("--checkpoint", kept(spoil(world.checkpoint)))

    # Not as for tampering.
    assert refusal.value.returncode == 2


def test_checkpoint_of_an_old_key_is_checked_with_what_is_public_of_it(world, kept, tmp_path, settings):
    """By whoever has no key of this installation too."""
    public = public_key_text(read_key_file(settings.AUDIT_KEY_FILE).public_key())
    settings.AUDIT_KEY_FILE = tmp_path / "new.pem"
    new = public_key_text(make_key_file(settings.AUDIT_KEY_FILE).public_key())
    file = kept(world.checkpoint)

    assert audited("--checkpoint", file, "--public-key", public).code == 0
    for key, sentence in (("", "kiểm tra bằng khóa công khai cũ"), (new, "khóa khác"), (public[:-4], "trọn dòng")):
        with pytest.raises(CommandError, match=sentence) as refusal:
            audited("--checkpoint", file, "--public-key", key)
        assert refusal.value.returncode == 2
    with pytest.raises(CommandError, match="thêm --checkpoint TỆP"):
        audited("--public-key", public)


def test_checkpoint_that_is_not_there_is_told(world, tmp_path):
    with pytest.raises(CommandError, match="Không đọc được mốc niêm phong"):
        audited("--checkpoint", tmp_path / "none.txt")


def test_checkpoint_in_bytes_that_are_no_text_is_told(world, tmp_path):
    file = tmp_path / "moc.txt"
    file.write_bytes(b"\xff\xfe\x00")

    with pytest.raises(CommandError, match="Không đọc được mốc niêm phong"):
        audited("--checkpoint", file)


@pytest.mark.parametrize("verb", [["checkpoint"], ["verify", "--checkpoint"]], ids=lambda verb: verb[0])
def test_key_file_that_is_missing_is_told(world, kept, tmp_path, settings, verb):
    settings.AUDIT_KEY_FILE = tmp_path / "none.pem"
    arguments = [*verb, str(kept(world.checkpoint))] if "--checkpoint" in verb else verb

    with pytest.raises(CommandError, match="Không có tệp khóa niêm phong"):
        call_command("audit", *arguments)


def test_key_file_that_others_can_read_is_refused(world, tmp_path, settings):
    path = tmp_path / "khoa.pem"
    make_key_file(path)
    path.chmod(stat.S_IRUSR | stat.S_IWUSR | stat.S_IROTH)
    settings.AUDIT_KEY_FILE = path

    with pytest.raises(CommandError, match="có quyền 604: người dùng khác của máy mở được"):
        call_command("audit", "checkpoint")


def test_check_without_a_checkpoint_needs_no_key(world, tmp_path, settings):
    settings.AUDIT_KEY_FILE = tmp_path / "none.pem"

    assert audited().code == 0


def test_clock_set_back_is_told_and_is_no_fault(world):
    """The order is that of the numbers."""
    signed_again = SignedAct.objects.order_by("-pk")[0]
    with past_the_history():
        SignedAct.objects.filter(pk=signed_again.pk).update(at=now() - timedelta(days=2))

    found = audited()

    assert found.code == 0, found.told
    assert f"Đồng hồ máy chủ đã lùi 1 lần (thao tác {signed_again.pk}); thứ tự theo số" in found.told
