"""Meetings from the files of ``fixtures/``: their people, opinions, conclusions, directives and findings."""

from collections import Counter
from datetime import date
from typing import Any

from meetings.models import (
    AssignmentRole,
    Attendance,
    Conclusion,
    Directive,
    Finding,
    Meeting,
    MeetingProgramme,
    Opinion,
    Recipient,
)
from meetings.models.due import Due
from meetings.operations.directing import Assigned, give_directive, link_directive
from meetings.operations.recording import add_conclusion, conclude_meeting, record_meeting
from programme.models import Agency, LegalDocument, Programme, Province, Revision, User
from smartcity.lib.records.history import signed_save
from tasks.models import Task

PARTS = {"attendance": Attendance, "opinion": Opinion, "recipient": Recipient}


class MeetingLoader:
    """Enters the meetings of one file as a secretary would; those that are there already are left as they are."""

    def __init__(
        self,
        province: Province,
        *,
        agencies: dict[str, Agency],
        documents: dict[str, LegalDocument],
        by: User,
        today: date,
        ground: str,
        added: Counter[str],
    ):
        self.province = province
        self.agencies = agencies
        self.documents = documents
        self.signed: dict[str, Any] = {"by": by, "reason": ground}
        self.today = today
        self.added = added

    def load(self, *, held_on: date, title: str, conclusion: list[dict] | None = None, **content) -> None:
        """Enter one meeting; one without conclusions in its source stays open."""
        known_by = {"province": self.province, "held_on": held_on}
        if Meeting.history.filter(history_type="+", title=title, **known_by).exists():
            return
        parts = [
            model(position=position, **self._named(values))
            for name, model in PARTS.items()
            for position, values in enumerate(content.pop(name, []), start=1)
        ]
        programmes = list(Programme.objects.filter(code__in=content.pop("programmes", [])))
        parts = [MeetingProgramme(programme=programme) for programme in programmes] + parts
        meeting = Meeting(title=title, **known_by, **self._named(content))
        record_meeting(meeting, parts=parts, today=self.today, **self.signed)
        self.added[str(Meeting._meta.verbose_name)] += 1
        for values in conclusion or []:
            self._conclude(meeting, programmes, **values)
        if conclusion:
            conclude_meeting(meeting, today=self.today, **self.signed)

    def _conclude(self, meeting: Meeting, programmes: list[Programme], *, directive: list[dict], **content) -> None:
        made = add_conclusion(meeting, today=self.today, **content, **self.signed)
        for values in directive:
            self._direct(made, programmes, **values)

    def _direct(
        self,
        conclusion: Conclusion,
        programmes: list[Programme],
        *,
        text: str,
        due: dict,
        lead: list[str],
        coordinating: tuple[str, ...] = (),
        lead_is_assumed: bool = False,
        due_revision: int = 0,
        note: str = "",
        finding: tuple[dict, ...] = (),
        **links,
    ) -> None:
        assigned = [Assigned(self.agencies[key], is_assumed=lead_is_assumed) for key in lead]
        assigned += [Assigned(self.agencies[key], AssignmentRole.COORDINATING) for key in coordinating]
        document = links.pop("due_document", None)
        directive = give_directive(
            conclusion,
            text=text,
            due=Due(**due),
            assigned=assigned,
            due_document=self.documents[document] if document else None,
            due_revision=self._revision(programmes, due_revision) if due_revision else None,
            note=note,
            today=self.today,
            **self.signed,
        )
        self.added[str(Directive._meta.verbose_name)] += 1
        for end in self._ends(programmes, **links):
            link_directive(directive, end, **self.signed)
        for values in finding:
            body, agency = (self.agencies[values.pop(name)] for name in ("body", "agency"))
            told = Finding(province=self.province, body=body, agency=agency, directive=directive, **self._named(values))
            signed_save(told, **self.signed)
            self.added[str(Finding._meta.verbose_name)] += 1

    def _ends(
        self,
        programmes: list[Programme],
        *,
        about_tasks: tuple[str, ...] = (),
        about_documents: tuple[str, ...] = (),
        about_revision: int = 0,
    ) -> list[Task | Revision | LegalDocument]:
        tasks = [Task.objects.get(programme__in=programmes, code=code) for code in about_tasks]
        documents = [self.documents[key] for key in about_documents]
        return [*tasks, *documents, *([self._revision(programmes, about_revision)] if about_revision else [])]

    def _revision(self, programmes: list[Programme], number: int) -> Revision:
        return Revision.objects.get(programme__in=programmes, number=number)

    def _named(self, values: dict) -> dict:
        """The fields with the agencies and documents that the file names by their keys."""
        values = dict(values)
        for name in ("source", "notice"):
            if name in values:
                values[name] = self.documents[values[name]]
        if "agency" in values:
            values["agency"] = self.agencies[values["agency"]]
        return values
