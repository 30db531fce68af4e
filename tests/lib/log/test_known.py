"""What was known at an earlier moment, read from tables by their own names."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils.timezone import now

from programme.models import Agency, Province
from smartcity.lib.log.known.filling import keep_known
from smartcity.lib.log.known.marks import Mark, mark_at, mark_of
from smartcity.lib.log.known.reading import known_at
from smartcity.lib.log.known.tables import name_of, state_table
from smartcity.lib.log.models import Seal
from smartcity.lib.log.sealing import seal
from smartcity.lib.log.verifying.verify import verify
from smartcity.lib.records.history import signed_delete, signed_save
from tests.factories import AgencyFactory, ProvinceFactory, UserFactory

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db(transaction=True)]


def sealed() -> Mark:
    """The mark of all that is there."""
    return mark_of(seal().seal.number)


def renamed(record, name: str) -> None:
    record.name = name
    signed_save(record, by=UserFactory(), reason="Đổi tên")


def test_a_record_is_read_as_it_was_known_at_each_mark():
    agency = AgencyFactory(name="Sở Thông tin")
    first = sealed()
    renamed(agency, "Sở Thông tin và Truyền thông")
    second = sealed()
    renamed(agency, "Sở Khoa học và Công nghệ")
    sealed()

    names = []
    for mark in (first, second):
        with known_at(mark):
            names.append(Agency.objects.get(pk=agency.pk).name)

    assert names == ["Sở Thông tin", "Sở Thông tin và Truyền thông"]
    assert Agency.objects.get(pk=agency.pk).name == "Sở Khoa học và Công nghệ"


def test_what_came_later_is_not_there_and_what_was_removed_is():
    gone = AgencyFactory(name="Ban nhập hai lần")
    mark = sealed()
    key = gone.pk
    signed_delete(gone, by=UserFactory(), reason="Nhập hai lần")
    later = AgencyFactory()
    sealed()

    with known_at(mark):
        assert Agency.objects.filter(pk=key).exists()
        assert not Agency.objects.filter(pk=later.pk).exists()
    assert not Agency.objects.filter(pk=key).exists()


def test_history_ends_at_the_mark_too():
    agency = AgencyFactory()
    mark = sealed()
    renamed(agency, "Sở khác")
    sealed()

    with known_at(mark):
        assert Agency.history.filter(id=agency.pk).count() == 1
    assert Agency.history.filter(id=agency.pk).count() == 2


def test_search_finds_a_record_by_what_it_was_called():
    agency = AgencyFactory(name="Sở Đầu tư Xưa")
    mark = sealed()
    renamed(agency, "Sở Mới")
    sealed()

    with known_at(mark):
        assert Agency.objects.filter(search_text__contains="so dau tu xua").exists()
        assert not Agency.objects.filter(search_text__contains="so moi").exists()


def test_before_the_first_block_nothing_was_known():
    ProvinceFactory()
    sealed()

    with known_at(mark_at(now() - timedelta(days=3650))):
        assert not Province.objects.exists()
        assert not Province.history.exists()


def test_a_moment_means_the_last_block_sealed_by_then():
    province = ProvinceFactory(name="Tỉnh Hải Hưng")
    mark = sealed()
    asked = Seal.objects.get(number=mark.block).at
    renamed(province, "Tỉnh Hải Dương")
    sealed()

    assert mark_at(asked).block == mark.block
    assert mark_at(asked - timedelta(microseconds=1)).block == mark.block - 1


def test_nothing_can_be_written_inside_and_everything_after():
    province = ProvinceFactory()
    mark = sealed()

    with known_at(mark), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_session")
    renamed(province, "Tỉnh ghi được")

    assert Province.objects.get(pk=province.pk).name == "Tỉnh ghi được"


def test_an_error_inside_leaves_the_present_as_it_is():
    province = ProvinceFactory(name="Cũ")
    mark = sealed()
    renamed(province, "Mới")
    sealed()

    with pytest.raises(Province.DoesNotExist), known_at(mark):
        Province.objects.get(pk=0)
    with known_at(mark), transaction.atomic():
        assert Province.objects.get(pk=province.pk).name == "Cũ"

    assert Province.objects.get(pk=province.pk).name == "Mới"
    assert connection.features.allows_group_by_selected_pks == (connection.vendor == "postgresql")


def test_of_several_changes_in_one_block_the_last_counts():
    province = ProvinceFactory(name="Một")
    renamed(province, "Hai")
    renamed(province, "Ba")
    mark = sealed()
    renamed(province, "Bốn")
    sealed()

    with known_at(mark):
        assert Province.objects.get(pk=province.pk).name == "Ba"


def test_states_derived_from_another_tree_are_derived_anew():
    province = ProvinceFactory(name="Thật")
    mark = sealed()
    keep_known()
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {state_table(connection)} SET root = %s", ["0" * 64])
        cursor.execute(f"UPDATE {name_of(connection, 'programme_province')} SET name = 'Giả'")

    with known_at(mark):
        assert Province.objects.get(pk=province.pk).name == "Thật"
    assert verify(connection).faults == []


def test_states_that_somebody_edited_are_named_and_derived_anew(capsys):
    province = ProvinceFactory(name="Thật")
    mark = sealed()
    keep_known()
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {name_of(connection, 'programme_province')} SET name = 'Giả'")

    faults = verify(connection).faults
    call_command("audit", "rebuild")

    assert [(fault.table, fault.key) for fault in faults] == [("programme_province", str(province.pk))]
    with known_at(mark):
        assert Province.objects.get(pk=province.pk).name == "Thật"
    assert verify(connection).faults == []
