from smartcity.management.commands import send_reminders


class Command(send_reminders.Command):
    """The name of ``send_reminders`` before commands were English like all code; it answers for one release."""

    help = "Tên cũ của send_reminders; đổi lịch chạy sang tên mới."

    def handle(self, *args, **options):
        self.stderr.write("Lệnh này nay là «manage.py send_reminders»; tên cũ sẽ bỏ ở bản sau.")
        super().handle(*args, **options)
