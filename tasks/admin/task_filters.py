"""What may be asked of the list of tasks; the address holds it, and what cannot be read there narrows nothing."""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.db.models import Q, QuerySet
from django.http import QueryDict

from programme.agency_names import names_of
from programme.models import Agency, Revision, RevisionState, User
from smartcity.lib.admin.filters import LONGEST_KEY, MOST_CHOICES
from smartcity.lib.admin.lists import found_by
from smartcity.lib.language.text import clean_line, fold, words_to_find
from tasks.figures.tasks_today import ALL, LISTED, OUT_OF_FORCE, VisibleProgramme, Wanted
from tasks.models import LeadTransfer, PlannedTask, Task

# Names in the address.
FIGURE, CYCLE, SCOPE, LEAD, PROGRAMME, WORDS = "loc", "bao-cao", "pham-vi", "chu-tri", "de-an", "q"
UNREPORTED, OWN = "chua-bao-cao", "don-vi-toi"
NO_LEAD = "khong-ro"
NO_LEAD_LABEL = "Nguồn không nêu"
LONGEST = 200


@dataclass(frozen=True)
class TypedFilter:
    """What is chosen of a few, or typed where they are many."""

    name: str
    label: str
    value: str
    # None where it is typed.
    choices: list[tuple[str, str]] | None = field(default=None)

    @property
    def shown_value(self) -> str:
        return dict(self.choices or []).get(self.value, self.value)


class TaskFilters:
    """Several of ``?loc=hoan-thanh&bao-cao=chua-bao-cao&pham-vi=don-vi-toi&chu-tri=7&de-an=BRVT-DTTM&q=…``."""

    def __init__(self, data: QueryDict, user: User, today: date, programmes: list[VisibleProgramme]):
        self.user, self.today, self.programmes = user, today, programmes
        asked = {name: clean_line(data.get(name, ""))[:LONGEST] for name in (FIGURE, CYCLE, SCOPE, LEAD, PROGRAMME)}
        self.figure = asked[FIGURE] if asked[FIGURE] in {*LISTED, OUT_OF_FORCE} else ALL
        self.only_unanswered = asked[CYCLE] == UNREPORTED
        self.only_own = asked[SCOPE] == OWN and user.reports
        self.words, self._lead, self._programme = data.get(WORDS, ""), asked[LEAD], asked[PROGRAMME]

    @cached_property
    def is_of_few(self) -> bool:
        """Whether programmes, and with them agencies, are few enough to be offered one below the other."""
        return len(self.programmes) <= MOST_CHOICES

    @cached_property
    def typed(self) -> list[TypedFilter]:
        """At most one query."""
        found = [TypedFilter(LEAD, "Chủ trì", self._lead, self._leads())]
        if len(self.programmes) > 1 or self._programme:
            codes = [(one.code, one.code) for one in self.programmes] if self.is_of_few else None
            found.append(TypedFilter(PROGRAMME, "Đề án", self._programme, _with_asked(codes, self._programme)))
        return found

    @property
    def is_narrowed(self) -> bool:
        return bool(self.chosen_words()) or bool(self.words)

    def chosen_words(self) -> list[str]:
        """What narrows the list, as one reads it: «Đề án: BRVT-DTTM»; without what is searched for."""
        labels = {key: row_set.label for key, row_set in LISTED.items()} | {
            OUT_OF_FORCE: "Không còn hoặc chưa có hiệu lực"
        }
        said = [labels[self.figure]] if self.figure != ALL else []
        said += ["Chưa báo cáo kỳ này"] if self.only_unanswered else []
        said += ["Đơn vị tôi"] if self.only_own else []
        return said + [f"{one.label}: {one.shown_value}" for one in self.typed if one.value]

    @cached_property
    def wanted(self) -> Wanted:
        return Wanted(
            figure=self.figure,
            only_unanswered=self.only_unanswered,
            only_own=self.only_own,
            programmes=self._programme_keys(),
            led=self._led(),
            found=found_by(Task, ["plans__search_text"], self.words),
        )

    def _programme_keys(self) -> list[int] | None:
        """Of the programme with that code; else of those that have each of the words in their code or name."""
        words = words_to_find(self._programme)
        if not words:
            return None
        named_so = [one.pk for one in self.programmes if one.code == self._programme]
        if named_so:
            return named_so
        revisions = Revision.objects.visible_to(self.user).filter(found_by(Revision, ["search_text"], self._programme))
        called_so = set(revisions.values_list("programme", flat=True))
        return [
            one.pk for one in self.programmes if one.pk in called_so or all(word in fold(one.code) for word in words)
        ]

    def _led(self) -> QuerySet | None:
        """The keys of the tasks that the agency leads, or one that is called so; None where none was asked for."""
        if self._lead == NO_LEAD:
            return Task.objects.planned(self.today).with_lead(self.today).filter(lead_id=None).values("pk")
        if self._lead.isdecimal() and len(self._lead) < LONGEST_KEY:
            return Task.objects.led_by([int(self._lead)], self.today).values("pk")
        if not words_to_find(self._lead):
            return None
        agencies = Agency.objects.visible_to(self.user).filter(found_by(Agency, ["search_text"], self._lead))
        return Task.objects.led_by(agencies.values("pk"), self.today).values("pk")

    def _leads(self) -> list[tuple[str, str]] | None:
        """The agencies that an adopted plan or a transfer ever named, where they are few."""
        if not self.is_of_few:
            return None
        keys = [one.pk for one in self.programmes]
        adopted = Revision.objects.filter(programme__in=keys, state=RevisionState.ADOPTED).values("pk")
        planned = PlannedTask.objects.filter(revision__in=adopted).values("lead_agency")
        received = LeadTransfer.objects.filter(task__programme__in=keys).values("to_agency")
        agencies = Agency.objects.filter(Q(pk__in=planned) | Q(pk__in=received)).order_by("name", "pk")
        choices = [(str(pk), name) for pk, name in names_of(agencies[: MOST_CHOICES + 1]).items()]
        return _with_asked([(NO_LEAD, NO_LEAD_LABEL), *choices], self._lead) if len(choices) <= MOST_CHOICES else None


def _with_asked(choices: list[tuple[str, str]] | None, asked: str) -> list[tuple[str, str]] | None:
    """With what the address asks for, where it is none of them: the list is narrowed by it."""
    if choices is None or not asked or asked in dict(choices):
        return choices
    return [*choices, (asked, f"«{asked}»")]
