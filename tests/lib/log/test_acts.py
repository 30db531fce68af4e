"""Whose an act is, and when: nobody writes into one that has ended, and the database has a clock of its own."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils.timezone import now

from smartcity.lib.log import reconstruction
from smartcity.lib.log.models import LogEntry, SignedAct
from smartcity.lib.log.origin import Source, came_by
from smartcity.lib.log.shapes import shapes_now
from smartcity.lib.log.verifying.backdated import backdated_rows
from smartcity.lib.records.history import signed_save, user_action
from tests.factories import AgencyFactory, MembershipFactory, UserFactory
from tests.past_the_history import past_the_history

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def act_of(record):
    row = record.history.latest()
    return SignedAct.objects.get(action=row.history_action, signer=row.history_user)


def test_act_says_who_the_signer_was_then_and_which_way_it_came():
    person = UserFactory(full_name="Trần Thị Lan", title="Chuyên viên", agency=None, role="auditor")
    agency = AgencyFactory(name="Sở Nội vụ")
    MembershipFactory(user=person, agency=agency)

    with came_by(Source.COMMAND, "load_programmes"):
        signed_save(agency, by=person, reason="Sửa tên")
    person.full_name = "Trần Thị Lan Anh"
    signed_save(person, by=person)

    act = act_of(agency)
    assert (act.name, act.title, act.role, act.agency) == ("Trần Thị Lan", "Chuyên viên", "auditor", "Sở Nội vụ")
    assert (act.source, act.place, act.reason) == (Source.COMMAND, "load_programmes", "Sửa tên")


def test_one_action_is_one_act_for_each_who_signs_in_it():
    one, other = UserFactory(), UserFactory()
    agencies = AgencyFactory.create_batch(3)
    before = SignedAct.objects.count()

    with user_action(by=one):
        for agency in agencies:
            signed_save(agency, by=one)
        signed_save(agencies[0], by=other)

    assert SignedAct.objects.count() == before + 2


def test_act_that_was_rolled_back_is_written_again():
    person, agency = UserFactory(), AgencyFactory()

    with user_action(by=person):
        for end in (transaction.set_rollback, None):
            with transaction.atomic():
                signed_save(agency, by=person, reason="Lần thử")
                if end:
                    end(True)

    assert act_of(agency).reason == "Lần thử"


def test_nothing_is_added_to_an_act_that_has_long_ended():
    person, agency = UserFactory(), AgencyFactory()
    act = act_of(signed_save(agency, by=person))
    with past_the_history():
        SignedAct.objects.filter(pk=act.pk).update(at=now() - timedelta(days=2))
    row = agency.history.latest()

    row.pk = None
    refused = pytest.raises(IntegrityError, match="thao tác nào đang diễn ra")
    with refused, transaction.atomic():
        row.save(force_insert=True)


def test_log_has_the_hour_of_the_database():
    agency = AgencyFactory()
    agency._history_date = now() - timedelta(days=90)
    signed_save(agency, by=UserFactory())

    entry = LogEntry.objects.order_by("number").last()
    assert abs(entry.at - now()) < timedelta(minutes=1)


def test_reconstruction_that_was_stopped_is_done_anew(monkeypatch):
    AgencyFactory()
    with past_the_history(), connection.cursor() as cursor:
        for table in ("smartcity_logentry", "smartcity_signedact"):
            cursor.execute(f"DELETE FROM {table}")

    def stop(*args):
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(reconstruction, "_add_entries", stop)
        with pytest.raises(RuntimeError):
            reconstruction.reconstruct(connection, shapes_now(connection))
    assert not SignedAct.objects.exists()
    reconstruction.reconstruct(connection, shapes_now(connection))

    assert LogEntry.objects.filter(order_is_reconstructed=True).count() == LogEntry.objects.count() > 0


def test_table_of_the_same_name_is_no_history():
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has no functions that a table of one's own could borrow.")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE programme_historicalagency AS TABLE programme_historicalagency WITH NO DATA")
        cursor.execute(
            "CREATE TRIGGER borrowed AFTER INSERT ON pg_temp.programme_historicalagency "
            "FOR EACH ROW EXECUTE FUNCTION smartcity_log('x')"
        )
        refused = pytest.raises(IntegrityError, match="thao tác nào đang diễn ra")
        with refused, transaction.atomic():
            cursor.execute("INSERT INTO pg_temp.programme_historicalagency (id, history_id) VALUES (1, 999999)")
        cursor.execute("DROP TABLE pg_temp.programme_historicalagency")


def test_functions_of_the_log_are_nobodys_to_hang_elsewhere():
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has no functions that a table of one's own could borrow.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_function_privilege('public', 'smartcity_log()', 'EXECUTE')")
        assert cursor.fetchone() == (False,)


def test_earlier_hour_that_a_row_claims_is_told():
    agency = AgencyFactory()
    agency._history_date = now() - timedelta(days=90)
    signed_save(agency, by=UserFactory())

    assert list(backdated_rows(connection)) == [f"programme_historicalagency {agency.history.latest('pk').pk}"]
