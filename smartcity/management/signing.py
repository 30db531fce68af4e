"""Who signs what a command changes of an account."""

from django.core.management.base import CommandError

from programme.models import User
from smartcity.exchange.programme_files import system_account
from smartcity.simulation.places import signer as simulation_signer


def account(username: str) -> User:
    found = User.objects.filter(username=User.normalize_username(username.strip())).first()
    if found is None:
        raise CommandError(f"Không có tài khoản «{username}». Xem tên đăng nhập ở danh sách người dùng.")
    return found


def signer_for(user: User, by: str) -> User:
    """The account named ``by``, or where nobody is named the system's of the world that ``user`` is of."""
    signer = account(by) if by else simulation_signer() if user.is_simulated else system_account()
    if signer.is_simulated != user.is_simulated:
        raise CommandError(f"{signer} không ký thay đổi của {user}: một bên là số liệu mô phỏng. Bỏ --by.")
    return signer
