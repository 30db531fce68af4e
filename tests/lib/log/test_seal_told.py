"""Where people meet the seal: on paper, in files, by mail, on the administrator's first page."""

import json
import re
from datetime import timedelta
from hashlib import sha256
from io import StringIO

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError
from django.utils.timezone import localtime, now

from smartcity.house_faults import read_house_faults
from smartcity.lib.log import waiting
from smartcity.lib.log.checkpoints import read_checkpoint
from smartcity.lib.log.foot import checkpoint_of_foot, forget, sealed_foot
from smartcity.lib.log.models import Seal, SealedEntry, SignedAct
from smartcity.lib.log.sealing import seal
from smartcity.lib.log.unsealed import has_unsealed
from smartcity.lib.seal.merkle import verify_inclusion
from smartcity.management.commands import audit
from tests.factories import AgencyFactory, LegalDocumentFactory, ProgrammeFactory, UserFactory, coordinator_of
from tests.past_the_history import past_the_history

# What the test itself has not ended cannot be sealed.
pytestmark = pytest.mark.django_db(transaction=True)


def run(*arguments):
    out = StringIO()
    call_command("audit", *arguments, stdout=out, stderr=out)
    return out.getvalue()


@pytest.fixture
def foot():
    """The sentence at the foot is asked for in the test, and forgotten after it."""
    forget()
    yield
    forget()
    sealed_foot()


def test_sentence_at_the_foot_is_a_checkpoint_that_verifies(client_of, foot):
    person = UserFactory(role="administrator", agency=None)
    seal()

    page = client_of(person).get("/quan-tri/").content.decode()

    (said,) = re.findall(r'<p class="sealed">([^<]+)</p>', page)
    # As it comes off paper: lines broken anywhere between words, and in what is long.
    broken = re.sub(r"([\w+/=:.-]{9})(?=[\w+/=:.-])", r"\1\n", said.replace(" ", "\n"))
    for text in (said, said.replace(" ", "\n"), broken):
        kept = read_checkpoint(checkpoint_of_foot(text))
        assert kept.size == seal().seal.size
        assert kept.root.hex() == seal().seal.root
    # For people, by their own clock.
    assert f"lúc {localtime(kept.made_at):%H:%M ngày %d/%m/%Y} ({kept.made_at:%Y-%m-%dT%H:%M:%S.%f}Z)" in said


def test_who_is_not_signed_in_reads_no_checkpoint(client, foot):
    AgencyFactory()
    seal()

    assert "niêm phong" not in client.get("/dang-nhap/", follow=True).content.decode()


def test_checkpoint_goes_to_a_file_once_and_by_mail(tmp_path):
    AgencyFactory()
    file = tmp_path / "moc.txt"

    said = run("checkpoint", "--out", str(file), "--mail", "luu@vi-du.vn")

    assert file.read_text() == said
    (letter,) = mail.outbox
    assert (letter.to, letter.body) == (["luu@vi-du.vn"], said)
    assert "Không có gì bị sửa." in run("verify", "--checkpoint", str(file))
    with pytest.raises(CommandError, match="Chọn tên tệp khác"):
        run("checkpoint", "--out", str(file))
    assert file.read_text() == said


def test_checkpoint_is_told_also_where_it_can_be_neither_written_nor_mailed(tmp_path, monkeypatch):
    def down(letter):
        raise ConnectionRefusedError(111, "Connection refused")

    AgencyFactory()
    file = tmp_path / "moc.txt"
    file.write_text("mốc cũ")
    monkeypatch.setattr(EmailMessage, "send", down)
    told = StringIO()

    with pytest.raises(CommandError, match=r"Chọn tên tệp khác\. Không gửi được thư cho luu@vi-du\.vn") as refusal:
        call_command("audit", "checkpoint", "--out", str(file), "--mail", "luu@vi-du.vn", stdout=told)

    assert refusal.value.returncode == 2
    assert read_checkpoint(told.getvalue()).size == seal().seal.size
    assert file.read_text() == "mốc cũ"


@pytest.mark.parametrize("typed", ["-5", "0", "mỗi phút"])
def test_time_between_seals_that_is_none_is_refused(typed):
    with pytest.raises(CommandError, match="nhập số nguyên từ 1 trở lên"):
        run("seal", f"--every={typed}")


