"""What is derived of granted extensions: which one holds on which day, and which were asked for too late."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command

from meetings.models import Assignment, ExtendedDay, Extension
from meetings.models.due import DueKind
from meetings.operations.extended_days import count_extended_differences, keep_extended_days
from tasks.models.task_day import STILL
from tests.given import extend
from tests.meetings.factories import AssignmentFactory, DirectiveFactory, ExtensionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

DUE = date(2024, 4, 30)


@pytest.fixture
def assignment():
    return AssignmentFactory(directive=DirectiveFactory(due_kind=DueKind.DAY, due_day=DUE))


def kept(assignment):
    rows = ExtendedDay.objects.filter(assignment=assignment).order_by("extensions")
    return list(rows.values_list("since", "until", "due", "extensions"))


def then(assignment, on):
    one = Assignment.objects.on_day(on).with_late_requests(on).get(pk=assignment.pk)
    return one.due_then, one.extensions_then, one.asked_late_then


def test_each_extension_holds_until_the_next_is_granted(assignment):
    extend(assignment, date(2024, 5, 31), on=date(2024, 4, 20))
    extend(assignment, date(2024, 6, 30), on=date(2024, 5, 20))

    assert kept(assignment) == [
        (date(2024, 4, 20), date(2024, 5, 20), date(2024, 5, 31), 1),
        (date(2024, 5, 20), STILL, date(2024, 6, 30), 2),
    ]
    assert then(assignment, date(2024, 4, 19)) == (DUE, 0, 0)
    assert then(assignment, date(2024, 5, 19)) == (date(2024, 5, 31), 1, 0)
    assert then(assignment, date(2024, 5, 20)) == (date(2024, 6, 30), 2, 0)


def test_of_two_on_one_day_the_last_holds_and_both_are_counted(assignment):
    day = date(2024, 5, 10)
    extend(assignment, date(2024, 5, 31), on=day)
    extend(assignment, date(2024, 6, 30), on=day)

    assert [until for _, until, *_ in kept(assignment)] == [day, STILL]
    # The first was asked for after the due of then; the second while the first held.
    assert then(assignment, day) == (date(2024, 6, 30), 2, 1)


def test_extension_that_is_shorter_than_the_first_due_moves_nothing(assignment):
    extend(assignment, date(2024, 4, 25), on=date(2024, 4, 20))

    assert then(assignment, date(2024, 4, 21)) == (DUE, 1, 0)


def test_each_that_was_asked_for_past_the_due_of_then_is_late(assignment):
    extend(assignment, date(2024, 5, 31), on=date(2024, 5, 2))
    extend(assignment, date(2024, 6, 30), on=date(2024, 5, 31))
    extend(assignment, date(2024, 8, 31), on=date(2024, 7, 1))

    assert [then(assignment, day)[2] for day in (date(2024, 5, 1), date(2024, 5, 31), date(2024, 7, 1))] == [0, 1, 2]


def test_what_is_not_granted_is_not_derived(assignment):
    ExtensionFactory(assignment=assignment)

    assert kept(assignment) == []


def test_older_database_is_filled_and_what_is_right_stays(assignment):
    extend(assignment, date(2024, 5, 31), on=date(2024, 4, 20))
    right = kept(assignment)
    other = AssignmentFactory(directive=assignment.directive)
    extend(other, date(2024, 5, 31), on=date(2024, 4, 20))
    ExtendedDay.objects.filter(assignment=assignment).delete()

    keep_extended_days()

    assert kept(assignment) == right
    assert ExtendedDay.objects.count() == Extension.objects.count() == 2


@pytest.mark.written_by_hand
def test_command_finds_what_was_kept_otherwise_and_mends_it(assignment, capsys):
    extend(assignment, date(2024, 5, 31), on=date(2024, 4, 20))
    call_command("check_task_days")
    assert "Khớp với nguồn." in capsys.readouterr().out
    ExtendedDay.objects.update(due=date(2024, 6, 30))

    with pytest.raises(CommandError, match="Gia hạn: 2 dòng khác nguồn"):
        call_command("check_task_days")
    call_command("check_task_days", mend=True)

    assert "Đã lập lại." in capsys.readouterr().out
    assert count_extended_differences() == 0


# Constraints


def test_each_of_an_assignment_counts_once(assert_refused, assignment):
    extend(assignment, date(2024, 5, 31), on=date(2024, 4, 20))
    extend(assignment, date(2024, 6, 30), on=date(2024, 5, 20))

    assert_refused(ExtendedDay.objects.get(extensions=2), "extended_day_counts_once", "extensions", extensions=1)


def test_none_ends_before_it_begins(assert_refused, assignment):
    extend(assignment, date(2024, 5, 31), on=date(2024, 4, 20))

    changed = {"until": date(2024, 4, 19)}
    assert_refused(ExtendedDay.objects.get(), "extended_day_begins_before_it_ends", "until", **changed)
