"""Whatever a careless plan looks like: what is stored is what its author meant, or its row was asked about."""

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from programme.models import AgencyKind
from smartcity.exchange.imports.models import FileState, ImportedFile
from tasks.models import PlannedTask
from tests.careless import AGENCIES, PERIOD, Meant, write_plan
from tests.examples import examples
from tests.factories import AgencyFactory, PeriodFactory, ProgrammeFactory, RevisionFactory, coordinator_of

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
ADDRESS = "/nhap-tep/noi-dung-nhiem-vu/DO-THI/1/"
NUMBER = re.compile(r"dòng (\d+)")


@pytest.fixture
def draft(db):
    draft = RevisionFactory(programme=ProgrammeFactory(code="DO-THI"), number=1)
    PeriodFactory(revision=draft, label=PERIOD, first_day=date(2018, 1, 1), last_day=date(2020, 12, 31))
    for name, short in AGENCIES.items():
        AgencyFactory(province=draft.programme.province, name=name, short_name=short, kind=AgencyKind.DEPARTMENT)
    return draft


def differences(stored: PlannedTask, meant: Meant) -> list[str]:
    """Where a stored task is not what its author meant, by the words for it."""
    budgets = [(one.source, one.year, one.amount_vnd) for one in stored.budgets.order_by("pk")]
    pairs = {
        "name": (stored.name, meant.name),
        "lead": (stored.lead_agency.name if stored.lead_agency else "", meant.lead),
        "period": (stored.period.label if stored.period else "", meant.period),
        "due": (stored.due_on, meant.due),
        "note": (stored.note, meant.note),
        "budgets": (sorted(budgets, key=str), sorted(meant.budgets, key=str)),
    }
    return [f"{name}: {one!r}, meant {other!r}" for name, (one, other) in pairs.items() if one != other]


def silent_differences(file: ImportedFile, tasks: list[Meant]) -> list[str]:
    """What is stored otherwise than meant, and no sentence beside its row said so."""
    asked = {one["row"] for one in file.findings if one["notes"] or one["errors"]}
    of_row = {meant.rows[0]: meant for meant in tasks}
    found, order = [], []
    for stored in PlannedTask.objects.select_related("lead_agency", "period").order_by("position"):
        row = int(NUMBER.search(stored.history.latest().history_change_reason)[1])
        meant = of_row.pop(row, None)
        order.append(row)
        if meant is None:
            found += [] if row in asked else [f"row {row} is no task: {stored.name}"]
        elif not asked & {*meant.rows}:
            found += [f"row {row}, {said}" for said in differences(stored, meant)]
    found += [f"row {row} was not stored: {meant.name}" for row, meant in of_row.items()]
    return found + ([f"in the order {order}"] if order != sorted(order) and not asked else [])


@pytest.mark.long
@pytest.mark.parametrize("seed", range(examples(6, all_of_them=1_000)))
def test_careless_plan_is_stored_as_it_is_meant_or_asked_about(client_of, draft, seed):
    plan = write_plan(seed)
    browser = client_of(coordinator_of(draft.programme))

    page = browser.post(
        ADDRESS, {"file": SimpleUploadedFile("phu-luc.xlsx", plan.content), "repeated": "refuse"}, follow=True
    )

    file = ImportedFile.objects.last()
    if file is None:
        assert re.search(r"Cột «|chưa có dòng", page.text), seed
    elif file.state == FileState.REFUSED:
        assert [one for one in file.findings if one["errors"] and one["row"]], seed
    else:
        browser.post(f"{file.get_absolute_url()}nhap/")
        assert silent_differences(file, plan.tasks) == [], seed
