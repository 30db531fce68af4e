"""What is in a package, and what is not: whoever takes it, and whatever became of the records."""

import json
from hashlib import sha256

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.utils.timezone import localdate

from programme.models import SIMULATED, Role, User
from smartcity.audit.evidence.entries import SECRETS
from smartcity.lib.log.models import LogEntry, RecordShape, SealedEntry
from smartcity.lib.log.sealing import seal
from smartcity.lib.log.shapes import shapes_now
from smartcity.lib.records.history import signed_save
from tests.factories import AgencyFactory, ImportedFileFactory, ProgrammeFactory, UserFactory
from tests.past_the_history import past_the_history
from tests.smartcity.audit.evidence.packages import content_of, export, lines_of, records_of, verified

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def text_of(content):
    """All that it tells of records."""
    return b"".join(held for name, held in content.items() if name.split("/")[0] in {"rows", "history"}).decode()


def read(stored):
    with stored.content.open() as file:
        return file.read()


def test_package_is_verified_by_python_alone_in_an_empty_folder(country):
    content = export("--programme", "HH-CQDT")

    for held in (content, content_of(content)):
        code, told = verified(held)
        assert (code, "ĐÚNG" in told) == (0, True), told
        assert "đề án HH-CQDT, Tỉnh Hải Hưng" in told


def test_package_has_all_that_leads_to_the_programme(country):
    house, content = country.house, content_of(export("--programme", "HH-CQDT"))

    assert records_of(content, "tasks_task") == {house.report.task_id}
    assert records_of(content, "tasks_progressupdate") == {house.report.pk, house.removed}
    assert house.document.pk in records_of(content, "programme_legaldocument")
    assert house.officer.pk in records_of(content, "programme_user")
    assert records_of(content, "programme_province") == {house.province.pk}
    assert content[f"papers/{house.file.sha256}.pdf"] == read(house.file)
    (paper,) = json.loads(content["manifest.json"])["papers"]
    assert paper["names"] == ["Hải Hưng.pdf"]
    assert [use.split()[0] for use in paper["named_by"]] == ["tasks_evidence"]


@pytest.mark.django_db(transaction=True)
def test_file_from_which_rows_came_in_is_a_paper_too():
    content = b"a;b;c\n"
    digest = sha256(content).hexdigest()
    imported = ImportedFileFactory(programme__code="NHAP", sha256=digest, content=content, name="kinh phí.csv")
    lost = ImportedFileFactory(programme=imported.programme, name="../../mất", content=b"khac")
    seal()

    held = export("--programme", "NHAP")

    papers = {paper["file"]: paper for paper in json.loads(content_of(held)["manifest.json"])["papers"]}
    assert content_of(held)[f"papers/{digest}.csv"] == content
    assert papers[f"papers/{digest}.csv"]["named_by"] == [f"smartcity_importedfile {imported.pk}"]
    assert papers[f"papers/{lost.sha256}.bin"]["fault"] == "tệp trên máy chủ không còn như khi được gửi"
    assert verified(held).code == 0


def test_of_another_meeting_it_has_what_is_about_the_programme_alone(country):
    house, content = country.house, content_of(export("--programme", "HH-CQDT"))

    assert house.meeting.pk in records_of(content, "meetings_meeting")
    assert records_of(content, "meetings_directive")
    # Who sat there, for whatever else was said, is in no package of this programme.
    attended = lines_of(content, "history/meetings_attendance.jsonl")
    assert house.meeting.pk not in {line["sealed"]["row.meeting_id"] for line in attended}


def test_rows_are_the_records_as_they_are_at_the_end(country):
    content = content_of(export("--programme", "HH-CQDT"))

    (report,) = lines_of(content, "rows/tasks_progressupdate.jsonl")
    assert report["results"] == "Đã nghiệm thu."
    words = json.loads(content["manifest.json"])["tables"]["tasks_progressupdate"]
    assert words["title"] == "báo cáo tiến độ"
    assert words["values"]["state"]["draft"]


