from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = (
        "Chuẩn bị bản chạy thử trong một lần: cấu trúc dữ liệu, đề án thật, tỉnh mẫu để tập huấn, tài khoản dùng thử."
    )

    # Nothing is there yet that could be looked at.
    requires_system_checks: list[str] = []

    def handle(self, *args, **options):
        call_command("migrate", verbosity=0)
        call_command("load_programmes", stdout=self.stdout)
        call_command("simulate", training=True, stdout=self.stdout)
        call_command("make_demo_accounts", stdout=self.stdout)
        call_command("audit", "seal", stdout=self.stdout)
