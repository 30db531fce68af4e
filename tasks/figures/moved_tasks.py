"""The tasks that moved between two readings, each with what was and what is, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property, reduce
from operator import or_
from typing import Any

from django.db.models import BooleanField, Case, ExpressionWrapper, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse

from programme.models import Agency
from smartcity.lib.language.dates import say_day
from smartcity.lib.language.money import group, say_money
from tasks.figures.movements import MOVEMENTS, Between, named
from tasks.figures.task_rows import STATUS_LABELS

# What a row reads beside what moved: of the programme, of the plan of now or else of then, and of both sides.
READ: dict[str, Any] = {
    "task": F("pk"),
    "programme_code": F("programme__code"),
    "position": Coalesce("later__plan__position", "earlier__plan__position"),
    "name": Coalesce("later__plan__name", "earlier__plan__name"),
    "status_then": F("earlier__status"),
    "status_now": F("later__status"),
    "due_then": F("earlier__due"),
    "due_now": F("later__due"),
    "vnd_then": F("earlier__planned_vnd"),
    "vnd_now": F("later__planned_vnd"),
    "told_on": F("later__told_on"),
}
UNKNOWN_LEAD = "nguồn không nêu"


@dataclass(frozen=True)
class MovedTask:
    """One task that moved; ``keys`` name its movements."""

    later: date
    keys: tuple[str, ...]
    task: int
    programme_code: str
    position: int
    name: str
    status_then: str | None
    status_now: str | None
    due_then: date | None
    due_now: date | None
    vnd_then: int | None
    vnd_now: int | None
    told_on: date | None
    # The names of who led and of who leads; none where that did not move.
    leads: tuple[str, ...]

    @cached_property
    def address(self) -> str:
        return reverse("task_detail", args=[self.task])

    @property
    def said(self) -> list[str]:
        """What moved, a line for each movement."""
        return [getattr(self, f"_say_{key.replace('-', '_')}")() for key in self.keys]

    def _say_qua_han(self) -> str:
        assert self.due_now is not None  # noqa: S101 - what has no due is never late
        return f"Quá hạn {group((self.later - self.due_now).days)} ngày, hạn {say_day(self.due_now)}"

    def _say_het_qua_han(self) -> str:
        return "Không còn quá hạn"

    def _say_hoan_thanh(self) -> str:
        return f"Hoàn thành, trước đó {STATUS_LABELS[self.status_then].lower()}" if self.status_then else "Hoàn thành"

    def _say_het_hoan_thanh(self) -> str:
        return f"Không còn hoàn thành: {STATUS_LABELS[self.status_now].lower()}" if self.status_now else "Đã hoàn thành"

    def _say_moi(self) -> str:
        return f"Nhiệm vụ mới, hạn {say_day(self.due_now)}" if self.due_now else "Nhiệm vụ mới, không có hạn"

    def _say_bo(self) -> str:
        return "Không còn trong đề án"

    def _say_doi_han(self) -> str:
        return f"Hạn {_day(self.due_then)} → {_day(self.due_now)}{self._moved_by}"

    @property
    def _moved_by(self) -> str:
        if self.due_then is None or self.due_now is None:
            return ""
        days = (self.due_now - self.due_then).days
        return f", lùi {group(days)} ngày" if days > 0 else f", sớm hơn {group(-days)} ngày"

    def _say_doi_chu_tri(self) -> str:
        return f"Chủ trì {' → '.join(self.leads)}"

    def _say_kinh_phi(self) -> str:
        return f"Kinh phí dự kiến {_money(self.vnd_then)} → {_money(self.vnd_now)}"

    def _say_bao_cao(self) -> str:
        status = STATUS_LABELS[self.status_now].lower() if self.status_now else ""
        return f"Có báo cáo mới, số liệu đến ngày {_day(self.told_on)}: {status}"


def moved_tasks(between: Between, *, key: str = "") -> QuerySet:
    """The tasks that moved so, or in any way, the most urgent movement first; for ``read_moved_tasks``."""
    flags = named({key: ExpressionWrapper(each.is_so, output_field=BooleanField()) for key, each in MOVEMENTS.items()})
    flagged = [Q(**{flag: True}) for flag in flags]
    # Asked of the flags, for a condition that says «not» would look each task up once more.
    wanted = flagged[list(MOVEMENTS).index(key)] if key else reduce(or_, flagged)
    places = [When(flag, then=Value(place)) for place, flag in enumerate(flagged)]
    rank = Case(*places, default=Value(len(places)), output_field=IntegerField())
    rows = between.tasks().annotate(**flags).filter(wanted).annotate(rank=rank)
    rows = rows.order_by("rank", "programme__code", READ["position"], "pk")
    return rows.values(*flags, **READ)


def read_moved_tasks(rows: Iterable[dict[str, Any]], between: Between) -> list[MovedTask]:
    """These rows in words. One query for the agencies that lead no more or anew, if there are any."""
    found = list(rows)
    leads = {row["task"]: between.leads[row["task"]] for row in found if row["task"] in between.leads}
    keys = {agency for pair in leads.values() for agency in pair if agency}
    names = {agency.pk: agency.label for agency in Agency.objects.filter(pk__in=keys)} if keys else {}
    flags = dict(zip(MOVEMENTS, named(MOVEMENTS), strict=True))
    return [
        MovedTask(
            later=between.later.day,
            keys=tuple(key for key, flag in flags.items() if row[flag]),
            leads=tuple(names.get(agency or 0, UNKNOWN_LEAD) for agency in leads.get(row["task"], ())),
            **{name: row[name] for name in READ},
        )
        for row in found
    ]


def _day(day: date | None) -> str:
    return say_day(day) if day else "không có hạn"


def _money(vnd: int | None) -> str:
    # A plan without an amount says nothing of money.
    return say_money(vnd) if vnd else "chưa có số liệu"
