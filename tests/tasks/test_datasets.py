from datetime import date

import pytest
from django.core.exceptions import ValidationError

from programme.models import DocumentKind, Role
from smartcity.lib.records.history import signed_delete, signed_save
from tasks.models import Dataset, DatasetList, DatasetObservation, Sharing, UpdateCadence
from tasks.operations.datasets import (
    AlreadyObserved,
    NotTheObserver,
    NotTheRegistrar,
    observe_dataset,
    register_dataset,
)
from tests.factories import (
    AgencyFactory,
    DatasetFactory,
    DatasetObservationFactory,
    LegalDocumentFactory,
    ProgrammeFactory,
    UserFactory,
    coordinator_of,
    officer_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

AS_OF = date(2024, 4, 10)
TODAY = date(2024, 4, 12)


@pytest.fixture
def programme():
    return ProgrammeFactory()


@pytest.fixture
def agency(programme):
    return AgencyFactory(province=programme.province, name="Sở Y tế")


@pytest.fixture
def dataset(agency):
    return DatasetFactory(agency=agency, name="Hồ sơ sức khỏe")


def entry(agency, /, **changes):
    """What a coordinator enters into the register, not stored yet."""
    values = {
        "province": agency.province,
        "agency": agency,
        "name": "Hồ sơ sức khỏe",
        "listed_as": DatasetList.OPEN,
        "document": LegalDocumentFactory(kind=DocumentKind.DECISION),
        "cadence": UpdateCadence.QUARTERLY,
        "listed_from": date(2023, 12, 29),
    }
    return Dataset(**(values | changes))


def seen(dataset, **changes):
    values = {"as_of": AS_OF, "is_built": True, "last_updated_on": date(2024, 4, 1), "sharing": Sharing.PILOT}
    return DatasetObservation(dataset=dataset, **(values | changes))


# The next update


@pytest.mark.parametrize(
    ("cadence", "updated_on", "due_on"),
    [
        (UpdateCadence.DAILY, date(2024, 2, 28), date(2024, 2, 29)),
        (UpdateCadence.WEEKLY, date(2023, 12, 29), date(2024, 1, 5)),
        (UpdateCadence.MONTHLY, date(2024, 1, 31), date(2024, 2, 29)),
        (UpdateCadence.MONTHLY, date(2023, 1, 31), date(2023, 2, 28)),
        (UpdateCadence.MONTHLY, date(2023, 12, 15), date(2024, 1, 15)),
        (UpdateCadence.QUARTERLY, date(2023, 11, 30), date(2024, 2, 29)),
        (UpdateCadence.YEARLY, date(2024, 2, 29), date(2025, 2, 28)),
        (UpdateCadence.AS_IT_ARISES, date(2020, 1, 1), None),
    ],
)
def test_next_update_is_due_a_cadence_later(cadence, updated_on, due_on):
    assert Dataset(cadence=cadence).due_after(updated_on) == due_on


# The register


def test_database_is_listed_from_its_first_to_its_last_day():
    DatasetFactory(listed_from=date(2023, 12, 29), listed_to=date(2024, 12, 31))

    days = [date(2023, 12, 28), date(2023, 12, 29), date(2024, 12, 31), date(2025, 1, 1)]
    assert [Dataset.objects.listed(day).count() for day in days] == [0, 1, 1, 0]


def test_coordinator_registers_and_the_decision_is_the_ground(programme, agency):
    coordinator = coordinator_of(programme)
    dataset = entry(agency)

    register_dataset(dataset, by=coordinator, today=TODAY, reason="Theo danh mục")

    record = Dataset.objects.get().history.get()
    assert (record.history_user, record.history_change_reason) == (coordinator, "Theo danh mục")
    assert record.history_document == dataset.document


def test_coordinator_takes_a_database_out_of_the_list(programme, dataset):
    dataset.listed_to = date(2024, 12, 31)

    register_dataset(dataset, by=coordinator_of(programme), today=TODAY, reason="Danh mục mới")

    dataset.refresh_from_db()
    assert dataset.listed_to == date(2024, 12, 31)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.COORDINATOR])
def test_nobody_else_registers(programme, agency, role):
    with pytest.raises(NotTheRegistrar):
        register_dataset(entry(agency), by=UserFactory(role=role, agency=programme.coordinating_agency), today=TODAY)

    assert not Dataset.objects.exists()


