"""Signing in by name and password, and rights by role."""

from django.contrib.auth.backends import ModelBackend

from programme.models import User
from programme.rights import RIGHTS
from smartcity.lib.language.text import clean_line


class RoleBackend(ModelBackend):
    """Django's sign-in; its permissions are those of the table, not rows of the database."""

    def authenticate(self, request, username=None, password=None, **kwargs):
        # A name typed with capitals or a blank at the end is the same name.
        return super().authenticate(request, clean_line(username or "").lower(), password, **kwargs)

    def get_user(self, user_id):
        user = User.objects.with_memberships(user_id)
        return user if user and self.user_can_authenticate(user) else None

    def has_perm(self, user_obj, perm, obj=None):
        record, verb = permission_parts(perm)
        return user_obj.is_active and user_obj.may(verb, record)

    def has_module_perms(self, user_obj, app_label):
        return user_obj.is_active and any(record.startswith(f"{app_label}.") for record in RIGHTS)


def permission_parts(perm: str) -> tuple[str, str]:
    """«tasks.change_task» as the record «tasks.task» and the action «change»."""
    app_label, _, codename = perm.partition(".")
    action, _, model = codename.partition("_")
    return f"{app_label}.{model}", action
