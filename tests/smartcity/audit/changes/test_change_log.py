"""The timeline of everything: what an auditor finds in it, and what it says."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate, localtime

from meetings.operations.recording import conclude_meeting
from meetings.operations.removing import remove_meeting
from programme.models import Role
from smartcity.audit.changes.catching_up import as_it_is, catch_up, catch_up_for_a_page
from smartcity.audit.changes.models import DERIVED, CaughtUp, ChangedFields, LoggedChange
from smartcity.lib.log.models import LogEntry, SignedAct
from smartcity.lib.records.history import signed_delete, signed_save, user_action
from tasks.operations.reporting import submit_update
from tests.factories import (
    AgencyFactory,
    BudgetEntryFactory,
    LegalDocumentFactory,
    PlannedTaskFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    ProvinceFactory,
    TaskFactory,
    UserFactory,
    officer_of,
    task_in_force,
)
from tests.meeting_pages import secretary_of, whole
from tests.meetings.factories import MeetingFactory
from tests.past_the_history import past_the_history

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

LOG = "/nhat-ky/"


@pytest.fixture
def auditor():
    return UserFactory(role=Role.AUDITOR, agency=None)


@pytest.fixture
def lan():
    return UserFactory(full_name="Nguyễn Thị Lan", title="Chuyên viên", agency__name="Sở Thông tin")


@pytest.fixture
def read(client_of, auditor):
    """What the page says to an auditor, or to another reader, under these filters."""

    def read(reader=None, status=200, **asked):
        response = client_of(reader or auditor).get(
            LOG, {name.replace("_", "-"): value for name, value in asked.items()}
        )
        assert response.status_code == status, response.text[:2000]
        return words_of(response.text.partition('id="nhat-ky"')[2] if status == 200 else response.text)

    return read


def words_of(html):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).replace("\u00a0", " ").split())


def change(record, *, by, reason="Đính chính", **values):
    for name, value in values.items():
        setattr(record, name, value)
    with user_action(by=by):
        return signed_save(record, by=by, reason=reason)


def acts_of(response):
    return [line.act for line in response.context["lines"]]


# What a line says


def test_line_says_who_when_why_on_which_ground_and_what_became_of_what(read, lan):
    agency, ground = AgencyFactory(name="Sở Y tế", province=ProvinceFactory()), LegalDocumentFactory()
    with user_action(by=lan, document=ground):
        change(agency, by=lan, reason="Theo quyết định", short_name="Y tế")
    lan.full_name = "Nguyễn Lan"
    signed_save(lan, by=lan, reason="Đổi tên")

    said = read(ban_ghi=f"programme.agency-{agency.pk}", viec="sua")

    assert "Nguyễn Thị Lan , Chuyên viên ( Sở Thông tin )" in said
    assert f"Lý do: Theo quyết định · Căn cứ: {words_of(str(ground))}" in said
    assert re.search(r"Sửa cơ quan «Sở Y tế.*» .* Tên viết tắt \(trống\) Y tế", said)


def test_words_money_and_days_that_changed_are_told_apart(client_of, auditor, lan):
    plan = PlannedTaskFactory(name="Xây dựng kho dữ liệu dùng chung của tỉnh", due_on=date(2024, 6, 30))
    change(plan, by=lan, name="Xây dựng kho dữ liệu số của tỉnh", due_on=date(2024, 7, 14))
    change(plan, by=lan, due_on=date(2024, 7, 11))

    html = client_of(auditor).get(LOG, {"nhiem-vu": plan.task_id, "viec": "sua"}).text

    assert re.search(r"<del>dùng chung\s*</del>", html)
    assert re.search(r"<ins>số\s*</ins>", html)
    assert "(lùi 14 ngày)" in html
    assert "(sớm 3 ngày)" in html


def test_amount_that_changed_says_by_how_much(read, lan):
    report = ProgressUpdateFactory(disbursed_vnd=80_000_000)
    change(report, by=lan, disbursed_vnd=200_000_000)

    assert "80 triệu đồng 200 triệu đồng (+120 triệu đồng)" in read(ban_ghi=f"tasks.progressupdate-{report.pk}")


def test_removed_meeting_is_found_with_what_it_was_and_why_it_went(read, lan):
    meeting = MeetingFactory(title="nghe báo cáo kho dữ liệu")
    remove_meeting(meeting, reason="Hoãn họp", by=secretary_of(meeting.province), today=date(2024, 1, 1))

    said = read(loai="meetings.meeting", viec="xoa")

    assert "Xóa cuộc họp" in said
    assert "nghe báo cáo kho dữ liệu" in said
    assert "Lý do: Hoãn họp" in said


def test_act_with_many_rows_shows_a_few_and_its_own_page_the_rest(client_of, auditor, lan):
    province = ProvinceFactory()
    with user_action(by=lan):
        for number in range(120):
            signed_save(province.agencies.model(province=province, name=f"Phòng {number}"), by=lan, reason="Nhập tệp")
    browser = client_of(auditor)

    page = browser.get(LOG, {"loai": "programme.agency", "nguoi": lan.pk})
    [line] = page.context["lines"]
    act = browser.get(reverse("change_act", args=[line.place]))
    rest = browser.get(reverse("change_act", args=[line.place]), {"sau": act.context["next_after"]})

    assert "Còn 115 thay đổi nữa trong thao tác này" in words_of(page.text)
    assert len(act.context["line"].touched) == 100
    assert len(rest.context["line"].touched) == 20
    assert "Phòng 119" in rest.text
    assert rest.context["next_after"] is None


def test_clock_that_was_set_back_is_told_and_the_order_stays_that_of_the_numbers(client_of, auditor, lan):
    first, second = (AgencyFactory(name=name) for name in ("Sở Một", "Sở Hai"))
    change(first, by=lan, short_name="Một")
    change(second, by=lan, short_name="Hai")
    with past_the_history():
        last = SignedAct.objects.order_by("-pk").first()
        SignedAct.objects.filter(pk=last.pk).update(at=last.at - timedelta(hours=3))

    page = client_of(auditor).get(LOG, {"viec": "sua"})

    assert [line.touched[0].subject for line in page.context["lines"]] == ["cơ quan «Sở Hai»", "cơ quan «Sở Một»"]
    assert ["Đồng hồ máy chủ đã bị lùi" in " ".join(line.notes) for line in page.context["lines"]] == [True, False]


def test_order_that_was_reconstructed_is_told(read, lan):
    change(AgencyFactory(), by=lan, short_name="Y tế")
    with past_the_history():
        LogEntry.objects.update(order_is_reconstructed=True)

    assert "thứ tự được dựng lại theo giờ ghi" in read(viec="sua")


def test_change_of_a_password_is_told_and_no_digest(read, lan):
    lan.set_password("hoa-sen-no-thang-sau")
    change(lan, by=lan, reason="Đổi mật khẩu")

    said = read(ban_ghi=f"programme.user-{lan.pk}", viec="sua")

    assert "Mật khẩu đã đổi" in said
    assert lan.password_digest not in said


# What is asked for


@pytest.fixture
def world(lan):
    """Changes of two people, two tasks, two programmes; by their reasons."""
    other, task = UserFactory(full_name="Trần Văn Nam"), TaskFactory()
    plan = PlannedTaskFactory(revision__programme=task.programme, task=task, name="Cổng dữ liệu mở")
    elsewhere = PlannedTaskFactory(name="Camera giao thông")
    change(plan, by=lan, reason="Lan đổi tên", name="Cổng dữ liệu mở của tỉnh")
    change(plan, by=other, reason="Nam đổi hạn", due_on=date(2025, 1, 1))
    change(elsewhere, by=lan, reason="Lan đổi nơi khác", name="Camera giám sát giao thông")
    entry = BudgetEntryFactory(task=task)
    key = plan.pk
    with user_action(by=other):
        signed_delete(plan, by=other, reason="Nam bỏ")
    return {"task": task, "other": other, "plan": plan, "key": key, "entry": entry}


def reasons(said):
    return [one for one in ("Lan đổi tên", "Nam đổi hạn", "Lan đổi nơi khác", "Nam bỏ") if f"Lý do: {one}" in said]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"nguoi": "Trần Văn Nam"}, ["Nam đổi hạn", "Nam bỏ"]),
        ({"co-quan": "Sở Thông tin"}, ["Lan đổi tên", "Lan đổi nơi khác"]),
        ({"nguoi": "nguyễn thị lan", "nhiem-vu": "task"}, ["Lan đổi tên"]),
        ({"nhiem-vu": "task", "viec": "sua"}, ["Lan đổi tên", "Nam đổi hạn"]),
        ({"de-an": "code", "viec": "xoa"}, ["Nam bỏ"]),
        ({"truong": "tasks.plannedtask.name", "viec": "sua"}, ["Lan đổi tên", "Lan đổi nơi khác"]),
        ({"truong": "tasks.plannedtask.due_on", "nhiem-vu": "task", "viec": "sua"}, ["Nam đổi hạn"]),
        ({"loai": "tasks.plannedtask", "viec": "xoa"}, ["Nam bỏ"]),
        ({"tu": "01/01/2020", "viec": "xoa"}, ["Nam bỏ"]),
        ({"den": "01/01/2020"}, []),
        ({"ban-ghi": "plan"}, ["Lan đổi tên", "Nam đổi hạn", "Nam bỏ"]),
    ],
    ids=str,
)
def test_filters_find_what_they_say_and_go_together(read, world, asked, found):
    named = {"task": str(world["task"].pk), "code": world["task"].programme.code}
    named["plan"] = f"tasks.plannedtask-{world['key']}"
    asked = {name: named.get(value, value) for name, value in asked.items()}

    assert sorted(reasons(read(**asked))) == sorted(found)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"nguoi": "không có ai"}, "Không có người nào như «không có ai» trong phạm vi của bạn."),
        ({"nguoi": "99999999999999999"}, "Không có người nào có mã 99999999999999999"),
        ({"nguoi": "cán bộ"}, "Có nhiều người như vậy, ghi rõ một trong số này"),
        ({"co-quan": "(mã 0)"}, "Không có cơ quan nào có mã 0"),
        ({"de-an": "KHONG-CO"}, "Không có đề án nào"),
        ({"nhiem-vu": "x" * 300}, "200"),
        ({"loai": "auth.session"}, "Không có lựa chọn này"),
        ({"truong": "tasks.task.password"}, "Không có lựa chọn này"),
        ({"truong": "tasks.task.code", "loai": "meetings.meeting"}, "Nội dung này không thuộc loại bản ghi đã chọn"),
        ({"viec": "'; DROP TABLE"}, "Không có lựa chọn này"),
        ({"tu": "32/01/2024"}, "không có trong lịch"),
        ({"tu": "02/01/2024", "den": "01/01/2024"}, "Đến ngày 01/01/2024 là trước từ ngày 02/01/2024"),
        ({"ban-ghi": "tasks.task"}, "Địa chỉ này không chỉ đến bản ghi nào"),
        ({"ban-ghi": "tasks.task-99999999999999999999"}, "Địa chỉ này không chỉ đến bản ghi nào"),
        ({"ban-ghi": "tasks.task-²"}, "Địa chỉ này không chỉ đến bản ghi nào"),
        ({"truoc": "-5"}, "Không có trang này của nhật ký"),
        ({"truoc": "9" * 30}, "Không có trang này của nhật ký"),
    ],
    ids=str,
)
def test_nonsense_in_a_filter_is_said_beside_it_and_shows_nothing(client_of, auditor, read, asked, said):
    people = [UserFactory(), UserFactory()]

    page = read(status=400, **asked)
    file = client_of(auditor).get(reverse("change_log_export", args=["csv"]), asked)

    assert said in page
    assert "Thao tác số" not in page
    assert file.status_code == 400
    assert people


def test_exact_name_of_a_person_or_agency_stands_before_longer_ones(read, world, lan):
    UserFactory(username="nam", full_name="Phạm Hải Nam", agency=None)
    UserFactory(username="nam.tran", full_name="Trần Văn Nam Anh", agency=None)
    AgencyFactory(name="Trung tâm Sở Thông tin")
    lan.username = "lan"
    signed_save(lan, by=lan, reason="Đổi tên đăng nhập")

    assert sorted(reasons(read(nguoi="Lan"))) == ["Lan đổi nơi khác", "Lan đổi tên"]
    assert reasons(read(nguoi="nam")) == []
    assert sorted(reasons(read(nguoi="Trần Văn Nam"))) == ["Nam bỏ", "Nam đổi hạn"]
    assert sorted(reasons(read(co_quan="Sở Thông tin"))) == ["Lan đổi nơi khác", "Lan đổi tên"]


def test_pages_follow_each_other_without_gap_and_without_counting(client_of, auditor, lan):
    agency = AgencyFactory()
    for number in range(65):
        change(agency, by=lan, short_name=f"Sở {number}")
    browser, seen, address = client_of(auditor), [], {"nguoi": str(lan.pk), "viec": "sua"}

    while True:
        with CaptureQueriesContext(connection) as asked:
            page = browser.get(LOG, address)
        seen += [line.place for line in page.context["lines"]]
        assert not any("OFFSET" in one["sql"] for one in asked.captured_queries)
        before = page.context["found"].next_before
        if before is None:
            break
        address["truoc"] = str(before)

    assert len(seen) == 65
    assert seen == sorted(set(seen), reverse=True)


def test_page_asks_as_often_for_thirty_lines_as_for_three(client_of, auditor, lan):
    browser, agency = client_of(auditor), AgencyFactory()
    member = UserFactory(agency=AgencyFactory(province=agency.province))
    change(agency, by=lan, short_name="Sở")
    catch_up()

    def asked(reader):
        with CaptureQueriesContext(connection) as queries:
            page = client_of(reader).get(LOG, {"loai": "programme.agency"})
        return len(queries), len(page.context["lines"])

    few = [asked(auditor), asked(member)]
    for number in range(40):
        change(agency, by=lan, short_name=f"Sở {number}")
    catch_up()
    many = [asked(auditor), asked(member)]

    assert [count for count, _ in few] == [count for count, _ in many]
    assert [lines for _, lines in many] == [30, 30]
    assert browser


# The index


@pytest.mark.parametrize("at_once", [1_000, 7])
def test_what_is_derived_can_be_made_anew_and_is_the_same(auditor, world, monkeypatch, at_once):
    def everything():
        catch_up()
        rows = LoggedChange.objects.order_by("number", "audience", "record_kind", "record_id").values()
        sets = dict(ChangedFields.objects.values_list("pk", "names"))
        return [row | {"id": 0, "fields_key": sets[row["fields_key"]]} for row in rows]

    first = everything()
    for model in DERIVED:
        model.objects.all().delete()
    monkeypatch.setattr("smartcity.audit.changes.catching_up.AT_ONCE", at_once)

    assert first
    assert everything() == first


def test_catching_up_finds_each_entry_once_and_asks_little_where_nothing_is_new(world):
    catch_up()

    with CaptureQueriesContext(connection) as asked:
        assert catch_up() == 0

    assert set(LoggedChange.objects.values_list("number", flat=True)) == set(
        LogEntry.objects.values_list("number", flat=True)
    )
    assert len(asked) < 8


def test_whoever_only_reads_draws_what_was_found_so_far(read, world):
    catch_up()
    change(world["plan"].task.programme.coordinating_agency, by=world["other"], reason="Vừa đổi", short_name="Mới")

    with as_it_is(), CaptureQueriesContext(connection) as asked:
        said = read(viec="sua")

    assert "Vừa đổi" not in said
    assert "Lan đổi tên" in said
    assert not any(re.search(r"(INSERT|UPDATE|DELETE).*smartcity_", one["sql"]) for one in asked.captured_queries)
    assert "Vừa đổi" in read(viec="sua")


# Who reads it


def test_another_province_is_not_there(read, world):
    stranger = UserFactory(role=Role.OFFICER)

    assert reasons(read(stranger)) == []
    assert "trong phạm vi của bạn" in read(stranger, status=400, nhiem_vu=str(world["task"].pk))
    assert "Không có thay đổi nào như vậy" in read(stranger, ban_ghi=f"tasks.task-{world['task'].pk}")


def test_training_province_and_the_real_ones_do_not_see_each_other(read, lan):
    simulated = ProvinceFactory(is_simulated=True)
    trainee = UserFactory(role=Role.AUDITOR, agency=AgencyFactory(province=simulated))
    programme = ProgrammeFactory(province=simulated, coordinating_agency=AgencyFactory(province=simulated))
    change(programme, by=trainee, reason="Tập huấn", days_to_superior=3)
    change(ProgrammeFactory(), by=lan, reason="Thật", days_to_superior=3)

    assert ("Tập huấn" in read(trainee), "Thật" in read(trainee)) == (True, False)
    assert ("Tập huấn" in read(), "Thật" in read()) == (False, True)


def test_removed_meeting_is_told_to_whoever_audits_alone(read):
    meeting = MeetingFactory(title="nghe báo cáo kho dữ liệu")
    remove_meeting(meeting, reason="Hoãn họp", by=secretary_of(meeting.province), today=date(2024, 1, 1))
    agency = AgencyFactory(province=meeting.province)

    told = {role: "Hoãn họp" in read(UserFactory(role=role, agency=agency)) for role in Role}

    assert told == {role: role == Role.AUDITOR for role in Role}


def test_page_whose_lines_are_all_withheld_goes_on(client_of, monkeypatch):
    programme = ProgrammeFactory()
    province = programme.province
    for number in range(8):
        task = TaskFactory(programme=programme)
        draft = ProgressUpdateFactory(task=task, as_of=date(2023, 1, 1) + timedelta(days=number))
        change(draft, by=draft.author, results=f"Nháp {number}")
    monkeypatch.setattr("smartcity.audit.changes.finding.LOOKED_THROUGH", 4)
    monkeypatch.setattr("smartcity.audit.changes.finding.LINES", 4)
    reader = UserFactory(role=Role.LEADER, agency=AgencyFactory(province=province))
    browser, said, before, pages = client_of(reader), "", "", 0

    while before is not None:
        page = browser.get(
            LOG, {"truoc": before, "loai": "tasks.progressupdate"} if before else {"loai": "tasks.progressupdate"}
        )
        said, before, pages = said + page.text, page.context["found"].next_before, pages + 1

    assert pages > 1
    assert "Ở đoạn này của nhật ký không có thay đổi nào bạn được xem" in said
    assert "Nháp" not in said


# What is taken away


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("/quan-tri/programme/agency/7/change/", "trên trang «Cơ quan» ·"),
        ("/quan-tri/programme/khong-co/", "trên trang ·"),
        ("/quan-tri/password_change/", "trên trang «Đổi mật khẩu» ·"),
        ("/cuoc-hop/10/chot/", "trên trang «Cuộc họp» ·"),
        ("/de-an/BRVT-DTTM/", "trên trang «Đề án» ·"),
        ("/khong-biet/1/", "trên trang ·"),
    ],
)
def test_page_is_said_in_words_and_its_address_is_in_the_file(client_of, auditor, read, lan, place, said):
    change(AgencyFactory(), by=lan, short_name="Y tế")
    with past_the_history():
        SignedAct.objects.filter(signer_id=lan.pk).update(source="page", place=place)

    answer = client_of(auditor).get(reverse("change_log_export", args=["csv"]), {"nguoi": str(lan.pk), "viec": "sua"})

    assert said in read(nguoi=str(lan.pk), viec="sua")
    assert f'"trên trang {place}"' in b"".join(answer.streaming_content).decode("utf-8-sig")


def test_file_has_what_the_page_shows_and_no_formula(client_of, auditor, lan):
    agency = AgencyFactory(name="Sở Y tế")
    change(agency, by=lan, reason="=1+1", short_name="=HYPERLINK(1)")

    answer = client_of(auditor).get(reverse("change_log_export", args=["csv"]), {"nguoi": str(lan.pk), "viec": "sua"})
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()

    assert len(lines) == 2
    assert '"\'=1+1"' in lines[1]
    assert "Tên viết tắt: (trống) → " in lines[1]
    assert '"Nguyễn Thị Lan","Chuyên viên"' in lines[1]


def test_file_tells_the_second_as_the_page_does(client_of, auditor, lan):
    agency = AgencyFactory()
    change(agency, by=lan, short_name="Y tế")
    at = localtime(SignedAct.objects.get(signer_id=lan.pk).at)
    asked = {"nguoi": str(lan.pk), "viec": "sua"}

    answer = client_of(auditor).get(reverse("change_log_export", args=["csv"]), asked)

    assert f"{at:%H:%M:%S %d/%m/%Y}" in b"".join(answer.streaming_content).decode()


def test_signed_out_reader_is_sent_to_sign_in(client):
    for address in (LOG, reverse("change_act", args=[1]), reverse("change_log_export", args=["csv"])):
        assert client.get(address).url.startswith(reverse("sign_in"))


def test_nobody_posts_to_it(client_of, auditor):
    browser = client_of(auditor)

    for address in (LOG, reverse("change_act", args=[1]), reverse("change_log_export", args=["csv"])):
        assert browser.post(address).status_code == 405


# What was drafted, and is told once


@pytest.fixture
def concluded():
    """A meeting that said something else before it was concluded."""
    meeting = MeetingFactory(province=ProvinceFactory())
    directive, office = whole(meeting), secretary_of(meeting.province)
    change(directive, by=office, reason="Lý do lúc soạn", text="Trình hồ sơ thuê máy chủ.")
    change(directive, by=office, reason="Soạn lại", text="Trình phương án thuê máy chủ.")
    conclude_meeting(meeting, by=office, today=localdate())
    return directive


def test_meeting_tells_its_parts_when_it_is_concluded_to_those_who_read_no_drafts(read, concluded):
    province = concluded.conclusion.meeting.province
    member = UserFactory(role=Role.LEADER, agency=AgencyFactory(province=province))

    said = read(member, ban_ghi=f"meetings.directive-{concluded.pk}", loai="meetings.directive")

    assert said.count("Thao tác số") == 1
    assert "Tạo ý kiến chỉ đạo «Trình phương án thuê máy chủ.»" in said
    assert "Lý do: Chốt kết luận cuộc họp" in said
    assert "lúc soạn" not in said
    assert "Trình hồ sơ thuê máy chủ" not in said


def test_whoever_reads_drafts_reads_how_they_came_about_and_nothing_twice(read, concluded):
    said = read(ban_ghi=f"meetings.directive-{concluded.pk}", loai="meetings.directive")

    assert said.count("Thao tác số") == 3
    assert "Lý do: Lý do lúc soạn" in said
    assert "Chốt kết luận cuộc họp" not in said


def test_field_that_only_a_draft_changed_is_found_by_nobody_who_reads_no_drafts(read, concluded):
    meeting = concluded.conclusion.meeting
    heard = MeetingFactory(province=meeting.province)
    change(heard, by=secretary_of(meeting.province, username="van-thu"), reason="Ghi điều đã nghe", heard="báo cáo mật")
    member = UserFactory(role=Role.OFFICER, agency=AgencyFactory(province=meeting.province))

    asked = {"truong": "meetings.meeting.heard"}

    assert "Ghi điều đã nghe" in read(**asked)
    assert "Không có thay đổi nào như vậy" in read(member, **asked)


def test_report_that_was_sent_is_told_to_others_as_it_was_sent(read):
    programme = ProgrammeFactory()
    task = task_in_force(programme=programme, lead=AgencyFactory(province=programme.province, name="Sở Y tế"))
    author = officer_of(task.plans.get().lead_agency)
    report = ProgressUpdateFactory(task=task, author=author, results="Nháp đầu", as_of=date(2023, 6, 16))
    report.results, report.document = "Đã nghiệm thu.", LegalDocumentFactory()
    submit_update(report, by=author, today=date(2023, 6, 16))
    member = UserFactory(role=Role.LEADER, agency=AgencyFactory(province=task.programme.province))
    asked = {"ban_ghi": f"tasks.progressupdate-{report.pk}", "loai": "tasks.progressupdate"}

    others, colleague = read(member, **asked), read(author, **asked)

    assert "Gửi báo cáo tiến độ" in others
    assert "Đã nghiệm thu." in others
    assert "Nháp đầu" not in others
    assert "Tạo báo cáo tiến độ" in colleague
    assert "Nháp đầu" in colleague


def test_copy_on_another_server_is_looked_through_once(world):
    catch_up()
    CaughtUp.objects.update(horizon=2**62)
    change(world["other"], by=world["other"], reason="Trên máy khác", title="Phó Trưởng phòng")

    assert catch_up_for_a_page()

    assert CaughtUp.objects.get().horizon < 2**62
    assert LoggedChange.objects.filter(record_kind="programme.user", deed="~").exists()


def test_row_that_somebody_took_out_past_all_guards_is_a_line_all_the_same(read, lan):
    agency = AgencyFactory()
    change(agency, by=lan, short_name="Y tế")
    with past_the_history():
        agency.history.filter(history_type="~").delete()

    said = read(viec="sua")

    assert "Nguyễn Thị Lan" in said
    assert "một dòng lịch sử không còn đọc được" in said


def test_reader_is_told_how_many_more_they_may_read_and_not_of_others(client_of, lan):
    province = ProvinceFactory()
    reader = UserFactory(role=Role.LEADER, agency=AgencyFactory(province=province))
    with user_action(by=lan):
        for number in range(8):
            signed_save(province.agencies.model(province=province, name=f"Phòng {number}"), by=lan, reason="Nhập")
            other = AgencyFactory.build(province=ProvinceFactory(), name=f"Nơi khác {number}")
            signed_save(other, by=lan, reason="Nhập")

    page = client_of(reader).get(LOG, {"loai": "programme.agency", "viec": "tao"})
    [line] = [line for line in page.context["lines"] if line.reason == "Nhập"]

    assert line.others == 3
    assert "Nơi khác" not in page.text
