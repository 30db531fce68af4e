"""The CHECKs of a record are asked about in one question, and say the same as one by one."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programme.models import Period, Revision
from smartcity.lib.records.history import signed_delete
from tasks.models import Status
from tests.factories import (
    PeriodFactory,
    PlannedTaskFactory,
    ProgressUpdateFactory,
    ProvinceFactory,
    RevisionFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_record_that_breaks_nothing_is_asked_about_once():
    update = ProgressUpdateFactory()

    with CaptureQueriesContext(connection) as asked:
        update.validate_constraints(exclude={"task", "cycle", "corrects"})

    assert len([query for query in asked.captured_queries if query["sql"].startswith("SELECT")]) == 1


def test_every_broken_rule_is_told():
    update = ProgressUpdateFactory()
    update.percent, update.status, update.completed_on = 101, Status.COMPLETE, date(2999, 1, 1)

    with pytest.raises(ValidationError) as refusal:
        update.full_clean()

    told = " ".join(refusal.value.messages)
    assert "100" in told
    assert len(refusal.value.messages) > 1


def test_rule_about_a_field_that_is_not_judged_is_left_out():
    province = ProvinceFactory(in_force_from=date(2020, 1, 1))
    province.in_force_to = date(2019, 1, 1)

    with pytest.raises(ValidationError):
        province.validate_constraints()
    province.validate_constraints(exclude={"in_force_to"})


def test_unique_rules_are_asked_about_all_the_same():
    revision = RevisionFactory()
    second = Revision(programme=revision.programme, number=revision.number, name="Trùng số")

    with pytest.raises(ValidationError):
        second.validate_constraints()


def test_record_that_is_at_hand_is_not_asked_for_again():
    update = ProgressUpdateFactory()
    update.task, update.author  # noqa: B018  (read, as the page has them)

    with CaptureQueriesContext(connection) as asked:
        update.clean_fields()

    assert asked.captured_queries == []


def test_record_that_is_not_there_is_refused():
    update = ProgressUpdateFactory()
    update.task_id = 10**9

    with pytest.raises(ValidationError) as refusal:
        update.clean_fields()

    assert list(refusal.value.message_dict) == ["task"]


def test_record_that_was_removed_since_it_was_read_is_refused():
    planned = PlannedTaskFactory()
    planned.period = PeriodFactory(revision=planned.revision)
    signed_delete(Period.objects.get(pk=planned.period_id), by=UserFactory())

    with pytest.raises(ValidationError) as refusal:
        planned.clean_fields()

    assert list(refusal.value.message_dict) == ["period"]


def test_what_must_be_named_is_missed():
    update = ProgressUpdateFactory()
    update.task = None

    with pytest.raises(ValidationError) as refusal:
        update.clean_fields()

    assert list(refusal.value.message_dict) == ["task"]
