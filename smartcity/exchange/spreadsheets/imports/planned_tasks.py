"""Planned tasks from a file, into a draft: each row is a task that the draft does not contain yet."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError

from programme.dates import say_day
from programme.fields import DayField, MoneyField
from programme.models import Agency, Revision
from programme.money import MoneySource
from programme.text import fold
from smartcity.exchange.spreadsheets.columns import Kind
from smartcity.exchange.spreadsheets.imports.fields import (
    AgenciesCell,
    AgencyCell,
    ChoiceCell,
    DocumentCell,
    ImportColumn,
    NumberCell,
    RecordCell,
    TextCell,
    YesNoCell,
)
from smartcity.exchange.spreadsheets.imports.kinds import (
    Importer,
    Progress,
    chunks,
    documents_for,
    refuse_broken_constraints,
)
from tasks.models import PlannedBudget, PlannedTask, Route, Task
from tasks.operations import NewPlan, numbers_for, plan_tasks

# What the row says beside the plan itself.
BESIDE = {"task", "position", "coordinating", "budget_source", "budget_year", "budget"}


class PlannedTaskImporter(Importer):
    model = PlannedTask
    permission = "tasks.add_plannedtask"
    noun = "nhiệm vụ"

    @property
    def draft(self) -> Revision:
        if self.revision is None:
            raise ValueError("A plan is brought into a draft.")
        return self.revision

    def make_columns(self) -> list[ImportColumn]:
        provinces = self.programme.province.carried_on_in
        agencies = Agency.objects.filter(province__in=provinces).select_related("province").order_by("name", "pk")
        agency = AgencyCell(agencies, on=self.today)
        names = [one.name for one in agency.records.values() if not one.has_ended(self.today)]
        document = DocumentCell(documents_for(self.by))
        periods = RecordCell(
            self.draft.periods.order_by("first_day", "pk"),
            names=lambda period: [period.label],
            unknown="không phải giai đoạn của dự thảo",
        )
        known = RecordCell(
            Task.objects.filter(programme=self.programme),
            names=lambda task: [task.code],
            unknown="không phải mã nhiệm vụ của đề án; để trống để bắt đầu nhiệm vụ mới",
        )
        return [
            ImportColumn(
                "task",
                "Mã nhiệm vụ",
                known,
                "Chỉ khi đưa lại nhiệm vụ đã có của đề án; nhiệm vụ mới thì để trống.",
                width=14,
            ),
            ImportColumn(
                "position",
                "STT",
                NumberCell(required=False, min_value=1, max_value=9999),
                "Số trong danh mục. Để trống thì xếp cuối, theo thứ tự của tệp.",
                Kind.NUMBER,
            ),
            self._text("name", "Tên nhiệm vụ", required=True, width=60),
            self._text("field", "Lĩnh vực"),
            ImportColumn("lead_agency", "Cơ quan chủ trì", agency, "Tên hoặc tên viết tắt.", width=36, values=names),
            ImportColumn(
                "lead_is_assumed",
                "Chủ trì là giả định",
                YesNoCell(required=False),
                "Có, Không.",
                values=["Có", "Không"],
            ),
            self._text("lead_ground", "Căn cứ của giả định", width=36),
            ImportColumn(
                "coordinating",
                "Cơ quan phối hợp",
                AgenciesCell(agency),
                "Nhiều cơ quan thì ngăn bằng dấu chấm phẩy.",
                width=36,
            ),
            ImportColumn(
                "period",
                "Giai đoạn",
                periods,
                "Giai đoạn của dự thảo.",
                values=[str(one) for one in periods.records.values()],
            ),
            ImportColumn("start_on", "Bắt đầu", DayField(required=False), "Ngày/tháng/năm.", Kind.DAY),
            ImportColumn(
                "due_on",
                "Hạn hoàn thành",
                DayField(required=False),
                "Để trống thì hạn là ngày cuối giai đoạn.",
                Kind.DAY,
            ),
            self._text("scope", "Phạm vi", width=40),
            self._text("deliverable", "Sản phẩm", width=40),
            ImportColumn(
                "route",
                "Hình thức",
                ChoiceCell(Route.choices, empty=Route.UNDECIDED.value),
                "Để trống là «Chưa xác định».",
                values=[str(label) for label in Route.labels],
            ),
            ImportColumn(
                "basis_document", "Căn cứ pháp lý", document, "Số, ký hiệu văn bản đã có, ví dụ 112/NQ-HĐND.", width=28
            ),
            self._text("basis_pinpoint", "Điểm, khoản, Điều"),
            ImportColumn(
                "budget_source",
                "Nguồn vốn",
                ChoiceCell(MoneySource.choices, empty=MoneySource.UNSPECIFIED.value),
                "Của kinh phí dự kiến.",
                values=[str(label) for label in MoneySource.labels],
            ),
            ImportColumn(
                "budget_year",
                "Năm",
                NumberCell(required=False, min_value=1945, max_value=2099),
                "Để trống là cả giai đoạn.",
                Kind.NUMBER,
            ),
            ImportColumn(
                "budget",
                "Kinh phí dự kiến (đồng)",
                MoneyField(required=False),
                "160000000, hoặc ghi đơn vị: 160 triệu đồng.",
                Kind.MONEY,
            ),
            self._text("note", "Ghi chú", width=40),
        ]

    def _text(self, name: str, title: str, *, required: bool = False, width: int = 24) -> ImportColumn:
        kept = PlannedTask._meta.get_field(name)
        return ImportColumn(name, title, TextCell(kept, required=required), width=width)

    def refuse_unless_allowed(self) -> None:
        if not (self.by.has_perm(self.permission) and self.programme.is_coordinated_by(self.by)):
            raise ValidationError("Chỉ cơ quan đầu mối của đề án nhập được nội dung nhiệm vụ.")
        self.draft.refuse_unless_draft()

    def known_keys(self) -> dict[str, str]:
        return {f"name {fold(planned.name)}": f"Dự thảo đã có nhiệm vụ {planned}" for planned in self._plans}

    def key_of(self, values: dict) -> str:
        return f"name {fold(values['name'])}"

    def column_of(self, field_name: str) -> str:
        return {"amount_vnd": "budget", "year": "budget_year", "source": "budget_source"}.get(field_name, field_name)

    def instance_of(self, values: dict) -> PlannedTask:
        said = {name: value for name, value in values.items() if name not in BESIDE}
        return PlannedTask(revision=self.draft, position=values["position"] or 1, **said)

    def hold_against_rules(self, values: dict) -> None:
        super().hold_against_rules(values)
        if values["lead_agency"] in values["coordinating"]:
            raise ValidationError({"coordinating": f"«{values['lead_agency']}» đã là cơ quan chủ trì."})
        if values["position"]:
            taken = self._taken.get(values["position"])
            if taken:
                raise ValidationError({"position": f"STT này đã có nhiệm vụ khác trong dự thảo: {taken}."})
        if values["task"] and values["task"].pk in self._planned:
            raise ValidationError({"task": "Nhiệm vụ này đã có trong dự thảo."})
        if values["budget"] is not None:
            refuse_broken_constraints(budget_of(values))
        elif values["budget_year"]:
            raise ValidationError({"budget": "Ghi số tiền của năm này, hoặc xóa năm."})

    def doubts(self, values: dict) -> tuple[list[str], str]:
        named = [one for one in (values["lead_agency"], *values["coordinating"]) if one]
        ended = [one for one in named if one.has_ended(self.today)]
        return [f"{one} hoạt động đến hết {say_day(one.last_day)}; chưa ghi cơ quan kế thừa." for one in ended], ""

    def claims_of(self, values: dict) -> dict[str, str]:
        claims = {f"position {values['position']}": "position"} if values["position"] else {}
        return claims | ({f"task {values['task'].pk}": "task"} if values["task"] else {})

    @cached_property
    def _plans(self) -> list[PlannedTask]:
        return list(self.draft.planned_tasks.all())

    @cached_property
    def _taken(self) -> dict[int, str]:
        return {planned.position: planned.name for planned in self._plans}

    @cached_property
    def _planned(self) -> set[int]:
        return {planned.task_id for planned in self._plans}

    def write(self, findings: list[dict], *, reason_of: Callable[[int], str], progress: Progress) -> None:
        plans = [self._plan(finding, reason_of(finding["row"])) for finding in findings]
        numbered = numbers_for(self.draft, plans)
        for part in chunks(numbered, progress):
            plan_tasks(self.draft, part, by=self.by)

    def _plan(self, finding: dict, reason: str) -> NewPlan:
        values: dict[str, Any] = self.restored(finding)
        return NewPlan(
            position=values["position"],
            task=values["task"],
            coordinating=values["coordinating"],
            budgets=[budget_of(values)] if values["budget"] is not None else [],
            fields={name: value for name, value in values.items() if name not in BESIDE},
            reason=reason,
        )


def budget_of(values: dict) -> PlannedBudget:
    return PlannedBudget(source=values["budget_source"], year=values["budget_year"], amount_vnd=values["budget"])
