"""What somebody at a form sees when a change would have left no history."""

import pytest
from django.db import connection
from django.http import HttpResponseRedirect
from django.test import Client
from django.urls import path

from programme.models import Agency
from smartcity.lib.submissions.token import new_token
from smartcity.urls import urlpatterns as site
from tests.factories import UserFactory
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
