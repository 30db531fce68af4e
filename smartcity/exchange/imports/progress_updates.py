"""Reports of progress from a file: each row is one report, sent to the coordinating agency as from the form."""

from collections import defaultdict
from collections.abc import Callable
from copy import copy
from datetime import date
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from programme.models import Programme, User
from smartcity.exchange.imports.fields import ChoiceCell, DocumentCell, ImportColumn, TextCell, YesNoCell
from smartcity.exchange.imports.filled_reports import (
    BaseCell,
    ProgrammeCell,
    given_by,
    left_as_given,
    left_by_undoing,
    refuse_overtaken,
)
from smartcity.exchange.imports.kinds import Importer, Progress, documents_for
from smartcity.exchange.imports.ledger_entries import task_cell
from smartcity.lib.language.dates import say_day
from smartcity.lib.language.text import clean_line
from smartcity.lib.pages.columns import Kind
from smartcity.lib.records.typed_fields import TypedDay, TypedMoney, TypedPercent
from tasks.expected import Expected, asked_on, outstanding
from tasks.figures.report_words import (
    AS_OF,
    CHOSEN,
    COMPLETED_ON,
    PERCENT,
    PROGRAMME,
    REPORT,
    STATUS,
    TASK_CODE,
    TEXTS,
)
from tasks.figures.task_rows import STATUS_LABELS
from tasks.models import ProgressUpdate, ReportingCycle, Status, Task, UpdateState
from tasks.models.task_day import NO_REPORT as NO_REPORT_YET
from tasks.operations.report_rules import questions_about, refuse_move
from tasks.operations.reporting import submit_update
from tasks.pages.reports.no_change import CARRIED_WHEN_UNCHANGED, say_same_as

# Columns that say how to read the row, not what is reported.
BESIDE_THE_REPORT = {"programme", "unchanged", "base"}


# What it means to leave the column open.
LEFT_OPEN = {"operation_state": "Để trống nếu không nêu.", "causes": "Để trống nếu không chậm."}


def say_receiver(programme: Programme, by: User, on: date) -> str:
    """To whom the reports of a file go; the coordinating agency does not decide on its own."""
    coordinator = programme.coordinator_on(on)
    if by.agency == coordinator:
        return f"Văn phòng hoặc người khác của {coordinator}"
    return str(coordinator)


class _Undone(Exception):
    """The rehearsal of a row went well, and leaves nothing behind."""


def _refuse_beside(update: ProgressUpdate, other: ProgressUpdate) -> None:
    """Hold a report against another of the task in the same file: whichever is of the later day follows."""
    if other.cycle and other.cycle == update.cycle:
        raise ValidationError({"as_of": f"Tệp đã có một báo cáo khác của nhiệm vụ này cho {other.cycle}."})
    before, after = sorted([other, update], key=lambda one: one.as_of)
    refuse_move(after, before)


def _text_column(name: str, title: str, *, is_carried: bool = False) -> ImportColumn:
    cell = TextCell(ProgressUpdate._meta.get_field(name))
    return ImportColumn(name, title, cell, width=40, is_carried=is_carried)


