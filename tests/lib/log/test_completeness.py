"""Every way of writing, one by one: it leaves its entry, or is refused, and where neither is so the check finds it."""

from contextlib import nullcontext
from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.core import serializers
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from rest_framework.authtoken.models import Token

from programme.models import Agency, DocumentRelation, LegalDocument, Province, User
from smartcity.exchange.imports.models import ImportedFile
from smartcity.lib.log.guard import UnrecordedWrite
from smartcity.lib.log.models import LogEntry
from smartcity.lib.log.verifying.verify import verify
from smartcity.lib.records.history import (
    UnsignedWrite,
    move_aside,
    signed_bulk_create,
    signed_bulk_update,
    signed_delete,
    signed_save,
    update_untracked,
    user_action,
)
from tasks.models import BudgetEntry, Coordination, PlannedTask, RouteStep
from tests.factories import (
    AgencyFactory,
    CoordinationFactory,
    LegalDocumentFactory,
    ProgrammeFactory,
    ProvinceFactory,
    RouteStepFactory,
    TaskFactory,
    UserFactory,
    coordinator_of,
)
from tests.forms_read import Page, url
from tests.sheets import LEDGER_HEADER, csv_file

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def faults() -> list[str]:
    return [f"{fault.table} {fault.key}" for fault in verify(connection).faults]


def at_commit() -> None:
    """What the database asks when a transaction ends."""
    connection.check_constraints()


@pytest.fixture
def province():
    return ProvinceFactory(code="hai-duong", name="Tỉnh Hải Dương")


@pytest.fixture
def person():
    return UserFactory()


# What leaves no history of itself.


def rename(province):
    province.name = "Tỉnh khác"
    return province


def delete_raw(province):
    found = Province.objects.filter(pk=province.pk)
    found._raw_delete(found.db)


def save_without_record(province):
    rename(province).save_without_historical_record()


def skip_history(province):
    province.skip_history_when_saving = True
    rename(province).save()


def save_deserialised(province):
    text = serializers.serialize("json", [rename(province)])
    for found in serializers.deserialize("json", text):
        found.save()


def save_deserialised_new_one(province):
    text = serializers.serialize("json", [Province(pk=9_001, code="moi", name="Tỉnh mới")])
    for found in serializers.deserialize("json", text):
        found.save()


def run_sql(sql):
    def write(province):
        with connection.cursor() as cursor:
            cursor.execute(sql, [province.pk])

    return write


def run_sql_for_many(province):
    with connection.cursor() as cursor:
        cursor.executemany("UPDATE programme_province SET name = %s WHERE id = %s", [("Tỉnh khác", province.pk)])


WAYS_REFUSED = [
    pytest.param(lambda one: Province.objects.filter(pk=one.pk).update(name="Tỉnh khác"), id="update"),
    pytest.param(lambda one: Province._base_manager.filter(pk=one.pk).update(name="Tỉnh khác"), id="_base_manager"),
    pytest.param(lambda one: Province.objects.bulk_create([Province(code="moi", name="Tỉnh mới")]), id="bulk_create"),
    pytest.param(
        lambda one: Province.objects.bulk_create(
            [rename(one)], update_conflicts=True, unique_fields=["code"], update_fields=["name"]
        ),
        id="bulk_create that updates",
    ),
    pytest.param(lambda one: Province.objects.bulk_update([rename(one)], ["name"]), id="bulk_update"),
    pytest.param(lambda one: Province.objects.filter(pk=one.pk).delete(), id="delete of many"),
    pytest.param(delete_raw, id="_raw_delete"),
    pytest.param(save_without_record, id="save_without_historical_record"),
    pytest.param(skip_history, id="skip_history_when_saving"),
    pytest.param(lambda one: rename(one).save_base(raw=True), id="raw save"),
    pytest.param(save_deserialised, id="save of what was deserialised"),
    pytest.param(save_deserialised_new_one, id="save of a deserialised new record"),
    pytest.param(run_sql("UPDATE programme_province SET name = 'Tỉnh khác' WHERE id = %s"), id="UPDATE"),
    pytest.param(
        run_sql("  update\n\"programme_province\" set name = 'x' where id = %s"), id="update in small letters"
    ),
    pytest.param(run_sql("UPDATE/**/programme_province SET name = 'x' WHERE id = %s"), id="UPDATE with a comment"),
    pytest.param(run_sql("UPDATE Programme_Province SET name = 'x' WHERE id = %s"), id="UPDATE in other letters"),
    pytest.param(
        run_sql("SELECT 1; UPDATE programme_province SET name = 'x' WHERE id = %s"), id="UPDATE after a SELECT"
    ),
    pytest.param(
        run_sql('UPDATE "public" . "programme_province" SET name = \'x\' WHERE id = %s'), id="UPDATE with a schema"
    ),
    pytest.param(run_sql("UPDATE\"programme_province\" SET name = 'x' WHERE id = %s"), id="UPDATE without a space"),
    pytest.param(run_sql("UPDATE ONLY (programme_province) SET name = 'x' WHERE id = %s"), id="UPDATE ONLY"),
    pytest.param(run_sql("DELETE FROM programme_province WHERE id = %s"), id="DELETE"),
    pytest.param(
        run_sql("INSERT INTO programme_province (id, code, name, is_simulated) VALUES (%s + 1, 'a', 'b', false)"),
        id="INSERT",
    ),
    pytest.param(
        run_sql("WITH a AS (SELECT %s AS id) UPDATE programme_province SET name = 'x' WHERE id IN (SELECT id FROM a)"),
        id="UPDATE after WITH",
    ),
    pytest.param(run_sql_for_many, id="executemany"),
]


