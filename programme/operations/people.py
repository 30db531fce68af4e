"""Where people work: from one agency to another, from a day on; and by which password they sign in."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError

from programme.models import Agency, LegalDocument, Membership, User
from smartcity.lib.language.dates import say_day
from smartcity.lib.log.tracked import digest_of
from smartcity.lib.records.history import operation, signed_save, user_action


class NotMoved(ValidationError):
    """The person works there already, or the day does not follow what is recorded of their work."""


class PasswordSetMeanwhile(ValidationError):
    """Somebody else set the person's password after they had typed the old one."""


@operation
def change_own_password(user: User, *, password: str) -> None:
    """Set the password of whoever signed in and typed their old one: nobody else knows this one.

    The account is locked: where an administrator has just set another password, theirs holds.
    """
    stored = User.objects.select_for_update().get(pk=user.pk)
    if stored.password != user.password:
        raise PasswordSetMeanwhile("Quản trị vừa đặt lại mật khẩu của bạn. Đăng nhập bằng mật khẩu mới đó.")
    stored.set_password(password)
    stored.must_change_password = False
    signed_save(stored, by=stored, reason="Đổi mật khẩu của mình")
    user.password, user.must_change_password = stored.password, False


@operation
def note_token(user: User, key: str, *, by: User) -> None:
    """Programs may read in the person's name with the token ``key``: who gave it, how it is told from another."""
    user.token_digest = digest_of(key)
    signed_save(user, by=by, reason="Cấp mã truy cập cho chương trình")


@operation
def move_member(
    user: User,
    *,
    agency: Agency | None,
    from_on: date | None,
    by: User,
    reason: str = "",
    document: LegalDocument | None = None,
) -> Membership | None:
    """From the day ``from_on`` on ``user`` works for ``agency``; with None, for no agency any more.

    The work before ends the day before. Only a person's first agency may have no known first day. The account
    is locked, so that two moves at once are not both made from the same agency.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    current = user.memberships.filter(last_day=None).select_related("agency").first()
    _refuse_no_move(user, current, agency, from_on)
    with user_action(document=document):
        if current and from_on:
            current.last_day = from_on - timedelta(days=1)
            signed_save(current, by=by, reason=reason)
        if agency is None:
            return None
        return signed_save(Membership(user=user, agency=agency, first_day=from_on), by=by, reason=reason)


def _refuse_no_move(user: User, current: Membership | None, agency: Agency | None, from_on: date | None) -> None:
    if agency == (current.agency if current else None):
        here = f"đang làm việc ở {agency}" if agency else "không làm việc ở cơ quan nào"
        raise NotMoved({"agency": f"{user} {here}. Chọn cơ quan khác."})
    if from_on is None and user.memberships.exists():
        raise NotMoved({"first_day": "Nhập ngày đầu tiên làm việc ở cơ quan mới, hoặc ngày đầu tiên đã nghỉ."})
    if current and current.first_day and from_on and from_on <= current.first_day:
        begun = f"{user} làm việc ở {current.agency} từ {say_day(current.first_day)}"
        raise NotMoved({"first_day": f"{begun}; ngày chuyển phải sau ngày đó."})
