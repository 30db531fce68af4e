"""The pages on which the office records a meeting, its conclusions, and concludes it."""

from datetime import date, timedelta
from functools import partial

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate

from meetings.models import AttendanceRole, Conclusion, Meeting
from meetings.operations.recording import conclude_meeting, remove_conclusion
from programme.models import AgencyKind, Role
from tests.factories import AgencyFactory, LegalDocumentFactory, ProgrammeFactory, UserFactory
from tests.meeting_pages import errors_of, opened, page, secretary_of, send, whole
from tests.meetings.factories import (
    AttendanceFactory,
    ConclusionFactory,
    MeetingFactory,
    MeetingProgrammeFactory,
    OpinionFactory,
    RecipientFactory,
)
from tests.reading import text_of

pytestmark = pytest.mark.django_db

TODAY = localdate()
NEW = {"title": "nghe Sở Xây dựng báo cáo tiến độ", "held_on": "10/04/2024"}


@pytest.fixture
def meeting():
    return MeetingFactory()


@pytest.fixture
def person(meeting):
    return secretary_of(meeting.province, full_name="Nguyễn Thị Lan")


@pytest.fixture
def office(client_of, person):
    return client_of(person)


@pytest.fixture
def colleague(client_of, meeting):
    return client_of(secretary_of(meeting.province, full_name="Trần Văn Minh", username="minh"))


def stored(meeting):
    return Meeting.objects.get(pk=meeting.pk)


def row(prefix, number, **typed):
    return {f"{prefix}-{number}-{name}": value for name, value in typed.items()}


# Recording


def test_meeting_is_recorded_with_its_people_opinions_and_recipients(office, person, meeting):
    programme = ProgrammeFactory(province=meeting.province)
    typed = NEW | {"programmes": [programme.pk], "signing": "TL. CHỦ TỊCH\nCHÁNH VĂN PHÒNG"}
    typed |= row("thanh-phan", 0, role="chair", person="Đặng Minh Thông", title="Phó Chủ tịch UBND tỉnh")
    typed |= row("thanh-phan", 2, role="consultant", title="Viện Chiến lược", site="điểm cầu Hà Nội")
    typed |= row("y-kien", 1, agency=person.agency.pk, topic="Kinh phí", text="Đề nghị rà soát.")
    typed |= row("noi-nhan", 0, text="Các sở, ban, ngành;") | row("noi-nhan", 2, text="Lưu: VT.")

    response = send(office, "meeting_add", **typed)

    made = Meeting.objects.latest("pk")
    assert response.redirect_chain == [(made.get_absolute_url(), 302)]
    assert "Đã ghi cuộc họp ngày 10/04/2024." in text_of(response.text)
    assert (made.province, made.held_on, made.about.get().programme) == (meeting.province, date(2024, 4, 10), programme)
    people = made.attendances.order_by("position").values_list("position", "role", "site", "is_present")
    assert list(people) == [(1, "chair", "", True), (2, "consultant", "điểm cầu Hà Nội", True)]
    assert (made.opinions.get().whose, made.opinions.get().topic) == (str(person.agency), "Kinh phí")
    assert list(made.recipients.order_by("position").values_list("text", flat=True)) == [
        "Các sở, ban, ngành;",
        "Lưu: VT.",
    ]
    assert made.history.get().history_user == person


def test_button_for_more_rows_saves_and_comes_back(office, meeting):
    response = send(office, "meeting_add", **NEW, **row("noi-nhan", 0, text="Lưu: VT."), **{"them-dong": "1"})

    made = Meeting.objects.latest("pk")
    assert response.redirect_chain == [(page("meeting_change", made), 302)]
    assert response.context["rows"][2].total_form_count() == 3


@pytest.mark.parametrize(
    ("typed", "field", "told"),
    [
        ({"title": ""}, "title", "Nhập nội dung họp."),
        ({"held_on": "31/02/2024"}, "held_on", "31/02/2024"),
        ({"held_on": "4/2024"}, "held_on", "4/2024"),
        ({"title": "\x00"}, "title", "Nhập nội dung họp."),
        ({"title": "Họp " * 10_000}, "title", "dài quá"),
        ({"place": "x" * 10_000}, "place", "dài quá"),
    ],
    ids=["no title", "no such day", "a month", "NUL", "40,000 letters", "long place"],
)
def test_what_is_wrong_is_told_beside_its_field_and_kept(office, typed, field, told):
    response = send(office, "meeting_add", **NEW | typed | row("noi-nhan", 0, text="Lưu: VT."))

    assert told in errors_of(response)[field]
    assert Meeting.objects.count() == 1
    assert 'value="Lưu: VT."' in response.text


