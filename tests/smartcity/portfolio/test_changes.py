"""What moved since an earlier day or a meeting: marked beside the figures, listed, and opened."""

import re
from datetime import date

import pytest

from meetings.operations.removing import remove_meeting
from programme.models import Role
from tasks.models import Status
from tests.factories import (
    BudgetEntryFactory,
    DatasetFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    UserFactory,
    account_of_this_test,
    adopted_revision,
    coordinator_of,
)
from tests.meetings.factories import MeetingFactory, MeetingProgrammeFactory
from tests.reading import Reader, text_of

pytestmark = pytest.mark.django_db

DAYS = {"ngay": "30/06/2023", "so-voi": "31/01/2023"}


@pytest.fixture
def programme():
    """Six tasks due on 31/05/2023, of which since 31/01/2023 one was completed, the others fell due."""
    programme = ProgrammeFactory()
    revision = adopted_revision(programme, tasks=6, due_on=date(2023, 5, 31))
    first, second = (plan.task for plan in revision.planned_tasks.order_by("position")[:2])
    for on, status in [(date(2023, 1, 1), Status.IN_PROGRESS), (date(2023, 5, 1), Status.COMPLETE)]:
        ProgressUpdateFactory(task=first, accepted=True, as_of=on, status=status)
    ProgressUpdateFactory(task=second, accepted=True, as_of=date(2023, 1, 1))
    for on in (date(2023, 1, 2), date(2023, 6, 1)):
        BudgetEntryFactory(task=first, decided_on=on, amount_vnd=2_000_000_000)
    return programme


@pytest.fixture
def leader(client_of, programme):
    return client_of(UserFactory(role=Role.LEADER, agency=programme.coordinating_agency))


def marks_of(page):
    """The words of what moved, with the address of each."""
    said = re.findall(r'<p class="marks">.*?</p>|<span class="mark">.*?</span>', page, re.DOTALL)
    return {words: href for href, words in Reader("".join(said)).links}


def listed(page):
    return len(re.findall(r'<td data-label="Thay đổi">', page))


@pytest.mark.parametrize("address", ["/", "/de-an/{}/"])
def test_what_moved_is_marked_beside_the_figure_and_opens_its_tasks(leader, programme, address):
    page = leader.get(address.format(programme.code), DAYS).text

    marks = marks_of(page)
    assert [*marks] == ["+5 quá hạn", "+1 hoàn thành", "1 có báo cáo mới", "+2 tỷ đồng giải ngân"]
    assert [listed(leader.get(href).text) for href in [*marks.values()][:3]] == [5, 1, 1]
    assert leader.get(marks["+2 tỷ đồng giải ngân"]).status_code == 200
    assert "Từ 31/01/2023" in text_of(page)


def test_programme_lists_the_first_of_what_moved_and_leads_to_all(leader, programme):
    adopted_revision(programme, effective_on=date(2023, 6, 1), tasks=9, due_on=None)

    page = leader.get(f"/de-an/{programme.code}/", DAYS).text

    assert listed(page) == 8
    [whole] = [href for href, words in Reader(page).links if words == "Xem tất cả 15 nhiệm vụ có thay đổi"]
    assert listed(leader.get(whole).text) == 15


@pytest.mark.parametrize("address", ["/", "/de-an/{}/", "/thay-doi/"])
def test_links_keep_both_days(leader, programme, address):
    page = leader.get(address.format(programme.code), DAYS).text

    kept = [href for href, _ in Reader(page).links if re.search("/nhiem-vu/|loc=|/thay-doi/|/de-an/[^/]+/[?]", href)]
    assert kept
    assert [href for href in kept if "ngay=30/06/2023" not in href or "so-voi=31/01/2023" not in href] == []


def test_task_tells_what_moved_of_it(leader, programme):
    done = programme.tasks.order_by("pk").first()
    page = text_of(leader.get(done.get_absolute_url(), DAYS).text)
    still = text_of(leader.get(done.get_absolute_url(), DAYS | {"so-voi": "29/06/2023"}).text)

    assert "Từ 31/01/2023: Hoàn thành, trước đó đang thực hiện; Có báo cáo mới" in page
    assert "Từ 29/06/2023: không đổi." in still


def test_days_go_along_to_pages_that_compare_nothing(leader, programme):
    dataset = DatasetFactory(agency=programme.coordinating_agency)
    page = leader.get(dataset.get_absolute_url(), DAYS).text

    assert 'href="/?ngay=30/06/2023&amp;so-voi=31/01/2023"' in page
    # The search in the bar, the form of the day, which asks for the day itself, and the way to an earlier moment.
    assert page.count('<input type="hidden" name="so-voi" value="31/01/2023">') == 3


