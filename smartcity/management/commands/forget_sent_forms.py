from django.core.management.base import BaseCommand
from django.utils.timezone import now

from smartcity.lib.submissions.files import forget_old_files
from smartcity.lib.submissions.idempotency import forget_sent_forms


class Command(BaseCommand):
    help = "Xóa ghi nhớ về các biểu mẫu đã gửi, và tệp của biểu mẫu chưa lưu, quá 7 ngày. Chạy mỗi ngày một lần."

    def handle(self, *args, **options):
        notes, files = forget_sent_forms(now=now()), forget_old_files(now=now())
        self.stdout.write(f"Đã xóa {notes} ghi nhớ" + (f", {files} tệp chưa dùng đến." if files else "."))
