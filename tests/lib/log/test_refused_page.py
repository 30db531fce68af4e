"""What somebody at a form sees when a change would have left no history."""

import pytest
from django.db import connection
from django.http import HttpResponseRedirect
from django.test import Client
from django.urls import path, reverse

from programme.models import Agency
from smartcity.lib.log.guard import recorded
from smartcity.lib.submissions.token import new_token
from smartcity.urls import urlpatterns as site
from tests.factories import AgencyFactory, LegalDocumentFactory, ProgrammeFactory, UserFactory, coordinator_of
from tests.forms_read import send, url
from tests.reading import Reader, text_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls(__name__), pytest.mark.both_databases]


def update(request):
    """A mistake of ours: Django's bulk write."""
    Agency.objects.update(name=request.POST["name"])
    return HttpResponseRedirect("/")


def past_django(request):
    """A worse one: not even Django sees it, PostgreSQL does when all is to be kept."""
    with connection.connection.cursor() as cursor:
        cursor.execute("UPDATE programme_agency SET name = %s", [request.POST["name"]])
    return HttpResponseRedirect("/")


urlpatterns = [path("hong/update/", update), path("hong/past-django/", past_django), *site]
handler500 = "smartcity.lib.pages.errors.server_error"


@pytest.mark.parametrize("way", ["update", "past-django"])
def test_page_says_why_nothing_was_saved_and_keeps_the_text(way):
    if way == "past-django" and connection.vendor == "sqlite":
        pytest.skip("SQLite cannot refuse what another program writes; audit verify finds it")
    person = UserFactory()
    browser = Client(raise_request_exception=False)
    browser.force_login(person)
    names = set(Agency.objects.values_list("name", flat=True))

    response = browser.post(f"/hong/{way}/", {"slip": new_token(person), "name": "Sở bịa đặt"})

    assert response.status_code == 500
    assert Reader(response.text).headings == ["Không ghi được vào lịch sử"]
    assert "Nội dung bạn nhập còn nguyên ở trang này" in text_of(response.text)
    assert Reader(response.text).inputs["name"] == "Sở bịa đặt"
    assert set(Agency.objects.values_list("name", flat=True)) == names


def refused_by_the_database(*arguments, **options):
    """An operation with a mistake that only triggers see."""
    with recorded(), connection.cursor() as cursor:
        cursor.execute("UPDATE programme_historicalagency SET name = 'Sở khác'")


@pytest.mark.parametrize("form", ["admin", "document"])
def test_what_the_database_refuses_is_not_told_as_somebody_being_first(form, monkeypatch):
    agency = AgencyFactory()
    coordinator = coordinator_of(ProgrammeFactory(coordinating_agency=agency, province=agency.province))
    document = LegalDocumentFactory(unissued=True, symbol="TB-UBND", issuer__province=agency.province)
    monkeypatch.setattr("smartcity.lib.admin.records.signed_save", refused_by_the_database)
    monkeypatch.setattr("smartcity.documents.views.issue_document", refused_by_the_database)
    browser = Client(raise_request_exception=False)
    browser.force_login(UserFactory(role="administrator", agency=None) if form == "admin" else coordinator)

    if form == "admin":
        response = send(browser, url("programme.agency", "change", agency.pk), change_reason="Đổi tên")
    else:
        address = reverse("document_issue", args=[document.pk])
        typed = {"code": "45/TB-UBND", "signed_on": "15/04/2024", "change_reason": "Văn thư cấp số"}
        response = send(browser, address, **typed)

    assert response.status_code == 500
    assert Reader(response.text).headings == ["Không ghi được vào lịch sử"]
