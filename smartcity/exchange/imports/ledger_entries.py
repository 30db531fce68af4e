"""Lines of the ledger from a file: each row is one amount that was decided or paid."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F

from smartcity.exchange.imports.fields import ChoiceCell, DocumentCell, ImportColumn, NumberCell, RecordCell, TextCell
from smartcity.exchange.imports.kinds import Importer, Progress, chunks, documents_for
from smartcity.lib.language.money import MoneyKind, MoneySource, say_money
from smartcity.lib.pages.columns import Kind
from smartcity.lib.records.typed_fields import TypedDay, TypedMoney
from tasks.ledger_checks import KnownMoney, answer_to, money_warnings, read_known_money
from tasks.models import BudgetEntry, Task
from tasks.operations.ledger import enter_budgets, refuse_future
from tasks.task_names import named


class LedgerImporter(Importer):
    model = BudgetEntry
    permission = "tasks.add_budgetentry"
    noun = "bút toán"

    def make_columns(self) -> list[ImportColumn]:
        self.task_cell = task_cell(Task.objects.filter(programme=self.programme), self.today)
        return [
            ImportColumn(
                "task",
                "Mã nhiệm vụ",
                self.task_cell,
                "Mã, hoặc tên đúng như trong đề án.",
                width=20,
            ),
            ImportColumn(
                "kind",
                "Loại",
                ChoiceCell(MoneyKind.choices, required=True),
                "Chọn trong danh mục.",
                values=[str(label) for label in MoneyKind.labels],
            ),
            ImportColumn(
                "amount_vnd",
                "Số tiền (đồng)",
                TypedMoney(),
                "160000000, hoặc ghi đơn vị: 160 triệu đồng. Số âm để ghi giảm.",
                Kind.MONEY,
            ),
            ImportColumn(
                "source",
                "Nguồn vốn",
                ChoiceCell(MoneySource.choices, empty=MoneySource.UNSPECIFIED.value),
                "Để trống nếu nguồn không nêu.",
                values=[str(label) for label in MoneySource.labels],
            ),
            ImportColumn(
                "year",
                "Năm ngân sách",
                NumberCell(required=False, min_value=1945, max_value=2099),
                "Bắt buộc với kế hoạch vốn năm.",
                Kind.NUMBER,
            ),
            ImportColumn("decided_on", "Ngày quyết định, ngày chi", TypedDay(), "Ngày/tháng/năm.", Kind.DAY),
            ImportColumn(
                "document",
                "Chứng từ, văn bản",
                DocumentCell(documents_for(self.by)),
                "Số, ký hiệu văn bản đã có, ví dụ 112/NQ-HĐND.",
                width=28,
            ),
            ImportColumn("note", "Nội dung", TextCell(BudgetEntry._meta.get_field("note")), width=50),
        ]

    def refuse_unless_allowed(self) -> None:
        if not (self.by.has_perm(self.permission) and self.programme.is_coordinated_by(self.by)):
            raise ValidationError("Chỉ cơ quan đầu mối của đề án nhập được kinh phí thực tế.")

    def known_keys(self) -> dict[str, str]:
        # What was taken back whole may be written again.
        entries = BudgetEntry.objects.filter(task__programme=self.programme)
        entries = entries.exclude(corrections__amount_vnd=-F("amount_vnd"))
        return {
            _key(row): f"Đã có bút toán này: {MoneyKind(row['kind']).label}, {say_money(row['amount_vnd'])}"
            for row in entries.values("task_id", "kind", "source", "year", "amount_vnd", "decided_on", "note")
        }

    def key_of(self, values: dict) -> str:
        return _key(values | {"task_id": values["task"].pk})

    def instance_of(self, values: dict) -> BudgetEntry:
        return BudgetEntry(**values)

    def hold_against_rules(self, values: dict) -> None:
        super().hold_against_rules(values)
        refuse_future(self.instance_of(values), self.today)

    @cached_property
    def _known(self) -> KnownMoney:
        return read_known_money(self.task_cell.records.values())

    def doubts(self, values: dict) -> tuple[list[str], str]:
        warnings = money_warnings(self.instance_of(values), self._known)
        return [one.text for one in warnings], answer_to(warnings)

    def count(self, values: dict) -> None:
        self._known.add(self.instance_of(values))

    def write(self, findings: list[dict], *, reason_of: Callable[[int], str], progress: Progress) -> None:
        for part in chunks(findings, progress):
            entries = [(self.instance_of(self.restored(one)), reason_of(one["row"]), one["confirmed"]) for one in part]
            enter_budgets(entries, by=self.by, today=self.today)


def task_cell(tasks, on) -> RecordCell:
    """A task by its code, or by the name that the plan gives it."""
    found: Any = named(tasks, on)
    return RecordCell(
        found.order_by("plan_position", "code"),
        names=lambda task: [task.code, task.plan_name],
        unknown="không phải mã hay tên nhiệm vụ được nhập ở đây",
        label_of=lambda task: f"{task.code} {task.plan_name or ''}".strip(),
        required=True,
    )


def _key(row: Any) -> str:
    names = ("task_id", "kind", "source", "year", "amount_vnd", "decided_on", "note")
    return " ".join(str(row[name]) for name in names)
