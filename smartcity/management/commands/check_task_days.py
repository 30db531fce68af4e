from django.core.management.base import BaseCommand, CommandError

from meetings.operations.extended_days import count_extended_differences, keep_extended_days
from programme.models import Programme
from tasks.operations.task_days import count_differences, keep_task_days


class Command(BaseCommand):
    help = (
        "So số liệu nhiệm vụ, số đã giải ngân và hạn đã gia hạn theo ngày với nguồn: lần ban hành, điều chỉnh; "
        "báo cáo đã tiếp nhận; bút toán kinh phí; quyết định gia hạn."
    )

    def add_arguments(self, parser):
        parser.add_argument("--mend", action="store_true", help="lập lại những gì khác nguồn")

    def handle(self, *args, **options):
        wrong = []
        for programme in Programme.objects.order_by("code"):
            if differences := count_differences(programme.pk):
                wrong.append(f"{programme.code}: {differences} dòng khác nguồn")
                if options["mend"]:
                    keep_task_days(programme.pk)
        if differences := count_extended_differences():
            wrong.append(f"Gia hạn: {differences} dòng khác nguồn")
            if options["mend"]:
                keep_extended_days()
        if wrong and not options["mend"]:
            raise CommandError("\n".join([*wrong, "Chạy lại với --mend để lập lại."]))
        self.stdout.write("\n".join([*wrong, "Đã lập lại." if wrong else "Khớp với nguồn."]))
