import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from programme.models import Role
from tasks.models import Explanation, ExplanationState
from tasks.operations.explaining import answer_explanation, ask_again, close_explanation
from tests.factories import (
    AgencyFactory,
    ExplanationFactory,
    ExplanationReplyFactory,
    LeadTransferFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    UserFactory,
    adopted_revision,
    coordinator_of,
    officer_of,
    rewrite,
)

pytestmark = pytest.mark.django_db

DAY = "16/06/2023"
QUESTION = "Vì sao các nhiệm vụ này chậm?"


@pytest.fixture
def programme():
    return ProgrammeFactory(code="DO-THI")


@pytest.fixture
def lead(programme):
    return AgencyFactory(province=programme.province, name="Công an tỉnh")


@pytest.fixture
def task(programme, lead):
    """The first of three tasks that were due on 31/12/2022; another one was complete."""
    revision = adopted_revision(programme, tasks=3, lead=lead, due_on=date(2022, 12, 31), name="Xây dựng kho dữ liệu")
    first, _, last = [plan.task for plan in revision.planned_tasks.order_by("position")]
    ProgressUpdateFactory(task=last, accepted=True, status="complete", percent=100, as_of=date(2022, 12, 1))
    return first


@pytest.fixture
def leader(programme):
    return UserFactory(
        role=Role.LEADER, agency=AgencyFactory(province=programme.province), full_name="Trần Văn Lãnh Đạo"
    )


@pytest.fixture
def officer(lead):
    return officer_of(lead)


@pytest.fixture
def asked(programme, task, leader):
    """An open one about the first task, put to Công an tỉnh."""
    return about(programme, leader, task=task, figure="", shown="Quá hạn", agency=task.plans.get().lead_agency)


def about(programme, leader, **changes):
    return ExplanationFactory(programme=programme, asked_by=leader, question=QUESTION, **changes)


def page(name, *args, **query):
    return reverse(name, args=args, query={key.replace("_", "-"): value for key, value in query.items()})


def words(response):
    text = re.sub(r"<[^>]+>", " ", re.sub(r"</?a\b[^>]*>", "", response.text))
    return " ".join(unescape(text).replace("\u00a0", " ").split())


def links(response):
    return [unescape(address) for address in re.findall(r'href="([^"]+)"', response.text)]


def hidden(response, name):
    return unescape(re.search(rf'name="{name}" value="([^"]*)"', response.text)[1])


def everything(programme, task):
    """The pages on which a request about a task shows."""
    return [programme.get_absolute_url(), task.get_absolute_url(), reverse("explanation_list")]


# Asking


def test_leader_finds_each_figure_of_the_page_with_where_to_ask_about_it(client_of, programme, task, leader):
    response = client_of(leader).get(page("programme_detail", "DO-THI", ngay=DAY))

    told = words(response)
    assert "Yêu cầu giải trình một số liệu 3 nhiệm vụ 1/3 nhiệm vụ hoàn thành 2 nhiệm vụ chưa hoàn thành" in told
    assert "2 nhiệm vụ quá hạn tổng kinh phí công bố: chưa có số liệu" in told
    asking = [address for address in links(response) if "giai-trinh/moi" in address]
    assert page("explanation_ask", "DO-THI", so_lieu="overdue", ngay=DAY) in asking
    assert all(client_of(leader).get(address).status_code == 200 for address in set(asking))


@pytest.mark.parametrize("role", [role for role in Role if role != Role.LEADER])
def test_nobody_else_is_offered_to_ask(client_of, programme, task, role):
    browser = client_of(UserFactory(role=role, agency=programme.coordinating_agency))

    for address in (page("programme_detail", "DO-THI", ngay=DAY), page("task_detail", task.pk, ngay=DAY)):
        assert "giai-trinh/moi" not in browser.get(address).text
    for address in (
        page("explanation_ask", "DO-THI", so_lieu="overdue", ngay=DAY),
        page("task_explanation_ask", task.pk, ngay=DAY),
    ):
        assert browser.get(address).status_code == 403
        assert (
            browser.post(address, {"question": QUESTION, "agency": programme.coordinating_agency.pk}).status_code == 403
        )
    assert not Explanation.objects.exists()


