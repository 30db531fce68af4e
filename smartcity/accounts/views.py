"""Signing in, and where one arrives: who types goes to their work, who reads goes to the programmes."""

from django.contrib.auth.views import LoginView
from django.urls import reverse

from smartcity.accounts.forms import SignInForm


class SignInView(LoginView):
    template_name = "registration/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_default_redirect_url(self):
        user = self.request.user
        return reverse("admin:index" if user.is_authenticated and user.reports else "home")
