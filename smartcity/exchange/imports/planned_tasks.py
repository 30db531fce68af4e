"""Planned tasks from a file, into a draft: each row is a task that the draft does not contain yet."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError

from programme.models import Agency, Revision
from smartcity.exchange.imports.fields import (
    AgenciesCell,
    AgencyCell,
    BudgetCell,
    ChoiceCell,
    DocumentCell,
    ImportColumn,
    PositionCell,
    RecordCell,
    TextCell,
    YearCell,
    YesNoCell,
)
from smartcity.exchange.imports.kinds import Importer, Progress, chunks, documents_for, refuse_broken_constraints
from smartcity.lib.language.dates import say_day
from smartcity.lib.language.money import LEAST_BARE, MoneySource
from smartcity.lib.pages.columns import Kind
from smartcity.lib.records.typed_fields import TypedDay
from tasks.models import PlannedBudget, PlannedTask, Route, Task
from tasks.operations.bulk import NewPlan, numbers_for, plan_tasks

# What the row says beside the plan itself.
AMOUNTS = {"budget_source", "budget_year", "budget"}
BESIDE = {"task", "position", "coordinating", *AMOUNTS}


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
        agency = self.agency_cell = AgencyCell(agencies, on=self.today)
        # What the rows above will have planned when this one is, by its key; and the words of this one.
        self.rows_above: dict[str, list[dict]] = defaultdict(list)
        self.texts: dict[str, str] = {}
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
                PositionCell(required=False, min_value=1, max_value=9999),
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
            ImportColumn("start_on", "Bắt đầu", TypedDay(required=False), "Ngày/tháng/năm.", Kind.DAY),
            ImportColumn(
                "due_on",
                "Hạn hoàn thành",
                TypedDay(required=False),
                "Để trống thì hạn là ngày cuối giai đoạn.",
                Kind.DAY,
            ),
            self._text("short_name", "Tên ngắn", width=30),
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
                YearCell(required=False, min_value=1945, max_value=2099),
                "Để trống là cả giai đoạn. Nhiều năm, nhiều nguồn: mỗi số tiền một dòng cùng tên nhiệm vụ.",
                Kind.NUMBER,
            ),
            ImportColumn(
                "budget",
                "Kinh phí dự kiến (đồng)",
                BudgetCell(required=False),
                "160 triệu đồng, hoặc ghi đơn vị ở tiêu đề cột: «Kinh phí dự kiến (triệu đồng)».",
                Kind.MONEY,
                least=LEAST_BARE,
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
        return {_key(planned): f"Dự thảo đã có nhiệm vụ {planned}" for planned in self._plans}

    def key_of(self, values: dict) -> str:
        return _key(self.instance_of(values))

    def begin_row(self, texts: dict[str, str]) -> list[str]:
        """Agencies are those of the plan's day, which stands in other cells of the row."""
        self.texts = texts
        dated = {name: self._read(name) for name in ("period", "start_on", "due_on")}
        plan = PlannedTask(revision=self.draft, **dated)
        self.agency_cell.on = plan.named_on(self.today) if any(dated.values()) else self._day_of_draft
        return []

    def _read(self, name: str) -> Any:
        try:
            return self.by_name[name].read(self.texts.get(name, ""))
        except ValidationError:
            return None

    @cached_property
    def _day_of_draft(self) -> date:
        return PlannedTask(revision=self.draft).named_on(self.today)

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

    def adds_to(self, values: dict) -> bool:
        """One more amount of a task that stands above: of another source, or year."""
        above = self.rows_above[self.key_of(values)]
        if not above:
            # That row is refused itself.
            return False
        differs = [name for name in values if _says(values[name]) and values[name] != above[0][name]]
        others = [self.by_name[name].title for name in differs if name not in AMOUNTS]
        if others:
            raise ValidationError(f"Nhiệm vụ này đã có ở dòng trên, mà cột «{'», «'.join(others)}» ghi khác.")
        budgets = {(one["budget_source"], one["budget_year"]): one["budget"] for one in above}
        place = values["budget_source"], values["budget_year"]
        if values["budget"] is None or budgets.get(place) == values["budget"]:
            return False
        if budgets.get(place) is not None:
            raise ValidationError("Dòng trên đã ghi kinh phí của nhiệm vụ này, cùng nguồn vốn và năm. Gộp thành một.")
        return True

    def count(self, values: dict) -> None:
        self.rows_above[self.key_of(values)].append(values)
        self._keys_by_name[self.instance_of(values).key[0]].add(self.key_of(values))

    def doubts(self, values: dict) -> tuple[list[str], str]:
        named = [one for one in (values["lead_agency"], *values["coordinating"]) if one]
        ended = [(one, one.last_day) for one in named if one.last_day and one.has_ended(self.today)]
        told = [_say_ended(one, last_day, self.agency_cell.successors) for one, last_day in ended]
        if self._keys_by_name[self.instance_of(values).key[0]] - {self.key_of(values)}:
            told.append("Cùng tên với nhiệm vụ khác, khác cơ quan chủ trì hoặc lĩnh vực: được ghi thành hai nhiệm vụ.")
        return told, ""

    def claims_of(self, values: dict) -> dict[str, str]:
        claims = {f"position {values['position']}": "position"} if values["position"] else {}
        return claims | ({f"task {values['task'].pk}": "task"} if values["task"] else {})

    @cached_property
    def _plans(self) -> list[PlannedTask]:
        return list(self.draft.planned_tasks.all())

    @cached_property
    def _keys_by_name(self) -> dict[str, set[str]]:
        """The keys of tasks by their names: those of the draft, and of the rows above."""
        found: dict[str, set[str]] = defaultdict(set)
        for planned in self._plans:
            found[planned.key[0]].add(_key(planned))
        return found

    @cached_property
    def _taken(self) -> dict[int, str]:
        return {planned.position: planned.name for planned in self._plans}

    @cached_property
    def _planned(self) -> set[int]:
        return {planned.task_id for planned in self._plans}

    def write(self, findings: list[dict], *, reason_of: Callable[[int], str], progress: Progress) -> None:
        more: dict[int, list[dict]] = defaultdict(list)
        for finding in findings:
            more[finding.get("adds_to") or finding["row"]].append(finding)
        plans = [self._plan(rows, reason_of) for rows in more.values()]
        numbered = numbers_for(self.draft, plans)
        for part in chunks(numbered, progress):
            plan_tasks(self.draft, part, by=self.by)

    def _plan(self, findings: list[dict], reason_of: Callable[[int], str]) -> NewPlan:
        """A task with what the rows below add to it."""
        rows: list[dict[str, Any]] = [self.restored(one) for one in findings]
        values = rows[0]
        return NewPlan(
            position=values["position"],
            task=values["task"],
            coordinating=values["coordinating"],
            budgets=[budget_of(one) for one in rows if one["budget"] is not None],
            fields={name: value for name, value in values.items() if name not in BESIDE},
            reason=", ".join([reason_of(findings[0]["row"]), *(str(one["row"]) for one in findings[1:])]),
        )


def budget_of(values: dict) -> PlannedBudget:
    return PlannedBudget(source=values["budget_source"], year=values["budget_year"], amount_vnd=values["budget"])


def _key(planned: PlannedTask) -> str:
    return " ".join(["name", *(str(part or "") for part in planned.key)])


def _says(value: Any) -> bool:
    return value not in (None, "", [], False, Route.UNDECIDED)


def _say_ended(agency: Agency, last_day: date, successors: dict[int, list[str]]) -> str:
    carried_on = "; ".join(successors.get(agency.pk, []))
    told = f"nay là {carried_on}" if carried_on else "chưa ghi cơ quan kế thừa"
    return f"{agency} hoạt động đến hết {say_day(last_day)}; {told}."
