from datetime import date

import pytest
from django.core.exceptions import ValidationError

from programme.models import Role
from smartcity.lib.records.history import signed_delete, signed_save
from tasks.models import AskedFigure, Explanation, ExplanationReply, ExplanationState, ReplyKind, read_awaiting
from tasks.operations.explaining import (
    AlreadyAsked,
    AlreadySaid,
    DueInThePast,
    ExplanationClosed,
    NotALeader,
    NotTheAgencyAsked,
    agency_to_ask,
    answer_explanation,
    ask_again,
    ask_explanation,
    close_explanation,
)
from tests.factories import (
    AgencyFactory,
    CoordinationTransferFactory,
    ExplanationFactory,
    ExplanationReplyFactory,
    LeadTransferFactory,
    ProgrammeFactory,
    TaskFactory,
    UserFactory,
    adopted_revision,
    coordinator_of,
    officer_of,
    task_in_force,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

AS_OF = date(2023, 6, 16)
TODAY = date(2023, 6, 20)
LATER = date(2023, 6, 27)


@pytest.fixture
def programme():
    return ProgrammeFactory()


@pytest.fixture
def lead(programme):
    return AgencyFactory(province=programme.province, name="Công an tỉnh")


@pytest.fixture
def task(programme, lead):
    return task_in_force(programme, lead=lead)


@pytest.fixture
def leader(programme):
    return UserFactory(role=Role.LEADER, agency=AgencyFactory(province=programme.province))


@pytest.fixture
def officer(lead):
    return officer_of(lead)


@pytest.fixture
def asked(programme, task, leader):
    """A request about the task, put to Công an tỉnh."""
    return ask(programme, leader, task=task, figure="", shown="Quá hạn")


def ask(programme, by, **changes):
    values = {
        "figure": AskedFigure.OVERDUE,
        "as_of": AS_OF,
        "shown": "8 nhiệm vụ quá hạn",
        "question": "Vì sao chậm?",
        "today": TODAY,
    }
    return ask_explanation(programme, by=by, **(values | changes))


def refusal_of(act):
    with pytest.raises(ValidationError) as refusal:
        act()
    return refusal.value.messages


# Asking


def test_question_about_a_figure_keeps_what_the_page_said_and_goes_to_the_coordinating_agency(programme, leader):
    explanation = ask(programme, leader, due_on=date(2023, 6, 30))

    explanation.refresh_from_db()
    assert (explanation.figure, explanation.shown, explanation.as_of) == ("overdue", "8 nhiệm vụ quá hạn", AS_OF)
    assert explanation.agency == programme.coordinating_agency
    assert (explanation.state, explanation.asked_by, explanation.asked_on) == (ExplanationState.OPEN, leader, TODAY)
    assert explanation.due_on == date(2023, 6, 30)
    record = explanation.history.get()
    assert (record.history_user, record.history_change_reason) == (leader, "Yêu cầu giải trình")


def test_question_about_a_task_goes_to_who_leads_it(asked, lead, task):
    assert (asked.task, asked.agency, asked.figure) == (task, lead, "")


def test_question_about_a_task_without_a_lead_goes_to_the_coordinating_agency(programme, leader):
    task = task_in_force(programme)

    assert ask(programme, leader, task=task, figure="").agency == programme.coordinating_agency


def test_question_goes_to_who_leads_today_and_not_on_the_day_of_the_figure(programme, task, lead):
    transfer = LeadTransferFactory(task=task, from_agency=lead, effective_on=date(2025, 3, 10))

    assert agency_to_ask(programme, task, as_of=AS_OF, today=date(2025, 3, 9)) == lead
    assert agency_to_ask(programme, task, as_of=AS_OF, today=date(2025, 3, 10)) == transfer.to_agency


def test_question_about_a_task_that_was_closed_goes_to_who_led_it_on_the_day(programme, task, lead):
    adopted_revision(programme, effective_on=date(2023, 6, 18), tasks=1)

    assert agency_to_ask(programme, task, as_of=AS_OF, today=TODAY) == lead


def test_leader_may_ask_another_agency(programme, leader):
    other = AgencyFactory(province=programme.province)

    assert ask(programme, leader, agency=other).agency == other


def test_agency_of_another_province_is_not_asked(programme, leader):
    assert refusal_of(lambda: ask(programme, leader, agency=AgencyFactory())) != []
    assert not Explanation.objects.exists()


@pytest.mark.parametrize("role", [role for role in Role if role != Role.LEADER])
def test_nobody_but_leaders_asks(programme, role):
    person = UserFactory(role=role, agency=programme.coordinating_agency)

    with pytest.raises(NotALeader):
        ask(programme, person)

    assert not Explanation.objects.exists()


def test_leader_of_another_province_does_not_ask(programme):
    with pytest.raises(NotALeader):
        ask(programme, UserFactory(role=Role.LEADER))


def test_button_pressed_twice_asks_once(programme, leader):
    ask(programme, leader)

    with pytest.raises(AlreadyAsked):
        ask(programme, leader, question=" Vì sao  chậm? ")

    assert Explanation.objects.count() == 1


def test_two_questions_about_one_figure_are_two(programme, leader):
    ask(programme, leader)
    ask(programme, leader, question="Bao giờ xong?")

    assert Explanation.objects.count() == 2


def test_same_question_is_asked_anew_once_the_first_is_closed(programme, leader):
    close_explanation(ask(programme, leader), by=leader, today=TODAY)

    ask(programme, leader)

    assert Explanation.objects.count() == 2


def test_answer_cannot_be_due_before_the_question(programme, leader):
    with pytest.raises(DueInThePast) as refusal:
        ask(programme, leader, due_on=date(2023, 6, 19))

    assert refusal.value.message_dict == {"due_on": ["Hạn trả lời 19/06/2023 đã qua. Chọn hôm nay hoặc ngày sau."]}
    assert ask(programme, leader, due_on=TODAY).due_on == TODAY


def test_day_to_come_cannot_be_asked_about(programme, leader):
    assert refusal_of(lambda: ask(programme, leader, as_of=date(2023, 6, 21))) == [
        "Ngày của số liệu chưa đến. Chọn ngày đã qua hoặc hôm nay."
    ]


def test_task_of_another_programme_cannot_be_asked_about(programme, leader):
    told = refusal_of(lambda: ask(programme, leader, task=TaskFactory(), figure=""))

    assert told == ["Nhiệm vụ này thuộc đề án khác."]


def test_question_says_something(programme, leader):
    assert refusal_of(lambda: ask(programme, leader, question=" \n ")) != []


# Answering, asking further, closing


def test_answer_of_the_agency_is_kept_and_signed(asked, officer):
    reply = answer_explanation(asked, text="Do chưa bố trí vốn.", by=officer, today=LATER)

    asked.refresh_from_db()
    assert asked.state == ExplanationState.ANSWERED
    assert (reply.kind, reply.text, reply.author, reply.on) == (
        ReplyKind.ANSWER,
        "Do chưa bố trí vốn.",
        officer,
        LATER,
    )
    assert [record.history_user for record in (reply.history.get(), asked.history.first())] == [officer, officer]
    assert reply.history.get().history_action == asked.history.first().history_action


def test_question_goes_back_and_forth_until_a_leader_closes_it(asked, officer, leader):
    answer_explanation(asked, text="Do chưa bố trí vốn.", by=officer, today=TODAY)
    ask_again(asked, text="Bao giờ có vốn?", due_on=LATER, by=leader, today=TODAY)
    answer_explanation(asked, text="Quý III.", by=officer, today=LATER)
    close_explanation(asked, verdict="Đồng ý, báo cáo lại trong tháng 9.", by=leader, today=LATER)

    asked.refresh_from_db()
    assert list(asked.replies.order_by("pk").values_list("kind", "text")) == [
        ("answer", "Do chưa bố trí vốn."),
        ("question", "Bao giờ có vốn?"),
        ("answer", "Quý III."),
    ]
    assert (asked.state, asked.closed_by, asked.closed_on) == (ExplanationState.CLOSED, leader, LATER)
    assert asked.verdict == "Đồng ý, báo cáo lại trong tháng 9."
    assert [record.state for record in asked.history.order_by("history_id")] == [
        "open",
        "answered",
        "open",
        "answered",
        "closed",
    ]


def test_further_question_opens_it_again_with_its_own_due_day(asked, officer, leader):
    answer_explanation(asked, text="Do chưa bố trí vốn.", by=officer, today=TODAY)

    ask_again(asked, text="Bao giờ có vốn?", due_on=LATER, by=leader, today=TODAY)

    asked.refresh_from_db()
    assert (asked.state, asked.due_on) == (ExplanationState.OPEN, LATER)
    with pytest.raises(DueInThePast):
        ask_again(asked, text="Còn gì nữa?", due_on=TODAY, by=leader, today=LATER)


def test_agency_adds_to_its_answer(asked, officer):
    answer_explanation(asked, text="Do chưa bố trí vốn.", by=officer, today=TODAY)

    answer_explanation(asked, text="Đính chính: vốn đã bố trí ngày 20/06/2023.", by=officer, today=LATER)

    assert asked.replies.count() == 2


def test_same_answer_is_not_kept_twice(asked, officer):
    answer_explanation(asked, text="Do chưa bố trí vốn.", by=officer, today=TODAY)

    with pytest.raises(AlreadySaid):
        answer_explanation(asked, text="Do chưa bố  trí vốn.\n", by=officer, today=TODAY)

    assert asked.replies.count() == 1


def test_another_leader_of_the_province_closes(asked, programme):
    other = UserFactory(role=Role.LEADER, agency=AgencyFactory(province=programme.province))

    assert close_explanation(asked, by=other, today=LATER).closed_by == other


@pytest.mark.parametrize("role", [Role.OFFICER, Role.COORDINATOR])
def test_people_of_other_agencies_do_not_answer(asked, programme, lead, role):
    person = UserFactory(role=role, agency=programme.coordinating_agency)

    with pytest.raises(NotTheAgencyAsked, match="Công an tỉnh trả lời"):
        answer_explanation(asked, text="Tôi biết.", by=person, today=TODAY)

    assert not asked.replies.exists()


@pytest.mark.parametrize("role", [Role.OFFICE, Role.LEADER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_people_of_the_agency_who_do_not_report_do_not_answer(asked, lead, role):
    with pytest.raises(NotTheAgencyAsked):
        answer_explanation(asked, text="Tôi biết.", by=UserFactory(role=role, agency=lead), today=TODAY)


@pytest.mark.parametrize("act", [ask_again, close_explanation])
def test_agency_neither_asks_further_nor_closes(asked, officer, act):
    said = {"text": "Bao giờ?"} if act is ask_again else {}

    with pytest.raises(NotALeader):
        act(asked, by=officer, today=TODAY, **said)

    asked.refresh_from_db()
    assert asked.state == ExplanationState.OPEN


def test_closed_one_takes_nothing_more_and_says_who_closed_it(asked, officer, leader):
    close_explanation(asked, by=leader, today=LATER)
    told = f"{leader} đã kết thúc yêu cầu này ngày 27/06/2023 nên không gửi thêm được."

    for act in (
        lambda: answer_explanation(asked, text="Muộn.", by=officer, today=LATER),
        lambda: ask_again(asked, text="Thêm?", by=leader, today=LATER),
        lambda: close_explanation(asked, by=leader, today=LATER),
    ):
        with pytest.raises(ExplanationClosed) as refusal:
            act()
        assert refusal.value.messages == [told]

    assert not asked.replies.exists()


@pytest.mark.django_db(transaction=True)
def test_answer_and_closing_at_once_leave_one_truth(at_once):
    programme = ProgrammeFactory()
    leader = UserFactory(role=Role.LEADER, agency=programme.coordinating_agency)
    officer = officer_of(programme.coordinating_agency)
    explanation = ask(programme, leader)

    outcomes = at_once(
        lambda: answer_explanation(explanation, text="Do chưa bố trí vốn.", by=officer, today=TODAY),
        lambda: close_explanation(explanation, by=leader, today=TODAY),
    )

    explanation.refresh_from_db()
    assert explanation.state == ExplanationState.CLOSED
    answered = not isinstance(outcomes[0], ExplanationClosed)
    assert explanation.replies.count() == answered


@pytest.mark.django_db(transaction=True)
def test_same_question_at_the_same_moment_is_asked_once(at_once):
    programme = ProgrammeFactory()
    leader = UserFactory(role=Role.LEADER, agency=programme.coordinating_agency)

    outcomes = at_once(lambda: ask(programme, leader), lambda: ask(programme, leader))

    assert {type(outcome) for outcome in outcomes} == {Explanation, AlreadyAsked}
    assert Explanation.objects.count() == 1


# Agencies whose duty passed on


def test_duty_to_answer_passes_with_the_lead_of_the_task(asked, task, lead, officer):
    transfer = LeadTransferFactory(task=task, from_agency=lead, effective_on=date(2025, 3, 10))
    heir = officer_of(transfer.to_agency)

    assert not Explanation.objects.answerable_by(heir, date(2025, 3, 9)).exists()
    assert Explanation.objects.answerable_by(heir, date(2025, 3, 10)).get() == asked
    # Who was asked by name may answer too.
    assert Explanation.objects.answerable_by(officer, date(2025, 3, 10)).get() == asked


def test_duty_to_answer_for_a_figure_passes_with_the_coordination(programme, leader):
    explanation = ask(programme, leader)
    transfer = CoordinationTransferFactory(programme=programme, effective_on=date(2025, 3, 10))
    heir = UserFactory(role=Role.COORDINATOR, agency=transfer.to_agency)

    assert not Explanation.objects.answerable_by(heir, date(2025, 3, 9)).exists()
    assert Explanation.objects.answerable_by(heir, date(2025, 3, 10)).get() == explanation


def test_coordination_that_passes_on_leaves_the_answer_for_a_task_with_its_lead(programme, leader):
    task = task_in_force(programme, lead=programme.coordinating_agency)
    ask(programme, leader, task=task, figure="")
    transfer = CoordinationTransferFactory(programme=programme, effective_on=date(2025, 3, 10))
    heir = UserFactory(role=Role.COORDINATOR, agency=transfer.to_agency)

    assert not Explanation.objects.answerable_by(heir, date(2025, 3, 10)).exists()


# What waits for whom


def test_what_waits_is_the_same_however_it_is_read(programme, asked, task, lead, officer, leader):
    """Of a task and of a figure, before and after the duty to answer has passed on; also for who asked."""
    ask(programme, leader)
    heirs = AgencyFactory.create_batch(2, province=programme.province)
    LeadTransferFactory(task=task, from_agency=lead, to_agency=heirs[0], effective_on=date(2025, 3, 10))
    CoordinationTransferFactory(programme=programme, to_agency=heirs[1], effective_on=date(2025, 3, 10))
    people = [officer, leader, coordinator_of(programme), officer_of(heirs[0])]
    people.append(UserFactory(role=Role.COORDINATOR, agency=heirs[1]))

    found = {day: [read_awaiting(person, day) for person in people] for day in (date(2025, 3, 9), date(2025, 3, 10))}

    assert [[len(some) for some in told] for told in found.values()] == [[1, 0, 1, 0, 0], [1, 0, 1, 1, 1]]
    for day, told in found.items():
        assert told == [list(Explanation.objects.awaiting(person, day)) for person in people]


def test_open_ones_wait_for_the_agency_and_answered_ones_for_who_asked(asked, officer, leader, programme, lead):
    other_leader = UserFactory(role=Role.LEADER, agency=leader.agency)
    everybody = [
        officer,
        UserFactory(role=Role.COORDINATOR, agency=lead),
        leader,
        other_leader,
        coordinator_of(programme),
    ]

    def waiting():
        return [Explanation.objects.awaiting(person, TODAY).count() for person in everybody]

    assert waiting() == [1, 1, 0, 0, 0]
    answer_explanation(asked, text="Do chưa bố trí vốn.", by=officer, today=TODAY)
    assert waiting() == [0, 0, 1, 0, 0]
    ask_again(asked, text="Bao giờ có vốn?", by=leader, today=TODAY)
    assert waiting() == [1, 1, 0, 0, 0]
    close_explanation(asked, by=leader, today=TODAY)
    assert waiting() == [0, 0, 0, 0, 0]


def test_first_due_waits_first(programme, leader):
    for question, due_on in [("một", None), ("hai", date(2023, 7, 1)), ("ba", date(2023, 6, 25))]:
        ask(programme, leader, question=question, due_on=due_on)

    waiting = Explanation.objects.awaiting(coordinator_of(programme), TODAY)

    assert [explanation.question for explanation in waiting] == ["ba", "hai", "một"]


@pytest.mark.parametrize("count", [1, 10])
def test_what_waits_is_read_with_one_query(count, django_assert_num_queries):
    programme = ProgrammeFactory()
    for _ in range(count):
        ExplanationFactory(programme=programme, of_task=True)
    coordinator = coordinator_of(programme)
    assert coordinator.agency

    with django_assert_num_queries(1):
        told = [
            (one.about, one.agency.label, one.agency.has_ended(TODAY), one.asked_by.full_name)
            for one in Explanation.objects.awaiting(coordinator, TODAY)
        ]

    assert len(told) == count


def test_answer_is_late_from_the_day_after_it_was_due():
    explanation = ExplanationFactory.build(programme=None, agency=None, asked_by=None, due_on=date(2023, 6, 30))

    assert not explanation.is_late(date(2023, 6, 30))
    assert explanation.is_late(date(2023, 7, 1))
    explanation.state = ExplanationState.ANSWERED
    assert not explanation.is_late(date(2023, 7, 1))


# What stays as it is


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"question": "Câu khác"}, id="question"),
        pytest.param({"shown": "7 nhiệm vụ quá hạn"}, id="value"),
        pytest.param({"as_of": date(2023, 6, 15)}, id="day"),
        pytest.param({"asked_on": date(2023, 6, 19)}, id="day of asking"),
    ],
)
def test_what_was_asked_is_not_changed(change):
    explanation = ExplanationFactory(as_of=AS_OF, asked_on=TODAY)
    for name, value in change.items():
        setattr(explanation, name, value)

    assert refusal_of(lambda: signed_save(explanation, by=explanation.asked_by)) == [
        "Nội dung đã hỏi không sửa được. Muốn hỏi khác thì hỏi thêm, hoặc lập yêu cầu mới."
    ]


