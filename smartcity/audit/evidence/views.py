"""The page on which an auditor chooses a package, and the package. Both only read."""

import logging
from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from smartcity.audit.access.models import AccessKind
from smartcity.audit.access.noting import note_access
from smartcity.audit.evidence.contents import read_contents
from smartcity.audit.evidence.forms import EvidenceForm
from smartcity.audit.evidence.package import Package, Request
from smartcity.audit.evidence.proof import latest_for
from smartcity.audit.evidence.rights import may_take_evidence
from smartcity.lib.log.checkpoints import NothingSealed
from smartcity.lib.log.going_out import seal_what_goes_out
from smartcity.lib.log.proving import NotAsSealed
from smartcity.lib.pages.known.present_alone import present_alone
from smartcity.lib.seal.signing_key import KeyProblem, read_key_file

logger = logging.getLogger(__name__)
NO_KEY = "Máy chủ không đọc được khóa niêm phong nên chưa lập được gói. Báo người giữ máy chủ."


@require_safe
@login_required
@present_alone
def evidence_page(request):
    """Choose programme and period, see what there is, take it."""
    _refuse_others(request.user)
    form = EvidenceForm(request.GET if "de-an" in request.GET else None, reader=request.user)
    contents, nothing = None, ""
    if form.is_bound and form.is_valid():
        try:
            contents = read_contents(form.asked())
        except NothingSealed as problem:
            nothing = str(problem)
    return _page(request, form, contents=contents, nothing=nothing)


@require_safe
@login_required
@present_alone
def evidence_package(request):
    """The package, as it is made: who reads it slowly keeps nobody waiting, and no state of the database."""
    _refuse_others(request.user)
    form = EvidenceForm(request.GET, reader=request.user)
    if not form.is_valid():
        return _page(request, form)
    asked = form.asked()
    seal_what_goes_out()
    try:
        latest_for(asked.size)
        read_key_file(settings.AUDIT_KEY_FILE)
    except NothingSealed as problem:
        return _page(request, form, nothing=str(problem))
    except KeyProblem:
        logger.exception("No evidence package can be signed")
        return _page(request, form, nothing=NO_KEY)
    # Who asks for the headers alone takes nothing, and none of it is made.
    takes_it = request.method != "HEAD"
    if takes_it:
        note_access(request, AccessKind.PACKAGE, what=f"{asked.scope}, {asked.period}")
    response = StreamingHttpResponse(_chunks(asked) if takes_it else (), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{_name(form)}"'
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _refuse_others(user) -> None:
    if not may_take_evidence(user):
        raise PermissionDenied


def _page(request, form: EvidenceForm, **context):
    status = 400 if form.is_bound and form.errors else 200
    return render(request, "smartcity/audit/evidence_page.html", {"form": form, **context}, status=status)


def _name(form: EvidenceForm) -> str:
    chosen = form.cleaned_data
    days = [f"{word}-{chosen[word]:%Y-%m-%d}" for word in ("tu", "den") if chosen[word]]
    return "-".join(["goi-bang-chung", chosen["de-an"], *days]) + ".zip"


def _chunks(asked: Request) -> Iterator[bytes]:
    """Some of it is with the reader when it turns out that no package can be made: what they have says so then."""
    package = Package(asked)
    try:
        yield from package.chunks()
    except NotAsSealed as problem:
        logger.exception("No evidence package can be made: run manage.py audit verify")
        yield package.broken_off(str(problem))
