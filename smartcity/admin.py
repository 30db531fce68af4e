"""The admin's site: its front page, the history of every record."""

from functools import wraps

from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_safe
from unfold.sites import UnfoldAdminSite

from smartcity.accounts.views import OwnPasswordView
from smartcity.audit.views import record_history, removed_list
from smartcity.exchange.exports.changelists import listing_of
from smartcity.exchange.exports.downloads import download
from smartcity.lib.log.known.marks import known_today
from smartcity.lib.pages.todo import count_waiting, sections_of
from smartcity.navigation import OWN_WORK, navigation
from smartcity.own_figures import read_own_figures
from smartcity.sent_work import read_sent
from smartcity.todo import my_work
from tasks.expected import read_own_reports

# What unfold's own scripts and styles need; the project's pages keep the strict policy.
POLICY = {
    "default-src": [SELF],
    "script-src": [SELF, UNSAFE_EVAL],
    "style-src": [SELF, UNSAFE_INLINE],
    "object-src": [NONE],
    "base-uri": [NONE],
    "form-action": [SELF],
    "frame-ancestors": [NONE],
}


class SmartcityAdminSite(UnfoldAdminSite):
    def register(self, model_or_iterable, admin_class=None, **options):
        """Only the project's own records are kept here; what libraries register of theirs is not shown."""
        models = [model_or_iterable] if isinstance(model_or_iterable, type) else model_or_iterable
        ours = [model for model in models if model._meta.app_label in {"programme", "tasks", "meetings", "smartcity"}]
        super().register(ours, admin_class, **options)

    def admin_view(self, view, cacheable=False):
        """A view behind the sign-in, with our policy; an address without a record's number leads nowhere.

        The buttons of a record ask the database for it before its page does, whatever the address says.
        """

        @wraps(view)
        def of_a_record(request, *args, **kwargs):
            if not kwargs.get("object_id", "0").isdecimal():
                raise Http404
            return view(request, *args, **kwargs)

        return csp_replace(POLICY)(super().admin_view(of_a_record, cacheable))

    def get_app_list(self, request, app_label=None):
        """Made where a page shows it; most show the sidebar alone."""
        return SimpleLazyObject(lambda: super(SmartcityAdminSite, self).get_app_list(request, app_label))

    def get_sidebar_list(self, request):
        """Our navigation as it is: unfold looks up and copies what entries could say beside title and address."""
        groups = navigation(request)
        for group in groups:
            for item in group["items"]:
                item["active"] = self._get_is_active(request, item["link"])
            group["is_open"] = any(item["active"] for item in group["items"])
        return groups

    def login(self, request, extra_context=None):
        """There is one page for signing in."""
        if request.user.is_authenticated:
            return HttpResponseRedirect(reverse("admin:index"))
        return redirect_to_login(request.GET.get("next", reverse("admin:index")))

    def logout(self, request, extra_context=None):
        """The same page signs out of admin and pages; 307 keeps the method."""
        return HttpResponseRedirect(reverse("sign_out"), status=307)

    def password_change(self, request, extra_context=None):
        view = OwnPasswordView.as_view(extra_context={**self.each_context(request), **(extra_context or {})})
        return view(request)

    def index(self, request, extra_context=None):
        """What waits for the person who signed in, what they sent, and how far their programmes are."""
        today, user = known_today(), request.user
        own = read_own_reports(user, today=today)
        groups = my_work(user, today=today, own=own)
        context = {
            "title": OWN_WORK.title,
            "groups": groups,
            "work_count": count_waiting(groups),
            "sections": sections_of(groups),
            "sent": read_sent(user, own, today=today),
            "figures": read_own_figures(user, own, today=today),
            "today": today,
        }
        return super().index(request, {**context, **(extra_context or {})})

    @method_decorator(require_safe)
    def export_list(self, request, model_admin, extension):
        """The list as it stands on the screen, with its filters, search and order, as a spreadsheet."""
        if not model_admin.has_view_permission(request):
            raise PermissionDenied
        try:
            changelist = model_admin.get_changelist_instance(request)
        except IncorrectLookupParameters:
            # The list itself says what it makes of such an address.
            address = f"admin:{model_admin.opts.app_label}_{model_admin.opts.model_name}_changelist"
            return HttpResponseRedirect(f"{reverse(address)}?{request.GET.urlencode()}")
        return download(request, listing_of(changelist), extension)

    @method_decorator(require_safe)
    def record_history(self, request, model_admin, object_id):
        return record_history(request, model_admin, object_id)

    @method_decorator(require_safe)
    def removed_list(self, request, model_admin):
        return removed_list(request, model_admin)


def icon(request) -> str:
    return static("smartcity/icon.svg")


def components_stylesheet(request) -> str:
    return static("smartcity/components.css")


def admin_stylesheet(request) -> str:
    return static("smartcity/admin.css")


def bar_stylesheet(request) -> str:
    return static("smartcity/bar.css")


def known_stylesheet(request) -> str:
    return static("smartcity/known.css")


def explained_stylesheet(request) -> str:
    return static("smartcity/explained.css")


def print_stylesheet(request) -> str:
    return static("smartcity/print.css")


def echo_script(request) -> str:
    return static("smartcity/echo.js")


def keep_script(request) -> str:
    return static("smartcity/keep.js")


def faults_script(request) -> str:
    return static("smartcity/faults.js")


def count_script(request) -> str:
    return static("smartcity/count.js")