def test_page_without_an_earlier_day_marks_nothing(leader, programme):
    for address in ("/", f"/de-an/{programme.code}/"):
        page = leader.get(address, {"ngay": "30/06/2023"}).text

        assert marks_of(page) == {}
        assert Reader(page).inputs["so-voi"] == ""


def test_what_did_not_move_says_so(leader, programme):
    page = leader.get("/", {"ngay": "30/06/2023", "so-voi": "29/06/2023"}).text

    assert "không đổi" in text_of(page)
    assert marks_of(page) == {}


def test_before_a_programme_began_it_had_no_task(leader, programme):
    page = leader.get(f"/de-an/{programme.code}/", DAYS | {"so-voi": "31/12/2018"}).text

    assert "6 nhiệm vụ, trước đó chưa có nhiệm vụ nào" in marks_of(page)
    assert "1 hoàn thành, trước đó chưa có báo cáo" in marks_of(page)
    assert "giải ngân 4 tỷ đồng, trước đó chưa có số liệu" in marks_of(page)


# Bad input

SAME = "31/01/2023 là đúng ngày của số liệu, nên không có gì để so. Chọn một ngày trước đó."
LATER = "01/02/2023 sau ngày của số liệu (31/01/2023). Chọn một ngày trước ngày 31/01/2023."


@pytest.mark.parametrize("address", ["/", "/de-an/{}/", "/thay-doi/"])
@pytest.mark.parametrize(
    ("typed", "message"),
    [
        pytest.param("31/01/2023", SAME, id="equal"),
        pytest.param("01/02/2023", LATER, id="later"),
        pytest.param("abc", "«abc» chưa phải một ngày. Nhập ngày/tháng/năm, ví dụ 16/06/2023.", id="a word"),
        pytest.param("cuoc-hop-999999999", "Không có cuộc họp này.", id="no such meeting"),
        pytest.param("cuoc-hop-٣", "«cuoc-hop-٣» chưa phải một ngày.", id="other digits"),
        pytest.param("\x00", "chưa phải một ngày", id="a NUL byte"),
        pytest.param("1" * 1_000_000, "chưa phải một ngày", id="a megabyte"),
        pytest.param("<script>alert(1)</script>", "chưa phải một ngày", id="a script"),
    ],
)
def test_earlier_day_that_cannot_be_compared_with_is_refused_beside_the_field(
    leader, programme, address, typed, message
):
    response = leader.get(address.format(programme.code), {"ngay": "31/01/2023", "so-voi": typed})

    assert response.status_code == 400
    assert message in text_of(response.text)
    assert 'id="so-voi-loi"' in response.text
    assert Reader(response.text).inputs["so-voi"].startswith(typed[:20])
    assert marks_of(response.text) == {}
    assert "<script>alert" not in response.text


@pytest.mark.parametrize("query", [{"doi": "khong-co"}, {"de-an": "KHONG-CO"}])
def test_unknown_movement_or_programme_does_not_exist(leader, query):
    assert leader.get("/thay-doi/", DAYS | query).status_code == 404


def test_programme_of_another_province_has_no_changes(client_of, programme):
    stranger = client_of(coordinator_of(ProgrammeFactory()))

    assert stranger.get("/thay-doi/", DAYS | {"de-an": programme.code}).status_code == 404
    assert listed(stranger.get("/thay-doi/", DAYS).text) == 0


def test_leader_without_programmes_is_asked_nothing_wrong(client_of):
    leader = client_of(UserFactory(role=Role.LEADER))

    assert "Chưa có đề án nào" in text_of(leader.get("/", DAYS).text)
    assert "Không nhiệm vụ nào thay đổi giữa hai ngày này" in text_of(leader.get("/thay-doi/", DAYS).text)


# Meetings


def test_last_meeting_before_the_day_is_compared_with(leader, programme):
    for held_on in (date(2022, 5, 4), date(2023, 1, 31), date(2023, 6, 30)):
        MeetingFactory(province=programme.province, held_on=held_on)

    page = leader.get(f"/de-an/{programme.code}/", DAYS | {"so-voi": "cuoc-hop-truoc"}).text

    assert "Từ cuộc họp ngày 31/01/2023: +5 quá hạn" in text_of(page)
    assert Reader(page).inputs["so-voi"] == "31/01/2023"
    assert [words for href, words in Reader(page).links if "cuoc-hop-" in href and "truoc" not in href] == [
        "31/01/2023",
        "04/05/2022",
    ]


