"""Agencies of one name, told apart where several stand on one page."""

from collections import defaultdict
from collections.abc import Callable, Iterable

from django import forms
from django.db.models import QuerySet
from django.utils.timezone import localdate

from programme.models import Agency
from smartcity.lib.forms.fields import SeveralField
from smartcity.lib.language.dates import say_day

# Agencies by key, each with the words for it.
Names = dict[int, str]


def full_name(agency: Agency) -> str:
    return agency.name


def tell_apart(agencies: Iterable[Agency], say: Callable[[Agency], str] = full_name) -> Names:
    """What each is called by ``say``; of those called the same, their province and then their years too.

    Two provinces may each have one, and one that was dissolved may have been founded again.
    """
    found = {agency.pk: agency for agency in agencies}
    names = {pk: say(agency) for pk, agency in found.items()}
    for more in (_province, _years):
        alike = defaultdict(set)
        for pk, agency in found.items():
            alike[names[pk]].add(more(agency))
        for pk, agency in found.items():
            if len(alike[names[pk]]) > 1 and (told := more(agency)):
                names[pk] = f"{names[pk]} ({told})"
    return names


def _province(agency: Agency) -> str:
    # Said already by «Sở Y tế tỉnh Hải Dương».
    return agency.province.name if agency.province and agency.province.name not in agency.name else ""


def _years(agency: Agency) -> str:
    first, last = agency.in_force_from, agency.in_force_to
    told = [f"từ {say_day(first)}"] if first else []
    told += [f"đến {say_day(last)}"] if last else []
    return " ".join(told)


class AgencyTold(forms.ModelChoiceField):
    """Agencies to choose from, no two of which read alike."""

    def offer(self, agencies: QuerySet[Agency]) -> None:
        self.queryset = agencies
        self.choices = [("", self.empty_label), *tell_apart(agencies.select_related("province")).items()]


def say_agency(agency: Agency) -> str:
    """The agency as a choice: one that works no more says so."""
    if agency.last_day is None or not agency.has_ended(localdate()):
        return str(agency)
    return f"{agency} (hoạt động đến {say_day(agency.last_day)})"


class AgencyChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Agency) -> str:
        return say_agency(obj)


class AgenciesChoice(SeveralField):
    def label_from_instance(self, obj: Agency) -> str:
        return say_agency(obj)
