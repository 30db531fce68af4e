import re
from datetime import UTC, date, datetime
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from programme.models import AgencyKind, DocumentRelation, Period, RelationKind, RevisionStep, Role, StepKind
from programme.operations.deciding import record_step
from smartcity.audit.timeline import Change, actions, timeline
from smartcity.lib.records.history import signed_delete, signed_save, user_action
from tasks.models import BudgetEntry, Coordination, PlannedTask, ProgressUpdate, Status
from tasks.operations.reporting import submit_update
from tasks.operations.reviewing import accept_update
from tests.factories import (
    AgencyFactory,
    BudgetEntryFactory,
    CoordinationFactory,
    DocumentRelationFactory,
    LegalDocumentFactory,
    MembershipFactory,
    PeriodFactory,
    PlannedTaskFactory,
    ProgressUpdateFactory,
    ProvinceFactory,
    RevisionFactory,
    UserFactory,
    coordinator_of,
    officer_of,
    task_in_force,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def lan():
    return UserFactory(full_name="Nguyễn Thị Lan", agency__short_name="Sở TT&TT")


def change(record, *, by, reason="Đính chính", **values):
    """Change the record and return the event that tells of it."""
    for name, value in values.items():
        setattr(record, name, value)
    signed_save(record, by=by, reason=reason)
    return timeline(record)[0]


def words_of(html):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).replace("\u00a0", " ").split())


# What an event tells


def test_event_tells_who_did_what_and_why(lan):
    agency = AgencyFactory(name="Sở Y tế")

    event = change(agency, by=lan, reason="Theo Quyết định 12/QĐ-UBND", name="Sở Y tế tỉnh")

    assert event.who == lan
    assert event.verb == "Sửa"
    assert event.reason == "Theo Quyết định 12/QĐ-UBND"
    assert event.subject == "cơ quan «Sở Y tế tỉnh»"
    assert event.changes == [Change("Tên", "Sở Y tế", "Sở Y tế tỉnh")]
    assert event.is_change


@pytest.mark.parametrize(
    ("make", "values", "told"),
    [
        pytest.param(
            lambda: AgencyFactory(kind=AgencyKind.DEPARTMENT),
            {"kind": AgencyKind.POLICE},
            Change("Loại", "Sở, ban, ngành", "Công an"),
            id="a choice",
        ),
        pytest.param(
            lambda: AgencyFactory(in_force_to=None),
            {"in_force_to": date(2025, 2, 28)},
            Change("Hoạt động đến hết ngày", "(trống)", "28/02/2025"),
            id="a day",
        ),
        pytest.param(
            lambda: RevisionFactory(declared_budget_vnd=3_800_000_000_000, declared_budget_kind="estimate"),
            {"declared_budget_vnd": 2_030_000_000_000},
            Change("Tổng kinh phí công bố", "3.800\u00a0tỷ đồng", "2.030\u00a0tỷ đồng"),
            id="money",
        ),
        pytest.param(
            lambda: RevisionFactory(task_list_is_partial=False),
            {"task_list_is_partial": True},
            Change("Danh mục nhiệm vụ chưa đầy đủ", "không", "có"),
            id="yes or no",
        ),
        pytest.param(
            lambda: ProgressUpdateFactory(percent=0),
            {"percent": 50},
            Change("Tiến độ", "0%", "50%"),
            id="a percentage",
        ),
        pytest.param(
            lambda: AgencyFactory(short_name="Sở YT"),
            {"short_name": ""},
            Change("Tên viết tắt", "Sở YT", "(trống)"),
            id="something taken away",
        ),
        pytest.param(
            lambda: ProgressUpdateFactory(results="Một."),
            {"results": "Một.\nHai."},
            Change("Kết quả đã làm", "Một.", "Một.\nHai."),
            id="several lines",
        ),
    ],
)
def test_event_tells_values_in_words(lan, make, values, told):
    event = change(make(), by=lan, **values)

    assert event.changes == [told]


def test_event_tells_records_by_their_names(lan):
    old, new = AgencyFactory(name="Sở TT&TT"), AgencyFactory(name="Sở KH&CN")
    membership = MembershipFactory(agency=old)

    event = change(membership, by=lan, agency=new)

    assert event.changes == [Change("Cơ quan", "Sở TT&TT", "Sở KH&CN")]


def test_event_tells_the_document_on_which_it_rests(lan):
    document = LegalDocumentFactory(number=112, symbol="NQ-HĐND", signed_on=date(2019, 12, 13))
    agency = AgencyFactory()

    with user_action(document=document):
        event = change(agency, by=lan, in_force_to=date(2025, 2, 28))

    assert event.document == document
    assert str(event.document) == "Nghị quyết số 112/NQ-HĐND ngày 13/12/2019"


