"""Signing in, and changing one's own password."""

from django.contrib.auth.forms import AuthenticationForm
from unfold.forms import AdminOwnPasswordChangeForm

from programme.operations.people import change_own_password


class FocusedOnce:
    """Focus begins in the first field; where the form comes back, at what is wrong, above it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.is_bound:
            for field in self.fields.values():
                field.widget.attrs.pop("autofocus", None)


class SignInForm(FocusedOnce, AuthenticationForm):
    """Name and password; it does not tell which of the two was wrong."""

    error_messages = AuthenticationForm.error_messages | {
        "invalid_login": "Tên đăng nhập hoặc mật khẩu không đúng. Kiểm tra phím Caps Lock rồi nhập lại.",
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.fields["username"].error_messages["required"] = "Nhập tên đăng nhập."
        self.fields["password"].error_messages["required"] = "Nhập mật khẩu."


class OwnPasswordForm(FocusedOnce, AdminOwnPasswordChangeForm):
    """A person sets their own password; the history says that they did, not what it is."""

    def clean(self):
        typed = super().clean()
        old, new = self.cleaned_data.get("old_password"), self.cleaned_data.get("new_password1")
        if old and old == new:
            self.add_error("new_password1", "Mật khẩu mới phải khác mật khẩu đang dùng.")
        return typed

    def save(self, commit=True):
        change_own_password(self.user, password=self.cleaned_data["new_password1"])
        return self.user
