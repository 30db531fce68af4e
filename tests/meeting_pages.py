"""What the tests of the meetings' pages share: a province with its office, and forms sent as a browser does."""

from django.forms import BaseForm
from django.urls import reverse

from programme.models import Role
from tests.factories import AgencyFactory, UserFactory
from tests.meetings.factories import AssignmentFactory, AttendanceFactory, ConclusionFactory, DirectiveFactory
from tests.revision_pages import held


def secretary_of(province, **fields):
    """A person of the office of the province's committee."""
    office = AgencyFactory(province=province, name=f"Văn phòng UBND {province.name} {fields.get('username', '')}")
    return UserFactory(role=Role.OFFICE, agency=office, **fields)


def whole(meeting, *, lead=None):
    """With a chair, one conclusion, one directive and its lead: it can be concluded. Returns the directive."""
    AttendanceFactory(meeting=meeting, chair=True, position=1)
    directive = DirectiveFactory(
        conclusion=ConclusionFactory(meeting=meeting, number=1), position=1, text="Trình hồ sơ."
    )
    lead = lead or AgencyFactory(province=meeting.province, name="Sở Xây dựng")
    AssignmentFactory(directive=directive, agency=lead)
    return directive


def page(name, record=None):
    return reverse(name, args=[record.pk] if record else [])


def opened(client, name, record=None):
    """What the form of a page holds, as a browser would send it."""
    response = client.get(page(name, record))
    assert response.status_code == 200
    return held(response)


def send(client, name, record=None, **typed):
    """Open a page, change some of what its form holds, press the button."""
    return client.post(page(name, record), opened(client, name, record) | typed, follow=True)


def errors_of(response):
    """What is said, by the field beside which it is said."""
    assert response.status_code in {400, 409}, response.status_code
    told = {}
    parts = response.context["form"], *response.context["rows"]
    for form in (part for part in parts if isinstance(part, BaseForm)):
        told |= {name: " ".join(errors) for name, errors in form.errors.items()}
    return told