def test_making_a_record_tells_all_that_it_began_with():
    agency = AgencyFactory(name="Sở Y tế", short_name="SYT", province=ProvinceFactory(name="Tỉnh Hải Dương"))

    [event] = timeline(agency)

    assert event.verb == "Tạo"
    assert not event.is_change
    assert event.changes == [
        Change("Tỉnh, thành phố", "(trống)", "Tỉnh Hải Dương"),
        Change("Tên", "(trống)", "Sở Y tế"),
        Change("Tên viết tắt", "(trống)", "SYT"),
        Change("Loại", "(trống)", "Sở, ban, ngành"),
    ]


def test_saving_without_a_change_is_told_as_that(lan):
    event = change(AgencyFactory(), by=lan)

    assert (event.verb, event.changes) == ("Sửa", [])


def test_change_of_a_password_says_so_and_tells_neither(lan):
    person = UserFactory(full_name="Trần Văn Nam")
    person.set_password("hoa-sen-no-thang-sau")

    event = change(person, by=lan, reason="Đặt lại mật khẩu")

    assert [one.in_words for one in event.changes] == ["Mật khẩu đã đổi"]
    assert person.password_digest not in str(timeline(person))


def test_making_an_account_is_no_change_of_its_password():
    assert "Mật khẩu" not in str(timeline(UserFactory(full_name="Trần Văn Nam")))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("", "a", "Mã truy cập API đã cấp"),
        ("a", "b", "Mã truy cập API đã đổi"),
        ("b", "", "Mã truy cập API đã thu hồi"),
    ],
)
def test_token_is_told_to_be_given_changed_or_taken_away(lan, before, after, said):
    person = UserFactory(full_name="Trần Văn Nam", token_digest=before)

    event = change(person, by=lan, token_digest=after)

    assert [one.in_words for one in event.changes] == [said]


def test_newest_event_stands_first(lan):
    agency = AgencyFactory(short_name="Một")
    change(agency, by=lan, short_name="Hai")
    change(agency, by=lan, short_name="Ba")

    events = timeline(agency)

    assert [event.changes[0].new for event in events[:2]] == ["Ba", "Hai"]
    assert events[2].verb == "Tạo"


def test_order_is_that_of_the_changes_when_the_clock_was_set_back(lan):
    agency = AgencyFactory(short_name="Một")
    agency._history_date = datetime(2020, 1, 1, tzinfo=UTC)
    change(agency, by=lan, short_name="Hai")
    agency._history_date = datetime(2019, 1, 1, tzinfo=UTC)
    change(agency, by=lan, short_name="Ba")

    events = timeline(agency)

    assert [event.changes[0].new for event in events[:2]] == ["Ba", "Hai"]


def test_what_one_person_did_in_one_go_stands_together(lan):
    revision = RevisionFactory()
    record_step(revision, StepKind.SUBMITTED, on=date(2023, 6, 20), by=lan, today=date(2023, 6, 20))

    [submitted, made] = actions(timeline(revision, [(RevisionStep, "revision")]))

    assert sorted((event.verb, event.subject.partition(" «")[0]) for event in submitted) == [
        ("Ghi", "bước của lần điều chỉnh"),
        ("Trình", "lần ban hành, điều chỉnh"),
    ]
    assert [event.verb for event in made] == ["Tạo"]


def test_agency_that_got_another_name_is_no_change_of_what_names_it(lan):
    agency = AgencyFactory(name="Sở Thông tin")
    planned = PlannedTaskFactory(lead_agency=agency, name="Kho dữ liệu")
    change(agency, by=lan, name="Sở Khoa học")
    change(planned, by=lan, name="Kho dữ liệu dùng chung")

    event = timeline(planned)[0]

    assert [told.label for told in event.changes] == ["Tên nhiệm vụ"]


# Parts


def test_events_of_parts_are_told_with_the_record():
    revision = RevisionFactory(name="Đề án")
    PeriodFactory(revision=revision, label="2020–2022")
    planned = PlannedTaskFactory(revision=revision, name="Xây dựng kho dữ liệu")
    PeriodFactory(label="của đề án khác")

    events = timeline(revision, [(Period, "revision"), (PlannedTask, "revision")])

    assert sorted(event.subject for event in events) == [
        "giai đoạn «2020–2022»",
        "lần ban hành, điều chỉnh «Ban hành lần đầu, Đề án»",
        f"nội dung nhiệm vụ «{planned.task}, Xây dựng kho dữ liệu»",
    ]


