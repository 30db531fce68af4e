"""A page may be read where nothing can be written: what is noted meanwhile is written once it is made."""

import pytest
from django.db import connection
from django.http import HttpResponse

from smartcity.audit.access.middleware import note_visits
from smartcity.audit.access.models import AccessEntry, AccessKind
from smartcity.audit.access.noting import note_access
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def refuse_writes(execute, sql, params, many, context):
    assert sql.startswith("SELECT"), sql
    return execute(sql, params, many, context)


def answered(request, view):
    """What the middleware makes of the view's answer, which is made where only reading is allowed."""

    def only_reading(request):
        with connection.execute_wrapper(refuse_writes):
            return view(request)

    return note_visits(only_reading)(request)


@pytest.fixture
def request_of(rf):
    def made(method):
        request = getattr(rf, method)("/goi-chung-cu/")
        request.user, request.resolver_match = UserFactory(), None
        return request

    return made


def test_what_a_page_notes_of_itself_is_written_after_it(request_of):
    request = request_of("get")
    start = AccessEntry.objects.count()

    def view(request):
        note_access(request, AccessKind.PACKAGE, what="Đề án BRVT-DTTM, năm 2024")
        return HttpResponse()

    answered(request, view)

    [row] = AccessEntry.objects.order_by("pk")[start:]
    assert (row.kind, row.user, row.what) == (AccessKind.PACKAGE, request.user, "Đề án BRVT-DTTM, năm 2024")
    assert row.address == "127.0.0.1"


def test_file_that_its_view_has_named_is_one_row(request_of):
    request, start = request_of("get"), AccessEntry.objects.count()

    def view(request):
        note_access(request, AccessKind.PACKAGE, what="Gói")
        return HttpResponse(headers={"Content-Disposition": 'attachment; filename="goi.zip"'})

    answered(request, view)

    assert [row.kind for row in AccessEntry.objects.order_by("pk")[start:]] == [AccessKind.PACKAGE]


def test_file_that_its_view_does_not_name_is_a_row_by_its_own_name(request_of):
    request, start = request_of("get"), AccessEntry.objects.count()

    answered(request, lambda request: HttpResponse(headers={"Content-Disposition": "attachment; filename=moi.zip"}))

    [row] = AccessEntry.objects.order_by("pk")[start:]
    assert (row.kind, row.what) == (AccessKind.EXPORT, "moi.zip")


def test_what_is_sent_is_noted_at_once_in_its_own_transaction(request_of):
    request, start = request_of("post"), AccessEntry.objects.count()
    seen = []

    def view(request):
        note_access(request, AccessKind.PACKAGE)
        seen.append(AccessEntry.objects.count() - start)
        return HttpResponse()

    note_visits(view)(request)

    assert seen == [1]
