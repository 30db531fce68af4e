"""Directives: what no directive may be, what it may not wait for, and on which day it is due."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from meetings.models import Directive, DirectiveLink, LinkKind, correcting
from meetings.models.due import Due, DueKind
from programme.models import Role
from smartcity.exchange.programme_files import system_account
from smartcity.lib.records.history import signed_save
from tests.factories import (
    AgencyFactory,
    LegalDocumentFactory,
    ProvinceFactory,
    RevisionFactory,
    TaskFactory,
    UserFactory,
    adopt,
)
from tests.meetings.factories import ConclusionFactory, DirectiveFactory, DirectiveLinkFactory, MeetingFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

WAITS = {"due_kind": DueKind.CONDITION, "due_words": "Nghị quyết được thông qua", "due_when": "after"}


def waiting_for(**what):
    return DirectiveFactory(**WAITS, **what)


def save(record):
    with correcting():
        return signed_save(record, by=system_account())


# Constraints


def test_two_directives_of_a_conclusion_do_not_stand_in_one_place(assert_refused):
    first = DirectiveFactory(conclusion=ConclusionFactory())
    second = DirectiveFactory(conclusion=first.conclusion)

    assert_refused(second, "directive_place_in_a_conclusion_once", None, position=first.position)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"due_year": 2024}, id="no month"),
        pytest.param({"due_month": 4}, id="no year"),
        pytest.param({"due_year": 2024, "due_month": 13}, id="a month 13"),
        pytest.param({"due_year": 1944, "due_month": 4}, id="a year too early"),
    ],
)
def test_month_of_a_due_is_a_month(assert_refused, change):
    assert_refused(DirectiveFactory(), "directive_due_month_is_a_month", "due_month", **change)


def test_only_a_condition_waits_for_a_revision(assert_refused):
    revision = RevisionFactory()

    assert_refused(DirectiveFactory(), "directive_waits_for_one_thing", "due_revision", due_revision=revision)


def test_condition_waits_for_a_revision_or_a_document(assert_refused):
    directive = waiting_for(due_document=LegalDocumentFactory())

    assert_refused(directive, "directive_waits_for_one_thing", "due_revision", due_revision=RevisionFactory())


def test_only_what_comes_true_waits_for_a_document(assert_refused):
    assert_refused(
        DirectiveFactory(),
        "directive_due_document_belongs_to_its_kind",
        "due_document",
        due_document=LegalDocumentFactory(),
    )


def test_link_has_an_end(assert_refused):
    link = DirectiveLinkFactory(task=TaskFactory())

    assert_refused(link, "directive_link_has_one_end", "task", task=None)


def test_link_has_one_end_alone(assert_refused):
    link = DirectiveLinkFactory(task=TaskFactory())

    assert_refused(link, "directive_link_has_one_end", "task", document=LegalDocumentFactory())


@pytest.mark.parametrize(
    ("end", "factory", "rule"),
    [
        ("task", TaskFactory, "directive_linked_once_with_a_task"),
        ("revision", RevisionFactory, "directive_linked_once_with_a_revision"),
        ("document", LegalDocumentFactory, "directive_linked_once_with_a_document"),
    ],
)
def test_directive_is_linked_once_with_a_record(assert_refused, end, factory, rule):
    first = DirectiveLinkFactory(**{end: factory()})
    second = DirectiveLinkFactory(directive=first.directive, **{end: factory()})

    assert_refused(second, rule, end, **{end: getattr(first, end)})


# A due that contradicts itself, a condition that waits for itself


def test_due_whose_columns_contradict_each_other_is_refused():
    with pytest.raises(ValidationError) as refusal:
        DirectiveFactory(due_kind=DueKind.DAY, due_day=None)

    assert "không khớp" in refusal.value.message_dict["due_kind"][0]


def test_directive_does_not_wait_for_the_notice_of_its_own_meeting():
    notice = LegalDocumentFactory(unissued=True)
    conclusion = ConclusionFactory(meeting=MeetingFactory(notice=notice))

    with pytest.raises(ValidationError) as refusal:
        waiting_for(conclusion=conclusion, due_document=notice)

    assert "chính cuộc họp này" in refusal.value.message_dict["due_document"][0]


@pytest.mark.parametrize(("end", "factory"), [("document", LegalDocumentFactory), ("revision", RevisionFactory)])
def test_directive_does_not_begin_to_wait_for_its_own_result(end, factory):
    awaited = factory()
    directive = DirectiveFactory()
    DirectiveLinkFactory(directive=directive, kind=LinkKind.RESULT, **{end: awaited})
    for name, value in {**WAITS, f"due_{end}": awaited}.items():
        setattr(directive, name, value)

    with pytest.raises(ValidationError) as refusal:
        save(directive)

    assert "chờ chính kết quả của nó" in refusal.value.message_dict[f"due_{end}"][0]


@pytest.mark.parametrize(("end", "factory"), [("document", LegalDocumentFactory), ("revision", RevisionFactory)])
def test_what_a_directive_waits_for_does_not_become_its_result(end, factory):
    awaited = factory()
    directive = waiting_for(**{f"due_{end}": awaited})

    with pytest.raises(ValidationError) as refusal:
        DirectiveLinkFactory(directive=directive, kind=LinkKind.RESULT, **{end: awaited})

    assert "chờ chính kết quả của nó" in refusal.value.message_dict[end][0]


def test_what_a_directive_waits_for_may_be_what_it_is_about():
    awaited = LegalDocumentFactory()

    link = DirectiveLinkFactory(directive=waiting_for(due_document=awaited), kind=LinkKind.ABOUT, document=awaited)

    assert link.end == awaited


def test_directive_does_not_wait_for_itself_through_others():
    """The first waits for what the second makes, which waits for what the third makes; the third waits already."""
    resolution, revision, plan = LegalDocumentFactory(), RevisionFactory(), LegalDocumentFactory()
    first = waiting_for(due_document=resolution)
    second = waiting_for(due_revision=revision)
    third = waiting_for(due_document=plan)
    DirectiveLinkFactory(directive=second, kind=LinkKind.RESULT, document=resolution)
    DirectiveLinkFactory(directive=third, kind=LinkKind.RESULT, revision=revision)

    with pytest.raises(ValidationError) as refusal:
        DirectiveLinkFactory(directive=first, kind=LinkKind.RESULT, document=plan)

    assert "qua việc khác" in refusal.value.message_dict["document"][0]


def test_condition_that_would_close_the_circle_is_refused():
    resolution, plan = LegalDocumentFactory(), LegalDocumentFactory()
    first, second = DirectiveFactory(), waiting_for(due_document=resolution)
    DirectiveLinkFactory(directive=first, kind=LinkKind.RESULT, document=resolution)
    DirectiveLinkFactory(directive=second, kind=LinkKind.RESULT, document=plan)
    for name, value in {**WAITS, "due_document": plan}.items():
        setattr(first, name, value)

    with pytest.raises(ValidationError) as refusal:
        save(first)

    assert list(refusal.value.message_dict) == ["due_document"]


def test_chain_of_directives_that_ends_somewhere_is_kept():
    resolution, plan = LegalDocumentFactory(), LegalDocumentFactory()
    first = waiting_for(due_document=resolution)
    second = DirectiveFactory()
    DirectiveLinkFactory(directive=second, kind=LinkKind.RESULT, document=resolution)

    DirectiveLinkFactory(directive=first, kind=LinkKind.RESULT, document=plan)

    assert DirectiveLink.objects.count() == 2


# The day of a due


def due_then(directive, on):
    return Directive.objects.with_due(on).get(pk=directive.pk).due_then


@pytest.mark.parametrize(
    ("due", "day"),
    [
        pytest.param(Due(DueKind.DAY, day=date(2024, 4, 15)), date(2024, 4, 15), id="a day"),
        pytest.param(Due(DueKind.MONTH, year=2024, month=2), date(2024, 2, 29), id="the last day of its month"),
        pytest.param(Due(DueKind.PHRASE, words="đầu tháng 4", day=date(2024, 4, 10)), date(2024, 4, 10), id="a phrase"),
        pytest.param(Due(DueKind.PHRASE, words="sớm nhất"), None, id="a phrase without a day"),
        pytest.param(Due(DueKind.REFERENCE, words="155/QĐ-UBND", day=date(2024, 9, 30)), date(2024, 9, 30), id="there"),
        pytest.param(Due(DueKind.REFERENCE, words="155/QĐ-UBND"), None, id="not known from there"),
        pytest.param(Due(DueKind.CADENCE, cadence="weekly"), None, id="a cadence"),
        pytest.param(Due(DueKind.NONE), None, id="none"),
    ],
)
def test_due_gives_its_day(due, day):
    directive = DirectiveFactory.build(conclusion=ConclusionFactory())
    directive.due = due
    save(directive)

    assert due_then(directive, date(2024, 4, 10)) == day
    assert Directive.objects.get(pk=directive.pk).due == due


def test_condition_gives_its_day_from_the_day_of_the_adoption_on():
    directive = waiting_for(due_revision=RevisionFactory())
    before = due_then(directive, date(2024, 12, 31))

    adopt(directive.due_revision, effective_on=date(2024, 7, 18))

    assert before is None
    assert due_then(directive, date(2024, 7, 17)) is None
    assert due_then(directive, date(2024, 7, 18)) == date(2024, 7, 18)
    assert due_then(directive, date(2024, 12, 31)) == date(2024, 7, 18)


def test_condition_gives_its_day_from_the_day_on_which_its_document_is_signed():
    directive = waiting_for(due_document=LegalDocumentFactory(number=112, signed_on=date(2024, 7, 18)))

    assert due_then(directive, date(2024, 7, 17)) is None
    assert due_then(directive, date(2024, 7, 18)) == date(2024, 7, 18)


def test_document_without_a_number_gives_no_day():
    directive = waiting_for(due_document=LegalDocumentFactory(unissued=True))

    assert due_then(directive, date(2099, 12, 31)) is None


def test_day_written_by_hand_goes_before_that_of_the_document():
    document = LegalDocumentFactory(number=112, signed_on=date(2024, 7, 18))
    directive = waiting_for(due_document=document, due_day=date(2024, 7, 25))

    assert due_then(directive, date(2024, 7, 20)) == date(2024, 7, 18)
    assert due_then(directive, date(2024, 7, 25)) == date(2024, 7, 25)


# Which there are


def test_given_are_directives_of_concluded_meetings_until_they_are_withdrawn():
    standing = DirectiveFactory()
    withdrawn = DirectiveFactory(withdrawn_on=date(2024, 6, 1))
    DirectiveFactory(conclusion__meeting__concluded=False)
    DirectiveFactory(conclusion__meeting__held_on=date(2024, 7, 1))

    assert set(Directive.objects.given(date(2024, 5, 31))) == {standing, withdrawn}
    assert set(Directive.objects.given(date(2024, 6, 1))) == {standing}
    assert set(Directive.objects.given(date(2024, 4, 9))) == set()


def test_directives_and_links_are_visible_to_people_of_the_province_alone():
    province = ProvinceFactory()
    own = DirectiveLinkFactory(directive__conclusion__meeting__province=province, document=LegalDocumentFactory())
    DirectiveLinkFactory(document=LegalDocumentFactory())
    insider = UserFactory(agency=AgencyFactory(province=province))

    assert list(Directive.objects.visible_to(insider)) == [own.directive]
    assert list(DirectiveLink.objects.visible_to(insider)) == [own]
    assert Directive.objects.visible_to(UserFactory(role=Role.AUDITOR, agency=None)).count() == 2


def test_directives_stand_in_the_order_of_their_notices():
    meeting = MeetingFactory()
    second = ConclusionFactory(meeting=meeting, number=2)
    first = ConclusionFactory(meeting=meeting, number=1)
    rows = [(second, 1), (first, 2), (first, 1)]
    for conclusion, position in rows:
        DirectiveFactory(conclusion=conclusion, position=position)

    listed = Directive.objects.select_related("conclusion").in_order()

    assert [directive.label for directive in listed] == ["1.1", "1.2", "2.1"]


def test_long_directive_is_told_by_its_beginning():
    assert (
        str(DirectiveFactory.build(conclusion=None, text="thuê hạ tầng " * 30)) == " ".join(["thuê hạ tầng"] * 9) + "…"
    )
