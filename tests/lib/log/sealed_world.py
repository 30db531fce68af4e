"""A small world whose history is sealed but for its end, for those who tamper with it."""

from dataclasses import dataclass
from datetime import date

from programme.models import Agency, Province, User
from smartcity.lib.log.checkpoints import checkpoint_now
from smartcity.lib.log.models import LogEntry
from smartcity.lib.log.sealing import seal
from smartcity.lib.records.history import signed_delete, signed_save
from tasks.models import PlannedTask, ProgressUpdate, Task
from tests.factories import (
    AgencyFactory,
    CoordinationFactory,
    PlannedTaskFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    ProvinceFactory,
    UserFactory,
)


@dataclass(frozen=True)
class SealedWorld:
    """The province has six rows of history: three in the first block, one in the second, two unsealed."""

    province: Province
    agency: Agency
    person: User
    other_person: User
    task: Task
    planned_task: PlannedTask
    report: ProgressUpdate
    # Of the first block, and of both.
    early_checkpoint: str
    checkpoint: str


def make_world() -> SealedWorld:
    province = ProvinceFactory(code="hai-duong", name="Tỉnh Hải Hưng")
    agency = AgencyFactory(province=province, name="Sở Thông tin và Truyền thông")
    person, other_person = UserFactory(username="lan.nguyen", agency=agency), UserFactory(agency=agency)
    planned = planned_task_of(province, agency)
    report = ProgressUpdateFactory(task=planned.task, author=person, accepted=True, as_of=date(2023, 6, 1))
    draft = ProgressUpdateFactory(task=planned.task, author=person, as_of=date(2023, 6, 15))
    renamed(province, "Tỉnh Hải Dương", by=person, reason="Tách tỉnh")
    renamed(province, "Hải Dương", by=person, reason="Sửa tên")
    seal()
    early = checkpoint_now()
    renamed(province, "Tỉnh Hải Dương", by=other_person, reason="Sửa lại tên")
    person.title = "Trưởng phòng"
    signed_save(person, by=other_person)
    signed_delete(draft, by=person, reason="Nhập hai lần")
    seal()
    checkpoint = checkpoint_now()
    renamed(province, "Thành phố Hải Dương", by=person, reason="Nâng cấp")
    renamed(province, "Thành phố Hải Phòng", by=person, reason="Sáp nhập")
    assert LogEntry.objects.filter(sealed=None).count() == 2
    return SealedWorld(
        province,
        agency,
        person,
        other_person,
        planned.task,
        planned,
        report,
        early_checkpoint=early,
        checkpoint=checkpoint,
    )


def planned_task_of(province: Province, agency: Agency) -> PlannedTask:
    programme = ProgrammeFactory(province=province, coordinating_agency=agency)
    planned = PlannedTaskFactory(revision__programme=programme)
    CoordinationFactory(planned_task=planned, agency=AgencyFactory(province=province))
    return planned


def renamed(province: Province, name: str, *, by: User, reason: str) -> None:
    province.name = name
    signed_save(province, by=by, reason=reason)