def test_row_that_says_nobody_is_refused_beside_it(office):
    response = send(office, "meeting_add", **NEW, **row("thanh-phan", 0, site="điểm cầu huyện"))

    assert response.status_code == 400
    assert response.context["rows"][0].forms[0].errors["agency"] == ["Chọn cơ quan, hoặc ghi họ tên hay thành phần."]


def test_two_chairs_are_refused(office):
    people = row("thanh-phan", 0, role="chair", person="A") | row("thanh-phan", 1, role="chair", person="B")

    response = send(office, "meeting_add", **NEW, **people)

    assert "Có nhiều hơn một người chủ trì" in text_of(response.text)
    assert Meeting.objects.count() == 1


def test_form_sent_twice_records_one_meeting(office):
    typed = opened(office, "meeting_add") | NEW

    first, second = (office.post(page("meeting_add"), typed) for _ in range(2))

    assert first.url == second.url
    assert Meeting.objects.filter(title=NEW["title"]).count() == 1


@pytest.mark.parametrize("role", [Role.OFFICER, Role.COORDINATOR, Role.LEADER, Role.AUDITOR])
def test_only_the_office_records(client_of, meeting, role):
    browser = client_of(UserFactory(role=role, agency=AgencyFactory(province=meeting.province)))
    conclusion = ConclusionFactory(meeting=meeting)
    records = {"meeting_change": meeting, "meeting_conclude": meeting, "conclusion_add": meeting, "meeting_add": None}
    of_a_draft = {"conclusion_change": conclusion, "conclusion_remove": conclusion}

    def statuses(pages):
        return {browser.post(page(name, record), NEW).status_code for name, record in pages.items()}

    assert statuses(records) == {403}
    # What is not concluded is there for those alone who may read drafts.
    assert statuses(of_a_draft) == {403 if role == Role.AUDITOR else 404}
    assert Meeting.objects.count() == 1


def test_office_of_another_province_finds_nothing_to_change(client_of, meeting):
    browser = client_of(secretary_of(ProgrammeFactory().province))
    conclusion = ConclusionFactory(meeting=meeting)

    for name, record in {"meeting_change": meeting, "conclusion_add": meeting, "conclusion_remove": conclusion}.items():
        assert browser.post(page(name, record), NEW).status_code == 404


# Changing


def test_meeting_is_changed_with_its_rows_as_one_action(office, meeting):
    first, gone = (RecipientFactory(meeting=meeting, position=place, text=f"Nơi {place}") for place in (1, 2))
    old = MeetingProgrammeFactory(meeting=meeting)
    new = ProgrammeFactory(province=meeting.province)

    typed = row("noi-nhan", 0, text="Nơi một") | row("noi-nhan", 1, DELETE="on") | row("noi-nhan", 2, text="Nơi ba")
    send(office, "meeting_change", meeting, place="Hội trường", programmes=[new.pk], **typed)

    told = list(meeting.recipients.order_by("position").values_list("pk", "text"))
    assert told[0] == (first.pk, "Nơi một")
    assert [text for _, text in told] == ["Nơi một", "Nơi ba"]
    assert gone.pk not in dict(told)
    assert [one.programme for one in stored(meeting).about.all()] == [new]
    rows = [stored(meeting).history.latest("history_id"), old.history.latest("history_id")]
    assert rows[0].history_action == rows[1].history_action


def test_chair_may_change_places_with_another(office, meeting):
    AttendanceFactory(meeting=meeting, chair=True, position=1, person="A")
    AttendanceFactory(meeting=meeting, position=2, person="B")

    send(office, "meeting_change", meeting, **row("thanh-phan", 0, role="member"), **row("thanh-phan", 1, role="chair"))

    assert meeting.attendances.get(role=AttendanceRole.CHAIR).person == "B"


