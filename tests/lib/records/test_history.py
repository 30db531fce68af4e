from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError

from programme.models import Objective, Period, Province, Revision, User
from smartcity.lib.records.history import UnsignedWrite, operation, signed_delete, signed_save, user_action
from tests.factories import (
    AgencyFactory,
    LegalDocumentFactory,
    ObjectiveFactory,
    PeriodFactory,
    ProvinceFactory,
    RevisionFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_unsigned_save_of_a_new_record_is_refused_and_writes_nothing():
    with pytest.raises(UnsignedWrite, match="who does this"):
        Province(code="hai-duong", name="Tỉnh Hải Dương").save()

    assert not Province.objects.exists()
    assert not Province.history.exists()


def test_unsigned_create_is_refused_and_writes_nothing():
    with pytest.raises(UnsignedWrite):
        Province.objects.create(code="hai-duong", name="Tỉnh Hải Dương")

    assert not Province.objects.exists()


def test_unsigned_change_is_refused_and_writes_nothing():
    province = ProvinceFactory(name="Tỉnh Hải Dương")
    province.name = "Thành phố Hải Phòng"

    with pytest.raises(UnsignedWrite):
        province.save()

    province.refresh_from_db()
    assert province.name == "Tỉnh Hải Dương"
    assert province.history.count() == 1


def test_unsigned_deletion_is_refused_and_deletes_nothing():
    province = ProvinceFactory()

    with pytest.raises(UnsignedWrite), transaction.atomic():
        province.delete()
    with pytest.raises(UnsignedWrite), transaction.atomic():
        Province.objects.all().delete()

    assert Province.objects.exists()
    assert province.history.count() == 1


def test_signed_save_records_who_why_and_on_what_ground():
    document, person = LegalDocumentFactory(), UserFactory()
    province = Province(code="hai-duong", name="Tỉnh Hải Dương")

    with user_action(document=document):
        signed_save(province, by=person, reason="Lập tỉnh")

    record = province.history.get()
    assert record.history_type == "+"
    assert record.history_user == person
    assert record.history_change_reason == "Lập tỉnh"
    assert record.history_document == document
    assert record.history_action is not None


def test_signed_save_without_a_document_has_no_ground():
    province = signed_save(Province(code="hai-duong", name="Tỉnh Hải Dương"), by=UserFactory())

    assert province.history.get().history_document is None


def test_signed_save_refuses_what_breaks_a_rule_and_writes_nothing():
    province = Province(
        code="hai-duong", name="Tỉnh Hải Dương", in_force_from=date(2025, 7, 1), in_force_to=date(2025, 6, 30)
    )

    with pytest.raises(ValidationError):
        signed_save(province, by=UserFactory())

    assert not Province.objects.filter(code="hai-duong").exists()
    assert not Province.history.filter(code="hai-duong").exists()


def test_signed_delete_keeps_what_it_was_who_removed_it_and_why():
    province, person = ProvinceFactory(name="Tỉnh Hải Dương"), UserFactory()

    signed_delete(province, by=person, reason="Nhập hai lần")

    record = Province.history.filter(name="Tỉnh Hải Dương").latest()
    assert record.history_type == "-"
    assert record.history_user == person
    assert record.history_change_reason == "Nhập hai lần"
    assert not Province.objects.filter(name="Tỉnh Hải Dương").exists()


def test_signed_delete_signs_what_goes_along():
    revision, person = RevisionFactory(), UserFactory()
    PeriodFactory(revision=revision)
    ObjectiveFactory(revision=revision)

    signed_delete(revision, by=person, reason="Soạn nhầm")

    records = [model.history.get(history_type="-") for model in (Revision, Period, Objective)]
    assert {record.history_user for record in records} == {person}
    assert len({record.history_action for record in records}) == 1


@pytest.mark.parametrize("save", [signed_save, signed_delete])
def test_signature_is_not_borrowed_by_a_later_write(save):
    province = ProvinceFactory()
    save(province, by=UserFactory(), reason="Sửa tên")

    with pytest.raises(UnsignedWrite):
        province.save()


def test_signature_is_taken_off_after_a_refusal():
    person = UserFactory()
    province = ProvinceFactory(in_force_to=None)
    province.in_force_from, province.in_force_to = date(2025, 7, 1), date(2025, 6, 30)
    with pytest.raises(ValidationError):
        signed_save(province, by=person)

    with pytest.raises(UnsignedWrite):
        province.save()


def test_signer_cannot_be_deleted():
    signer, other = UserFactory(), UserFactory()
    ProvinceFactory()
    signed_save(Province(code="hai-duong", name="Tỉnh Hải Dương"), by=signer)

    with pytest.raises(ProtectedError):
        signed_delete(signer, by=other)

    assert User.objects.filter(pk=signer.pk).exists()


def test_ground_cannot_be_deleted():
    document, person = LegalDocumentFactory(), UserFactory()
    with user_action(document=document):
        signed_save(Province(code="hai-duong", name="Tỉnh Hải Dương"), by=person)

    with pytest.raises(ProtectedError):
        signed_delete(document, by=person)


def test_saves_apart_are_two_actions():
    person = UserFactory()
    one = signed_save(Province(code="hai-duong", name="Tỉnh Hải Dương"), by=person)
    other = signed_save(Province(code="hai-phong", name="Thành phố Hải Phòng"), by=person)

    assert one.history.get().history_action != other.history.get().history_action


def test_operation_is_one_action_however_many_rows_it_writes():
    @operation
    def merge(*, by):
        signed_save(Province(code="hai-duong", name="Tỉnh Hải Dương"), by=by)
        signed_save(Province(code="hai-phong", name="Thành phố Hải Phòng"), by=by)

    merge(by=UserFactory())
    merged = Province.history.filter(code__in=["hai-duong", "hai-phong"])

    assert merged.count() == 2
    assert merged.values("history_action").distinct().count() == 1


def test_operation_keeps_nothing_when_its_end_is_refused():
    @operation
    def merge(*, by):
        signed_save(Province(code="hai-duong", name="Tỉnh Hải Dương"), by=by)
        signed_save(Province(code="hai-duong", name="Thành phố Hải Phòng"), by=by)

    with pytest.raises(ValidationError):
        merge(by=UserFactory())

    assert not Province.objects.filter(code="hai-duong").exists()
    assert not Province.history.filter(code="hai-duong").exists()


def test_action_gives_the_operations_inside_one_id_signer_and_ground():
    @operation
    def add(code):
        Province(code=code, name=code).save()

    document, person = LegalDocumentFactory(), UserFactory()

    with user_action(by=person, document=document):
        add("hai-duong")
        add("hai-phong")

    records = Province.history.filter(code__in=["hai-duong", "hai-phong"])
    assert {record.history_user for record in records} == {person}
    assert {record.history_document for record in records} == {document}
    assert len({record.history_action for record in records}) == 1


def test_ground_of_an_inner_action_ends_with_it():
    outer_document, inner_document, person = LegalDocumentFactory(), LegalDocumentFactory(), UserFactory()
    before, inside, after = (Province(code=code, name=code) for code in ("truoc", "trong", "sau"))

    with user_action(by=person, document=outer_document):
        before.save()
        with user_action(document=inner_document):
            inside.save()
        after.save()

    grounds = [province.history.get().history_document for province in (before, inside, after)]
    assert grounds == [outer_document, inner_document, outer_document]


def test_person_who_signs_a_save_goes_before_the_person_of_the_action():
    person, other = UserFactory(), UserFactory()

    with user_action(by=person):
        province = signed_save(Province(code="hai-duong", name="Tỉnh Hải Dương"), by=other)

    assert province.history.get().history_user == other


def test_action_signs_nothing_after_an_error_inside():
    person = UserFactory()
    with pytest.raises(RuntimeError), user_action(by=person):
        raise RuntimeError

    with pytest.raises(UnsignedWrite):
        Province(code="hai-duong", name="Tỉnh Hải Dương").save()


def test_account_signs_for_itself_or_is_signed_by_who_makes_it():
    agency, administrator = AgencyFactory(), UserFactory()

    first = User.objects.create_user("lan.nguyen", full_name="Nguyễn Thị Lan", agency=agency)
    other = User.objects.create_user("hai.tran", full_name="Trần Hải", agency=agency, by=administrator)

    assert first.history.get().history_user == first
    assert other.history.get().history_user == administrator


def test_history_of_an_account_does_not_hold_its_password():
    person = UserFactory()

    assert not hasattr(person.history.get(), "password")
