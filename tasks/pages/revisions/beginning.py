"""The page on which the first revision of a programme is drafted: there is nothing yet to copy."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect

from programme.models import Programme, Revision, RevisionState
from programme.operations.drafting import draft_first_revision
from smartcity.lib.forms.record_forms import attempt
from smartcity.lib.pages.record_page import record_page
from tasks.pages.revisions.forms import RevisionForm


@login_required
def revision_first(request, code):
    """Draft what a programme decides first; periods, goals and tasks are added on the page of the draft."""
    programme = get_object_or_404(Programme.objects.visible_to(request.user), code=code)
    if not (request.user.has_perm("programme.add_revision") and programme.is_coordinated_by(request.user)):
        raise PermissionDenied
    form = RevisionForm(request.POST or None, instance=Revision(programme=programme), by=request.user)
    form.fields["reason"].label = "Lý do ban hành"
    made: list[Revision] = []
    if form.is_valid() and attempt(
        form, lambda: made.append(draft_first_revision(programme, by=request.user, **form.said()))
    ):
        messages.success(request, f"Đã lập dự thảo {made[0].title}. Thêm giai đoạn, mục tiêu, nhiệm vụ ngay dưới đây.")
        return redirect(made[0])
    others = list(programme.revisions.select_related("programme").order_by("number"))
    adopted = any(map(_is_adopted, others))
    return record_page(
        request,
        form,
        title="Soạn lần ban hành đầu tiên",
        button="" if adopted else "Lập dự thảo",
        crumbs=[(programme.code, programme.get_absolute_url())],
        of=programme.code,
        template="tasks/revisions/revision_first.html",
        programme=programme,
        siblings=others,
        adopted=adopted,
    )


def _is_adopted(revision: Revision) -> bool:
    return revision.state == RevisionState.ADOPTED
