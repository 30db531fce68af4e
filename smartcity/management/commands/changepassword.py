import getpass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from programme.models import User
from smartcity.exchange.programme_files import system_account
from smartcity.lib.records.history import signed_save
from smartcity.simulation.places import signer as simulation_signer

TRIES = 3


class Command(BaseCommand):
    help = "Đặt mật khẩu mới cho một tài khoản. Lịch sử ghi ai đặt, không ghi mật khẩu."

    def add_arguments(self, parser):
        parser.add_argument("username", help="Tên đăng nhập của tài khoản.")
        parser.add_argument("--by", default="", help="Tên đăng nhập của người đặt; để trống thì hệ thống ký.")

    def handle(self, *args, username, by, **options):
        user = self._account(username)
        signer = self._account(by) if by else simulation_signer() if user.is_simulated else system_account()
        if signer.is_simulated != user.is_simulated:
            raise CommandError(f"{signer} không ký thay đổi của {user}: một bên là số liệu mô phỏng. Bỏ --by.")
        self.stdout.write(f"Đặt mật khẩu mới cho {user} ({user.username}).")
        user.set_password_by(self._new_password(user), signer)
        try:
            signed_save(user, by=signer, reason="Đặt lại mật khẩu trên máy chủ, lệnh changepassword")
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        self.stdout.write("Đã đặt mật khẩu mới. Các phiên đang đăng nhập của tài khoản này hết hiệu lực.")
        if user.must_change_password:
            self.stdout.write("Chủ tài khoản phải đổi mật khẩu này khi đăng nhập.")

    def _account(self, username: str) -> User:
        found = User.objects.filter(username=User.normalize_username(username.strip())).first()
        if found is None:
            raise CommandError(f"Không có tài khoản «{username}». Xem tên đăng nhập ở danh sách người dùng.")
        return found

    def _new_password(self, user: User) -> str:
        for _ in range(TRIES):
            first = self._ask("Mật khẩu mới: ")
            if first != self._ask("Nhập lại mật khẩu: "):
                self.stderr.write("Hai lần nhập không giống nhau. Nhập lại.")
                continue
            try:
                validate_password(first, user)
            except ValidationError as refusal:
                self.stderr.write("\n".join(refusal.messages))
                continue
            return first
        raise CommandError(f"Không đặt được sau {TRIES} lần nhập. Mật khẩu cũ vẫn dùng được.")

    def _ask(self, prompt: str) -> str:
        try:
            typed = getpass.getpass(prompt)
        except EOFError:
            typed = ""
        if not typed:
            raise CommandError("Chưa nhập mật khẩu nên dừng lại. Mật khẩu cũ vẫn dùng được.")
        return typed
