"""Findings: who enters, answers, closes and opens them again; and what is refused."""

from datetime import date
from importlib import import_module

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError

from meetings.models import Finding, FindingEntry, FindingState
from meetings.operations.findings import (
    FindingClosed,
    NotAKeeper,
    NotTheAgencyConcerned,
    NotYetAnswered,
    OwnFindingAnswer,
    answer_finding,
    change_finding,
    close_finding,
    record_finding,
    reopen_finding,
)
from programme.models import Role
from tests.factories import AgencyFactory, ProvinceFactory, UserFactory, officer_of
from tests.meetings.factories import FindingFactory
from tests.past_the_history import past_the_history

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

TODAY = date(2024, 5, 1)
ANSWER = {"text": "Đã rà soát hợp đồng thuê.", "answered_on": date(2024, 4, 25)}


@pytest.fixture
def finding():
    return FindingFactory()


@pytest.fixture
def secretary(finding):
    return secretary_of(finding)


def secretary_of(finding):
    return UserFactory(role=Role.OFFICE, agency=AgencyFactory(province=finding.province))


@pytest.fixture
def officer(finding):
    return officer_of(finding.agency)


@pytest.fixture
def answered(finding, officer):
    return answer_finding(finding, **ANSWER, by=officer, today=TODAY)


def test_finding_is_entered_by_who_keeps_the_list(finding, secretary):
    new = FindingFactory.build(province=finding.province, body=finding.body, agency=finding.agency)

    record_finding(new, by=secretary)

    assert new.history.get().history_user == secretary


@pytest.mark.parametrize("role", [Role.OFFICER, Role.LEADER, Role.AUDITOR])
def test_finding_is_not_entered_by_others(finding, role):
    new = FindingFactory.build(province=finding.province, body=finding.body, agency=finding.agency)

    with pytest.raises(NotAKeeper):
        record_finding(new, by=UserFactory(role=role, agency=finding.agency))

    assert Finding.objects.count() == 1


def test_change_leaves_alone_what_became_of_it(answered, secretary):
    typed = Finding.objects.get(pk=answered.pk)
    typed.item, typed.state, typed.answer = "điểm 2 mục III", FindingState.OPEN, ""

    change_finding(typed, by=secretary, reason="Bổ sung mục")

    stored = Finding.objects.get(pk=answered.pk)
    assert (stored.item, stored.state, stored.answer) == ("điểm 2 mục III", FindingState.ANSWERED, ANSWER["text"])


def test_agency_concerned_answers(answered, officer):
    assert (answered.state, answered.answered_on) == (FindingState.ANSWERED, date(2024, 4, 25))
    assert answered.history.latest().history_user == officer


def test_other_agency_does_not_answer(finding):
    stranger = officer_of(AgencyFactory(province=finding.province))

    with pytest.raises(NotTheAgencyConcerned):
        answer_finding(finding, **ANSWER, by=stranger, today=TODAY)


@pytest.mark.parametrize(
    ("change", "field"),
    [({"text": " "}, "text"), ({"answered_on": date(2024, 5, 2)}, "answered_on")],
    ids=["no words", "a day to come"],
)
def test_answer_that_says_nothing_or_too_early_is_refused(finding, officer, change, field):
    with pytest.raises(ValidationError) as refusal:
        answer_finding(finding, **ANSWER | change, by=officer, today=TODAY)

    assert list(refusal.value.message_dict) == [field]
    assert Finding.objects.get().state == FindingState.OPEN


def test_finding_is_closed_once_it_is_answered(answered, secretary, officer):
    closed = close_finding(answered, closed_on=TODAY, by=secretary, today=TODAY)

    assert (closed.state, closed.closed_on) == (FindingState.CLOSED, TODAY)
    with pytest.raises(FindingClosed):
        answer_finding(closed, **ANSWER, by=officer, today=TODAY)
    with pytest.raises(FindingClosed):
        close_finding(closed, closed_on=TODAY, by=secretary, today=TODAY)


def test_finding_that_nobody_answered_is_neither_closed_nor_opened(finding, secretary):
    with pytest.raises(NotYetAnswered):
        close_finding(finding, closed_on=TODAY, by=secretary, today=TODAY)
    with pytest.raises(NotYetAnswered):
        reopen_finding(finding, reason="Thiếu", by=secretary, today=TODAY)


def test_who_answered_does_not_close():
    finding = FindingFactory()
    coordinator = UserFactory(role=Role.COORDINATOR, agency=finding.agency)
    answer_finding(finding, **ANSWER, by=coordinator, today=TODAY)

    with pytest.raises(OwnFindingAnswer):
        close_finding(finding, closed_on=TODAY, by=coordinator, today=TODAY)


