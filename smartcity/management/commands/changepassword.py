import getpass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from programme.models import User
from smartcity.lib.records.history import signed_save
from smartcity.management.signing import account, signer_for

TRIES = 3


class Command(BaseCommand):
    help = "Đặt mật khẩu mới cho một tài khoản. Lịch sử ghi ai đặt, không ghi mật khẩu."

    def add_arguments(self, parser):
        parser.add_argument("username", help="Tên đăng nhập của tài khoản.")
        parser.add_argument("--by", default="", help="Tên đăng nhập của người đặt; để trống thì hệ thống ký.")

    def handle(self, *args, username, by, **options):
        user = account(username)
        signer = signer_for(user, by)
        self.stdout.write(f"Đặt mật khẩu mới cho {user} ({user.username}).")
        user.set_password_by(self._new_password(user), signer)
        try:
            signed_save(user, by=signer, reason="Đặt lại mật khẩu trên máy chủ, lệnh changepassword")
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        self.stdout.write("Đã đặt mật khẩu mới. Các phiên đang đăng nhập của tài khoản này hết hiệu lực.")
        if user.must_change_password:
            self.stdout.write("Chủ tài khoản phải đổi mật khẩu này khi đăng nhập.")

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
