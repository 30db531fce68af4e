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

from programme.document_code import read_code
from programme.history import signed_save, user_action
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
from programme.money import read_money
from programme.operations import draft_revision, record_step
from tasks.models import LineageKind, PlannedTask, Task
from tasks.operations import plan_task, record_lineage, record_published_update

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
        budget = read_money(content["declared_budget"]) if "declared_budget" in content else None
        source = content.get("budget_document")
        revision = draft_revision(
            programme,
            name=name,
            base=programme.revisions.get(number=base) if base else None,
            reason=content.get("reason", ""),
            note=content.get("note", ""),
            declared_budget_vnd=budget,
            declared_budget_kind=content.get("declared_budget_kind", ""),
            budget_document=self.documents[source] if source else None,
            task_list_is_partial=content.get("task_list_is_partial", False),
            by=self.by,
        )
        self.added[str(Revision._meta.verbose_name)] += 1
        periods = {values["label"]: self._keep(Period, {"revision": revision} | values) for values in content["period"]}
        self._load_objectives(revision, content)
        for position, values in enumerate(_task_rows(revision, content), start=1):
            self._plan(revision, position, periods, **values)
        tasks = {task.code: task for task in Task.objects.filter(programme=programme)}
        for values in content.get("lineage", []):
            ends = {"from_task": tasks[values["from"]], "to_task": tasks[values["to"]]}
            record_lineage(revision=revision, kind=LineageKind(values["kind"]), by=self.by, **ends)
        for values in content["step"]:
            document = self.documents[values.pop("document")]
            kind = StepKind(values.pop("kind"))
            record_step(revision, kind, document=document, by=self.by, today=self.today, **values)

    def _load_objectives(self, revision: Revision, content: dict) -> None:
        rows = content.get("objective", [])
        if content.get("copy_objectives") and revision.base:
            fields = ("field", "text", "target", "target_year", "document")
            rows = [
                {name: getattr(old, name) for name in fields} for old in revision.base.objectives.order_by("position")
            ]
        for position, values in enumerate(rows, start=1):
            if isinstance(values.get("document"), str):
                values["document"] = self.documents[values["document"]]
            self._keep(Objective, {"revision": revision, "position": position}, values)

    def _plan(self, revision: Revision, position: int, periods: dict[str, Period], *, code: str, period: str, **values):
        for name, found in (
            ("lead", self.agencies),
            ("lead_document", self.documents),
            ("basis_document", self.documents),
        ):
            if isinstance(values.get(name), str):
                values[name] = found[values[name]]
        values["lead_agency"] = values.pop("lead", None)
        values["lead_is_assumed"] = bool(values.get("lead_ground"))
        plan_task(
            revision,
            task=Task.objects.filter(programme=revision.programme, code=code).first(),
            code=code,
            position=position,
            period=periods[period],
            by=self.by,
            **values,
        )
        self.added["nội dung nhiệm vụ"] += 1


def _task_rows(revision: Revision, content: dict) -> list[dict]:
    """The tasks of a revision: written out, copied from its base with some moved, or one for each place."""
    rows = list(content.get("task", []))
    if "places" in content:
        shared = dict(content["places"])
        places, name = shared.pop("codes"), shared.pop("name")
        rows += [{"code": code, "name": name.format(place=place)} | shared for code, place in places.items()]
    if "copy_tasks" in content:
        moved = content["copy_tasks"]["moved"]
        fields = ("name", "field", "lead_ground", "lead_document", "basis_document", "note")
        for old in PlannedTask.objects.filter(revision=revision.base).select_related("task").order_by("position"):
            values = {field: getattr(old, field) for field in fields}
            period = moved["period"] if old.task.code in moved["codes"] else content["copy_tasks"]["period"]
            rows.append(values | {"code": old.task.code, "period": period, "lead": old.lead_agency})
    return rows


def system_account() -> User:
    """The account that signs what the system itself enters; nobody can sign in with it."""
    found = User.objects.filter(username="he-thong").first()
    return found or User.objects.create_user(
        "he-thong", full_name="Hệ thống (nhập từ tài liệu)", role="administrator", is_active=False
    )
