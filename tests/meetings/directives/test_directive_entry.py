"""The pages on which the office gives directives with their dues and agencies, and changes them."""

from datetime import date

import pytest
from django.utils.timezone import localdate

from meetings.models import AssignmentRole, Directive, LinkKind, Meeting
from meetings.models.due import Due, DueKind, When
from meetings.operations.directing import link_directive
from meetings.operations.recording import conclude_meeting
from programme.models import AgencyKind, Role
from smartcity.lib.language.reporting_periods import Cadence
from tests.factories import AgencyFactory, LegalDocumentFactory, ProgrammeFactory, RevisionFactory, UserFactory
from tests.meeting_pages import errors_of, opened, page, secretary_of, send
from tests.meetings.factories import AttendanceFactory, ConclusionFactory, DirectiveFactory, MeetingFactory
from tests.reading import text_of

pytestmark = pytest.mark.django_db

TODAY = localdate()
ADOPTION = "HĐND tỉnh thông qua Nghị quyết sửa đổi"


@pytest.fixture
def meeting():
    meeting = MeetingFactory()
    AttendanceFactory(meeting=meeting, chair=True, position=1)
    return meeting


@pytest.fixture
def conclusion(meeting):
    return ConclusionFactory(meeting=meeting, number=1)


@pytest.fixture
def lead(meeting):
    return AgencyFactory(province=meeting.province, name="Sở Thông tin và Truyền thông")


@pytest.fixture
def person(meeting):
    return secretary_of(meeting.province, full_name="Nguyễn Thị Lan")


@pytest.fixture
def office(client_of, person):
    return client_of(person)


@pytest.fixture
def add(office, conclusion, lead):
    """Gives a directive through its page: to the lead, without a due, unless typed otherwise."""

    def add(**typed):
        return send(
            office, "directive_add", conclusion, **{"text": "Trình hồ sơ.", "leads": [lead.pk], "kind": "none"} | typed
        )

    return add


@pytest.fixture
def concluded(add, meeting, person):
    """A directive of the meeting, which is concluded."""
    add()
    conclude_meeting(meeting, by=person, today=TODAY)
    return Directive.objects.get()


def roles(directive):
    told = directive.assignments.order_by("pk").values_list("agency__name", "role", "is_assumed")
    return [(name, AssignmentRole(role), assumed) for name, role, assumed in told]


# Giving


def test_directive_is_given_with_its_agencies(add, meeting, person):
    helper = AgencyFactory(province=meeting.province, name="Sở Tài chính")
    central = AgencyFactory(province=None, name="Bộ Khoa học và Công nghệ", kind=AgencyKind.CENTRAL)

    response = add(lead_is_assumed="on", coordinating=[helper.pk, central.pk], note="Gấp")

    directive = Directive.objects.get()
    assert set(roles(directive)) == {
        ("Sở Thông tin và Truyền thông", AssignmentRole.LEAD, True),
        ("Bộ Khoa học và Công nghệ", AssignmentRole.COORDINATING, False),
        ("Sở Tài chính", AssignmentRole.COORDINATING, False),
    }
    assert (directive.text, directive.note, directive.label) == ("Trình hồ sơ.", "Gấp", "1.1")
    assert directive.history.get().history_user == person
    assert "Đã thêm ý kiến chỉ đạo 1.1: Trình hồ sơ." in text_of(response.text)
    assert response.redirect_chain == [(f"{meeting.get_absolute_url()}#chi-dao-{directive.pk}", 302)]


