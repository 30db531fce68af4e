"""Signing in, one's own password, and where one arrives.

Who is given work or keeps the house arrives at that; who reads, at the programmes.
"""

from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView
from django.db import transaction
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.utils.timezone import now

from programme.models import LastSignIn, User
from programme.rights import CHANGE
from smartcity.accounts.forms import OwnPasswordForm, SignInForm
from smartcity.audit.access.models import AccessKind, Outcome
from smartcity.audit.access.noting import note_access, note_if_possible
from smartcity.lib.forms.record_forms import attempt
from smartcity.lib.language.text import clean_line
from smartcity.lib.submissions.drafts import keep_draft
from smartcity.lib.submissions.payload import CARRIED, is_ours, payload_of


def first_page(user) -> str:
    has_work = user.is_authenticated and (user.is_given_work or user.may(CHANGE, "programme.user"))
    return reverse("admin:index" if has_work else "home")


class SignInView(LoginView):
    template_name = "registration/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs):
        """A second try carries what was typed too."""
        typed = payload_of(self.request)
        return super().get_context_data(**kwargs) | ({"typed": typed, "carried_in": CARRIED} if typed else {})

    def form_invalid(self, form):
        note_refused_sign_in(self.request)
        return self.render_to_response(self.get_context_data(form=form), status=400)

    def form_valid(self, form):
        """Nobody comes in unnoted: where that fails, nobody has signed in."""
        with transaction.atomic():
            response = super().form_valid(form)
            LastSignIn.objects.note(form.get_user(), now())
            note_access(form.get_user(), AccessKind.SIGN_IN)
        typed = payload_of(self.request)
        if typed is None:
            return response
        if not typed.token.belongs_to(self.request.user):
            # Neither the text nor the address of it is theirs.
            messages.info(self.request, "Bạn bắt đầu phiên làm việc mới.")
            return redirect(self.get_default_redirect_url())
        keep_draft(self.request, typed)
        return redirect(typed.address)

    def get_redirect_url(self, *args):
        """Where the address asks to go, unless that is this page again."""
        url = super().get_redirect_url(*args)
        return "" if url.partition("?")[0] == self.request.path else url

    def get_default_redirect_url(self):
        return first_page(self.request.user)


def note_refused_sign_in(request) -> None:
    """Which account was tried, and why not; the page tells nobody which of the two was wrong."""
    typed = request.POST.get("username", "")
    if not typed or not request.POST.get("password"):
        # A field was left empty: nothing was tried.
        return
    account = User.objects.filter(username=clean_line(typed).lower()).first()
    why = "Không có tên đăng nhập này." if account is None else "Mật khẩu không đúng."
    if account and not account.is_active:
        why = "Tài khoản đã khóa."
    words = {"what": why, "account": account, "outcome": Outcome.REFUSED, "typed_name": typed}
    note_if_possible(None, AccessKind.SIGN_IN, **words)


class OwnPasswordView(PasswordChangeView):
    """One's own password; whoever had to change it first goes on to where they wanted to go."""

    form_class = OwnPasswordForm
    template_name = "registration/password_change_form.html"
    success_url = reverse_lazy("admin:password_change_done")

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"next": self.wanted_page()}

    def form_valid(self, form):
        had_to = form.user.must_change_password
        if not attempt(form, form.save):
            return self.form_invalid(form)
        # Whoever else is signed in as this person is not any more.
        update_session_auth_hash(self.request, form.user)
        if not had_to:
            return redirect(self.get_success_url())
        messages.success(self.request, "Đã đổi mật khẩu.")
        return redirect(self.wanted_page() or first_page(form.user))

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=400)

    def wanted_page(self) -> str:
        """The page that sent here; of an address that somebody made up only what is ours."""
        address = self.request.POST.get("next", self.request.GET.get("next", ""))
        is_page = is_ours(address, self.request) and urlsplit(address).path != self.request.path
        return address if is_page else ""


class SignOutView(LogoutView):
    """Signing out is a button; whoever opens its address by hand is still signed in, and goes home."""

    http_method_names = ["get", "post", "options"]

    def get(self, request, *args, **kwargs):
        return redirect("home")

    def post(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            # Whoever leaves is let go, noted or not.
            note_if_possible(request.user, AccessKind.SIGN_OUT)
        return super().post(request, *args, **kwargs)
