"""What always holds of an urging for what meetings gave; see also tests/meetings/urging/."""

import pytest

from tests.meetings.factories import AssignmentFactory, DirectiveUrgingFactory, UrgedAssignmentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_assignment_is_in_an_urging_once(assert_refused):
    first = UrgedAssignmentFactory()
    of_it = AssignmentFactory(directive__conclusion__meeting__province=first.urging.province)
    other = UrgedAssignmentFactory(urging=first.urging, assignment=of_it)

    assert_refused(other, "urged_assignment_once_in_an_urging", "assignment", assignment=first.assignment)


@pytest.mark.parametrize(("way", "recipients"), [("email", ""), ("phone", "a@example.vn")])
def test_letter_names_whom_it_went_to(way, recipients, assert_refused):
    assert_refused(
        DirectiveUrgingFactory(),
        "directive_urging_has_recipients_exactly_when_it_is_a_letter",
        "recipients",
        way=way,
        recipients=recipients,
    )