@pytest.mark.parametrize(
    ("typed", "due"),
    [
        ({"kind": "day", "day": "15/04/2024"}, Due(DueKind.DAY, day=date(2024, 4, 15))),
        ({"kind": "month", "month": "04/2024"}, Due(DueKind.MONTH, year=2024, month=4)),
        (
            {"kind": "phrase", "words": "đầu tháng 5/2024", "day": "10/05/2024"},
            Due(DueKind.PHRASE, words="đầu tháng 5/2024", day=date(2024, 5, 10)),
        ),
        (
            {"kind": "condition", "words": ADOPTION, "when": "after"},
            Due(DueKind.CONDITION, words=ADOPTION, when=When.AFTER),
        ),
        (
            {"kind": "reference", "words": "155/QĐ-UBND ngày 18/01/2024", "cadence": "until_done"},
            Due(DueKind.REFERENCE, words="155/QĐ-UBND ngày 18/01/2024", cadence=Cadence.UNTIL_DONE),
        ),
        (
            {"kind": "cadence", "words": "trong các báo cáo định kỳ"},
            Due(DueKind.CADENCE, words="trong các báo cáo định kỳ"),
        ),
        ({"kind": "none"}, Due(DueKind.NONE)),
    ],
    ids=lambda one: one["kind"] if isinstance(one, dict) else "",
)
def test_each_kind_of_due_is_kept_as_what_it_is_and_shown_again(add, office, typed, due):
    add(**typed)

    directive = Directive.objects.get()
    again = opened(office, "directive_change", directive)
    assert directive.due == due
    assert {name: again[name] for name in typed} == typed


@pytest.mark.parametrize(
    ("typed", "field", "told"),
    [
        ({"leads": []}, "leads", "Chọn ít nhất một cơ quan chủ trì"),
        ({"text": " \x00 "}, "text", "Ghi nội dung giao."),
        ({"text": "Trình hồ sơ. " * 10_000}, "text", "dài quá"),
        ({"kind": ""}, "kind", "Chọn loại hạn"),
        ({"kind": "day", "day": "31/04/2024"}, "day", "31/04/2024"),
        ({"kind": "day"}, "day", "Nhập ngày đến hạn"),
        ({"kind": "month", "month": "tháng 13/2024"}, "month", "13"),
        ({"kind": "condition", "words": ADOPTION}, "when", "Chọn «Ngay sau khi»"),
        ({"words": "x" * 10_000, "kind": "reference"}, "words", "dài quá"),
    ],
    ids=[
        "no agency",
        "NUL",
        "too long",
        "no kind",
        "no such day",
        "no day",
        "13th month",
        "no when",
        "words",
    ],
)
def test_what_is_wrong_is_told_beside_its_field(add, typed, field, told):
    response = add(**typed)

    assert told in errors_of(response)[field]
    assert not Directive.objects.exists()


@pytest.mark.parametrize(
    ("unused", "told"),
    [
        ({"month": "04/2024"}, "Không lưu ô «Tháng» (04/2024): «Một ngày» không dùng ô này."),
        ({"month": "tháng nào đó"}, "Không lưu ô «Tháng» (tháng nào đó): «Một ngày» không dùng ô này."),
        ({"words": "x" * 600}, "Không lưu ô «Nguyên văn"),
        ({"when": "after"}, "Không lưu ô «Khi nào» (Ngay sau khi): «Một ngày» không dùng ô này."),
    ],
    ids=["month", "no month at all", "too long", "when"],
)
def test_what_stands_in_fields_of_other_kinds_is_left_out_and_told(add, unused, told):
    response = add(kind="day", day="15/04/2024", **unused)

    assert Directive.objects.get().due == Due(DueKind.DAY, day=date(2024, 4, 15))
    assert told in text_of(response.text)


def test_document_of_another_kind_of_due_is_left_out_and_told(add, office, meeting):
    document = LegalDocumentFactory(issuer=AgencyFactory(province=meeting.province))
    add(kind="reference", words="155/QĐ-UBND ngày 18/01/2024", due_document=document.pk)

    response = send(office, "directive_change", Directive.objects.get(), kind="month", month="05/2024")

    directive = Directive.objects.get()
    assert (directive.due, directive.due_document) == (Due(DueKind.MONTH, year=2024, month=5), None)
    assert f"Không lưu ô «Văn bản mà thời hạn chờ hoặc theo» ({document})" in text_of(response.text)
    assert "Không lưu ô «Nguyên văn thời hạn" in text_of(response.text)


def test_what_is_left_out_stays_in_the_form_until_the_rest_is_right(add):
    response = add(kind="day", month="04/2024")

    assert errors_of(response) == {"day": "Nhập ngày đến hạn, ví dụ 15/04/2024."}
    assert response.context["form"]["month"].value() == "04/2024"


