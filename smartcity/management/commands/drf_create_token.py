from django.db import transaction
from rest_framework.authtoken.management.commands import drf_create_token

from programme.operations.people import note_token
from smartcity.lib.records.history import user_action
from smartcity.management.signing import account, signer_for


class Command(drf_create_token.Command):
    help = "Cấp cho một tài khoản mã để chương trình khác đọc số liệu. Lịch sử ghi ai cấp, không ghi mã."

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("--by", default="", help="Tên đăng nhập của người cấp; để trống thì hệ thống ký.")

    def handle(self, *args, username, reset_token, by, **options):
        user = account(username)
        signer = signer_for(user, by)
        with transaction.atomic(), user_action(by=signer):
            token = self.create_user_token(user.username, reset_token)
            note_token(user, token.key, by=signer)
        self.stdout.write(f"Mã của {user} ({user.username}): {token.key}")
        self.stdout.write("Ai có mã này đọc được những gì tài khoản đọc được. Cất mã như mật khẩu.")
