"""What is wrong with a form is listed above it, all of it, each line with the way to its field."""

import re
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from programme.models import Role
from tasks.models import Explanation
from tests.factories import (
    AgencyFactory,
    ExplanationFactory,
    LegalDocumentFactory,
    ProgressUpdateFactory,
    UserFactory,
    coordinator_of,
    task_in_force,
)
from tests.forms_read import Page
from tests.meeting_pages import opened, page, secretary_of
from tests.meetings.factories import MeetingFactory
from tests.refused_pages import places

TEMPLATES = settings.BASE_DIR / "templates"
# One button, or what the browser itself carries: nothing is typed that could be wrong.
BUTTONS = {
    "components/bar.html",
    "lib/error.html",
    "smartcity/imports/_state.html",
    "tasks/revisions/_restore.html",
    "tasks/revisions/_tools.html",
    "meetings/calendar/calendar_page.html",
}


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_every_template_with_a_form_lists_what_is_wrong(path: Path):
    text, name = path.read_text(), str(path.relative_to(TEMPLATES))

    if '<form method="post"' in text and name not in BUTTONS:
        assert re.search(r"{% faults ", text)
        assert "errors.0" not in text


@pytest.mark.django_db
def test_long_form_lists_the_faults_of_its_rows_too(client_of):
    meeting = MeetingFactory()
    browser = client_of(secretary_of(meeting.province))
    wrong = {"thanh-phan-0-role": "x", "thanh-phan-1-agency": "x", "held_on": "31/02/2024", "title": ""}

    response = browser.post(page("meeting_change", meeting), opened(browser, "meeting_change", meeting) | wrong)

    found = places(response)
    assert response.status_code == 400
    assert {"id_held_on", "id_title", "id_thanh-phan-0-role", "id_thanh-phan-1-agency"} <= set(found)
    # Above whatever can be typed.
    assert response.text.index("faults") < response.text.index('name="held_on"')
    assert re.search(rf"Có {response.text.count('<li><a href="#')} chỗ cần sửa:", response.text)


@pytest.mark.django_db
def test_form_of_the_admin_lists_the_faults_of_record_and_rows(client_of):
    task = task_in_force()
    document = LegalDocumentFactory(issuer=task.programme.coordinating_agency)
    browser = client_of(coordinator_of(task.programme))
    address = reverse("admin:programme_legaldocument_change", args=[document.pk])
    values = Page(browser.get(address).text).values
    prefix = next(name.removesuffix("-TOTAL_FORMS") for name in values if name.endswith("-TOTAL_FORMS"))
    row = {f"{prefix}-TOTAL_FORMS": "1", f"{prefix}-0-kind": "x", f"{prefix}-0-target": "", f"{prefix}-0-note": "x"}

    response = browser.post(address, values | row | {"subject": "", "signed_on": "hôm qua", "change_reason": ""})

    found = places(response)
    assert response.status_code == 400
    assert {"id_subject", "id_signed_on", "id_change_reason"} <= set(found)
    assert any(place.startswith(f"id_{prefix}-0-") for place in found)
    assert "<title> Lỗi: " in response.text
    assert "Vui lòng sửa" not in response.text


@pytest.mark.django_db
def test_own_password_lists_what_is_wrong(client_of):
    browser = client_of(UserFactory(role=Role.OFFICE, agency=AgencyFactory()))
    typed = {"old_password": "sai", "new_password1": "ngan", "new_password2": "khac"}

    response = browser.post(reverse("admin:password_change"), typed)

    assert response.status_code == 400
    assert {"id_old_password", "id_new_password2"} <= set(places(response))
    assert "<title> Lỗi: " in response.text


@pytest.mark.django_db
def test_report_sent_back_without_a_reason_says_so_on_top(client_of):
    update = ProgressUpdateFactory(task=task_in_force(), submitted=True)
    browser = client_of(UserFactory(role=Role.COORDINATOR, agency=update.task.programme.coordinating_agency))
    address = reverse("admin:tasks_progressupdate_review", args=[update.pk])

    response = browser.post(address, {"seen": update.version, "_return": "", "reason": ""})

    assert response.status_code == 400
    assert list(places(response)) == ["id_reason"]
    content = response.text.partition("<main")[2]
    assert content.index("error faults") < content.index("<h2")
    assert re.search(r"<title>\s*Lỗi: ", response.text)


@pytest.mark.django_db
def test_thread_says_above_what_was_said_before_what_is_wrong(client_of):
    explanation: Explanation = ExplanationFactory(asked_on=date(2023, 6, 20))
    leader = UserFactory(role=Role.LEADER, agency=explanation.programme.coordinating_agency)

    response = client_of(leader).post(reverse("explanation_ask_again", args=[explanation.pk]), {"text": ""})

    assert response.status_code == 400
    assert len(places(response)) >= 1
    assert response.text.index("error faults") < response.text.index("Trao đổi")