def test_saving_what_is_as_it_was_writes_nothing(office, meeting):
    OpinionFactory(meeting=meeting, position=1)
    before = stored(meeting).history.count()

    response = send(office, "meeting_change", meeting)

    assert "Chưa có gì thay đổi" in text_of(response.text)
    assert stored(meeting).history.count() == before


def test_two_people_on_different_fields_keep_both(office, colleague, meeting):
    page_of_hers = opened(office, "meeting_change", meeting)
    send(colleague, "meeting_change", meeting, place="Hội trường", **row("noi-nhan", 0, text="Lưu: VT."))

    response = office.post(page("meeting_change", meeting), page_of_hers | {"heard": "báo cáo của Sở"}, follow=True)

    assert (stored(meeting).place, stored(meeting).heard) == ("Hội trường", "báo cáo của Sở")
    assert meeting.recipients.count() == 1
    assert "Trần Văn Minh đã sửa “Địa điểm”" in text_of(response.text)


def test_two_people_on_one_field_are_asked(office, colleague, meeting):
    page_of_hers = opened(office, "meeting_change", meeting)
    send(colleague, "meeting_change", meeting, place="Hội trường")

    response = office.post(page("meeting_change", meeting), page_of_hers | {"place": "Trụ sở"})

    assert response.status_code == 409
    assert "Trần Văn Minh đã sửa thành «Hội trường»" in errors_of(response)["place"]
    assert stored(meeting).place == "Hội trường"


def test_day_to_come_is_refused_beside_the_day_once_something_was_concluded(office, meeting):
    ConclusionFactory(meeting=meeting)

    response = send(office, "meeting_change", meeting, held_on=f"{TODAY + timedelta(days=1):%d/%m/%Y}")

    assert "chưa đến" in errors_of(response)["held_on"]


# A concluded meeting


@pytest.fixture
def locked(meeting, person):
    whole(meeting)
    conclude_meeting(meeting, by=person, today=TODAY)
    return stored(meeting)


@pytest.mark.parametrize("reason", ["", "   ", "\x00"])
def test_concluded_meeting_is_not_changed_without_a_reason(office, locked, reason):
    response = send(office, "meeting_change", locked, place="Nơi khác", correction=reason)

    assert (response.status_code, errors_of(response)) == (400, {"correction": "Ghi lý do đính chính."})
    assert 'value="Nơi khác"' in response.text
    assert (stored(locked).place, locked.versions.count()) == ("", 1)


def test_concluded_meeting_is_corrected_with_a_reason(office, locked):
    response = send(office, "meeting_change", locked, place="Hội trường A", correction="Thiếu địa điểm")

    assert stored(locked).version == 2
    assert locked.versions.get(number=2).reason == "Thiếu địa điểm"
    assert "Bản 2: đính chính. Thiếu địa điểm" in text_of(response.text)


def test_page_opened_before_the_meeting_was_concluded_asks_for_the_reason(office, meeting, person):
    typed = opened(office, "meeting_change", meeting) | {"place": "Nơi khác"}
    whole(meeting)
    conclude_meeting(meeting, by=person, today=TODAY)

    response = office.post(page("meeting_change", meeting), typed)

    assert response.status_code == 409
    assert "Nguyễn Thị Lan đã chốt kết luận lúc" in errors_of(response)["correction"]
    assert 'value="Nơi khác"' in response.text
    assert stored(meeting).place == ""


# Conclusions


def test_conclusion_is_added_changed_and_removed(office, meeting, person):
    send(office, "conclusion_add", meeting, heading="Về thuê dịch vụ")
    conclusion = Conclusion.objects.get()
    send(office, "conclusion_change", conclusion, text="Thống nhất chủ trương.")
    changed = Conclusion.objects.get()
    asked = office.get(page("conclusion_remove", conclusion))
    send(office, "conclusion_remove", conclusion)

    assert (changed.number, changed.heading, changed.text) == (1, "Về thuê dịch vụ", "Thống nhất chủ trương.")
    assert "Thống nhất chủ trương." in text_of(asked.text)
    assert not Conclusion.objects.exists()
    assert {row.history_user for row in Conclusion.history.all()} == {person}


def test_looking_at_the_page_that_removes_removes_nothing(office, meeting):
    conclusion = ConclusionFactory(meeting=meeting)

    office.get(page("conclusion_remove", conclusion))

    assert Conclusion.objects.filter(pk=conclusion.pk).exists()