def test_relation_is_told_with_both_of_its_documents():
    amending = LegalDocumentFactory(number=45, symbol="NQ-HĐND", signed_on=date(2024, 12, 10))
    amended = LegalDocumentFactory(number=112, symbol="NQ-HĐND", signed_on=date(2019, 12, 13))
    DocumentRelationFactory(document=amending, target=amended, kind=RelationKind.AMENDS, pinpoint="Điều 1")

    outgoing, incoming = (
        next(event for event in timeline(document, [(DocumentRelation, key)]) if "quan hệ" in event.subject)
        for document, key in [(amending, "document"), (amended, "target")]
    )

    assert outgoing.changes == incoming.changes
    assert [(told.label, told.new) for told in outgoing.changes] == [
        ("Văn bản", "Nghị quyết số 45/NQ-HĐND ngày 10/12/2024"),
        ("Quan hệ", "Sửa đổi, bổ sung"),
        ("Văn bản liên quan", "Nghị quyết số 112/NQ-HĐND ngày 13/12/2019"),
        ("Điểm, khoản, Điều", "Điều 1"),
    ]


def test_removed_part_is_told_by_its_name(lan):
    period = PeriodFactory(
        revision__name="Đề án", label="2020–2022", first_day=date(2020, 1, 1), last_day=date(2022, 12, 31)
    )
    revision = period.revision
    signed_delete(period, by=lan, reason="Nhập nhầm")

    event = timeline(revision, [(Period, "revision")])[0]

    assert (event.verb, event.who, event.reason) == ("Xóa", lan, "Nhập nhầm")
    assert event.subject == "giai đoạn «2020–2022»"
    assert Change("Giai đoạn", "2020–2022", "(trống)") in event.changes
    assert Change("Từ ngày", "01/01/2020", "(trống)") in event.changes


def test_removed_agency_of_a_task_is_told_by_its_name(lan):
    coordination = CoordinationFactory(agency__name="Công an tỉnh")
    planned = coordination.planned_task
    signed_delete(coordination, by=lan)

    event = timeline(planned, [(Coordination, "planned_task")])[0]

    assert (event.verb, event.subject) == ("Bỏ", "cơ quan phối hợp «Công an tỉnh»")
    assert Change("Cơ quan phối hợp", "Công an tỉnh", "(trống)") in event.changes


def test_record_that_is_no_more_is_still_told(lan):
    revision = RevisionFactory()
    old, new = (PeriodFactory(revision=revision, label=label) for label in ("2020–2022", "2023–2024"))
    planned = PlannedTaskFactory(revision=revision, period=old)
    change(planned, by=lan, period=new)
    signed_delete(old, by=lan)

    [told] = timeline(planned)[0].changes

    assert (told.label, told.new) == ("Giai đoạn", "2023–2024")
    assert told.old == "2020–2022 (nay đã xóa)"


# Volume


def agency_with_changes(count):
    """An agency that moved from province to province."""
    agency = AgencyFactory()
    for n in range(count):
        change(agency, by=UserFactory(), province=ProvinceFactory(), short_name=f"Sở {n}")
    return agency, []


def task_with_reports(count):
    """A task with reports, each of which corrects the one before, and with payments."""
    task = task_in_force()
    before = None
    for n in range(count):
        before = ProgressUpdateFactory(
            task=task, accepted=True, as_of=date(2023, 6, 1 + n % 28), corrects=before, document=LegalDocumentFactory()
        )
        BudgetEntryFactory(task=task, document=LegalDocumentFactory())
    return task, [(ProgressUpdate, "task"), (PlannedTask, "task"), (BudgetEntry, "task")]


def revision_with_tasks(count):
    revision = RevisionFactory()
    for n in range(count):
        period = PeriodFactory(revision=revision, label=f"giai đoạn {n}")
        PlannedTaskFactory(revision=revision, period=period, lead_agency=AgencyFactory())
    return revision, [(Period, "revision"), (PlannedTask, "revision")]


def document_with_relations(count):
    document = LegalDocumentFactory()
    DocumentRelationFactory.create_batch(count, document=document)
    return document, [(DocumentRelation, "document"), (DocumentRelation, "target")]


@pytest.mark.parametrize("make", [agency_with_changes, task_with_reports, revision_with_tasks, document_with_relations])
def test_query_count_does_not_grow(make):
    counts = []

    for count in (2, 30):
        record, parts = make(count)
        with CaptureQueriesContext(connection) as queries:
            events = timeline(record, parts)
        assert len(events) > count
        counts.append(len(queries))

    assert counts[1] == counts[0]


