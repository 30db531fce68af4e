"""Reports of progress from a file: each row is one report, sent to the coordinating agency as from the form."""

from collections import defaultdict
from collections.abc import Callable
from functools import cached_property

from django.core.exceptions import ValidationError
from django.db import transaction

from smartcity.exchange.imports.fields import ChoiceCell, DocumentCell, ImportColumn, TextCell
from smartcity.exchange.imports.kinds import Importer, Progress, documents_for
from smartcity.exchange.imports.ledger_entries import task_cell
from smartcity.lib.language.dates import say_day
from smartcity.lib.pages.columns import Kind
from smartcity.lib.records.typed_fields import TypedDay, TypedMoney, TypedPercent
from tasks.expected import Expected, asked_on, outstanding
from tasks.models import Causes, OperationState, ProgressUpdate, ReportingCycle, Status, Task, UpdateState
from tasks.operations.report_rules import questions_about, refuse_move
from tasks.operations.reporting import submit_update

TEXTS = [
    ("results", "Kết quả đã làm"),
    ("next_steps", "Việc tiếp theo"),
    ("obstacles", "Khó khăn, vướng mắc"),
    ("proposals", "Kiến nghị, đề xuất"),
    ("percent_reason", "Lý do tiến độ giảm"),
    ("objective_cause", "Nguyên nhân khách quan"),
    ("subjective_cause", "Nguyên nhân chủ quan"),
]


class _Undone(Exception):
    """The rehearsal of a row went well, and leaves nothing behind."""


def _refuse_beside(update: ProgressUpdate, other: ProgressUpdate) -> None:
    """Hold a report against another of the task in the same file: whichever is of the later day follows."""
    if other.cycle and other.cycle == update.cycle:
        raise ValidationError({"as_of": f"Tệp đã có một báo cáo khác của nhiệm vụ này cho {other.cycle}."})
    before, after = sorted([other, update], key=lambda one: one.as_of)
    refuse_move(after, before)


class UpdateImporter(Importer):
    model = ProgressUpdate
    permission = "tasks.add_progressupdate"
    noun = "báo cáo"

    def make_columns(self) -> list[ImportColumn]:
        own = Task.objects.filter(programme=self.programme)
        own = own.filter(pk__in=Task.objects.reportable_by(self.by, self.today).values("pk"))
        texts = [
            ImportColumn(name, title, TextCell(ProgressUpdate._meta.get_field(name)), width=40) for name, title in TEXTS
        ]
        self.task_cell = task_cell(own, self.today)
        # What the rows above will have sent when this one is, by task.
        self.rows_above: dict[int, list[ProgressUpdate]] = defaultdict(list)
        return [
            ImportColumn(
                "task",
                "Mã nhiệm vụ",
                self.task_cell,
                "Mã, hoặc tên nhiệm vụ mà đơn vị bạn báo cáo.",
                width=20,
            ),
            ImportColumn("as_of", "Số liệu đến ngày", TypedDay(), "Ngày/tháng/năm.", Kind.DAY),
            ImportColumn(
                "status",
                "Trạng thái",
                ChoiceCell(Status.choices, required=True),
                "Chọn trong danh mục.",
                values=[str(label) for label in Status.labels],
            ),
            ImportColumn(
                "percent", "Tiến độ (%)", TypedPercent(required=False), "Số nguyên từ 0 đến 100.", Kind.PERCENT
            ),
            ImportColumn(
                "completed_on",
                "Ngày hoàn thành",
                TypedDay(required=False),
                "Chỉ khi hoàn thành; để trống nếu không rõ ngày.",
                Kind.DAY,
            ),
            ImportColumn(
                "operation_state",
                "Vận hành",
                ChoiceCell(OperationState.choices),
                "Để trống nếu không nêu.",
                values=[str(label) for label in OperationState.labels],
            ),
            ImportColumn(
                "causes",
                "Nguyên nhân chậm",
                ChoiceCell(Causes.choices),
                "Để trống nếu không chậm.",
                values=[str(label) for label in Causes.labels],
            ),
            *texts,
            ImportColumn(
                "disbursed_vnd",
                "Giải ngân trong kỳ (đồng)",
                TypedMoney(required=False),
                "Thêm kể từ báo cáo trước. Không có thì để trống.",
                Kind.MONEY,
            ),
            ImportColumn(
                "document",
                "Văn bản minh chứng",
                DocumentCell(documents_for(self.by)),
                "Số, ký hiệu văn bản đã có. Bắt buộc khi hoàn thành.",
                width=28,
            ),
        ]

    def refuse_unless_allowed(self) -> None:
        if not (self.by.has_perm(self.permission) and self.task_cell.records):
            raise ValidationError("Đơn vị bạn không có nhiệm vụ nào phải báo cáo ở đề án này.")

    def known_keys(self) -> dict[str, str]:
        sent = ProgressUpdate.objects.filter(
            task__programme=self.programme, state__in=[UpdateState.SUBMITTED, UpdateState.ACCEPTED]
        )
        return {
            f"{update.task_id} {update.as_of.isoformat()}": f"Đã có báo cáo số liệu đến ngày {say_day(update.as_of)}, "
            f"{update.get_state_display().lower()}"
            for update in sent.only("task", "as_of", "state").order_by("pk")
        }

    def key_of(self, values: dict) -> str:
        return f"{values['task'].pk} {values['as_of'].isoformat()}"

    def instance_of(self, values: dict) -> ProgressUpdate:
        return ProgressUpdate(cycle=self._cycle_of(values), **values)

    def hold_against_rules(self, values: dict) -> None:
        """The operation itself says whether the report could be sent; what it wrote is taken back."""
        update = self.instance_of(values)
        if ProgressUpdate.objects.open().filter(task=update.task, cycle=update.cycle, corrects=None).exists():
            raise ValidationError(
                {"task": "Nhiệm vụ này có bản nháp hoặc báo cáo bị trả lại. Mở «Việc của tôi» để viết tiếp, gửi đi."}
            )
        for other in self.rows_above[update.task_id]:
            _refuse_beside(update, other)
        try:
            with transaction.atomic():
                self._send(update, reason="")
                raise _Undone
        except _Undone:
            pass

    def count(self, values: dict) -> None:
        self.rows_above[values["task"].pk].append(self.instance_of(values))

    def doubts(self, values: dict) -> tuple[list[str], str]:
        return [question.sentence for question in questions_about(self.instance_of(values))], ""

    def write(self, findings: list[dict], *, reason_of: Callable[[int], str], progress: Progress) -> None:
        for done, finding in enumerate(findings, start=1):
            self._send(self.instance_of(self.restored(finding)), reason=reason_of(finding["row"]))
            progress(done)

    def _send(self, update: ProgressUpdate, *, reason: str) -> None:
        # Whoever confirms the file has read the questions beside its rows.
        confirmed = {question.code for question in questions_about(update)}
        submit_update(update, by=self.by, today=self.today, confirmed=confirmed, reason=reason)

    @cached_property
    def _asked(self) -> list[Expected]:
        own = Task.objects.filter(pk__in=self.task_cell.records)
        return outstanding(own, today=self.today)

    def _cycle_of(self, values: dict) -> ReportingCycle | None:
        """The cycle that still asks for a report on the task, of that day."""
        wanted = asked_on(self._asked, values["task"], values["as_of"])
        return wanted.cycle if wanted else None