def test_what_was_said_is_neither_changed_nor_deleted():
    reply = ExplanationReplyFactory()
    told = ["Nội dung đã gửi không sửa, không xóa được. Gửi thêm một nội dung để bổ sung."]
    reply.text = "Câu khác"

    assert refusal_of(lambda: signed_save(reply, by=reply.author)) == told
    assert refusal_of(lambda: signed_delete(reply, by=reply.author)) == told
    assert ExplanationReply.objects.get().text == "Do vướng giải phóng mặt bằng."


def test_request_is_not_deleted():
    explanation = ExplanationFactory()

    assert refusal_of(lambda: signed_delete(explanation, by=explanation.asked_by)) == [
        "Yêu cầu giải trình không xóa được. Muốn dừng thì kết thúc."
    ]


def test_reply_is_not_added_past_the_operations_to_a_closed_one_or_before_it_was_asked(asked, leader, officer):
    early = ExplanationReply(explanation=asked, kind=ReplyKind.ANSWER, text="Sớm", author=officer, on=AS_OF)

    assert refusal_of(lambda: signed_save(early, by=officer)) == ["Yêu cầu có từ ngày 20/06/2023; không thể sớm hơn."]
    closed = close_explanation(asked, by=leader, today=TODAY)
    late = ExplanationReply(explanation=closed, kind=ReplyKind.ANSWER, text="Muộn", author=officer, on=LATER)
    assert refusal_of(lambda: signed_save(late, by=officer)) == [
        "Yêu cầu giải trình đã kết thúc nên không nhận thêm nội dung."
    ]


def test_requests_of_another_province_are_not_visible(leader):
    reply = ExplanationReplyFactory()

    assert not Explanation.objects.visible_to(leader).exists()
    assert not ExplanationReply.objects.visible_to(leader).exists()
    assert Explanation.objects.visible_to(coordinator_of(reply.explanation.programme)).exists()