def test_removed_report_is_in_the_history_as_it_was(country):
    content = content_of(export("--programme", "HH-CQDT"))

    lines = lines_of(content, "history/tasks_progressupdate.jsonl")
    removed = [line["sealed"] for line in lines if line["sealed"]["record_id"] == country.house.removed]
    assert [line["kind"] for line in removed] == ["+", "-"]
    assert removed[-1]["row.results"] == "Nháp Hải Hưng"
    assert removed[-1]["act.reason"] == "Nhập hai lần"


def test_package_of_a_period_begins_with_each_record_as_it_was(country):
    content = content_of(export("--programme", "HH-CQDT", "--from", localdate().isoformat()))

    lines = lines_of(content, "history/tasks_progressupdate.jsonl")
    # What was removed before is gone.
    assert [line["sealed"]["row.results"] for line in lines] == ["Kết quả Hải Hưng", "Đã nghiệm thu."]
    assert verified(content).code == 0


def test_package_of_an_earlier_period_tells_nothing_of_later(country):
    content = content_of(export("--programme", "HH-CQDT", "--from", "2024-05-06", "--to", "2024-05-06"))

    (report,) = lines_of(content, "rows/tasks_progressupdate.jsonl")
    assert report["results"] == "Kết quả Hải Hưng"
    assert "Sở Khoa học" not in text_of(content)
    assert verified(content).code == 0


@pytest.mark.parametrize("period", [("--to", "2020-01-01"), ("--from", "1990-01-01", "--to", "1990-12-31")])
def test_package_of_a_time_before_everything_is_empty_and_says_so(country, period):
    code, told = verified(export("--programme", "HH-CQDT", *period))

    assert code == 0
    assert "Đã kiểm tra 0 dòng lịch sử, 0 bản ghi, 0 tệp kèm theo" in told


def test_package_of_a_time_after_everything_has_what_there_was(country):
    content = content_of(export("--programme", "HH-CQDT", "--from", "2099-01-01"))

    assert records_of(content, "tasks_task")
    assert verified(content).code == 0


def test_two_packages_are_the_same_byte_for_byte(country):
    first = export("--programme", "HH-CQDT")

    assert export("--programme", "HH-CQDT") == first
    assert export("--all") == export("--all")


def test_everything_is_as_many_rows_as_were_sealed(country):
    content = content_of(export("--all"))

    told = json.loads(content["manifest.json"])
    assert told["counts"]["rows"] == told["size"] == SealedEntry.objects.count()
    assert content["proof.txt"] == b""
    assert verified(content).code == 0


def test_no_digest_of_a_secret_and_no_address_goes_out(country):
    person = country.house.officer
    everything = b"".join(content_of(export("--all")).values()).decode()

    assert person.full_name in everything
    secrets = [value for row in User.history.all() for value in (row.password_digest, row.token_digest, row.email)]
    assert any(secrets)
    assert [value for value in secrets if value and value in everything] == []
    # That the hash commits to them instead follows from the model.
    for model, names in SECRETS.items():
        assert set(names) <= set(model.PERSONAL)


def sealed_in_the_open(person):
    """A change of the person, as it was written when digests were hashed as they are. Returns its entry."""
    table = User.history.model._meta.db_table
    shape = shapes_now(connection)[table]
    kept_open = RecordShape(digest="0" * 32, table=table, columns=shape.columns, personal=["email"])
    person.title = "Trưởng phòng"
    signed_save(person, by=person)
    with past_the_history():
        RecordShape.objects.bulk_create([kept_open])
        entry = LogEntry.objects.filter(table=table).latest("number")
        LogEntry.objects.filter(pk=entry.pk).update(shape=kept_open)
    return entry


