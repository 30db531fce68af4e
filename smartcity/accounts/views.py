"""Signing in, and where one arrives: who is given work or keeps the house, at that; who reads, at the programmes."""

from django.contrib import messages
from django.contrib.auth.views import LoginView, LogoutView
from django.shortcuts import redirect
from django.urls import reverse

from programme.rights import CHANGE
from smartcity.accounts.forms import SignInForm
from smartcity.lib.submissions.drafts import keep_draft
from smartcity.lib.submissions.payload import CARRIED, payload_of


class SignInView(LoginView):
    template_name = "registration/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs):
        """A second try carries what was typed too."""
        typed = payload_of(self.request)
        return super().get_context_data(**kwargs) | ({"typed": typed, "carried_in": CARRIED} if typed else {})

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=400)

    def form_valid(self, form):
        response = super().form_valid(form)
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
        user = self.request.user
        has_work = user.is_authenticated and (user.is_given_work or user.may(CHANGE, "programme.user"))
        return reverse("admin:index" if has_work else "home")


class SignOutView(LogoutView):
    """Signing out is a button; whoever opens its address by hand is still signed in, and goes home."""

    http_method_names = ["get", "post", "options"]

    def get(self, request, *args, **kwargs):
        return redirect("home")
