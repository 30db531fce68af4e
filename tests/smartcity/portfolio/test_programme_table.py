"""The table of a programme's tasks: how far each is, and what is said of who leads it."""

from datetime import date

import pytest

from tasks.models import Status, Task
from tests.factories import (
    AgencyFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    adopted_revision,
    coordinator_of,
    rewrite,
)
from tests.reading import text_of

pytestmark = pytest.mark.django_db

ENDED = "hoạt động đến hết 30/06/2023; chưa xác định cơ quan kế thừa"


@pytest.fixture
def programme():
    return ProgrammeFactory()


def page_of(client_of, programme):
    return text_of(client_of(coordinator_of(programme)).get(f"{programme.get_absolute_url()}?ngay=01/12/2023").text)


def test_what_became_of_an_agency_is_said_once_on_a_page(client_of, programme):
    lead = AgencyFactory(province=programme.province)
    adopted_revision(programme, tasks=3, lead=lead)
    rewrite(lead, in_force_to=date(2023, 6, 30))

    told = page_of(client_of, programme)

    assert told.count(lead.name) == 3
    assert told.count(ENDED) == 1


def test_percent_stands_beside_the_status(client_of, programme):
    adopted_revision(programme, tasks=2)
    begun, done = Task.objects.order_by("pk")
    report = {"as_of": date(2023, 6, 16), "accepted": True}
    ProgressUpdateFactory(task=begun, status=Status.IN_PROGRESS, percent=40, **report)
    ProgressUpdateFactory(task=done, status=Status.COMPLETE, percent=100, completed_on=date(2023, 6, 1), **report)

    told = page_of(client_of, programme)

    assert "tiến độ 40%" in told
    # «Hoàn thành» says it.
    assert "tiến độ 100%" not in told