# The page


def history_page(record, browser):
    name = record._meta.label_lower.replace(".", "_")
    response = browser.get(reverse(f"admin:{name}_history", args=[record.pk]))
    assert response.status_code == 200
    return response.text


@pytest.fixture
def auditor(client_of):
    return client_of(UserFactory(role=Role.AUDITOR, agency=None))


def test_history_page_tells_who_when_why_and_what(auditor, lan):
    document = LegalDocumentFactory(number=112, symbol="NQ-HĐND", signed_on=date(2019, 12, 13))
    agency = AgencyFactory(name="Sở Thông tin và Truyền thông", in_force_to=None)
    agency._history_date = datetime(2025, 3, 1, 1, 30, 15, tzinfo=UTC)
    with user_action(document=document):
        change(agency, by=lan, reason="Sáp nhập", in_force_to=date(2025, 2, 28))

    page = words_of(history_page(agency, auditor))

    assert "08:30:15 01/03/2025 · Nguyễn Thị Lan (Sở TT&TT)" in page
    assert "Sửa cơ quan «Sở Thông tin và Truyền thông»" in page
    assert "Lý do: Sáp nhập · Căn cứ: Nghị quyết số 112/NQ-HĐND ngày 13/12/2019" in page
    assert "Hoạt động đến hết ngày (trống) 28/02/2025" in page
    assert "2 lần thay đổi" in page


def test_history_page_of_a_report_tells_its_whole_way(auditor):
    task = task_in_force(lead=AgencyFactory())
    author = officer_of(task.plans.get().lead_agency, full_name="Trần Văn Nam")
    update = ProgressUpdateFactory.build(
        task=task,
        as_of=date(2023, 6, 16),
        status=Status.COMPLETE,
        percent=100,
        document=LegalDocumentFactory(),
        author=author,
    )
    submit_update(update, by=author, today=date(2023, 6, 16))
    accept_update(update, by=coordinator_of(task.programme, full_name="Lê Thị Hoa"), today=date(2023, 6, 16))

    page = words_of(history_page(update, auditor))

    assert re.search(r"Lê Thị Hoa .* Tình trạng báo cáo Chờ tiếp nhận Đã tiếp nhận .* Trần Văn Nam", page)
    assert "Người tiếp nhận (trống) Lê Thị Hoa" in page
    assert "Số liệu đến ngày 16/06/2023" in page
    assert "Tiến độ 100%" in page
    assert "Trạng thái Hoàn thành" in page


def test_history_page_shows_what_was_typed_as_typed(auditor, lan):
    typed = "<script>alert(1)</script> {{7*7}}"
    agency = AgencyFactory()
    change(agency, by=lan, reason=typed, name=typed, short_name="<b>SYT</b>")

    html = history_page(agency, auditor)

    assert "<script>alert" not in html
    assert "<b>SYT" not in html
    assert html.count("&lt;script&gt;alert(1)&lt;/script&gt; {{7*7}}") >= 3


def test_history_page_tells_of_parts(auditor, lan):
    relation = DocumentRelationFactory(kind=RelationKind.CITES, pinpoint="Điều 1")
    document = relation.document
    relation.pinpoint = "điểm b khoản 4 Điều 1"
    signed_save(relation, by=lan, reason="Ghi rõ điểm, khoản")

    page = words_of(history_page(document, auditor))

    assert "Sửa quan hệ văn bản" in page
    assert "Lý do: Ghi rõ điểm, khoản" in page
    assert "Điểm, khoản, Điều Điều 1 điểm b khoản 4 Điều 1" in page


def test_history_page_tells_of_parts_that_were_removed(auditor, lan):
    period = PeriodFactory(label="2020–2022")
    revision = period.revision
    signed_delete(period, by=lan, reason="Nhập nhầm")

    page = words_of(history_page(revision, auditor))

    assert "Xóa giai đoạn «2020–2022» Lý do: Nhập nhầm" in page


def test_history_page_of_another_province_does_not_exist(client_of):
    agency, stranger = AgencyFactory(), UserFactory()

    response = client_of(stranger).get(reverse("admin:programme_agency_history", args=[agency.pk]))

    assert response.status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_history_page_changes_nothing(client_of, method):
    agency = AgencyFactory()
    browser = client_of(UserFactory(role=Role.ADMINISTRATOR, agency=None))
    before = agency.history.count()

    getattr(browser, method)(
        reverse("admin:programme_agency_history", args=[agency.pk]), {"name": "Thử", "history_id": 1}
    )

    agency.refresh_from_db()
    assert agency.history.count() == before
    assert agency.name != "Thử"
