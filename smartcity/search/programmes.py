"""Tasks, programmes and databases that are found."""

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from programme.models import Programme, Revision
from smartcity.lib.language.dates import say_day
from smartcity.search.hits import Hit, Kind, hit, place
from smartcity.search.matching import Search, best_first, cited_documents, found, has_words
from tasks.models import Dataset, PlannedTask, Task
from tasks.task_names import named


def _tasks(search: Search) -> QuerySet[Task]:
    """By a name in any revision, by code, or by place in the revision in force."""
    asked, visible = search.asked, Task.objects.visible_to(search.user)
    plans = PlannedTask.objects.filter(has_words(asked.words))
    # A figure alone stands in many names.
    by_words = visible.none() if asked.is_a_place else visible.filter(pk__in=plans.values("task"))
    exact = _meant(search)
    best = plans.filter(task=OuterRef("pk")).order_by("-revision__number")[:1]
    rows = found(visible, by_words, exact).annotate(
        found_name=Subquery(best.values("name")),
        found_text=Subquery(best.values("search_text")),
    )
    rows = best_first(rows, asked, "programme__code", "code", exact=exact, text="found_text", name="found_name")
    return named(rows, search.on).select_related("programme__province")


def _meant(search: Search) -> QuerySet[Task] | None:
    """The tasks that the line names: «NV-05», «BRVT-DTTM / NV-05», «STT 5»."""
    asked, meant = search.asked, Q(code__in=search.whole)
    if len(asked.codes) == 2:
        meant |= Q(code__in=search.parts, programme__code__in=search.parts)
    if asked.place is not None:
        in_force = Revision.objects.in_force(search.on)
        placed = PlannedTask.objects.filter(position=asked.place, revision__in=in_force)
        meant |= Q(pk__in=placed.values("task"))
    return Task.objects.visible_to(search.user).filter(meant) if _may_be_a_code(search) else None


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


def _programmes(search: Search) -> QuerySet[Programme]:
    """By a name in any revision, by code, or by a document that adopted one."""
    asked, visible = search.asked, Programme.objects.visible_to(search.user)
    revisions = Revision.objects.filter(has_words(asked.words)).values("programme")
    adopted = Revision.objects.filter(document__in=cited_documents(search).values("pk")).values("programme")
    exact = visible.filter(Q(code__in=search.whole) | Q(pk__in=adopted))
    newest = Revision.objects.filter(programme=OuterRef("pk")).order_by("-number")
    in_force = Revision.objects.in_force(search.on).filter(programme=OuterRef("pk"))
    rows = found(visible, visible.filter(pk__in=revisions), exact).annotate(
        name_shown=Coalesce(Subquery(in_force.values("name")[:1]), Subquery(newest.values("name")[:1])),
        in_effect_on=Subquery(in_force.values("effective_on")[:1]),
        found_text=Coalesce(
            Subquery(newest.filter(has_words(asked.words)).values("search_text")[:1]),
            Subquery(newest.values("search_text")[:1]),
        ),
        found_name=Subquery(newest.filter(has_words(asked.words)).values("name")[:1]),
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
    rows = found(visible, visible.filter(has_words(search.asked.words)))
    return best_first(rows, search.asked, F("listed_from").desc()).select_related("agency", "province")


def _tell_dataset(dataset: Dataset, search: Search) -> Hit:
    told = [f"danh mục {dataset.get_listed_as_display().lower()}", dataset.agency.name, place(dataset.province, search)]
    return hit(search, dataset.get_absolute_url(), dataset.name, told=told)


TASKS = Kind("nhiem-vu", "Nhiệm vụ", _tasks, _tell_task)
PROGRAMMES = Kind("de-an", "Đề án", _programmes, _tell_programme)
DATASETS = Kind("co-so-du-lieu", "Cơ sở dữ liệu", _datasets, _tell_dataset)