def test_agency_that_leads_does_not_coordinate_too(add, lead):
    response = add(coordinating=[lead.pk])

    assert errors_of(response)["coordinating"].startswith("Sở Thông tin và Truyền thông đã được chọn chủ trì.")


def test_agencies_are_those_that_lived_on_the_day_of_the_meeting(office, conclusion, lead, meeting):
    ended = AgencyFactory(province=meeting.province, name="Đã giải thể", in_force_to=date(2024, 4, 9))
    later = AgencyFactory(province=meeting.province, name="Thành lập sau", in_force_from=date(2025, 3, 1))
    last_day = AgencyFactory(province=meeting.province, name="Ngày cuối", in_force_to=date(2024, 4, 10))
    foreign = AgencyFactory(name="Sở tỉnh khác")

    response = office.get(page("directive_add", conclusion))

    offered = dict(response.context["form"].fields["leads"].choices)
    assert [one.pk in offered for one in (lead, last_day, ended, later, foreign)] == [True, True, False, False, False]


def test_agency_of_another_province_is_refused(add):
    response = add(leads=[AgencyFactory().pk])

    assert "leads" in errors_of(response)
    assert not Directive.objects.exists()


def test_directive_sent_twice_is_given_once(office, conclusion, lead):
    typed = opened(office, "directive_add", conclusion) | {"text": "Trình hồ sơ.", "leads": [lead.pk], "kind": "none"}

    for _ in range(2):
        office.post(page("directive_add", conclusion), typed)

    assert Directive.objects.count() == 1


# A due before the meeting


def test_due_before_the_meeting_is_asked_about_and_taken_once_confirmed(add, office, conclusion):
    asked = add(kind="day", day="10/04/2023")
    box = asked.context["form"]["confirmed"]
    kept = Directive.objects.count()

    add_again = asked.context["form"].data.dict() | {"leads": asked.context["form"].data.getlist("leads")}
    answer = box.field.widget.confirms
    response = office.post(page("directive_add", conclusion), add_again | {"confirmed": answer}, follow=True)

    assert asked.status_code == 400
    assert "Hạn 10/04/2023 trước ngày họp 10/04/2024 366 ngày." in text_of(asked.text)
    assert f'type="checkbox" name="confirmed" value="{answer.replace("<", "&lt;")}"' in asked.text
    assert kept == 0
    assert "Đã thêm ý kiến chỉ đạo 1.1: Trình hồ sơ." in text_of(response.text)
    assert Directive.objects.get().due_on == date(2023, 4, 10)


def test_confirmation_holds_for_what_was_asked_alone(add):
    answer = add(kind="day", day="10/04/2023").context["form"].fields["confirmed"].widget.confirms

    response = add(kind="day", day="11/04/2023", confirmed=answer)

    assert "Hạn 11/04/2023 trước ngày họp" in errors_of(response)["day"]
    assert not Directive.objects.exists()


def test_month_before_the_meeting_is_asked_about_beside_the_month(add):
    assert "Hạn 31/03/2024 trước ngày họp" in errors_of(add(kind="month", month="03/2024"))["month"]


def test_due_that_was_confirmed_is_not_asked_about_at_the_next_change(office, conclusion, lead):
    directive = DirectiveFactory(conclusion=conclusion, due_kind=DueKind.DAY, due_day=date(2024, 4, 1))

    send(office, "directive_change", directive, text="Sửa chữ", leads=[lead.pk])

    assert Directive.objects.get().text == "Sửa chữ"


# Changing


def test_change_keeps_what_was_assumed_of_each_lead_unless_the_tick_changes(add, office, lead, meeting):
    other = AgencyFactory(province=meeting.province, name="Sở Y tế")
    add(lead_is_assumed="on")
    directive = Directive.objects.get()

    send(office, "directive_change", directive, leads=[lead.pk, other.pk])
    both = roles(directive)
    data = opened(office, "directive_change", directive)
    data.pop("lead_is_assumed")
    office.post(page("directive_change", directive), data)

    assert {name: assumed for name, _, assumed in both} == {str(lead): True, "Sở Y tế": True}
    assert {assumed for _, _, assumed in roles(directive)} == {False}


