"""Tasks, what is reported of them, programmes and databases that are found."""

import re
from typing import Any

from django.db.models import F, Min, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse

from programme.models import Programme, Revision
from smartcity.lib.language.dates import say_day
from smartcity.search.hits import Hit, Kind, hit, place
from smartcity.search.matching import EXACT, Search, best_first, cited_documents, found, has_words, keys_of, rank_of
from tasks.figures.report_words import TEXTS, name_of_report
from tasks.models import Dataset, PlannedTask, ProgressUpdate, Task
from tasks.task_names import named, with_task_name

# «BC-12», as a report is called everywhere.
REPORT = re.compile(r"bc[- ]?([0-9]{1,12})", re.IGNORECASE)


def _tasks(search: Search) -> QuerySet[Task]:
    """By a name in any revision, by code, or by place in the revision in force; each once, by its best name.

    Its names are looked up of the rows that are shown: nothing is ordered by them.
    """
    asked, plans = search.asked, PlannedTask.objects.visible_to(search.user)
    # A figure alone stands in many names.
    by_words = plans.none() if asked.is_a_place else plans.filter(has_words(asked.words))
    exact = _meant(search)
    rank: Any = Value(EXACT)
    called = PlannedTask.objects.filter(task=OuterRef("pk")).order_by()
    if not asked.is_a_place:
        ranked = called.values("task").annotate(best=Min(rank_of(asked, exact=exact, key="task", name="name")))
        rank = Subquery(ranked.values("best"))
    so_called = called.filter(has_words(asked.words, of_few=True)).order_by("-revision__number")
    tasks = Task.objects.filter(pk__in=keys_of(by_words, exact, key="task"))
    tasks = tasks.annotate(rank=rank, found_name=Subquery(so_called.values("name")[:1])).order_by("rank", "pk")
    return named(tasks, search.on).select_related("programme")


def _meant(search: Search) -> QuerySet[PlannedTask] | None:
    """Plans of the tasks that the line names: «NV-05», «BRVT-DTTM / NV-05», «STT 5»."""
    asked, plans = search.asked, PlannedTask.objects.visible_to(search.user)
    if not _may_be_a_code(search):
        return None
    if asked.is_a_place:
        return plans.filter(position=asked.place, revision__in=Revision.objects.in_force(search.on))
    meant = Q(task__code__in=search.whole)
    if len(asked.codes) == 2:
        meant |= Q(task__code__in=search.parts, task__programme__code__in=search.parts)
    return plans.filter(meant)


def _may_be_a_code(search: Search) -> bool:
    """Whether there is a figure or a dash in it, as in every code of a task."""
    return any(letter.isdigit() or letter == "-" for letter in search.asked.typed)


def _tell_task(task, search: Search) -> Hit:
    name = task.plan_name or task.code
    return hit(
        search,
        task.get_absolute_url(),
        f"{task.plan_position}. {name}" if task.plan_position else name,
        texts=[task.found_name],
        told=[str(task), task.lead_name],
    )


def _reports(search: Search) -> QuerySet[ProgressUpdate]:
    """By what they say, the last ones first; or as they are called."""
    asked, visible = search.asked, ProgressUpdate.objects.visible_to(search.user)
    by_words = visible.none() if asked.is_a_place else visible.filter(has_words(asked.words))
    called = REPORT.fullmatch(asked.typed)
    exact = visible.filter(pk=int(called[1])) if called else None
    rows = best_first(found(by_words, exact), asked, F("as_of").desc(), exact=exact)
    return with_task_name(rows, search.on).select_related("task__programme__province")


def _tell_report(report, search: Search) -> Hit:
    """One that is still written or was sent back is read on its own page, any other below its task."""
    texts = [getattr(report, name) for name in TEXTS]
    address = (
        reverse("admin:tasks_progressupdate_change", args=[report.pk])
        if report.is_open
        else report.task.get_absolute_url()
    )
    said = f"{name_of_report(report.pk)}, số liệu đến ngày {say_day(report.as_of)}"
    return hit(
        search,
        address,
        report.task_name or report.task.code,
        texts=texts,
        about=next((text for text in texts if text), ""),
        told=[said, report.get_state_display(), str(report.task), place(report.task.programme.province, search)],
        anchor="" if report.is_open else f"#bao-cao-{report.pk}",
    )


def _programmes(search: Search) -> QuerySet[Programme]:
    """By a name in any revision, by code, or by a document that adopted one."""
    asked, visible = search.asked, Programme.objects.visible_to(search.user)
    revisions = Revision.objects.filter(has_words(asked.words)).values("programme")
    adopted = Revision.objects.filter(document__in=cited_documents(search).values("pk")).values("programme")
    exact = visible.filter(Q(code__in=search.whole) | Q(pk__in=adopted))
    newest = Revision.objects.filter(programme=OuterRef("pk")).order_by("-number")
    in_force = Revision.objects.in_force(search.on).filter(programme=OuterRef("pk"))
    rows = found(visible.filter(pk__in=revisions), exact).annotate(
        name_shown=Coalesce(Subquery(in_force.values("name")[:1]), Subquery(newest.values("name")[:1])),
        in_effect_on=Subquery(in_force.values("effective_on")[:1]),
        found_text=Coalesce(
            Subquery(newest.filter(has_words(asked.words, of_few=True)).values("search_text")[:1]),
            Subquery(newest.values("search_text")[:1]),
        ),
        found_name=Subquery(newest.filter(has_words(asked.words, of_few=True)).values("name")[:1]),
    )
    return best_first(rows, asked, "code", exact=exact, text="found_text").select_related("province")


def _tell_programme(programme, search: Search) -> Hit:
    since = programme.in_effect_on
    return hit(
        search,
        programme.get_absolute_url(),
        programme.name_shown or programme.code,
        texts=[programme.found_name],
        told=[programme.code, programme.province.name, f"có hiệu lực từ {say_day(since)}" if since else None],
    )


def _datasets(search: Search) -> QuerySet[Dataset]:
    visible = Dataset.objects.visible_to(search.user)
    rows = found(visible.filter(has_words(search.asked.words)))
    return best_first(rows, search.asked, F("listed_from").desc()).select_related("agency", "province")


def _tell_dataset(dataset: Dataset, search: Search) -> Hit:
    told = [f"danh mục {dataset.get_listed_as_display().lower()}", dataset.agency.name, place(dataset.province, search)]
    return hit(search, dataset.get_absolute_url(), dataset.name, told=told)


TASKS = Kind("nhiem-vu", "Nhiệm vụ", _tasks, _tell_task)
REPORTS = Kind("bao-cao", "Báo cáo tiến độ", _reports, _tell_report)
PROGRAMMES = Kind("de-an", "Đề án", _programmes, _tell_programme)
DATASETS = Kind("co-so-du-lieu", "Cơ sở dữ liệu", _datasets, _tell_dataset)
