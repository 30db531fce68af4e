"""Several at once, and what ends late: each entry of the log is found once."""

import pytest
from django.db import connection, connections, transaction

from programme.models import Agency
from smartcity.audit.changes.catching_up import catch_up, catch_up_for_a_page
from smartcity.audit.changes.models import LoggedChange
from smartcity.lib.log.models import LogEntry
from smartcity.lib.records.history import signed_save
from tests.factories import AgencyFactory, UserFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]


def numbers_found():
    return sorted(LoggedChange.objects.values_list("number", flat=True))


def numbers_logged():
    return sorted(LogEntry.objects.values_list("number", flat=True))


def test_two_at_once_find_each_entry_once(at_once):
    for _ in range(30):
        AgencyFactory()

    at_once(catch_up, catch_up, catch_up_for_a_page)
    catch_up()

    assert numbers_found() == numbers_logged()


def test_act_that_ends_after_later_ones_were_found_is_found_all_the_same(at_once):
    if connection.vendor == "sqlite":
        pytest.skip("one writer at a time")
    lan, slow, quick = UserFactory(), AgencyFactory(name="Sở Chậm"), AgencyFactory(name="Sở Nhanh")
    catch_up()

    with transaction.atomic():
        slow.short_name = "Chậm"
        signed_save(slow, by=lan, reason="Chưa xong")

        def meanwhile():
            other = Agency.objects.get(pk=quick.pk)
            other.short_name = "Nhanh"
            signed_save(other, by=lan, reason="Xong trước")
            catch_up()
            assert catch_up_for_a_page()
            return numbers_found()

        [found] = at_once(meanwhile)
    catch_up()

    assert len(numbers_found()) == len(found) + 1
    assert numbers_found() == numbers_logged()
    [late, early] = LoggedChange.objects.order_by("-number")[:2][::-1]
    assert (late.record_id, early.record_id) == (slow.pk, quick.pk)


def test_page_is_drawn_where_nothing_can_be_written(client_of):
    lan, agency = UserFactory(role="auditor", agency=None), AgencyFactory(name="Sở Y tế")
    catch_up()
    browser = client_of(lan)
    agency.short_name = "Y tế"
    signed_save(agency, by=lan, reason="Đổi")

    with connections["default"].cursor() as cursor:
        cursor.execute(
            "PRAGMA query_only = ON" if connection.vendor == "sqlite" else "SET default_transaction_read_only = on"
        )
    try:
        page = browser.get("/nhat-ky/")
    finally:
        with connections["default"].cursor() as cursor:
            cursor.execute(
                "PRAGMA query_only = OFF"
                if connection.vendor == "sqlite"
                else "SET default_transaction_read_only = off"
            )

    assert page.status_code == 200
    assert "Sở Y tế" in page.text
    assert "những thay đổi mới nhất có thể chưa có ở đây" in page.text
