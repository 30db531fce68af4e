from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.timezone import localdate

from smartcity.exchange.programme_files import ProgrammeLoader, system_account


class Command(BaseCommand):
    help = "Nạp các đề án thật từ fixtures/. Chạy lại không nhân đôi và không ghi đè."

    def handle(self, *args, **options):
        loader = ProgrammeLoader(by=system_account(), today=localdate())
        for path in sorted((settings.BASE_DIR / "fixtures").glob("*.toml")):
            loader.load(path)
        added = ", ".join(f"{count} {name}" for name, count in loader.added.items())
        self.stdout.write(f"Đã nạp: {added}." if added else "Dữ liệu đã có, không nạp thêm.")