@pytest.mark.django_db(transaction=True)
def test_row_that_holds_the_digest_of_a_password_goes_out_as_its_hash_alone():
    person = UserFactory(role=Role.ADMINISTRATOR, agency=None)
    entry = sealed_in_the_open(person)
    seal()

    content = content_of(export("--all"))

    (line,) = [line for line in lines_of(content, "history/programme_user.jsonl") if "withheld" in line]
    assert line["withheld"] == [person.pk, entry.number]
    assert line["leaf"] == SealedEntry.objects.get(entry=entry).leaf
    assert person.pk not in {row["id"] for row in lines_of(content, "rows/programme_user.jsonl")}
    code, told = verified(content)
    assert code == 0
    assert "Chỉ có mã băm: 1 dòng" in told


@pytest.mark.django_db(transaction=True)
def test_row_that_was_spoiled_before_it_was_sealed_goes_out_as_that():
    agency = AgencyFactory(name="Sở Y tế")
    agency.name = "Sở Y tế mới"
    signed_save(agency, by=UserFactory())
    with past_the_history():
        rows = type(agency).history.filter(id=agency.pk)
        rows.filter(pk=rows.latest("history_id").pk).update(history_type="-")
    seal()

    content = content_of(export("--all"))

    broken = [line for line in lines_of(content, "history/programme_agency.jsonl") if "broken" in line["sealed"]]
    assert [line["sealed"]["record_id"] for line in broken] == [agency.pk]
    code, told = verified(content)
    assert code == 0
    assert "Đã hỏng khi niêm phong: 1 dòng" in told


def test_of_a_history_that_was_changed_there_is_no_package(country, tmp_path):
    with past_the_history():
        type(country.house.report).history.filter(id=country.house.removed).update(results="Khác")

    with pytest.raises(CommandError, match="không còn như khi niêm phong"):
        export("--programme", "HH-CQDT")


def test_of_leaves_that_were_changed_there_is_no_package(country):
    elsewhere = LogEntry.objects.filter(table="programme_historicalprogramme", record_id=country.other.programme.pk)
    with past_the_history():
        SealedEntry.objects.filter(entry=elsewhere.first()).update(leaf="0" * 64)

    with pytest.raises(CommandError, match="Dãy niêm phong không còn như khi niêm phong"):
        export("--programme", "HH-CQDT")


def test_file_that_is_gone_is_told(country):
    path = country.house.file.content.path
    with open(path, "rb") as file:
        held = file.read()
    try:
        with open(path, "wb") as file:
            file.write(held[:-1])
        code, told = verified(export("--programme", "HH-CQDT"))
    finally:
        with open(path, "wb") as file:
            file.write(held)

    assert code == 0
    assert f"Không kèm được papers/{country.house.file.sha256}.pdf: tệp trên máy chủ không còn như khi được gửi" in told


# Who takes it, whose rows are in it.


def words_of(house):
    return {house.programme.code, house.officer.full_name, house.document.subject, house.report.task.plans.get().name}


def told_of(content, house):
    text = text_of(content)
    return {word for word in words_of(house) if word in text}


def test_auditor_of_a_province_takes_what_is_of_it(country):
    province = country.house.province
    auditor = UserFactory(username="thanh-tra", role=Role.AUDITOR, agency=AgencyFactory(province=province))
    seal()

    content = content_of(export("--all", "--by", auditor.username))

    assert told_of(content, country.house) == words_of(country.house)
    assert told_of(content, country.other) == set()
    assert told_of(content, country.unreal) == set()
    with pytest.raises(CommandError, match="Không có đề án «CL-DTTM»"):
        export("--programme", "CL-DTTM", "--by", auditor.username)


def test_auditor_of_the_country_takes_what_is_real(country):
    auditor = UserFactory(username="kiem-toan", role=Role.AUDITOR, agency=None)

    content = content_of(export("--all", "--by", auditor.username, "--from", "2020-01-01"))

    assert told_of(content, country.house) == words_of(country.house)
    assert told_of(content, country.other) == words_of(country.other)
    assert told_of(content, country.unreal) == set()


