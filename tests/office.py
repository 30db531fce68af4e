"""What the tests of the admin share: its records, its people, and one record of each kind."""

from datetime import date
from io import StringIO

from django.apps import apps
from django.core.management import call_command

from programme.models import Agency, AgencyKind, Programme, User
from tasks.models import Task
from tests.factories import (
    BudgetEntryFactory,
    DatasetFactory,
    ExplanationFactory,
    ImportedFileFactory,
    ProgressUpdateFactory,
    UrgingFactory,
    coordinator_of,
)
from tests.meetings.factories import DirectiveUrgingFactory, FindingFactory

# Which demonstration accounts may add records of each kind, and where a record says whose province it is of.
RECORDS = {
    "programme.province": (["quan-tri"], "code"),
    "programme.agency": (["quan-tri"], "province__code"),
    "programme.agencysuccession": (["quan-tri"], "predecessor__province__code"),
    "programme.user": (["quan-tri"], "memberships__agency__province__code"),
    "programme.legaldocument": (["dau-moi", "dau-moi-hd", "van-phong", "quan-tri"], "province__code"),
    "programme.statedfigure": (["dau-moi", "dau-moi-hd", "van-phong"], "programme__province__code"),
    "programme.programme": (["dau-moi", "dau-moi-hd"], "province__code"),
    "programme.revision": ([], "programme__province__code"),
    "programme.revisionstep": ([], "revision__programme__province__code"),
    "tasks.task": ([], "programme__province__code"),
    "tasks.plannedtask": ([], "revision__programme__province__code"),
    "tasks.progressupdate": (["dau-moi", "dau-moi-hd", "chuyen-vien"], "task__programme__province__code"),
    "tasks.reportingduty": (["dau-moi", "dau-moi-hd"], "programme__province__code"),
    "tasks.reportingcycle": ([], "duty__programme__province__code"),
    "tasks.urging": ([], "programme__province__code"),
    "tasks.budgetentry": (["dau-moi", "dau-moi-hd"], "task__programme__province__code"),
    "tasks.dataset": (["dau-moi", "dau-moi-hd"], "province__code"),
    "tasks.explanation": ([], "programme__province__code"),
    "meetings.meeting": ([], "province__code"),
    "meetings.directive": ([], "conclusion__meeting__province__code"),
    "meetings.assignment": ([], "directive__conclusion__meeting__province__code"),
    "meetings.directiveurging": ([], "province__code"),
    "meetings.finding": ([], "province__code"),
    "smartcity.importedfile": ([], "programme__province__code"),
}
# Added on pages of their own: who may is led there from where the admin had a form.
ADDED_ON_PAGES = {
    "programme.revision": ["dau-moi", "dau-moi-hd"],
    "programme.revisionstep": ["dau-moi", "dau-moi-hd", "van-phong"],
    "tasks.plannedtask": ["dau-moi", "dau-moi-hd"],
}
OF_THE_PROVINCE = ["dau-moi", "chuyen-vien", "van-phong", "lanh-dao"]
EVERYBODY = [*OF_THE_PROVINCE, "dau-moi-hd", "quan-tri", "kiem-toan"]
POLICY = {
    "default-src": {"'self'"},
    "script-src": {"'self'", "'unsafe-eval'"},
    "style-src": {"'self'", "'unsafe-inline'"},
    "object-src": {"'none'"},
    "base-uri": {"'none'"},
    "form-action": {"'self'"},
    "frame-ancestors": {"'none'"},
}


def one_of(record, province):
    """A record of the kind that belongs to the province."""
    _, where = RECORDS[record]
    return apps.get_model(record).objects.filter(**{where: province}).order_by("pk").first()


def province_of(username):
    return "hai-duong" if username == "dau-moi-hd" else "ba-ria-vung-tau"


def task_of(code, programme="BRVT-DTTM"):
    return Task.objects.get(programme__code=programme, code=code)


def everything():
    """How many rows of history there are: each write of ours leaves one."""
    return {record: apps.get_model(record).history.count() for record in RECORDS}


def policy_of(response):
    parts = [part.split() for part in response["Content-Security-Policy"].split(";")]
    return {name: set(values) for name, *values in parts}


def council():
    return Agency.objects.get(province__code="ba-ria-vung-tau", kind=AgencyKind.COUNCIL)


def furnish():
    """To both real programmes add the demonstration accounts, and of each kind of record one in each province."""
    call_command("make_demo_accounts", stdout=StringIO())
    for code, task in [("BRVT-DTTM", "NV-05"), ("HD-CQDT", "CAMERA")]:
        BudgetEntryFactory(task=Task.objects.get(programme__code=code, code=task), decided_on=date(2021, 3, 22))
        programme = Programme.objects.get(code=code)
        ExplanationFactory(programme=programme)
        DatasetFactory(agency=programme.coordinating_agency)
        FindingFactory(province=programme.province, agency=programme.coordinating_agency)
        ImportedFileFactory(programme=programme, uploaded_by=coordinator_of(programme))
        UrgingFactory(programme=programme, agency=programme.coordinating_agency)
        DirectiveUrgingFactory(province=programme.province, agency=programme.coordinating_agency)
    ProgressUpdateFactory(
        task=Task.objects.get(programme__code="HD-CQDT", code="CAMERA"),
        accepted=True,
        as_of=date(2023, 10, 20),
        author=User.objects.get(username="dau-moi-hd"),
    )
