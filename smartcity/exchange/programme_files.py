"""Real programmes from the files of ``fixtures/``, entered as people would: through the operations, signed.

A file is loaded whole or not at all. What is there already is left as it is, so that loading again neither
doubles a record nor undoes what somebody has changed since.
"""

import tomllib
from collections import Counter
from datetime import date
from pathlib import Path

from django.db import transaction
from django.db.models import Q

from programme.models import (
    Agency,
    AgencySuccession,
    DocumentRelation,
    LegalDocument,
    Measure,
    Objective,
    Period,
    Programme,
    Province,
    Revision,
    StatedFigure,
    StepKind,
    User,
)
from programme.operations.drafting import change_parts, change_revision, draft_revision
from smartcity.exchange.meeting_files import MeetingLoader
from smartcity.lib.language.document_code import read_code
from smartcity.lib.language.money import read_money
from smartcity.lib.records.history import signed_save, user_action
from tasks.models import Task
from tasks.operations.copying import begin_amendment
from tasks.operations.deciding import take_step
from tasks.operations.drafting import carry_over, change_planned_task, plan_task, remove_task, split_task
from tasks.operations.reporting import record_published_update

GROUND = "Nhập từ tài liệu nguồn"


class ProgrammeLoader:
    """Reads files in the order given; a later one may name agencies and documents of an earlier one."""

    def __init__(self, *, by: User, today: date):
        self.by = by
        self.today = today
        self.agencies: dict[str, Agency] = {}
        self.documents: dict[str, LegalDocument] = {}
        self.added: Counter[str] = Counter()

    def load(self, path: Path) -> None:
        """Load one file; raises ``ValidationError`` or ``KeyError`` and keeps nothing when it is not right."""
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        with transaction.atomic(), user_action(by=self.by):
            province = Province.objects.get(code=content["of_province"]) if "of_province" in content else None
            for values in content.get("agency", []):
                self._load_agency(province, **values)
            for values in content.get("document", []):
                self._load_document(province, **values)
            for values in content.get("province", []):
                self._load_province(**values)
            for values in content.get("succession", []):
                self._load_succession(**values)
            for values in content.get("relation", []):
                ends = {end: self.documents[values.pop(end)] for end in ("document", "target")}
                self._keep(DocumentRelation, ends | values)
            if province and "programme" in content:
                self._load_programme(province, content)
            if province:
                self._load_meetings(province, content.get("meeting", []))

    def _load_meetings(self, province: Province, meetings: list[dict]) -> None:
        loader = MeetingLoader(
            province,
            agencies=self.agencies,
            documents=self.documents,
            by=self.by,
            today=self.today,
            ground=GROUND,
            added=self.added,
        )
        for values in meetings:
            loader.load(**values)

    def _keep(self, model, known_by: dict, values: dict | None = None):
        """The record known by these values, now or when it was entered; made, signed and counted if there is none."""
        as_entered = model.history.filter(history_type="+", **known_by).values("id")
        found = model.objects.filter(Q(**known_by) | Q(pk__in=as_entered)).order_by("pk").first()
        if found:
            return found
        self.added[str(model._meta.verbose_name)] += 1
        return signed_save(model(**(known_by | (values or {}))), by=self.by, reason=GROUND)

    def _load_province(self, *, code: str, merged_into: str = "", merge_document: str = "", **values) -> None:
        if merged_into:
            values["merged_into"] = Province.objects.get(code=merged_into)
        if merge_document:
            values["merge_document"] = self.documents[merge_document]
        self._keep(Province, {"code": code}, values)

    def _load_succession(self, *, predecessor: str, successor: str, effective_on: date, **values) -> None:
        ends = {"predecessor": self.agencies[predecessor], "successor": self.agencies[successor]}
        self._keep(AgencySuccession, ends | {"effective_on": effective_on}, values)

    def _load_agency(self, province, *, key: str, name: str, **values) -> None:
        self.agencies[key] = self._keep(Agency, {"province": province, "name": name}, values)

    def _load_document(self, province, *, key: str, kind: str, subject: str, code: str = "", **values) -> None:
        number = read_code(code) if code else None
        issuer = self.agencies[values.pop("issuer")] if "issuer" in values else None
        known_by = {"issuer": issuer, "kind": kind, "province": province}
        known_by |= {"number": number.number, "symbol": number.symbol} if number else {}
        if number is None or number.number is None:
            known_by["subject"] = subject
        elif "signed_on" in values:
            known_by["signed_on"] = values.pop("signed_on")
        self.documents[key] = self._keep(LegalDocument, known_by, {"subject": subject} | values)

    def _load_programme(self, province: Province, content: dict) -> None:
        code = content["programme"]["code"]
        if Programme.objects.filter(code=code).exists():
            return
        agency = self.agencies[content["programme"]["coordinating_agency"]]
        programme = self._keep(Programme, {"code": code}, {"province": province, "coordinating_agency": agency})
        for values in content["revision"]:
            with user_action(document=self.documents[values["step"][-1]["document"]]):
                self._load_revision(programme, **values)
        tasks = {task.code: task for task in Task.objects.filter(programme=programme)}
        for values in content.get("published_update", []):
            document = self.documents[values.pop("document")]
            for code in values.pop("tasks"):
                record_published_update(tasks[code], document=document, by=self.by, **values)
                self.added["báo cáo tiến độ"] += 1
        for values in content.get("stated_figure", []):
            self._load_stated_figure(programme, **values)

    def _load_stated_figure(self, programme: Programme, *, document: str, amount: str = "", **values) -> None:
        if Measure(values["measure"]).is_money:
            values["value"] = read_money(amount)
        self._keep(StatedFigure, {"programme": programme, "document": self.documents[document]} | values)

    def _load_revision(self, programme: Programme, *, name: str, base: int = 0, **content) -> None:
        said = self._said_of_the_programme(content) | {"name": name}
        self.added[str(Revision._meta.verbose_name)] += 1
        if base:
            revision = self._load_amendment(programme.revisions.get(number=base), said, content)
        else:
            revision = draft_revision(programme, by=self.by, **said)
            self._add_periods(revision, content)
            self._add_objectives(revision, content)
        self._add_tasks(revision, content)
        for values in content["step"]:
            document = self.documents[values.pop("document")]
            kind = StepKind(values.pop("kind"))
            take_step(revision, kind, document=document, by=self.by, today=self.today, **values)

    def _said_of_the_programme(self, content: dict) -> dict:
        budget, source = content.get("declared_budget"), content.get("budget_document")
        return {
            "reason": content.get("reason", ""),
            "note": content.get("note", ""),
            "declared_budget_vnd": read_money(budget) if budget else None,
            "declared_budget_kind": content.get("declared_budget_kind", ""),
            "budget_document": self.documents[source] if source else None,
            "task_list_is_partial": content.get("task_list_is_partial", False),
        }

    def _load_amendment(self, base: Revision, said: dict, content: dict) -> Revision:
        """Draft what the document changes of ``base``, change by change."""
        revision = begin_amendment(base.programme, by=self.by, reason=said["reason"])
        revision = change_revision(revision, by=self.by, **said)
        self._add_periods(revision, content)
        periods = {period.label: period for period in revision.periods.all()}
        if "objective" in content:
            change_parts(revision, drop=revision.objectives.all(), by=self.by)
            self._add_objectives(revision, content)
        for before, after in content.get("move", {}).items():
            for planned in revision.planned_tasks.filter(period__label=before):
                change_planned_task(planned, period=periods[after], by=self.by)
            change_parts(revision, drop=[periods[before]], by=self.by)
        for values in content.get("remove", []):
            for planned in revision.planned_tasks.filter(task__code__in=values["codes"]):
                remove_task(planned, reason=values["reason"], by=self.by)
        for values in content.get("split", []):
            planned = revision.planned_tasks.get(task__code=values["code"])
            split_task(planned, parts=values["part"], reason=values["reason"], by=self.by, today=self.today)
        for values in content.get("change", []):
            planned = revision.planned_tasks.get(task__code=values.pop("code"))
            change_planned_task(planned, by=self.by, **self._named(values))
        if moved := content.get("carry_over"):
            tasks = Task.objects.filter(programme=base.programme, code__in=moved["codes"])
            carry_over(revision, period=periods[moved["period"]], tasks=tasks, by=self.by, today=self.today)
        return revision

    def _add_periods(self, revision: Revision, content: dict) -> None:
        change_parts(revision, keep=[Period(**values) for values in content["period"]], by=self.by)

    def _add_objectives(self, revision: Revision, content: dict) -> None:
        goals = []
        for position, values in enumerate(content.get("objective", []), start=1):
            if "document" in values:
                values["document"] = self.documents[values["document"]]
            goals.append(Objective(position=position, **values))
        change_parts(revision, keep=goals, by=self.by)

    def _add_tasks(self, revision: Revision, content: dict) -> None:
        periods = {period.label: period for period in revision.periods.all()}
        for values in _task_rows(content):
            period = periods[values.pop("period")]
            plan_task(revision, period=period, by=self.by, **self._named(values))
        self.added["nội dung nhiệm vụ"] += revision.planned_tasks.count()

    def _named(self, values: dict) -> dict:
        """A task's fields with the agencies and documents that the file names by their keys."""
        values = dict(values)
        for name in ("lead_document", "basis_document"):
            if name in values:
                values[name] = self.documents[values[name]]
        if "lead" in values:
            values["lead_agency"] = self.agencies[values.pop("lead")]
            values["lead_is_assumed"] = bool(values.get("lead_ground"))
        return values


def _task_rows(content: dict) -> list[dict]:
    """The tasks that a revision adds: written out, or one for each place."""
    rows = list(content.get("task", []))
    if "places" in content:
        shared = dict(content["places"])
        places, name = shared.pop("codes"), shared.pop("name")
        rows += [{"code": code, "name": name.format(place=place)} | shared for code, place in places.items()]
    return rows


def system_account() -> User:
    """The account that signs what the system itself enters; nobody can sign in with it."""
    found = User.objects.filter(username="he-thong").first()
    return found or User.objects.create_user(
        "he-thong", full_name="Hệ thống (nhập từ tài liệu)", role="administrator", is_active=False
    )
