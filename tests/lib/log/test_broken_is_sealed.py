"""Whoever takes a row away keeps nothing that comes later from being sealed, nor is what is missing ever forgotten."""

import pytest
from django.db import connection

from smartcity.lib.log.models import LogEntry, RecordShape, SealedEntry
from smartcity.lib.log.sealing import CannotSeal, seal
from tests.factories import AgencyFactory, ProvinceFactory
from tests.lib.log.auditing import audited
from tests.lib.log.tampering import execute

# What the test itself has not ended cannot be sealed.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]
HISTORY = "programme_historicalprovince"


def row_is_gone(row, entry):
    execute(f'DELETE FROM "{HISTORY}" WHERE history_id = %s', row.history_id)


def act_is_gone(row, entry):
    with connection.constraint_checks_disabled():
        execute("DELETE FROM smartcity_signedact WHERE id = %s", entry.act_id)


def table_has_no_history(row, entry):
    execute("UPDATE smartcity_logentry SET \"table\" = 'programme_province' WHERE number = %s", entry.pk)


def shape_is_of_another(row, entry):
    other = RecordShape.objects.exclude(pk=entry.shape_id).first()
    execute("UPDATE smartcity_logentry SET shape_id = %s WHERE number = %s", other.pk, entry.pk)


def salt_is_too_short(row, entry):
    execute("UPDATE smartcity_logentry SET salt = 'abc' WHERE number = %s", entry.pk)


def hour_is_none(row, entry):
    none = "hom qua" if connection.vendor == "sqlite" else "infinity"
    execute("UPDATE smartcity_signedact SET at = %s WHERE id = %s", none, entry.act_id)


BROKEN = [row_is_gone, act_is_gone, table_has_no_history, shape_is_of_another, salt_is_too_short, hour_is_none]


@pytest.mark.parametrize("breaks", BROKEN, ids=lambda breaks: breaks.__name__.replace("_", " "))
def test_sealing_goes_on_over_what_is_broken_which_stays_a_fault(breaks):
    province = ProvinceFactory()
    entry = LogEntry.objects.get(table=HISTORY, record_id=province.pk)
    breaks(province.history.get(), entry)

    assert seal().added
    AgencyFactory()
    assert seal().added

    found = audited()
    assert LogEntry.objects.filter(sealed=None).count() == 0
    assert found.code == 1
    assert f"nhật ký {entry.pk}, thao tác {entry.act_id})" in found.told
    assert "đã bị xóa hay sửa" in found.told or "không đọc được" in found.told


def test_one_entry_of_another_shape_takes_no_other_with_it():
    odd, whole = ProvinceFactory(), ProvinceFactory()
    agency = AgencyFactory(province=whole)
    shape = LogEntry.objects.get(table=HISTORY, record_id=odd.pk)
    other = LogEntry.objects.filter(table="programme_historicalagency", record_id=agency.pk).get()
    seal()
    execute("UPDATE smartcity_logentry SET shape_id = %s WHERE number = %s", other.shape_id, shape.pk)

    told = audited().told

    assert f"nhật ký {shape.pk}," in told
    assert f"nhật ký {other.pk}," not in told


def test_frontier_that_was_changed_is_not_gone_on_from():
    ProvinceFactory()
    seal()
    for broken in ("0:", "không", "1:" + "0" * 64):
        execute("UPDATE smartcity_seal SET frontier = %s", broken)
        AgencyFactory()

        with pytest.raises(CannotSeal, match="audit verify"):
            seal()
        assert "smartcity_seal 1: biên của cây không khớp" in audited().told


def test_leaf_that_is_no_hash_is_named():
    ProvinceFactory()
    seal()
    kept = SealedEntry.objects.order_by("position").first()
    execute("UPDATE smartcity_sealedentry SET leaf = 'zz' WHERE position = %s", kept.position)

    assert f"smartcity_sealedentry {kept.position}: giá trị không đọc được" in audited().told


def test_block_that_cannot_be_read_is_named():
    ProvinceFactory()
    seal()
    assignment = "size = 'abc', at = '2026-13-45 00:00:00'" if connection.vendor == "sqlite" else "at = 'infinity'"
    execute(f"UPDATE smartcity_seal SET {assignment}")

    assert "smartcity_seal 1: giá trị không đọc được" in audited().told
    AgencyFactory()
