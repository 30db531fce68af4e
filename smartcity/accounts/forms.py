"""Signing in, and changing one's own password."""

from django.contrib.auth.forms import AuthenticationForm
from unfold.forms import AdminOwnPasswordChangeForm

from smartcity.lib.records.history import signed_save


class SignInForm(AuthenticationForm):
    """Name and password; it does not tell which of the two was wrong."""

    error_messages = AuthenticationForm.error_messages | {
        "invalid_login": "Tên đăng nhập hoặc mật khẩu không đúng. Kiểm tra phím Caps Lock rồi nhập lại.",
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.fields["username"].error_messages["required"] = "Nhập tên đăng nhập."
        self.fields["password"].error_messages["required"] = "Nhập mật khẩu."


class OwnPasswordForm(AdminOwnPasswordChangeForm):
    """A person sets their own password; the history says that they did, not what it is."""

    def save(self, commit=True):
        self.user.set_password(self.cleaned_data["new_password1"])
        return signed_save(self.user, by=self.user, reason="Đổi mật khẩu của mình")
