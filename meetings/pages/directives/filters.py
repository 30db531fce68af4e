"""What may be asked of the pages of directives: the address holds it, and every link keeps it."""

import re
from functools import cached_property

from django import forms
from django.db.models import OuterRef, Q, Subquery

from meetings.models import (
    Assignment,
    AssignmentRole,
    AssignmentState,
    Attendance,
    AttendanceRole,
    Meeting,
    MeetingProgramme,
    order_of_meetings,
)
from meetings.models.due import DueKind
from meetings.pages.directives.figures import ALL, PART_MOVEMENTS, STATUS_FILTERS, StatusFilter, Wanted
from programme.agency_names import names_of
from programme.models import Agency, Programme, User
from smartcity.lib.forms.inputs import LongSelect, Pairs
from smartcity.lib.language.dates import say_day
from smartcity.lib.language.text import sort_key
from smartcity.lib.pages.compared_day import ComparedDay
from smartcity.lib.pages.lists import FilterForm
from smartcity.lib.records.text_fields import TypedLine

WORDS = "q"
EITHER_ROLE = "tat-ca"
ROLES = AssignmentRole.choices
EXTENDED = ("1", "Đã được gia hạn")
ASKED_LATE = ("sau-han", "Được gia hạn, xin sau hạn")
BY_FIRST_DUE = ("dau", "Hạn giao đầu tiên")
# What stands first in a list, where it does not mean «all».
EMPTY = {"han": "Hạn hiện nay"}
LONGEST_TITLE = 60


def _key(asked: str) -> int:
    """The number that the address names; 0, which no record has, where it is none."""
    return int(asked) if re.fullmatch(r"[0-9]{1,15}", asked) else 0


def _agencies(user: User, asked: str) -> list[tuple[str, str]]:
    """Those that were given anything, and the one that was asked for."""
    busy = Assignment.objects.visible_to(user).order_by().values("agency").distinct()
    found = Agency.objects.visible_to(user).filter(Q(pk__in=busy) | Q(pk=_key(asked))).order_by("name", "pk")
    return [(str(pk), name) for pk, name in names_of(found).items()]


def _programmes(user: User, asked: str) -> list[tuple[str, str]]:
    met_about = MeetingProgramme.objects.visible_to(user).values("programme")
    asked = asked if re.fullmatch(r"[-\w]{1,100}", asked, re.ASCII) else ""
    found = Programme.objects.visible_to(user).filter(Q(pk__in=met_about) | Q(code=asked)).order_by("code")
    return [(code, code) for code in found.values_list("code", flat=True)]


class _Held:
    """The meetings that can be chosen, and who chaired them; read once, when one of both is first asked for."""

    def __init__(self, user: User, asked: str):
        self.user, self.asked = user, asked

    @cached_property
    def rows(self) -> list[tuple]:
        found = Meeting.objects.visible_to(self.user).filter(Q(version__gte=1) | Q(pk=_key(self.asked)))
        chairs = Attendance.objects.filter(meeting=OuterRef("pk"), role=AttendanceRole.CHAIR)
        found = found.annotate(chair=Subquery(chairs.values("person")[:1]))
        return list(
            found.order_by(*order_of_meetings(newest_first=True)).values_list("pk", "held_on", "title", "chair")
        )

    def meetings(self, user: User, asked: str) -> list[tuple[str, str]]:
        return [(str(pk), _say_meeting(day, title)) for pk, day, title, _ in self.rows]

    def chairs(self, user: User, asked: str) -> list[tuple[str, str]]:
        """By name; and a leader who has chaired none, whose own work leads here."""
        names = {chair for *_, chair in self.rows if chair}
        if asked == user.full_name:
            names.add(asked)
        return [(name, name) for name in sorted(names, key=sort_key)]


def _say_meeting(day, title: str) -> str:
    title = " ".join(title.split())
    return f"{say_day(day)}: {title if len(title) <= LONGEST_TITLE else f'{title[: LONGEST_TITLE - 1]}…'}"


class DirectiveFilterForm(FilterForm):
    """Several of ``?co-quan=7&vai-tro=lead&de-an=BRVT-DTTM&cuoc-hop=3&loai-han=month&tra-loi=returned&q=…``."""

    # Which of them a page offers, in this order.
    names: list[str] = []

    def __init__(self, *args, user: User, compared: ComparedDay | None = None, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        self.compared = compared or ComparedDay()
        held = _Held(user, self.data.get("cuoc-hop", ""))
        offered = {
            "co-quan": ("Cơ quan", _agencies),
            "vai-tro": ("Vai trò", ROLES),
            "de-an": ("Đề án", _programmes),
            "cuoc-hop": ("Cuộc họp", held.meetings),
            "chu-tri": ("Chủ trì", held.chairs),
            "loai-han": ("Loại hạn", DueKind.choices),
            "tra-loi": ("Trả lời", AssignmentState.choices),
            "gia-han": ("Gia hạn", [EXTENDED, ASKED_LATE]),
            "han": ("Tính theo", [BY_FIRST_DUE]),
            "doi": ("Thay đổi", [(one.key, one.title) for one in PART_MOVEMENTS.values()]),
        }
        # What moved can be asked only beside an earlier day.
        names = [*self.names, "doi"] if self.compared.day else self.names
        for name in names:
            if name == WORDS:
                self.fields[name] = TypedLine(label="Tìm trong nội dung", required=False, max_length=200)
                continue
            label, choices = offered[name]
            if callable(choices):
                choices = choices(user, self.data.get(name, ""))
            self.fields[name] = forms.ChoiceField(
                label=label,
                required=False,
                choices=Pairs([("", EMPTY.get(name, "Tất cả")), *choices]),
                widget=LongSelect,
            )

    @property
    def names_what_is_not_there(self) -> bool:
        """Whether one of the choices in the address is none of those offered."""
        return bool(set(self.errors) - {WORDS})

    def wanted(self) -> Wanted:
        agency, meeting = self.typed("co-quan"), self.typed("cuoc-hop")
        return Wanted(
            agency=int(agency) if agency else None,
            programme=self.typed("de-an"),
            meeting=int(meeting) if meeting else None,
            chair=self.typed("chu-tri"),
            due_kind=self.typed("loai-han"),
            role=self.typed("vai-tro"),
            state=self.typed("tra-loi"),
            is_extended=self.typed("gia-han") == EXTENDED[0],
            is_asked_late=self.typed("gia-han") == ASKED_LATE[0],
            by_first_due=bool(self.typed("han")),
            words=self.typed(WORDS),
            moved=self.typed("doi") if "doi" in self.fields else "",
            since=self.compared.day,
        )


class BoardForm(DirectiveFilterForm):
    names = [WORDS, "co-quan", "vai-tro", "de-an", "cuoc-hop", "chu-tri", "loai-han", "tra-loi", "gia-han", "han"]

    @property
    def standing(self) -> StatusFilter | None:
        """What ``?tinh-trang=`` names; ``None`` where there is none of that name."""
        return STATUS_FILTERS.get(self.data.get("tinh-trang", ALL.key))


class MatrixForm(DirectiveFilterForm):
    names = ["de-an", "cuoc-hop"]
