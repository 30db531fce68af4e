"""The secret address of a person's calendar: made, replaced, revoked."""

import secrets

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from meetings.models import FeedAddress, digest_of_key
from programme.models import User
from programme.rights import ADD
from smartcity.lib.records.history import operation, signed_save


@operation
def make_address(user: User) -> str:
    """A new address for the person; the one before opens nothing any more. Its key is given here and never again."""
    if not user.may(ADD, "meetings.feedaddress") or user.agency is None:
        raise PermissionDenied
    revoke_address(user, reason="Thay bằng địa chỉ mới")
    key = secrets.token_urlsafe(32)
    signed_save(FeedAddress(user=user, digest=digest_of_key(key)), by=user, reason="Lập địa chỉ lịch")
    return key


@operation
def revoke_address(user: User, *, reason: str = "Thu hồi địa chỉ lịch") -> bool:
    """Close the person's address; whether there was one."""
    # Two presses at once take turns.
    User.objects.select_for_update().get(pk=user.pk)
    address = FeedAddress.objects.filter(user=user, revoked_at=None).first()
    if address is None:
        return False
    address.revoked_at = timezone.now()
    signed_save(address, by=user, reason=reason)
    return True


def reader_of(key: str) -> User | None:
    """The person whose calendar the key opens: one who still works for an agency. ``None`` for any other key."""
    address = FeedAddress.objects.filter(digest=digest_of_key(key), revoked_at=None).select_related("user").first()
    if address is None:
        return None
    user = address.user
    return user if user.is_active and user.agency and user.may(ADD, "meetings.feedaddress") else None
