from django.core.management.commands import flush

from smartcity.management.refused import RefusedCommand


class Command(RefusedCommand, flush.Command):
    help = "Không dùng ở đây: bản ghi và lịch sử không xóa được."
    why = (
        "Lệnh này xóa mọi bản ghi cùng lịch sử của chúng. Muốn làm lại từ đầu thì tạo một cơ sở dữ liệu mới, "
        "đặt DATABASE_URL rồi chạy migrate."
    )

    def handle(self, *args, **options):
        # No command line has this option: only the test runner gives it, to empty the database of the tests.
        if "inhibit_post_migrate" in options:
            return flush.Command.handle(self, *args, **options)
        return super().handle(*args, **options)
