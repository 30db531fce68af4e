"""The training province: something to see at every place, the same of one day, and nothing that lies in the future."""

import json
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import transaction
from django.utils.timezone import localdate

from meetings.models import Assignment, Meeting
from meetings.operations.calendar_feeds import make_address
from programme.models import SIMULATED, Programme, Revision, User
from smartcity.simulation.training.province import build_training_province
from tasks.expected import late_in
from tasks.figures.reading import read_programmes
from tasks.models import BudgetEntry, Explanation, ExplanationState, PlannedTask, ProgressUpdate, UpdateState
from tests.factories import rewrite

pytestmark = pytest.mark.django_db


# First, while there is no other.
def test_of_one_day_there_is_one_province_and_nothing_of_it_is_later():
    """The first day of a year, when what counts years has least behind it."""
    day = date(localdate().year, 1, 1)

    def built():
        with transaction.atomic():
            build_training_province(today=day)
            found = (
                list(ProgressUpdate.objects.order_by("pk").values_list("task__code", "as_of", "percent", "state")),
                list(BudgetEntry.objects.order_by("pk").values_list("task__code", "decided_on", "amount_vnd")),
                list(PlannedTask.objects.order_by("pk").values_list("name", "start_on", "due_on")),
            )
            assert not ProgressUpdate.objects.filter(reported_on__gt=day).exists()
            assert not BudgetEntry.objects.filter(decided_on__gt=day).exists()
            assert not ProgressUpdate.history.filter(history_date__date__gt=day + timedelta(days=1)).exists()
            transaction.set_rollback(True)
        return found

    assert built() == built()


@pytest.fixture(scope="module")
def training(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        build_training_province(today=localdate())
        yield
        transaction.set_rollback(True)


@pytest.fixture
def leader(training):
    return User.objects.get(username="tap-huan-lanh-dao")


def test_leader_finds_something_at_every_place(leader):
    today = localdate()
    days = read_programmes(Programme.objects.visible_to(leader).loaded(), as_of=today)
    told = Explanation.objects.visible_to(leader)

    assert [day.total for day in days] == [12, 12, 12]
    assert not PlannedTask.objects.visible_to(leader).filter(short_name="").exists()
    assert all(day.counts["han-open_overdue"] and day.counts["hoan-thanh"] for day in days)
    assert sum(day.counts["trang-thai-suspended"] for day in days) == 1
    assert BudgetEntry.objects.visible_to(leader).values("year").exclude(year=None).distinct().count() == 3
    assert BudgetEntry.objects.visible_to(leader).values("source").distinct().count() == 3
    revisions = Revision.objects.visible_to(leader).filter(programme__code="TM-DTTM")
    assert [one.state for one in revisions.order_by("number")] == ["adopted", "adopted", "proposed"]
    assert Meeting.objects.visible_to(leader).count() == 3
    assert {one.state for one in Assignment.objects.visible_to(leader)} == {"open", "answered", "returned", "confirmed"}
    assert {one.state for one in told} == {ExplanationState.OPEN, ExplanationState.ANSWERED}
    assert set(ProgressUpdate.objects.values_list("state", flat=True)) == set(UpdateState)
    silent = {agency.short_name for _, agency in late_in(Programme.objects.visible_to(leader), today=today)}
    assert {"Sở NN&MT", "Sở VHTT&DL"} <= silent


def test_figures_say_that_they_are_simulated(leader, client_of):
    answer = client_of(leader).get("/api/v1/figures/").json()
    as_json, as_text = StringIO(), StringIO()
    call_command("figures", "TM-DTTM", "--format", "json", stdout=as_json)
    call_command("figures", "TM-DTTM", stdout=as_text)

    for command in (["compare", "TM-DTTM", "1", "2"], ["directives"]):
        told = StringIO(), StringIO()
        call_command(*command, "--format", "json", stdout=told[0])
        call_command(*command, stdout=told[1])
        assert all(SIMULATED in one.getvalue() for one in told)
    assert {one["simulated"] for one in answer} == {SIMULATED}
    assert json.loads(as_json.getvalue())["simulated"] == SIMULATED
    assert as_text.getvalue().startswith(SIMULATED)


def test_letters_and_calendars_say_that_they_are_simulated(training, client):
    officer = User.objects.get(username="tap-huan-chuyen-vien")
    rewrite(officer, email="tap-huan@vi-du.vn")

    call_command("send_reminders", stdout=StringIO())
    calendar = client.get(f"/lich/{make_address(officer)}.ics").content.decode().replace("\r\n ", "")

    [letter] = mail.outbox
    assert letter.body.startswith(SIMULATED)
    assert calendar.count("SUMMARY:Tỉnh mẫu: ") == calendar.count("BEGIN:VEVENT") > 0
    assert "không đặt cạnh số liệu thật" in calendar