def test_leader_asks_about_a_figure_and_the_value_seen_is_kept(client_of, programme, task, leader):
    browser = client_of(leader)
    address = page("explanation_ask", "DO-THI", so_lieu="overdue", ngay=DAY)
    form = browser.get(address)
    due_on = localdate() + timedelta(days=7)

    response = browser.post(
        address,
        {
            "question": QUESTION,
            "agency": programme.coordinating_agency.pk,
            "due_on": f"{due_on:%d/%m/%Y}",
            "shown": hidden(form, "shown"),
        },
        follow=True,
    )

    explanation = Explanation.objects.get()
    assert response.redirect_chain == [(explanation.get_absolute_url(), 302)]
    assert f"Đã gửi yêu cầu đến {programme.coordinating_agency}." in words(response)
    assert (explanation.figure, explanation.shown, explanation.as_of) == (
        "overdue",
        "2 nhiệm vụ quá hạn",
        date(2023, 6, 16),
    )
    assert (explanation.agency, explanation.due_on) == (programme.coordinating_agency, due_on)
    seen_at = page("programme_detail", "DO-THI", ngay=DAY, loc="han-open_overdue")
    assert seen_at in links(response)
    assert "2 nhiệm vụ quá hạn, ngày 16/06/2023" in words(response)


def test_value_is_computed_and_never_typed(client_of, programme, task, leader):
    address = page("explanation_ask", "DO-THI", so_lieu="overdue", ngay=DAY)
    typed = {"question": QUESTION, "agency": programme.coordinating_agency.pk, "shown": "5 nhiệm vụ quá hạn"}

    response = client_of(leader).post(address, typed)

    assert response.status_code == 400
    assert "số liệu đã đổi từ «5 nhiệm vụ quá hạn» thành «2 nhiệm vụ quá hạn»" in words(response)
    assert QUESTION in words(response)
    assert not Explanation.objects.exists()

    client_of(leader).post(address, typed | {"shown": hidden(response, "shown")})

    assert Explanation.objects.get().shown == "2 nhiệm vụ quá hạn"


def test_leader_asks_about_a_task(client_of, programme, task, lead, leader):
    browser = client_of(leader)
    address = f"/nhiem-vu/{task.pk}/giai-trinh/moi/?ngay={DAY}"
    assert address in links(browser.get(page("task_detail", task.pk, ngay=DAY)))
    form = browser.get(address)
    assert "Tình trạng Quá hạn, chưa có báo cáo, chậm 167 ngày" in words(form)
    assert f'<option value="{lead.pk}" selected>' in form.text

    browser.post(address, {"question": QUESTION, "agency": lead.pk, "shown": hidden(form, "shown")})

    explanation = Explanation.objects.get()
    assert (explanation.task, explanation.figure, explanation.agency) == (task, "", lead)
    assert explanation.shown == "Quá hạn, chưa có báo cáo, chậm 167 ngày"


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        pytest.param({"question": " "}, "Ghi nội dung cần giải trình.", id="nothing asked"),
        pytest.param({"due_on": "31/02/2030"}, "Ngày 31/02/2030 không có trong lịch.", id="no such day"),
        pytest.param({"due_on": "01/01/2020"}, "Hạn trả lời 01/01/2020 đã qua.", id="due in the past"),
        pytest.param({"agency": ""}, "Chọn cơ quan giải trình.", id="nobody asked"),
    ],
)
def test_question_is_refused_beside_the_field_and_what_was_typed_stays(
    client_of, programme, task, leader, typed, message
):
    values = {"question": QUESTION, "agency": programme.coordinating_agency.pk, "due_on": "01/02/2099"} | typed

    response = client_of(leader).post(page("explanation_ask", "DO-THI", so_lieu="overdue", ngay=DAY), values)

    assert response.status_code == 400
    assert message in words(response)
    assert values["due_on"] in response.text
    assert values["question"].strip() in response.text
    assert not Explanation.objects.exists()


def test_agency_of_another_province_is_not_offered(client_of, programme, task, leader):
    other = AgencyFactory(name="Sở của tỉnh khác")
    address = page("explanation_ask", "DO-THI", so_lieu="overdue", ngay=DAY)

    assert "Sở của tỉnh khác" not in client_of(leader).get(address).text
    assert client_of(leader).post(address, {"question": QUESTION, "agency": other.pk}).status_code == 400