def test_auditor_of_the_simulated_province_takes_nothing_real(country):
    province = country.unreal.province
    auditor = UserFactory(username="mau", role=Role.AUDITOR, agency=AgencyFactory(province=province), is_simulated=True)

    content = content_of(export("--all", "--by", auditor.username))

    assert told_of(content, country.unreal) == words_of(country.unreal)
    assert told_of(content, country.house) == set()
    for held in (content, content_of(export("--programme", "MAU-1", "--by", auditor.username))):
        assert SIMULATED in verified(held).told


@pytest.mark.parametrize("role", [role for role in Role if role != Role.AUDITOR])
def test_others_of_a_province_take_none(country, role):
    person = UserFactory(username="khac", role=role, agency=AgencyFactory(province=country.house.province))

    with pytest.raises(CommandError, match="không được lấy gói bằng chứng"):
        export("--programme", "HH-CQDT", "--by", person.username)


# What cannot be made.


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        (("--programme", "KHONG-CO"), "Không có đề án «KHONG-CO»"),
        (("--programme", ""), "Không có đề án «»"),
        (("--all", "--from", "2024-05-07", "--to", "2024-05-06"), "bị ngược: từ ngày 07/05/2024 đến ngày 06/05/2024"),
        (("--all", "--from", "hôm qua"), "«hôm qua» chưa phải một ngày"),
        (("--all", "--from", "0001-01-01"), "Năm 1 nằm ngoài khoảng"),
        (("--all", "--to", "9999-12-31"), "Năm 9999 nằm ngoài khoảng"),
        (("--all", "--to", "31/02/2026"), "Ngày 31/02/2026 không có trong lịch"),
        (("--all", "--size", "7"), "Không có mốc niêm phong 7 dòng"),
        (("--all", "--by", "khong-co"), "Không có tài khoản «khong-co»"),
        ((), "--programme"),
    ],
)
def test_what_cannot_be_made_says_why(country, asked, refusal):
    with pytest.raises(CommandError, match=refusal):
        export(*asked)


def test_half_a_package_is_not_left(country, tmp_path):
    with past_the_history():
        type(country.house.report).history.filter(id=country.house.removed).update(results="Khác")

    with pytest.raises(CommandError, match="không còn như khi niêm phong"):
        call_command("audit", "export", "--all", "--out", str(tmp_path / "goi.zip"))
    with pytest.raises(CommandError, match="Không ghi được"):
        call_command("audit", "export", "--all", "--out", str(tmp_path / "khong-co" / "goi.zip"))

    assert list(tmp_path.iterdir()) == []


def test_days_at_the_ends_of_the_calendar_are_days(country):
    assert verified(export("--programme", "HH-CQDT", "--from", "1945-01-01", "--to", "31/12/2099")).code == 0


def test_file_that_is_there_is_kept(country, tmp_path):
    out = tmp_path / "goi.zip"
    out.write_text("của tôi")

    with pytest.raises(CommandError, match="Chọn tên tệp khác"):
        call_command("audit", "export", "--all", "--out", str(out))

    assert out.read_text() == "của tôi"


# What others have kept.


def test_package_for_a_kept_checkpoint_is_proven_to_it(country):
    size = country.early.splitlines()[1]

    held = export("--programme", "HH-CQDT", "--size", size)

    code, told = verified(held, "--checkpoint", "moc", moc=country.early)
    assert code == 0, told
    assert "Trùng với mốc đã giữ" in told
    # What came after it is not in it.
    assert "Đã nghiệm thu." not in text_of(content_of(held))


def test_checkpoint_of_another_size_is_told_not_to_tell(country):
    code, told = verified(export("--programme", "HH-CQDT"), "--checkpoint", "moc", moc=country.early)

    assert code == 0
    assert f"KHÔNG đối chiếu được với mốc đã giữ, vì mốc ấy có {country.early.splitlines()[1]} dòng" in told


@pytest.mark.django_db(transaction=True)
def test_what_is_sealed_later_elsewhere_changes_no_byte():
    province = AgencyFactory(name="Sở Y tế").province
    ProgrammeFactory(code="MOT", province=province)
    before = export("--programme", "MOT")
    AgencyFactory(name="Ở nơi khác")
    seal()

    assert export("--programme", "MOT") == before