def test_who_answered_does_not_close_whatever_reasons_colleagues_gave():
    finding = FindingFactory()
    coordinator = UserFactory(role=Role.COORDINATOR, agency=finding.agency)
    answered = answer_finding(finding, **ANSWER, by=coordinator, today=TODAY)

    answered.item = "điểm 2"
    change_finding(answered, by=secretary_of(finding), reason="Giải trình")

    with pytest.raises(OwnFindingAnswer):
        close_finding(finding, closed_on=TODAY, by=coordinator, today=TODAY)


def test_who_answered_first_does_not_close_what_a_colleague_added(finding):
    coordinator = UserFactory(role=Role.COORDINATOR, agency=finding.agency)
    answer_finding(finding, **ANSWER, by=coordinator, today=TODAY)
    answer_finding(finding, **ANSWER | {"text": "Bổ sung giá thuê."}, by=officer_of(finding.agency), today=TODAY)

    with pytest.raises(OwnFindingAnswer):
        close_finding(finding, closed_on=TODAY, by=coordinator, today=TODAY)


def test_who_gave_the_reason_of_an_answer_and_did_not_answer_may_close(answered, secretary):
    answered.item = "điểm 2"
    change_finding(answered, by=secretary, reason="Giải trình")

    closed = close_finding(answered, closed_on=TODAY, by=secretary, today=TODAY)

    assert closed.state == FindingState.CLOSED


def test_who_answered_before_it_was_opened_again_may_close_the_answer_of_another(finding):
    coordinator = UserFactory(role=Role.COORDINATOR, agency=finding.agency)
    answer_finding(finding, **ANSWER, by=coordinator, today=TODAY)
    reopen_finding(finding, reason="Chưa nêu giá thuê", by=secretary_of(finding), today=TODAY)
    answer_finding(finding, **ANSWER, by=officer_of(finding.agency), today=TODAY)

    closed = close_finding(finding, closed_on=TODAY, by=coordinator, today=TODAY)

    assert closed.state == FindingState.CLOSED


def test_older_findings_learn_who_answered_from_their_history(answered, officer, secretary):
    answered.item = "điểm 2"
    change_finding(answered, by=secretary, reason="Giải trình")
    with past_the_history():
        Finding.objects.update(answered_by=None)
        Finding.history.update(answered_by=None)

        import_module("meetings.migrations.0004_who_answered_findings").fill(apps, None)

    assert Finding.objects.get().answered_by == officer
    assert list(Finding.history.order_by("history_id").values_list("answered_by", flat=True)) == [
        None,
        officer.pk,
        officer.pk,
    ]


def test_finding_is_opened_again_with_a_reason_and_keeps_the_answer_in_its_history(answered, secretary):
    with pytest.raises(ValidationError, match="Ghi lý do mở lại"):
        reopen_finding(answered, reason=" ", by=secretary, today=TODAY)

    opened = reopen_finding(answered, reason="Chưa nêu giá thuê", by=secretary, today=TODAY)

    assert (opened.state, opened.answer, opened.answered_on) == (FindingState.OPEN, "", None)
    assert opened.history.filter(answer=ANSWER["text"]).exists()
    assert opened.history.latest().history_change_reason == "Chưa nêu giá thuê"


def test_each_act_leaves_an_entry_signed_with_the_change_that_it_tells_of(answered, officer, secretary):
    close_finding(answered, closed_on=TODAY, by=secretary, today=TODAY)
    reopen_finding(answered, reason="Chưa nêu giá thuê", by=secretary, today=TODAY)

    told = answered.entries.order_by("pk").values_list("kind", "on", "author", "text")
    assert list(told) == [
        ("answer", ANSWER["answered_on"], officer.pk, ANSWER["text"]),
        ("closing", TODAY, secretary.pk, ""),
        ("reopening", TODAY, secretary.pk, "Chưa nêu giá thuê"),
    ]
    actions = FindingEntry.history.order_by("history_id").values_list("history_action", flat=True)
    # The first row of the finding is its entering.
    assert list(actions) == list(answered.history.order_by("history_id").values_list("history_action", flat=True))[1:]


def test_act_that_is_refused_leaves_no_entry(answered, officer):
    with pytest.raises(NotAKeeper):
        reopen_finding(answered, reason="Thiếu", by=officer, today=TODAY)
    with pytest.raises(ValidationError):
        close_finding(answered, closed_on=date(2024, 4, 24), by=secretary_of(answered), today=TODAY)

    assert answered.entries.count() == 1


def test_keepers_of_another_province_close_nothing(answered):
    stranger = UserFactory(role=Role.OFFICE, agency=AgencyFactory(province=ProvinceFactory()))

    with pytest.raises(NotAKeeper):
        close_finding(answered, closed_on=TODAY, by=stranger, today=TODAY)