def test_button_pressed_twice_asks_once(client_of, programme, task, leader):
    browser = client_of(leader)
    address = page("explanation_ask", "DO-THI", so_lieu="overdue", ngay=DAY)
    typed = {"question": QUESTION, "agency": programme.coordinating_agency.pk}
    browser.post(address, typed)

    response = browser.post(address, typed)

    assert response.status_code == 400
    assert "Bạn đã gửi đúng yêu cầu này" in words(response)
    assert Explanation.objects.count() == 1


def test_day_to_come_is_not_asked_about(client_of, programme, task, leader):
    tomorrow = f"{localdate() + timedelta(days=1):%d/%m/%Y}"
    browser = client_of(leader)

    for address in (page("programme_detail", "DO-THI", ngay=tomorrow), page("task_detail", task.pk, ngay=tomorrow)):
        assert "giai-trinh/moi" not in browser.get(address).text
    response = browser.post(
        page("explanation_ask", "DO-THI", so_lieu="total", ngay=tomorrow),
        {"question": QUESTION, "agency": programme.coordinating_agency.pk},
    )
    assert "Ngày của số liệu chưa đến." in words(response)


@pytest.mark.parametrize("query", ["", "so-lieu=khong-co", "so-lieu=overdue&ngay=31/02/2023"])
def test_figure_or_day_that_is_not_there_does_not_exist(client_of, programme, leader, query):
    assert client_of(leader).get(f"/de-an/DO-THI/giai-trinh/moi/?{query}").status_code == 404


# Both sides see it until it is closed


def test_both_sides_see_it_until_it_is_closed(client_of, programme, task, asked, leader, officer):
    auditor = UserFactory(role=Role.AUDITOR, agency=programme.coordinating_agency)
    browsers = {person: client_of(person) for person in (leader, officer, auditor)}

    def offered(person):
        return [
            sorted(
                {
                    address.split("/")[3]
                    for address in links(browsers[person].get(where))
                    if f"/giai-trinh/{asked.pk}/" in address
                }
                - {""}
            )
            for where in everything(programme, task)
        ]

    for where in everything(programme, task):
        for browser in browsers.values():
            assert QUESTION in words(browser.get(where))
    assert offered(officer) == [["tra-loi"]] * 3
    assert offered(leader) == [["hoi-them", "ket-thuc"]] * 3
    assert offered(auditor) == [[]] * 3

    close_explanation(asked, by=leader, today=localdate())

    # How the figure is found tells who ever asked about it.
    for where in everything(programme, task):
        for browser in browsers.values():
            assert QUESTION not in words(browser.get(where)).replace(f"{QUESTION} (đã kết thúc)", "")
    assert QUESTION in words(browsers[auditor].get(page("explanation_list", tinh_trang="da-ket-thuc")))
    assert QUESTION in words(browsers[auditor].get(asked.get_absolute_url()))


def test_thread_is_told_in_order_of_time(client_of, asked, officer, leader):
    answer_explanation(asked, text="Theo 112/NQ-HĐND chưa bố trí vốn.", by=officer, today=date(2023, 6, 22))
    ask_again(asked, text="Bao giờ có vốn?", by=leader, today=date(2023, 6, 23))
    answer_explanation(asked, text="Quý III.", by=officer, today=date(2023, 6, 24))
    close_explanation(asked, verdict="Đồng ý.", by=leader, today=date(2023, 6, 25))

    told = words(client_of(officer).get(asked.get_absolute_url()))

    order = [QUESTION, "chưa bố trí vốn", "Bao giờ có vốn?", "Quý III.", "Đồng ý."]
    places = [told.index(text) for text in order]
    assert places == sorted(places)
    for said in ("20/06/2023 Yêu cầu", "22/06/2023 Trả lời", "23/06/2023 Hỏi thêm", "25/06/2023 Kết thúc"):
        assert said in told
    assert f"{officer} (Công an tỉnh)" in told