def test_chosen_meeting_is_compared_with_however_old(leader, programme):
    old = MeetingFactory(province=programme.province, held_on=date(2023, 1, 31))
    for day in range(1, 12):
        MeetingFactory(province=programme.province, held_on=date(2023, 6, day))

    page = leader.get("/", DAYS | {"so-voi": f"cuoc-hop-{old.pk}"}).text

    assert "+5 quá hạn" in marks_of(page)
    assert "Thay đổi từ cuộc họp ngày 31/01/2023" in text_of(page)


def test_without_a_meeting_before_the_day_it_says_so(leader, programme):
    MeetingFactory(province=programme.province, held_on=date(2023, 6, 30))

    response = leader.get(f"/de-an/{programme.code}/", DAYS | {"so-voi": "cuoc-hop-truoc"})

    assert response.status_code == 200
    assert "Trước ngày 30/06/2023 chưa có cuộc họp nào." in text_of(response.text)


def test_meeting_that_is_planned_removed_or_of_another_province_is_refused(leader, programme):
    planned = MeetingFactory(province=programme.province, held_on=date(2023, 8, 1))
    elsewhere = MeetingFactory(held_on=date(2023, 2, 1))
    removed = MeetingFactory(province=programme.province, held_on=date(2023, 2, 1))
    key = removed.pk
    remove_meeting(removed, by=account_of_this_test(), reason="Ghi nhầm", today=removed.held_on)

    def told(pk):
        response = leader.get(f"/de-an/{programme.code}/", DAYS | {"so-voi": f"cuoc-hop-{pk}"})
        assert response.status_code == 400
        [said] = re.findall(r'id="so-voi-loi" role="alert">(.*?)<', response.text)
        return said

    assert told(planned.pk).startswith("Cuộc họp ngày 01/08/2023 sau ngày của số liệu (30/06/2023).")
    assert (
        told(elsewhere.pk)
        == told(key)
        == "Không có cuộc họp này. Chọn một cuộc họp trong danh sách, hoặc nhập một ngày."
    )


def test_meeting_leads_to_what_moved_until_it_and_since(leader, programme):
    first, second, planned = (
        MeetingProgrammeFactory(meeting__province=programme.province, meeting__held_on=day, programme=programme).meeting
        for day in (date(2023, 1, 31), date(2023, 6, 30), date(2099, 1, 5))
    )

    def led_to(meeting):
        links = Reader(leader.get(meeting.get_absolute_url()).text).links
        return [text_of(leader.get(href).text) for href, _ in links if "/thay-doi/" in href]

    until, since = led_to(second)
    assert "6 nhiệm vụ thay đổi từ cuộc họp ngày 31/01/2023 đến 30/06/2023" in until
    assert "0 nhiệm vụ thay đổi từ cuộc họp ngày 30/06/2023 đến" in since
    [next_one] = led_to(planned)
    assert "thay đổi từ cuộc họp ngày 30/06/2023 đến" in next_one
    assert "Trước ngày 31/01/2023 chưa có cuộc họp nào." in led_to(first)[0]


# Volume


@pytest.mark.parametrize("count", [1, 10])
def test_comparing_costs_the_same_queries_however_much_moved(client_of, count, django_assert_num_queries):
    programme = ProgrammeFactory()
    for one in [programme, *ProgrammeFactory.create_batch(count - 1, province=programme.province)]:
        adopted_revision(one, tasks=count, due_on=date(2023, 5, 31))
    MeetingFactory(province=programme.province, held_on=date(2023, 1, 31))
    browser = client_of(coordinator_of(programme))
    days = {"ngay": "30/06/2023", "so-voi": "cuoc-hop-truoc"}

    # What the page asks without; the meetings, whose lead moved, what else did, what was paid.
    with django_assert_num_queries(8 + 4):
        home = browser.get("/", days).text
    # And the rows of what moved.
    with django_assert_num_queries(9 + 5):
        browser.get(f"/de-an/{programme.code}/", days)
    # Of one task the same three beside what its page asks without.
    task = programme.tasks.first().get_absolute_url()
    with django_assert_num_queries(9 + 3):
        browser.get(task, days)
    with django_assert_num_queries(8):
        page = browser.get("/thay-doi/", days).text

    assert re.findall(r'<span class="mark"><a [^>]*>(.*?)</a>', home) == [f"+{count} quá hạn"] * count
    assert listed(page) == min(count * count, 50)
