"""What every kind of import does alike: names its columns, reads a row, tells what it would do, and writes it."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, ClassVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import CheckConstraint, ForeignKey, Model

from programme.models import LegalDocument, Programme, Revision, User
from smartcity.exchange.imports.fields import ImportColumn, TextCell
from smartcity.exchange.imports.scan_damage import scan_doubts
from smartcity.lib.records.checks import checks_hold
from smartcity.lib.records.typed_fields import TypedDay

Progress = Callable[[int], None]
WRITTEN_AT_ONCE = 250


class RowsChanged(ValidationError):
    """Between the check and the writing something changed that the rows rest on."""


@dataclass
class RowRemarks:
    """What the check found of one row; kept with the file, so everything in it can be written as JSON."""

    row: int
    told: list[list[str]] = field(default_factory=list)
    # Column, what stands there, why it cannot be taken.
    errors: list[list[str]] = field(default_factory=list)
    # What to look at, though it is taken as it is.
    notes: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    key: str = ""
    claims: dict[str, str] = field(default_factory=dict)
    # What its author confirms together with the file.
    confirmed: str = ""
    # Kept already, or the same as a row above: not written a second time.
    skipped: str = ""
    # Why it is no record: it sums, heads a group, or signs.
    aside: str = ""
    # Skipped because it says nothing beyond what the form was given out with.
    untouched: bool = False
    # The row above whose record it says more of.
    adds_to: int = 0

    def as_json(self) -> dict:
        return asdict(self)


class Importer(ABC):
    """One kind of rows for one programme, read and written in the name of one person on one day."""

    model: ClassVar[type[Model]]
    permission: ClassVar[str]
    # «nhiệm vụ»: what a row becomes.
    noun: ClassVar[str]

    def __init__(self, programme: Programme, revision: Revision | None, *, by: User, today: date):
        self.programme, self.revision, self.by, self.today = programme, revision, by, today
        self.columns = self.make_columns()
        self.by_name = {column.name: column for column in self.columns}

    @property
    def asked_columns(self) -> list[ImportColumn]:
        """Those of the form to fill in."""
        return [column for column in self.columns if column.is_asked]

    @abstractmethod
    def make_columns(self) -> list[ImportColumn]: ...

    @abstractmethod
    def refuse_unless_allowed(self) -> None:
        """Raise ``ValidationError`` where the person could not write such rows by form either."""

    @abstractmethod
    def known_keys(self) -> dict[str, str]:
        """The keys of what is kept already, each with the words for it."""

    @abstractmethod
    def key_of(self, values: dict) -> str: ...

    def claims_of(self, values: dict) -> dict[str, str]:
        """What only one row of a file can have, such as a number of the list; each with its column."""
        return {}

    @abstractmethod
    def instance_of(self, values: dict) -> Model: ...

    @abstractmethod
    def write(self, findings: list[dict], *, reason_of: Callable[[int], str], progress: Progress) -> None: ...

    def doubts(self, values: dict) -> tuple[list[str], str]:
        """What a person should look at in a row that can be taken; and the answer that taking it gives."""
        return [], ""

    def left_as_given(self, texts: dict[str, str]) -> str:
        """Why a row has nothing to write: it is as a form that was given out filled had it; else nothing."""
        return ""

    def read_ahead(self, rows: list[dict[str, str]]) -> None:
        """Read what many rows name at once; most kinds have read it all."""
        return

    def begin_row(self, texts: dict[str, str]) -> list[str]:
        """Make ready for a row whose cells are read in the light of each other; of most kinds they are not.

        Returns what to look at.
        """
        return []

    def adds_to(self, values: dict) -> bool:
        """Whether a row with the key of one above says more of the same record, such as a second amount.

        Raises ``ValidationError`` where it contradicts it.
        """
        return False

    def count(self, values: dict) -> None:
        """Hold the rows that come after it against this one too; most kinds have nothing to add up."""
        return

    def check(
        self,
        row: int,
        texts: dict[str, str],
        troubles: list[list[str]],
        notes: Iterable[list[str]] = (),
        aside: str = "",
    ) -> RowRemarks:
        """Read one row and hold it against the rules of the record; ``notes`` are those of its cells."""
        told = [f"{column}: {sentence}" if column else sentence for column, sentence in notes]
        finding = RowRemarks(row, errors=list(troubles), notes=told)
        if aside:
            finding.told = [[column.title, texts[column.name]] for column in self.columns if texts.get(column.name)]
            finding.skipped = finding.aside = aside
            return finding
        if not troubles and (nothing := self.left_as_given(texts)):
            finding.told = [[column.title, texts[column.name]] for column in self.columns if texts.get(column.name)]
            finding.skipped, finding.untouched = nothing, True
            return finding
        finding.notes += self.begin_row(texts)
        values: dict[str, Any] = {}
        troubled = {title for title, _, _ in troubles}
        for column in self.columns:
            if column.title in troubled:
                continue
            text = texts.get(column.name, "")
            try:
                values[column.name] = column.read(text)
            except ValidationError as refusal:
                finding.errors.append([column.title, text, " ".join(refusal.messages)])
                continue
            # What the file leaves open is not told as if it said so.
            if text.strip() and (said := column.say(values[column.name])):
                finding.told.append([column.title, said])
            if isinstance(column.cell, TextCell) and (found := scan_doubts(str(values[column.name]))):
                finding.notes.append(f"{column.title}: xem lại chữ «{'», «'.join(found[:3])}».")
        if not finding.errors:
            finding.errors = self._broken_rules(values, texts)
        if not finding.errors:
            doubts, finding.confirmed = self.doubts(values)
            finding.notes += doubts
            finding.values = {name: pack(value) for name, value in values.items()}
            finding.key, finding.claims = self.key_of(values), self.claims_of(values)
        return finding

    def _broken_rules(self, values: dict, texts: dict[str, str]) -> list[list[str]]:
        try:
            self.hold_against_rules(values)
        except ValidationError as refusal:
            return [self._placed(place, one, texts) for place, one in placed(refusal)]
        return []

    def hold_against_rules(self, values: dict) -> None:
        """Raise ``ValidationError`` with the sentences of the rules that the row would break."""
        refuse_broken_constraints(self.instance_of(values))

    def _placed(self, place: str, error: ValidationError, texts: dict[str, str]) -> list[str]:
        column = self.by_name.get(self.column_of(place))
        return [column.title if column else "Cả dòng", texts.get(column.name, "") if column else "", error.messages[0]]

    def column_of(self, field_name: str) -> str:
        """The column that a field of the record stands in, where it has another name."""
        return field_name

    def restored(self, finding: dict) -> dict[str, Any]:
        """The values of a checked row. Raises ``RowsChanged`` where one of them can no longer be chosen."""
        values = dict(finding["values"])
        for column in self.columns:
            value = values.get(column.name)
            if value in (None, "", []):
                continue
            if isinstance(column.cell, TypedDay):
                values[column.name] = date.fromisoformat(value)
            records = records_of(column)
            if records is None:
                continue
            gone = [pk for pk in (value if isinstance(value, list) else [value]) if pk not in records]
            if gone:
                raise RowsChanged(
                    f"Dòng {finding['row']}, cột «{column.title}»: bản ghi đã chọn vừa thay đổi. Tải tệp lên lại."
                )
            values[column.name] = [records[pk] for pk in value] if isinstance(value, list) else records[value]
        return values


def records_of(column: ImportColumn) -> dict[int, Any] | None:
    """The records that a column chooses from, by their keys."""
    cell = getattr(column.cell, "one", column.cell)
    return getattr(cell, "records", None)


def pack(value: Any) -> Any:
    """The value as JSON can hold it: records by their keys, days as text."""
    if isinstance(value, list):
        return [pack(one) for one in value]
    if isinstance(value, Model):
        return value.pk
    return value.isoformat() if isinstance(value, date) else value


def placed(refusal: ValidationError) -> Iterable[tuple[str, ValidationError]]:
    """Each sentence of a refusal with the field that it speaks of: by its key, else by its code."""
    given = refusal.error_dict.items() if hasattr(refusal, "error_dict") else [(NON_FIELD_ERRORS, refusal.error_list)]
    for name, errors in given:
        for error in errors:
            yield (error.code or name if name == NON_FIELD_ERRORS else name), error


def refuse_broken_constraints(instance: Model) -> None:
    """Hold a new record against its fields and the rules of its table.

    Not against other rows: a whole file is held against those at once. Nor are the records that it points to
    asked for again, they were read from the database.
    """
    relations = [one.name for one in instance._meta.fields if isinstance(one, ForeignKey)]
    instance.clean_fields(exclude=relations)
    if checks_hold(instance):
        return
    broken: list[ValidationError] = []
    for constraint in instance._meta.constraints:
        if not isinstance(constraint, CheckConstraint):
            continue
        try:
            constraint.validate(type(instance), instance)
        except ValidationError as refusal:
            broken.append(refusal)
    if broken:
        raise ValidationError(broken)


def chunks(rows: list, progress: Progress) -> Iterable[list]:
    """The rows in parts that are written at once; after each the number of those done is told."""
    for start in range(0, len(rows), WRITTEN_AT_ONCE):
        part = rows[start : start + WRITTEN_AT_ONCE]
        yield part
        progress(start + len(part))


def documents_for(user: User) -> Iterable[LegalDocument]:
    return LegalDocument.objects.visible_to(user).order_by("signed_on", "pk")