def test_officer_answers(client_of, asked, officer):
    browser = client_of(officer)
    address = page("explanation_answer", asked.pk)
    assert QUESTION in words(browser.get(address))

    response = browser.post(address, {"text": "Do chưa bố trí vốn."}, follow=True)

    asked.refresh_from_db()
    assert asked.state == ExplanationState.ANSWERED
    assert "Đã gửi trả lời." in words(response)
    assert "Do chưa bố trí vốn." in words(response)
    assert asked.history.first().history_user == officer


def test_leader_asks_further_and_closes(client_of, asked, leader):
    browser = client_of(leader)

    browser.post(page("explanation_ask_again", asked.pk), {"text": "Bao giờ xong?"})
    response = browser.post(page("explanation_close", asked.pk), {"verdict": "Đã rõ."}, follow=True)

    asked.refresh_from_db()
    assert [reply.text for reply in asked.replies.all()] == ["Bao giờ xong?"]
    assert (asked.state, asked.verdict, asked.closed_by) == (ExplanationState.CLOSED, "Đã rõ.", leader)
    assert "Đã kết thúc yêu cầu giải trình." in words(response)


def test_answer_to_what_was_closed_meanwhile_is_refused_in_a_sentence_and_stays_typed(
    client_of, asked, officer, leader
):
    browser = client_of(officer)
    address = page("explanation_answer", asked.pk)
    browser.get(address)
    close_explanation(asked, by=leader, today=date(2023, 6, 25))

    response = browser.post(address, {"text": "Do chưa bố trí vốn."})

    assert response.status_code == 409
    assert f"{leader} đã kết thúc yêu cầu này ngày 25/06/2023 nên không gửi thêm được." in words(response)
    assert "Do chưa bố trí vốn.</textarea>" in response.text
    assert not asked.replies.exists()
    # Whoever opens the form only now is told at once.
    assert browser.get(address, follow=True).redirect_chain == [(asked.get_absolute_url(), 302)]


def test_answer_pressed_twice_is_kept_once(client_of, asked, officer):
    browser = client_of(officer)
    address = page("explanation_answer", asked.pk)
    browser.post(address, {"text": "Do chưa bố trí vốn."})

    response = browser.post(address, {"text": "Do chưa bố trí vốn."})

    assert "Nội dung này đã được gửi." in words(response)
    assert asked.replies.count() == 1


def test_empty_answer_is_refused_beside_its_field(client_of, asked, officer):
    response = client_of(officer).post(page("explanation_answer", asked.pk), {"text": "  "})

    assert response.status_code == 400
    assert "Ghi nội dung trả lời." in words(response)


@pytest.mark.parametrize("role", Role)
def test_each_role_finds_only_its_own_buttons(client_of, asked, lead, role):
    browser = client_of(UserFactory(role=role, agency=lead))

    opened = {
        name: browser.get(page(name, asked.pk)).status_code
        for name in ("explanation_detail", "explanation_answer", "explanation_ask_again", "explanation_close")
    }

    answers = 200 if role in {Role.OFFICER, Role.COORDINATOR} else 403
    leads = 200 if role == Role.LEADER else 403
    assert opened == {
        "explanation_detail": 200,
        # A leader may reply, but not for an agency.
        "explanation_answer": answers,
        "explanation_ask_again": leads,
        "explanation_close": leads,
    }


def test_officer_of_another_agency_reads_and_does_not_answer(client_of, programme, asked):
    browser = client_of(coordinator_of(programme))

    assert QUESTION in words(browser.get(asked.get_absolute_url()))
    assert "Trả lời" not in words(browser.get(asked.get_absolute_url()))
    assert browser.post(page("explanation_answer", asked.pk), {"text": "Tôi biết."}).status_code == 403
    assert not asked.replies.exists()


def test_nothing_of_another_province_exists(client_of, programme, task, asked):
    stranger = client_of(UserFactory(role=Role.LEADER))

    for address in (
        asked.get_absolute_url(),
        page("explanation_answer", asked.pk),
        page("explanation_ask_again", asked.pk),
        page("explanation_close", asked.pk),
        page("explanation_ask", "DO-THI", so_lieu="overdue", ngay=DAY),
        page("task_explanation_ask", task.pk, ngay=DAY),
    ):
        assert stranger.get(address).status_code == 404
        assert stranger.post(address, {"text": "x", "question": "x"}).status_code == 404
    assert QUESTION not in stranger.get(page("explanation_list", tinh_trang="tat-ca")).text