def test_two_secretaries_on_one_directive_keep_both_changes(add, client_of, office, meeting):
    colleague = client_of(secretary_of(meeting.province, full_name="Trần Văn Minh", username="minh"))
    helper = AgencyFactory(province=meeting.province, name="Sở Tài chính")
    add()
    directive = Directive.objects.get()
    typed = opened(office, "directive_change", directive)
    send(colleague, "directive_change", directive, coordinating=[helper.pk])

    response = office.post(page("directive_change", directive), typed | {"text": "Sửa chữ"}, follow=True)

    assert Directive.objects.get().text == "Sửa chữ"
    assert [name for name, *_ in roles(directive)] == ["Sở Thông tin và Truyền thông", "Sở Tài chính"]
    assert "Trần Văn Minh đã sửa “Cơ quan phối hợp”" in text_of(response.text)


def test_two_secretaries_on_one_due_are_asked(add, client_of, office, meeting):
    colleague = client_of(secretary_of(meeting.province, full_name="Trần Văn Minh", username="minh"))
    add(kind="month", month="05/2024")
    directive = Directive.objects.get()
    typed = opened(office, "directive_change", directive)
    send(colleague, "directive_change", directive, month="06/2024")

    response = office.post(page("directive_change", directive), typed | {"month": "07/2024"})

    assert response.status_code == 409
    assert "Trần Văn Minh đã sửa thành «06/2024»" in errors_of(response)["month"]


def test_concluded_directive_is_changed_with_a_reason_alone(office, concluded, meeting):
    refused = send(office, "directive_change", concluded, text="Khác")
    before = Directive.objects.get().text
    send(office, "directive_change", concluded, text="Khác", correction="Ghi sót chữ")

    assert errors_of(refused) == {"correction": "Ghi lý do đính chính."}
    assert before == "Trình hồ sơ."
    assert "- Khác" in meeting.versions.get(number=2).text


# What waits for itself


def test_condition_that_waits_for_the_notice_of_its_meeting_is_refused(add, meeting, person):
    add()
    conclude_meeting(meeting, issuer=person.agency, by=person, today=TODAY)
    notice = Meeting.objects.get().notice

    response = add(
        kind="condition", words="ban hành thông báo", when="after", due_document=notice.pk, correction="Thêm ý"
    )

    assert "chính cuộc họp này" in errors_of(response)["due_document"]


@pytest.mark.parametrize("is_through_another", [False, True], ids=["its own result", "through another"])
def test_condition_that_waits_for_its_result_is_refused(add, office, conclusion, meeting, person, is_through_another):
    revision = RevisionFactory(programme__province=meeting.province)
    document = LegalDocumentFactory(unissued=True, issuer=AgencyFactory(province=meeting.province))
    add()
    directive = Directive.objects.get()
    link_directive(directive, document, kind=LinkKind.RESULT, by=person)
    awaited = {"due_document": document.pk}
    if is_through_another:
        add(kind="condition", words="có báo cáo", when="after", due_document=document.pk)
        link_directive(Directive.objects.latest("pk"), revision, kind=LinkKind.RESULT, by=person)
        awaited = {"due_revision": revision.pk}

    response = send(
        office, "directive_change", directive, kind="condition", words="có kết quả", when="after", **awaited
    )

    assert "chờ chính kết quả của nó" in errors_of(response)[next(iter(awaited))]
    assert Directive.objects.get(pk=directive.pk).due_kind == DueKind.NONE


# Who may


NAMES = ["directive_change", "directive_remove", "directive_withdraw", "directive_resolve"]


@pytest.mark.parametrize("name", ["directive_add", *NAMES])
def test_only_the_office_of_the_province_gives_directives(client_of, lead, name):
    conclusion = ConclusionFactory(meeting__concluded=True, meeting__province=lead.province)
    directive = DirectiveFactory(conclusion=conclusion, position=1)
    record = conclusion if name == "directive_add" else directive
    officer = UserFactory(role=Role.OFFICER, agency=lead)
    stranger = secretary_of(ProgrammeFactory().province)

    assert client_of(officer).post(page(name, record), {"text": "x"}).status_code == 403
    assert client_of(stranger).post(page(name, record), {"text": "x"}).status_code == 404
