"""Agencies of one name, told apart where several stand on one page."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from typing import NamedTuple

from django import forms
from django.db.models import QuerySet

from programme.models import Agency
from smartcity.lib.forms.fields import SeveralField
from smartcity.lib.language.dates import say_day
from smartcity.lib.log.known.marks import known_today

# Agencies by key, each with the words for it.
Names = dict[int, str]


def full_name(agency: Agency) -> str:
    return agency.name


class ToldAgency(NamedTuple):
    """Of an agency, what tells it from others; where hundreds are named, their records cost more than the page."""

    pk: int
    name: str
    province_name: str | None
    in_force_from: date | None
    in_force_to: date | None


def names_of(agencies: QuerySet[Agency]) -> Names:
    """What ``tell_apart`` says of them by their full names, in their order. One query, without their records."""
    fields = ("pk", "name", "province__name", "in_force_from", "in_force_to")
    return _apart({row[0]: (row[1], ToldAgency(*row)) for row in agencies.values_list(*fields)})


def tell_apart(agencies: Iterable[Agency], say: Callable[[Agency], str] = full_name) -> Names:
    """What each is called by ``say``; of those called the same, their province and then their years too.

    Two provinces may each have one, and one that was dissolved may have been founded again.
    """
    return _apart({agency.pk: (say(agency), _told(agency)) for agency in agencies})


def _told(agency: Agency) -> ToldAgency:
    province = agency.province.name if agency.province else None
    return ToldAgency(agency.pk, agency.name, province, agency.in_force_from, agency.in_force_to)


def _apart(called: dict[int, tuple[str, ToldAgency]]) -> Names:
    names = {pk: name for pk, (name, _) in called.items()}
    for more in (_province, _years):
        alike = defaultdict(list)
        for pk, name in names.items():
            alike[name].append(pk)
        for same in alike.values():
            told = {pk: more(called[pk][1]) for pk in same} if len(same) > 1 else {}
            if len(set(told.values())) > 1:
                names |= {pk: f"{names[pk]} ({words})" for pk, words in told.items() if words}
    return names


def _province(agency: ToldAgency) -> str:
    # Said already by «Sở Y tế tỉnh Hải Dương».
    return agency.province_name if agency.province_name and agency.province_name not in agency.name else ""


def _years(agency: ToldAgency) -> str:
    first, last = agency.in_force_from, agency.in_force_to
    told = [f"từ {say_day(first)}"] if first else []
    told += [f"đến {say_day(last)}"] if last else []
    return " ".join(told)


class AgencyTold(forms.ModelChoiceField):
    """Agencies to choose from, no two of which read alike."""

    def offer(self, agencies: QuerySet[Agency]) -> None:
        self.queryset = agencies
        self.choices = [("", self.empty_label), *names_of(agencies).items()]


def say_agency(agency: Agency) -> str:
    """The agency as a choice: one that works no more says so."""
    if agency.last_day is None or not agency.has_ended(known_today()):
        return str(agency)
    return f"{agency} (hoạt động đến hết {say_day(agency.last_day)})"


class AgencyChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Agency) -> str:
        return say_agency(obj)


class AgenciesChoice(SeveralField):
    def label_from_instance(self, obj: Agency) -> str:
        return say_agency(obj)