def signing(person):
    return user_action(by=person) if person else nullcontext()


@pytest.mark.parametrize("signed", [False, True], ids=["by nobody", "in somebody's action"])
@pytest.mark.parametrize("write", WAYS_REFUSED)
def test_write_without_a_history_is_refused_and_changes_nothing(province, person, write, signed):
    before, provinces = LogEntry.objects.count(), list(Province.objects.order_by("pk").values())

    with pytest.raises((UnrecordedWrite, UnsignedWrite)), transaction.atomic(), signing(person if signed else None):
        write(province)

    at_commit()
    assert LogEntry.objects.count() == before
    assert list(Province.objects.order_by("pk").values()) == provinces
    assert faults() == []


WAYS_OF_MANY = [
    pytest.param(lambda planned, agency: planned.coordinating_agencies.add(agency), id="add"),
    pytest.param(lambda planned, agency: planned.coordinating_agencies.set([agency]), id="set"),
    pytest.param(
        lambda planned, agency: planned.coordinating_agencies.remove(planned.coordinating_agencies.get()), id="remove"
    ),
    pytest.param(lambda planned, agency: planned.coordinating_agencies.clear(), id="clear"),
    pytest.param(lambda planned, agency: agency.coordinated_plans.add(planned), id="add from the other side"),
    pytest.param(lambda planned, agency: planned.coordinating_agencies.create(name="Sở mới"), id="create"),
]


@pytest.mark.parametrize("write", WAYS_OF_MANY)
def test_many_to_many_is_refused_where_it_leaves_no_history(person, write):
    planned = CoordinationFactory().planned_task
    agency = AgencyFactory(province=planned.revision.programme.province)
    before = list(Coordination.objects.values_list("pk", "agency"))

    with pytest.raises(UnrecordedWrite), transaction.atomic(), user_action(by=person):
        write(planned, agency)

    assert list(Coordination.objects.values_list("pk", "agency")) == before
    assert faults() == []


# What Python cannot see.


def committed(write) -> None:
    """In a transaction of its own, to its end."""
    with transaction.atomic():
        write()
        at_commit()


def past_django(sql):
    def write(province):
        connection.connection.cursor().execute(sql.format(key=province.pk))

    return write


def copy_in(province):
    cursor = connection.connection.cursor()
    cursor.copy_expert(
        "COPY programme_province (code, name, is_simulated) FROM STDIN WITH (FORMAT csv)", StringIO("moi,Tỉnh mới,f\n")
    )