def test_nobody_reads_without_signing_in(client, asked):
    assert client.get(asked.get_absolute_url()).status_code == 302


# Agencies that ended


def test_page_says_who_answers_now_that_the_duty_has_passed_on(client_of, programme, task, asked, lead):
    heir = LeadTransferFactory(task=task, from_agency=lead, to_agency__name="Sở KH&CN").to_agency

    response = client_of(officer_of(heir)).get(asked.get_absolute_url())

    assert "việc này đã chuyển giao cho Sở KH&CN, Sở KH&CN trả lời" in words(response)
    assert page("explanation_answer", asked.pk) in links(response)


def test_page_says_when_nobody_took_the_duty_over(client_of, asked, lead, leader):
    rewrite(lead, in_force_to=date(2025, 2, 28))

    told = words(client_of(leader).get(asked.get_absolute_url()))

    assert "Công an tỉnh (hoạt động đến hết 28/02/2025; chưa xác định cơ quan kế thừa)" in told


# The list, history, volume


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({}, ["Chờ?", "Xong?"]),
        ({"tinh_trang": "cho-tra-loi"}, ["Chờ?"]),
        ({"tinh_trang": "da-tra-loi"}, ["Xong?"]),
        ({"tinh_trang": "da-ket-thuc"}, ["Đóng?"]),
        ({"tinh_trang": "tat-ca"}, ["Chờ?", "Xong?", "Đóng?"]),
    ],
)
def test_list_is_filtered_by_state_in_the_address(client_of, programme, leader, query, told):
    ExplanationFactory(programme=programme, question="Chờ?")
    ExplanationFactory(programme=programme, question="Xong?", answered=True)
    ExplanationFactory(programme=programme, question="Đóng?", closed=True)

    page_told = words(client_of(leader).get(page("explanation_list", **query)))

    assert [question for question in ("Chờ?", "Xong?", "Đóng?") if question in page_told] == told
    assert "Chưa kết thúc: 2 Chờ trả lời: 1 Đã trả lời: 1 Đã kết thúc: 1 Tất cả: 3" in page_told


def test_state_that_is_not_there_does_not_exist(client_of, leader):
    assert client_of(leader).get("/giai-trinh/?tinh-trang=khong-co").status_code == 404


def test_late_answer_says_so(client_of, programme, leader):
    ExplanationFactory(programme=programme, due_on=date(2023, 6, 30))

    told = words(client_of(leader).get(page("explanation_list")))

    assert "30/06/2023 Quá hạn trả lời" in told


def test_history_tells_the_question_and_each_reply(client_of, asked, officer, leader):
    answer_explanation(asked, text="Do chưa bố trí vốn.", by=officer, today=date(2023, 6, 22))
    close_explanation(asked, by=leader, today=date(2023, 6, 25))
    auditor = UserFactory(role=Role.AUDITOR, agency=None)

    told = words(client_of(auditor).get(reverse("admin:tasks_explanation_history", args=[asked.pk])))

    for said in (
        QUESTION,
        "Do chưa bố trí vốn.",
        "Trả lời yêu cầu giải trình",
        "Kết thúc yêu cầu giải trình",
        "Đã kết thúc",
    ):
        assert said in told


@pytest.mark.parametrize("count", [1, 20])
def test_pages_query_count_does_not_grow(client_of, programme, task, lead, django_assert_max_num_queries, count):
    for _ in range(count):
        one = ExplanationFactory(programme=programme, task=task, figure="", agency=lead)
        ExplanationReplyFactory.create_batch(count if one.pk % 2 else 1, explanation=one)
    browser = client_of(officer_of(lead))

    for address, most in [
        (page("explanation_list"), 12),
        (one.get_absolute_url(), 15),
        (page("programme_detail", "DO-THI", ngay=DAY), 34),
        (page("task_detail", task.pk, ngay=DAY), 17),
    ]:
        with django_assert_max_num_queries(most):
            assert browser.get(address).status_code == 200