def test_conclusion_that_directs_something_is_not_removed(office, meeting):
    conclusion = whole(meeting).conclusion

    response = send(office, "conclusion_remove", conclusion)

    assert "đang có ý kiến chỉ đạo" in errors_of(response)["__all__"]


def test_what_was_typed_into_a_conclusion_that_is_gone_is_told_with_who_removed_it(office, meeting, person):
    conclusion = ConclusionFactory(meeting=meeting)
    typed = opened(office, "conclusion_change", conclusion) | {"text": "Viết rất lâu."}
    remove_conclusion(conclusion, by=person, today=TODAY, reason="Ghi trùng")

    response = office.post(reverse("conclusion_change", args=[Conclusion.history.first().id]), typed)

    assert response.status_code == 410
    told = text_of(response.text)
    assert "Nguyễn Thị Lan xóa" in told
    assert "Viết rất lâu." in told


def test_meeting_to_come_takes_no_conclusion(office, meeting):
    planned = MeetingFactory(province=meeting.province, held_on=TODAY + timedelta(days=2))

    response = send(office, "conclusion_add", planned, heading="Sớm")

    assert "chưa đến" in errors_of(response)["__all__"]
    assert not planned.conclusions.exists()


@pytest.mark.django_db(transaction=True)
def test_two_secretaries_adding_conclusions_on_their_pages_at_once_get_two_numbers(at_once):
    meeting = MeetingFactory()
    browsers = []
    for name in ("lan", "minh"):
        browsers.append(Client())
        browsers[-1].force_login(secretary_of(meeting.province, username=name))
    sent = [(one, opened(one, "conclusion_add", meeting) | {"heading": "Mới"}) for one in browsers]

    at_once(*(partial(one.post, page("conclusion_add", meeting), typed) for one, typed in sent))

    assert sorted(meeting.conclusions.values_list("number", flat=True)) == [1, 2]


# Concluding


def test_concluding_shows_what_will_be_locked_and_makes_the_notice(office, meeting):
    whole(meeting)
    AgencyFactory(province=meeting.province, name="A-Sở", kind=AgencyKind.DEPARTMENT)
    committee = AgencyFactory(province=meeting.province, name="Ủy ban nhân dân tỉnh", kind=AgencyKind.COMMITTEE)

    shown = text_of(office.get(page("meeting_conclude", meeting)).text)
    response = send(office, "meeting_conclude", meeting)

    assert "- Trình hồ sơ." in shown
    assert (stored(meeting).notice.issuer, stored(meeting).notice.symbol) == (committee, "TB-UBND")
    assert "Đã chốt kết luận." in text_of(response.text)
    assert stored(meeting).version == 1


def test_concluding_tells_what_is_missing_with_a_link_to_mend_it(office, meeting):
    ConclusionFactory(meeting=meeting, number=1, heading="")

    response = office.get(page("meeting_conclude", meeting))
    sent = office.post(page("meeting_conclude", meeting), {"issuer": "", "symbol": "TB-UBND"})

    assert "Chưa ghi người chủ trì." in text_of(response.text)
    assert page("meeting_change", meeting) in response.text
    assert page("conclusion_change", meeting.conclusions.get()) in response.text
    assert '<button type="submit">Chốt kết luận' not in response.text
    assert (sent.status_code, stored(meeting).version) == (409, 0)


def test_meeting_known_from_a_report_needs_no_issuer(office, meeting, person):
    whole(meeting)
    report = LegalDocumentFactory(press=True, province=meeting.province)
    send(office, "meeting_change", meeting, source=report.pk)

    send(office, "meeting_conclude", meeting)

    assert (stored(meeting).version, stored(meeting).notice) == (1, None)


def test_concluding_twice_keeps_one_version(office, colleague, meeting):
    whole(meeting)
    AgencyFactory(province=meeting.province, kind=AgencyKind.COMMITTEE)
    hers, his = opened(office, "meeting_conclude", meeting), opened(colleague, "meeting_conclude", meeting)
    office.post(page("meeting_conclude", meeting), hers)

    response = colleague.post(page("meeting_conclude", meeting), his, follow=True)

    assert "đã được kết luận trước đó" in text_of(response.text)
    assert meeting.versions.count() == 1