PAST_PYTHON = [
    pytest.param(past_django("UPDATE programme_province SET name = 'Tỉnh khác' WHERE id = {key}"), id="UPDATE"),
    pytest.param(past_django("DELETE FROM programme_province WHERE id = {key}"), id="DELETE"),
    pytest.param(
        past_django("INSERT INTO programme_province (id, code, name, is_simulated) VALUES (9001, 'a', 'b', false)"),
        id="INSERT",
    ),
]


@pytest.mark.parametrize("write", PAST_PYTHON)
def test_write_past_django_is_refused_at_commit_or_found(province, write):
    if connection.vendor == "postgresql":
        with pytest.raises(DatabaseError, match="programme_province"):
            committed(lambda: write(province))
        assert faults() == []
        return

    write(province)

    assert [named.split()[0] for named in faults()] == ["programme_province"]


def test_what_postgresql_alone_can_do_is_refused_at_commit(province):
    if connection.vendor == "sqlite":
        pytest.skip("PostgreSQL's own.")

    with pytest.raises(DatabaseError, match="Thay đổi không có lịch sử tương ứng: programme_province"):
        committed(lambda: copy_in(province))

    assert faults() == []


def test_update_that_a_signed_save_follows_is_refused_where_it_stands(province, person):
    """At commit the two could not be told apart from one honest save."""

    def write():
        Province.objects.filter(pk=province.pk).update(name="Tỉnh khác")
        province.refresh_from_db()
        signed_save(province, by=person)

    with pytest.raises(UnrecordedWrite):
        committed(write)


def test_password_set_past_django_is_refused_at_commit_or_found(person):
    def write():
        connection.connection.cursor().execute(f"UPDATE programme_user SET password = 'x' WHERE id = {person.pk}")

    if connection.vendor == "postgresql":
        with pytest.raises(DatabaseError, match=r"programme_user .*password"):
            committed(write)
        return
    write()

    assert faults() == [f"programme_user {person.pk}"]


# What leaves its entry.


def test_signed_writes_leave_an_entry_for_each_row(person):
    before = LogEntry.objects.count()

    province = signed_save(Province(code="moi", name="Tỉnh mới"), by=person, reason="Lập tỉnh")
    signed_save(rename(province), by=person)
    some = signed_bulk_create([Agency(province=province, name=f"Sở {n}") for n in range(3)], by=person)
    for agency in some:
        agency.name += " mới"
    signed_bulk_update(some, ["name"], by=person)
    signed_delete(some[0], by=person)

    at_commit()
    entries = LogEntry.objects.order_by("number")[before:]
    assert "".join(entry.kind for entry in entries) == "+~+++~~~-"
    assert {entry.act.signer for entry in entries} == {person}
    assert entries[0].act.reason == "Lập tỉnh"
    assert faults() == []


def test_rows_that_go_along_leave_their_entries(person):
    planned = CoordinationFactory().planned_task
    before = LogEntry.objects.count()

    signed_delete(PlannedTask.objects.get(pk=planned.pk), by=person)

    at_commit()
    entries = LogEntry.objects.order_by("number")[before:]
    tables = {"tasks_historicalcoordination", "tasks_historicalplannedtask"}
    assert {(entry.table, entry.kind, entry.act.signer) for entry in entries} == {
        (name, "-", person) for name in tables
    }
    assert faults() == []


def test_moving_aside_is_recorded_by_the_bulk_update_that_follows(person):
    task = TaskFactory()
    steps = [RouteStepFactory(task=task) for _ in range(2)]

    for step, position in zip(steps, [102, 101], strict=True):
        move_aside(RouteStep.objects.filter(pk=step.pk), position=position)
        step.position = position - 100
    signed_bulk_update(steps, ["position"], by=person)

    at_commit()
    assert faults() == []


def test_moving_aside_that_nothing_follows_is_refused_at_commit_or_found(person):
    step = RouteStepFactory()

    if connection.vendor == "postgresql":
        with pytest.raises(DatabaseError, match="tasks_routestep"):
            committed(lambda: move_aside(RouteStep.objects.filter(pk=step.pk), position=77))
        return
    move_aside(RouteStep.objects.filter(pk=step.pk), position=77)

    assert faults() == [f"tasks_routestep {step.pk}"]