class UpdateImporter(Importer):
    model = ProgressUpdate
    permission = "tasks.add_progressupdate"
    noun = "báo cáo"

    def make_columns(self) -> list[ImportColumn]:
        own = Task.objects.filter(programme=self.programme)
        own = own.filter(pk__in=Task.objects.reportable_by(self.by, self.today).values("pk"))
        self.task_cell = task_cell(own, self.today)
        # What the rows above will have sent when this one is, by task.
        self.rows_above: dict[int, list[ProgressUpdate]] = defaultdict(list)
        # From which the rows at hand go on, by their keys.
        self.reports: dict[int, ProgressUpdate] = {}
        return [
            ImportColumn(
                "task",
                TASK_CODE,
                self.task_cell,
                "Mã, hoặc tên nhiệm vụ mà đơn vị bạn báo cáo.",
                width=20,
            ),
            ImportColumn("programme", PROGRAMME, ProgrammeCell(self._other_programmes), is_asked=False),
            ImportColumn("as_of", AS_OF, TypedDay(), "Ngày/tháng/năm.", Kind.DAY),
            ImportColumn(
                "unchanged",
                "Không có thay đổi",
                YesNoCell(required=False),
                "«Có» thì gửi lại nguyên báo cáo đã tiếp nhận gần nhất; các cột khác để nguyên hoặc để trống.",
                values=["Có", "Không"],
            ),
            ImportColumn(
                "status",
                STATUS,
                ChoiceCell(Status.choices, nothing=STATUS_LABELS[NO_REPORT_YET], required=True),
                "Chọn trong danh mục.",
                values=[str(label) for label in Status.labels],
            ),
            ImportColumn(
                "percent",
                PERCENT,
                TypedPercent(required=False),
                "Số nguyên từ 0 đến 100.",
                Kind.PERCENT,
                is_carried=True,
            ),
            ImportColumn(
                "completed_on",
                COMPLETED_ON,
                TypedDay(required=False),
                "Chỉ khi hoàn thành; để trống nếu không rõ ngày.",
                Kind.DAY,
                is_carried=True,
            ),
            *(
                ImportColumn(
                    name,
                    title,
                    ChoiceCell(choices.choices),
                    LEFT_OPEN[name],
                    values=[str(label) for label in choices.labels],
                    is_carried=True,
                )
                for name, (title, choices) in CHOSEN.items()
            ),
            *(_text_column(name, title, is_carried=name in CARRIED_WHEN_UNCHANGED) for name, title in TEXTS.items()),
            _text_column("percent_reason", "Lý do tiến độ giảm"),
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
            ImportColumn(
                "base",
                "Điền theo báo cáo",
                BaseCell(required=False),
                "Do biểu mẫu đã điền, danh sách tải về ghi; biểu mẫu trống thì để trống.",
                width=16,
                also=REPORT,
            ),
        ]

    def _other_programmes(self) -> QuerySet:
        others = Programme.objects.visible_to(self.by).exclude(pk=self.programme.pk)
        return others.values_list("code", flat=True)

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

    def read_ahead(self, rows: list[dict[str, str]]) -> None:
        """A report that the person may not read is none."""
        named = {base for texts in rows if (base := self._read("base", texts))}
        visible = ProgressUpdate.objects.visible_to(self.by).select_related("task")
        self.reports = visible.in_bulk(named) if named else {}

    def left_as_given(self, texts: dict[str, str]) -> str:
        """Only of a row that says what it goes on from: any other was written by somebody.

        A list has tasks of others too; of those nothing is written, so that they may stand in the file.
        """
        base, task = self._read("base", texts), self._read("task", texts)
        if base is None or self._read("unchanged", texts):
            return ""
        before = self.reports.get(base)
        if before:
            names_it = clean_line(texts.get("task", "")).casefold() == before.task.code.casefold()
            if not names_it and (task is None or task.pk != before.task_id):
                return ""
        elif base:
            return ""
        is_own = task is not None and before is not None and task.pk == before.task_id
        return left_as_given(texts, self.columns, before, is_own=is_own)

    def begin_row(self, texts: dict[str, str]) -> list[str]:
        """What a row goes on from need not be written again, nor what has not changed."""
        base = self._read("base", texts)
        notes = self._go_on_from(self.reports.get(base), texts) if base is not None else []
        if self._read("unchanged", texts):
            self._say_again(texts)
        return notes

    def _go_on_from(self, before: ProgressUpdate | None, texts: dict[str, str]) -> list[str]:
        """Take what the file has no column for, and the day of what goes on, where the row still has that before it."""
        for column in self.columns:
            value = getattr(before, column.name) if before and column.is_carried else None
            if column.name not in texts and value not in (None, ""):
                texts[column.name] = self._as_text(column.name, value)
        left_open = not texts.get("as_of", "").strip()
        if not left_open and (before is None or self._read("as_of", texts) != before.as_of):
            return []
        day = say_day(self._day_after(before, self._read("task", texts)))
        texts["as_of"] = day
        why = "vì dòng không ghi ngày" if left_open else "vì dòng còn ghi ngày của báo cáo trước"
        return [f"{AS_OF}: lấy {day}, {why}."]

    def _day_after(self, before: ProgressUpdate | None, task: Task | None) -> date:
        """As the filled form has it: the last day of the cycle that asks, or today while it runs."""
        asked = [one.cycle.last_day for one in self._asked if task and one.task.pk == task.pk]
        day = min(asked[-1], self.today) if asked else self.today
        return day if before is None or before.as_of < day else self.today

    def _say_again(self, texts: dict[str, str]) -> None:
        """Taken from the last accepted report."""
        task, as_of = self._read("task", texts), self._read("as_of", texts)
        if task is None or as_of is None:
            return
        last = ProgressUpdate(task=task, as_of=as_of).last_accepted()
        for name, value in given_by(last).items():
            if not texts.get(name) and value not in (None, ""):
                texts[name] = self._as_text(name, value)
        if last and last.document and last.document.number is not None and not texts.get("document"):
            texts["document"] = str(last.document)
        if last and not texts.get("results"):
            texts["results"] = say_same_as(last)

    def _as_text(self, name: str, value: Any) -> str:
        label = getattr(self.by_name[name].cell, "label_of", None)
        return label(value) if label else self.by_name[name].say(value)

    def _read(self, name: str, texts: dict[str, str]) -> Any:
        """The value of a cell; None where it cannot be read, which is told when its row is checked."""
        try:
            return self.by_name[name].read(texts.get(name, ""))
        except ValidationError:
            return None

    def instance_of(self, values: dict) -> ProgressUpdate:
        said = {name: value for name, value in values.items() if name not in BESIDE_THE_REPORT}
        cycle = self._cycle_of(values)
        update = self._draft_of(values, cycle) or ProgressUpdate()
        for name, value in {"cycle": cycle, **said}.items():
            setattr(update, name, value)
        return update

    def _draft_of(self, values: dict, cycle: ReportingCycle | None) -> ProgressUpdate | None:
        """The draft whose place the report takes: there is one for a cycle, and an undone import left it."""
        for draft in self._left:
            same_day = cycle is not None or draft.as_of == values["as_of"]
            if draft.task_id == values["task"].pk and draft.cycle_id == (cycle and cycle.pk) and same_day:
                return copy(draft)
        return None

    @cached_property
    def _left(self) -> list[ProgressUpdate]:
        return left_by_undoing(self.programme, self.task_cell.records)

    def hold_against_rules(self, values: dict) -> None:
        """The operation itself says whether the report could be sent; what it wrote is taken back."""
        update = self.instance_of(values)
        if values["unchanged"]:
            self._refuse_changed(update)
        if values["base"] is not None:
            refuse_overtaken(values["base"], update)
        begun = ProgressUpdate.objects.open().filter(task=update.task, cycle=update.cycle, corrects=None)
        if begun.exclude(pk__in=[draft.pk for draft in self._left]).exists():
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

    def _refuse_changed(self, update: ProgressUpdate) -> None:
        """Raise where a row says that nothing has changed, and something else besides."""
        last = update.last_accepted()
        if last is None:
            raise ValidationError(
                {"unchanged": "Đến ngày này chưa có báo cáo nào được tiếp nhận để so. Điền báo cáo, hoặc sửa ngày."}
            )
        same = given_by(last) | {"results": say_same_as(last), "percent_reason": "", "disbursed_vnd": None}
        differs = [self.by_name[name].title for name, value in same.items() if getattr(update, name) != value]
        if update.document_id not in {None, last.document_id}:
            differs.append(self.by_name["document"].title)
        if differs:
            raise ValidationError(
                {
                    "unchanged": f"Dòng ghi là không có thay đổi nhưng ghi khác ở cột «{'», «'.join(differs)}». "
                    "Xóa «Có» ở cột này, hoặc bỏ phần đã ghi khác."
                }
            )

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
