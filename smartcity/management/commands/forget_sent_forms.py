from django.core.management.base import BaseCommand
from django.utils.timezone import now

from smartcity.sending.once import forget_sent_forms


class Command(BaseCommand):
    help = "Xóa ghi nhớ về các biểu mẫu đã gửi quá 7 ngày. Chạy mỗi ngày một lần."

    def handle(self, *args, **options):
        self.stdout.write(f"Đã xóa {forget_sent_forms(now=now())} ghi nhớ.")