@pytest.mark.parametrize("values", [{"name": "Sở khác"}, {"province": None}, {"province_id": None}], ids=str)
def test_update_of_what_no_history_holds_touches_nothing_else(values):
    agency = AgencyFactory()

    with pytest.raises(UnrecordedWrite):
        update_untracked(Agency.objects.filter(pk=agency.pk), **values)


PASSWORD = "sông Hương chảy qua Huế"


def test_command_that_changes_a_password_leaves_an_entry(person, monkeypatch):
    monkeypatch.setattr("getpass.getpass", lambda prompt="", stream=None: PASSWORD)

    call_command("changepassword", person.username, stdout=StringIO())

    at_commit()
    entry = LogEntry.objects.order_by("number").last()
    assert (entry.table, entry.record_id, entry.kind) == ("programme_historicaluser", person.pk, "~")
    assert entry.act.signer.username == "he-thong"
    assert authenticate(None, username=person.username, password=PASSWORD) == person
    assert faults() == []


def test_command_that_makes_an_administrator_leaves_an_entry(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)

    call_command("createsuperuser", interactive=False, username="quan.tri", full_name="Trần Quản", stdout=StringIO())

    at_commit()
    entry = LogEntry.objects.get()
    assert entry.act.signer == User.objects.get()
    assert entry.act.role
    assert faults() == []


def test_command_that_makes_a_token_leaves_an_entry(person):
    before = LogEntry.objects.count()

    call_command("drf_create_token", person.username, stdout=StringIO())

    at_commit()
    assert LogEntry.objects.count() == before + 1
    assert LogEntry.objects.order_by("number").last().record_id == person.pk
    assert faults() == []


def test_token_made_past_the_command_is_found(person):
    Token.objects.create(user=person)

    assert faults() == [f"authtoken_token của programme_user {person.pk}"]


def test_loaddata_is_refused_with_its_reason():
    with pytest.raises(CommandError, match="không có người ký"):
        call_command("loaddata", "tinh.json")


@pytest.fixture
def programme():
    return ProgrammeFactory(code="DO-THI")


@pytest.fixture
def coordinator(programme):
    return coordinator_of(programme)


def test_file_that_is_brought_in_leaves_an_entry_for_each_line(client_of, programme, coordinator):
    TaskFactory(programme=programme, code="NV-01")
    browser = client_of(coordinator)
    lines = [["NV-01", "Giải ngân", f"{n} triệu đồng", "2021", f"2{n}/03/2021", ""] for n in range(1, 4)]
    file = SimpleUploadedFile("kinh-phi.csv", csv_file([LEDGER_HEADER, *lines]))
    browser.post("/nhap-tep/kinh-phi/DO-THI/", {"file": file, "repeated": "refuse"}, follow=True)

    browser.post(f"/nhap-tep/{ImportedFile.objects.get().pk}/nhap/")

    at_commit()
    entries = LogEntry.objects.filter(table=BudgetEntry.history.model._meta.db_table)
    assert entries.count() == BudgetEntry.objects.count() == 3
    assert {entry.act.signer for entry in entries} == {coordinator}
    assert faults() == []


def test_form_of_the_admin_and_its_rows_leave_entries(client_of, programme, coordinator):
    document = LegalDocumentFactory(issuer=programme.coordinating_agency)
    target = LegalDocumentFactory()
    browser = client_of(coordinator)
    address = url("programme.legaldocument", "change", document.pk)
    typed = {
        "subject": "Về việc khác",
        "relations-TOTAL_FORMS": "1",
        "relations-0-kind": "cites",
        "relations-0-target": str(target.pk),
        "relations-0-pinpoint": "Điều 1",
        "change_reason": "Bổ sung viện dẫn",
    }
    before = LogEntry.objects.count()

    response = browser.post(address, Page(browser.get(address).text).values | typed | {"_save": ""})

    assert response.status_code == 302
    at_commit()
    entries = list(LogEntry.objects.order_by("number")[before:])
    assert {entry.table for entry in entries} >= {
        LegalDocument.history.model._meta.db_table,
        DocumentRelation.history.model._meta.db_table,
    }
    assert {entry.act.signer for entry in entries} == {coordinator}
    assert faults() == []
