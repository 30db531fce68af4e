"""The pages of a programme's revisions: what one changes, and any two side by side."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, render

from programme.models import Programme, Revision, RevisionState, RevisionStep, User
from smartcity.lib.log.known.marks import known_today
from smartcity.lib.records.signers import signers_then
from tasks.comparison import ComparedBackwards, Comparison, compare
from tasks.pages.revisions.forms import CompareForm
from tasks.plan_contents import Contents, read_contents
from tasks.reconciliation import itemised_sentences, money_sentence

# The meaning of colour that each state has, as on every page.
TONES: dict[str, str] = {
    RevisionState.DRAFT: "idle",
    RevisionState.PROPOSED: "wait",
    RevisionState.ADOPTED: "run",
    RevisionState.REJECTED: "late",
    RevisionState.WITHDRAWN: "idle",
}
# Above this many, the tasks that stay as they are fold away.
LONGEST_OPEN_GROUP = 24


def find_revision(user: User, code: str, number: int) -> Revision:
    """The revision, if the person may see it; raises ``Http404``."""
    revisions = Revision.objects.visible_to(user).select_related(
        "programme__coordinating_agency",
        "programme__province__merged_into",
        "base__document",
        "base__programme",
        "document",
    )
    return get_object_or_404(revisions, programme__code=code, number=number)


def may_draft(user: User, revision: Revision) -> bool:
    """Whether the person speaks for the agency that drafts this programme's amendments."""
    return user.has_perm("programme.change_revision") and revision.programme.is_coordinated_by(user)


def records_steps(user: User, revision: Revision) -> bool:
    """Whether the person records what happens to the revision: the drafting agency, and the office."""
    return user.has_perm("programme.add_revisionstep") and (not user.is_coordinator or may_draft(user, revision))


@dataclass(frozen=True)
class Told:
    """A comparison with its sentences, as a page shows it."""

    comparison: Comparison
    money: str
    itemised: list[str]
    longest_open_group: int = LONGEST_OPEN_GROUP


def tell(comparison: Comparison) -> Told:
    return Told(comparison, money_sentence(comparison), itemised_sentences(comparison))


@login_required
def revision_detail(request, code, number, *, directives_of: Callable[[Revision, User], list]):
    """One revision: what it changes of its base, its life, and for those who draft, where to change it.

    ``directives_of`` finds the directives that led to it.
    """
    revision = find_revision(request.user, code, number)
    newest = revision.programme.revisions.newest_adopted().first()
    drafts = may_draft(request.user, revision) and revision.is_draft
    is_open = revision.state in {RevisionState.DRAFT, RevisionState.PROPOSED}
    context = {
        "revision": revision,
        "tone": TONES[revision.state],
        "told": tell(compare(revision.base, revision, today=known_today())) if revision.base else None,
        "listed": [] if revision.base else list_of(revision),
        "steps": steps_of(revision),
        "directives": directives_of(revision, request.user),
        "siblings": revision.programme.revisions.select_related("programme").order_by("number"),
        "drafts": drafts,
        "may_step": is_open and records_steps(request.user, revision),
        "may_redraft": may_draft(request.user, revision)
        and revision.state in {RevisionState.WITHDRAWN, RevisionState.REJECTED},
        "moved_base": newest if is_open and newest and newest.pk != revision.base_id else None,
    }
    return render(request, "tasks/revisions/revision_detail.html", context)


@login_required
def revision_compare(request, code):
    """Any two revisions of a programme, ``?tu=1&den=2``."""
    programme = get_object_or_404(Programme.objects.visible_to(request.user), code=code)
    revisions = list(programme.revisions.select_related("programme", "document", "base__document").order_by("number"))
    if len(revisions) < 2:
        raise Http404
    first_two = {"tu": revisions[-1].base.number if revisions[-1].base else revisions[-2].number}
    first_two["den"] = revisions[-1].number
    form = CompareForm(request.GET if {"tu", "den"} & set(request.GET) else first_two, revisions=revisions)
    by_number = {revision.number: revision for revision in revisions}
    told = None
    if form.is_valid():
        old, new = by_number[form.cleaned_data["tu"]], by_number[form.cleaned_data["den"]]
        try:
            told = tell(compare(old, new, today=known_today()))
        except ComparedBackwards as refusal:
            form.add_error("den", refusal)
    context = {"programme": programme, "form": form, "told": told}
    return render(request, "tasks/revisions/revision_compare.html", context, status=200 if told else 400)


def steps_of(revision: Revision) -> list[tuple[RevisionStep, object]]:
    """What happened to the revision, oldest first, each with the row of history that says who recorded it."""
    steps = list(revision.steps.select_related("document").order_by("on", "pk"))
    recorded = RevisionStep.history.filter(id__in=[step.pk for step in steps], history_type="+")
    rows = list(recorded.select_related("history_user"))
    signers_then(rows)
    by_step = {row.id: row for row in rows}
    return [(step, by_step.get(step.pk)) for step in steps]


def list_of(revision: Revision) -> list[Contents]:
    """The whole plan of a revision that changes nothing before it."""
    return list(read_contents([revision])[revision.pk].values())
