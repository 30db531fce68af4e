"""What the adoption of Bà Rịa – Vũng Tàu's second revision turns, from its day on, and what it leaves as it was."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from programme.models import Agency, Programme, RevisionState, StepKind
from tasks.comparison import compare
from tasks.figures.reading import read_programmes
from tasks.operations.deciding import take_step
from tests.factories import LegalDocumentFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("real_programmes")]

CONSIDERED_ON = date(2023, 6, 16)
SIGNED_ON = date(2024, 7, 10)
EFFECTIVE_ON = date(2024, 7, 20)
TODAY = date(2026, 11, 21)


@pytest.fixture
def programme():
    return Programme.objects.get(code="BRVT-DTTM")


@pytest.fixture
def leader(client_of, programme):
    return client_of(UserFactory(agency=programme.coordinating_agency, role="leader"))


@pytest.fixture
def adopt(programme):
    """Records the adoption; the resolution and its number are the test's own, no source has them yet."""

    def act():
        council = Agency.objects.get(province=programme.province, kind="council")
        resolution = LegalDocumentFactory(issuer=council, signed_on=SIGNED_ON, effective_on=EFFECTIVE_ON)
        return take_step(
            programme.revisions.get(number=2),
            StepKind.ADOPTED,
            on=SIGNED_ON,
            document=resolution,
            effective_on=EFFECTIVE_ON,
            pinpoint="điểm b khoản 4 Điều 1",
            by=UserFactory(),
            today=TODAY,
        )

    return act


def figures(programme, day):
    (read,) = read_programmes(Programme.objects.filter(pk=programme.pk), as_of=day)
    return read


def labels(programme, day):
    return [row.label for row in figures(programme, day).rows]


def test_what_was_proposed_for_carrying_over_is_carried_over_from_the_day_of_effect_on(programme, adopt):
    before = EFFECTIVE_ON - timedelta(days=1)
    assert labels(programme, before).count("Đề nghị chuyển tiếp") == 8

    adopt()

    assert labels(programme, before).count("Đề nghị chuyển tiếp") == 8
    assert figures(programme, before).as_dict()["tasks"]["carried_over"] == 0
    then = figures(programme, EFFECTIVE_ON)
    assert [row.label for row in then.rows].count("Chuyển tiếp") == 8
    assert (then.as_dict()["tasks"]["carried_over"], then.revision.number) == (8, 2)
    assert {row.slips for row in then.rows} == {0, 1}
    assert {row.first_due for row in then.rows if row.slips} == {date(2022, 12, 31)}


def test_the_day_of_the_proposal_stays_exactly_as_it_was(programme, adopt, leader):
    task = programme.tasks.get(code="NV-05")
    day = {"ngay": f"{CONSIDERED_ON:%d/%m/%Y}"}
    addresses = [
        reverse("programme_detail", args=[programme.code], query=day),
        reverse("home", query=day),
        reverse("task_detail", args=[task.pk], query=day),
    ]

    def seen():
        return figures(programme, CONSIDERED_ON).as_dict(), [shown(leader.get(address)) for address in addresses]

    before = seen()

    adopt()

    assert seen() == before
    assert before[0]["tasks"] == before[0]["tasks"] | {"total": 12, "complete": 4, "not_complete": 8}


def shown(response) -> str:
    """The page without the key of its forms, which is another each time."""
    return "\n".join(line for line in response.text.splitlines() if "csrfmiddlewaretoken" not in line)


def test_completion_is_given_against_what_was_first_decided_and_what_is_in_force(programme, adopt, leader):
    adopt()

    told = figures(programme, EFFECTIVE_ON)
    text = leader.get(reverse("programme_detail", args=[programme.code], query={"ngay": "20/07/2024"})).text

    assert told.as_dict()["first_decided"] == {"total": 12, "complete": 4}
    assert (told.total, told.counts["hoan-thanh"]) == (12, 4)
    assert "Theo danh mục ban hành lần đầu: 4/12 nhiệm vụ hoàn thành." in text
    assert "Theo danh mục đang có hiệu lực: 4/12" in text


def test_twelve_are_four_complete_and_eight_carried_over_before_and_after(programme, adopt):
    first, second = programme.revisions.order_by("number")
    before = compare(first, second, today=TODAY)

    adopt()
    second.refresh_from_db()
    after = compare(first, second, today=TODAY)

    terms = [(4, "hoàn thành"), (8, "chuyển tiếp")]
    assert [(term.count, term.label) for term in before.old_terms] == terms
    assert [(term.count, term.label) for term in after.old_terms] == terms
    assert before.as_dict() == after.as_dict()


def test_adoption_says_what_point_of_the_first_resolution_it_amends(programme, adopt):
    adopt()

    revision = programme.revisions.get(number=2)
    relation = revision.document.relations.get()
    assert revision.state == RevisionState.ADOPTED
    assert (str(relation.target.code), relation.pinpoint) == ("112/NQ-HĐND", "điểm b khoản 4 Điều 1")
