"""A country whose history is sealed: two provinces and one that is not real, each with what leads to a programme."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from meetings.models import Meeting
from programme.models import Agency, LegalDocument, Programme, Province, StoredFile, User
from smartcity.lib.log.checkpoints import checkpoint_now
from smartcity.lib.log.sealing import seal
from smartcity.lib.records.history import signed_delete, signed_save
from tasks.models import ProgressUpdate
from tests.factories import (
    AgencyFactory,
    EvidenceFactory,
    LegalDocumentFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    ProvinceFactory,
    UserFactory,
    task_in_force,
)
from tests.meeting_pages import whole
from tests.meetings.factories import DirectiveLinkFactory, MeetingFactory, MeetingProgrammeFactory
from tests.past_the_history import past_the_history

BEFORE = datetime(2024, 5, 6, 3, 0, tzinfo=UTC)


@dataclass(frozen=True)
class House:
    """A province with a programme, and what leads to it."""

    province: Province
    programme: Programme
    officer: User
    # With a file and a document.
    report: ProgressUpdate
    file: StoredFile
    document: LegalDocument
    # A draft that was removed.
    removed: int
    # Of a meeting about something else, that one directive of which is about the task.
    meeting: Meeting


@dataclass(frozen=True)
class Country:
    house: House
    other: House
    unreal: House
    # Of what there was before the agency got another name.
    early: str
    renamed: Agency


def make_house(name: str, code: str, *, is_simulated: bool = False) -> House:
    province = ProvinceFactory(name=f"Tỉnh {name}", is_simulated=is_simulated)
    agency = AgencyFactory(province=province, name=f"Sở {name}")
    officer = UserFactory(agency=agency, full_name=f"Người {name}", email=f"thu-{code}@vi-du.vn".lower())
    programme = ProgrammeFactory(code=code, province=province, coordinating_agency=agency)
    task = task_in_force(programme=programme, lead=agency, name=f"Nhiệm vụ {name}")
    document = LegalDocumentFactory(issuer=agency, province=province, subject=f"Văn bản {name}")
    draft = ProgressUpdateFactory(task=task, author=officer, as_of=date(2023, 7, 1), results=f"Nháp {name}")
    removed = draft.pk
    signed_delete(draft, by=officer, reason="Nhập hai lần")
    report = ProgressUpdateFactory(task=task, author=officer, document=document, results=f"Kết quả {name}")
    file = EvidenceFactory(update=report, file__uploaded_by=officer, file__name=f"{name}.pdf").file
    MeetingProgrammeFactory(meeting=MeetingFactory(province=province, title=f"về đề án {name}"), programme=programme)
    meeting = MeetingFactory(province=province, title=f"về việc khác {name}")
    DirectiveLinkFactory(directive=whole(meeting, lead=agency), task=task)
    return House(province, programme, officer, report, file, document, removed, meeting)


def make_country() -> Country:
    house = make_house("Hải Hưng", "HH-CQDT")
    other, unreal = make_house("Cửu Long", "CL-DTTM"), make_house("Mẫu", "MAU-1", is_simulated=True)
    written_on(BEFORE)
    seal()
    early = checkpoint_now()
    agency = house.programme.coordinating_agency
    agency.name = "Sở Khoa học"
    signed_save(agency, by=house.officer, reason="Đổi tên")
    house.report.results = "Đã nghiệm thu."
    signed_save(house.report, by=house.officer, reason="Bổ sung")
    seal()
    return Country(house, other, unreal, early, agency)


def written_on(at: datetime) -> None:
    """As if all that there is had been written on that day."""
    with past_the_history(), connection.cursor() as cursor:
        given = [connection.ops.adapt_datetimefield_value(at)]
        cursor.execute("UPDATE smartcity_logentry SET at = %s", given)
        cursor.execute("UPDATE smartcity_signedact SET at = %s", given)


@pytest.fixture(scope="module")
def kept_country(django_db_setup, django_db_blocker):
    """Committed, as what is sealed must be; the database is emptied after the module."""
    with django_db_blocker.unblock():
        try:
            yield make_country()
        finally:
            call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=False)


@pytest.fixture
def country(kept_country, db):
    """Whatever a test does to it is undone."""
    with transaction.atomic():
        yield kept_country
        transaction.set_rollback(True)
