from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localdate

from smartcity.exchange.programme_files import system_account
from smartcity.lib.language.dates import read_iso_day
from smartcity.reminders.digest import send_reminders
from tasks.operations.cycles import open_all_cycles


class Command(BaseCommand):
    help = "Mở các kỳ báo cáo, và gửi mỗi người một thư về việc sắp đến hạn, quá hạn, bị trả lại. Chạy mỗi ngày."

    def add_arguments(self, parser):
        parser.add_argument("--on", help="ngày nhắc, dạng 2026-11-21 (mặc định: hôm nay)")

    def handle(self, *args, **options):
        try:
            today = read_iso_day(options["on"]) if options["on"] else localdate()
        except ValueError as error:
            raise CommandError(str(error)) from None
        opened = open_all_cycles(by=system_account(), today=today)
        outcome = send_reminders(today=today)
        self.stdout.write(
            f"Đã mở {opened} kỳ báo cáo. Đã gửi {len(outcome.sent)} thư nhắc việc; "
            f"{len(outcome.before)} người đã được nhắc trong ngày."
        )
        if outcome.without_address:
            names = ", ".join(user.username for user in outcome.without_address)
            self.stdout.write(f"Chưa có địa chỉ thư, không nhắc được: {names}.")
        if outcome.failed:
            names = ", ".join(user.username for user in outcome.failed)
            raise CommandError(f"Máy chủ thư không nhận thư gửi: {names}. Lần chạy sau sẽ gửi lại.")