def test_sealing_goes_on_after_the_database_was_started_anew(monkeypatch):
    class Enough(Exception):
        pass

    def sleep(seconds):
        if len(asked) > 2:
            raise Enough

    def seal_once_it_answers(**options):
        asked.append(options)
        if len(asked) == 1:
            raise OperationalError("server closed the connection unexpectedly")
        return seal(**options)

    asked = []
    AgencyFactory()
    monkeypatch.setattr(audit, "seal", seal_once_it_answers)
    monkeypatch.setattr(audit.time, "sleep", sleep)
    told = StringIO()

    with pytest.raises(Enough):
        call_command("audit", "seal", "--every", "60", stdout=told, stderr=told)

    first, second = told.getvalue().splitlines()
    assert first == "Chưa niêm phong được, thử lại sau 60 giây: server closed the connection unexpectedly"
    assert second.startswith("Đã niêm phong thêm")


def test_row_is_proven_to_whoever_has_the_checkpoint():
    agency = AgencyFactory()
    seal()

    said = json.loads(run("prove", f"programme_historicalagency:{agency.history.get().history_id}"))

    kept = read_checkpoint(said["checkpoint"])
    assert (kept.size, kept.root.hex()) == (said["size"], said["root"]) == (seal().seal.size, seal().seal.root)
    # By hand, as whoever has no copy of this program.
    assert sha256(b"\0" + said["text"].encode()).hexdigest() == said["leaf"]
    assert json.loads(said["text"])["row.name"] == agency.name
    leaf, proof = bytes.fromhex(said["leaf"]), [bytes.fromhex(node) for node in said["proof"]]
    assert verify_inclusion(leaf, said["position"], said["size"], proof, kept.root)
    with pytest.raises(CommandError, match="Không có dòng lịch sử"):
        run("prove", "programme_historicalagency:0")


def test_row_that_was_changed_after_it_was_sealed_is_not_proven():
    agency = AgencyFactory()
    seal()
    with past_the_history():
        agency.history.update(name="Sở khác")

    with pytest.raises(CommandError, match="không còn như khi niêm phong, nên không lập chứng cứ"):
        run("prove", f"programme_historicalagency:{agency.history.get().history_id}")


def test_tree_that_is_not_the_one_that_was_sealed_is_not_signed():
    agency = AgencyFactory()
    seal()
    with past_the_history():
        SealedEntry.objects.filter(position=0).update(leaf="00" * 32)

    with pytest.raises(CommandError, match="Dãy niêm phong không còn như khi niêm phong"):
        run("prove", f"programme_historicalagency:{agency.history.get().history_id}")


def test_administrator_is_told_what_waits_too_long_for_its_seal():
    person = UserFactory(role="administrator", agency=None)
    assert "Lịch sử chưa niêm phong" not in [one.title for one in read_house_faults(person, today=now().date())]

    with past_the_history():
        SignedAct.objects.update(at=now() - waiting.TOO_LONG - timedelta(minutes=1))

    (fault,) = [one for one in read_house_faults(person, today=now().date()) if one.title == "Lịch sử chưa niêm phong"]
    assert fault.count == waiting.unsealed_too_long(now()).entries
    seal()
    assert waiting.unsealed_too_long(now()) is None


def test_token_that_a_command_gives_is_in_the_history_of_its_owner():
    run("seal")
    person = UserFactory()

    call_command("drf_create_token", person.username, stdout=StringIO())

    row = person.history.latest()
    assert row.history_change_reason == "Cấp mã truy cập cho chương trình"
    assert row.token_digest
    assert "Không có gì bị sửa." in run("verify")


def test_list_that_goes_out_is_sealed_first(client_of):
    browser = client_of(coordinator_of(ProgrammeFactory()))
    seal()
    before = Seal.objects.count()

    browser.get("/van-ban/danh-sach.csv")
    assert Seal.objects.count() == before

    LegalDocumentFactory()
    browser.get("/van-ban/danh-sach.csv")
    assert Seal.objects.count() == before + 1
    assert not has_unsealed()


def test_list_goes_out_unsealed_while_others_keep_the_database(client_of, monkeypatch, caplog):
    def locked():
        raise OperationalError("database is locked")

    browser = client_of(coordinator_of(ProgrammeFactory()))
    monkeypatch.setattr("smartcity.lib.log.going_out.seal", locked)

    response = browser.get("/van-ban/danh-sach.csv")

    assert response.status_code == 200
    assert "Something went out before what is new was sealed" in caplog.text