def test_coordinator_of_another_province_does_not_register(agency, dataset):
    stranger = coordinator_of(ProgrammeFactory())

    with pytest.raises(NotTheRegistrar):
        register_dataset(entry(agency, name="Khác"), by=stranger, today=TODAY)
    dataset.province = stranger.agency.province
    with pytest.raises(NotTheRegistrar):
        register_dataset(dataset, by=stranger, today=TODAY)


def test_coordinator_of_an_agency_that_coordinates_nothing_does_not_register(agency):
    with pytest.raises(NotTheRegistrar):
        register_dataset(entry(agency), by=UserFactory(role=Role.COORDINATOR, agency=agency), today=TODAY)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        pytest.param(lambda: {"agency": AgencyFactory()}, "agency", id="an agency elsewhere"),
        pytest.param(
            lambda: {"document": LegalDocumentFactory(issuer=AgencyFactory())}, "document", id="a decision elsewhere"
        ),
    ],
)
def test_what_is_of_another_province_is_not_registered(programme, agency, change, field):
    with pytest.raises(ValidationError) as refusal:
        register_dataset(entry(agency, **change()), by=coordinator_of(programme), today=TODAY)

    assert list(refusal.value.message_dict) == [field]


# What was seen


def test_officer_of_the_owner_records_what_was_seen(dataset, agency):
    officer = officer_of(agency)
    source = LegalDocumentFactory()

    observe_dataset(seen(dataset, document=source), by=officer, today=TODAY)

    observation = dataset.observations.get()
    assert (observation.as_of, observation.is_built, observation.sharing) == (AS_OF, True, Sharing.PILOT)
    assert (observation.recorded_by, observation.recorded_on) == (officer, TODAY)
    record = observation.history.get()
    assert (record.history_user, record.history_document) == (officer, source)


def test_coordinator_of_the_province_records_what_was_seen(programme, dataset):
    observe_dataset(seen(dataset), by=coordinator_of(programme), today=TODAY)

    assert dataset.observations.count() == 1


def test_others_do_not_record(programme, dataset, agency):
    others = [
        officer_of(AgencyFactory(province=programme.province)),
        coordinator_of(ProgrammeFactory()),
        *(UserFactory(role=role, agency=agency) for role in (Role.OFFICE, Role.LEADER, Role.AUDITOR)),
    ]

    for person in others:
        with pytest.raises(NotTheObserver, match="do Sở Y tế hoặc cơ quan đầu mối ghi"):
            observe_dataset(seen(dataset), by=person, today=TODAY)

    assert not dataset.observations.exists()


def test_button_pressed_twice_records_once(dataset, agency):
    officer = officer_of(agency)
    observe_dataset(seen(dataset, note="Đủ bảy trường"), by=officer, today=TODAY)

    with pytest.raises(AlreadyObserved):
        observe_dataset(seen(dataset, note=" Đủ  bảy trường "), by=officer, today=TODAY)
    observe_dataset(seen(dataset, note="Đủ tám trường"), by=officer, today=TODAY)

    assert dataset.observations.count() == 2


def test_day_to_come_is_not_observed(dataset, agency):
    with pytest.raises(ValidationError, match="Ngày này chưa đến"):
        observe_dataset(seen(dataset, as_of=date(2024, 4, 13)), by=officer_of(agency), today=TODAY)


def test_what_was_seen_is_neither_changed_nor_deleted():
    observation = DatasetObservationFactory()
    observation.note = "Sửa lại"

    for act in (signed_save, signed_delete):
        with pytest.raises(ValidationError, match="không sửa, không xóa được"):
            act(observation, by=observation.recorded_by)

    assert DatasetObservation.objects.get().note == ""


def test_last_entered_of_the_latest_day_is_known():
    dataset = DatasetFactory()
    for as_of, note in [(date(2024, 4, 10), "một"), (date(2024, 3, 1), "hai"), (date(2024, 4, 10), "ba")]:
        DatasetObservationFactory(dataset=dataset, as_of=as_of, recorded_on=TODAY, note=note)

    def known(on):
        return [one.note for one in dataset.observations.known(on)]

    assert known(date(2024, 2, 29)) == []
    assert known(date(2024, 4, 9)) == ["hai"]
    assert known(date(2024, 4, 10)) == ["ba", "một", "hai"]


def test_databases_of_another_province_are_not_visible():
    observation = DatasetObservationFactory()
    stranger = UserFactory()

    assert not Dataset.objects.visible_to(stranger).exists()
    assert not DatasetObservation.objects.visible_to(stranger).exists()
    assert Dataset.objects.visible_to(officer_of(observation.dataset.agency)).exists()
