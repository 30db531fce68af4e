import json

from django.core.management.base import BaseCommand, CommandError

from programme.models import Programme
from smartcity.lib.language.dates import read_iso_day
from smartcity.lib.log.known.marks import known_today
from smartcity.management.known import add_known_at, reading
from tasks.figures.headline import figures_as_text
from tasks.figures.reading import add_first_decided, read_programmes


class Command(BaseCommand):
    help = "In số liệu của đề án tại một ngày."

    def add_arguments(self, parser):
        parser.add_argument("programme", nargs="?", help="mã đề án, ví dụ BRVT-DTTM; để trống là mọi đề án")
        parser.add_argument("--as-of", help="ngày số liệu, dạng YYYY-MM-DD (mặc định: hôm nay)")
        parser.add_argument("--format", choices=["json", "text"], default="text")
        add_known_at(parser)

    def handle(self, *args, **options):
        with reading(options):
            self._tell(options)

    def _tell(self, options):
        programmes = Programme.objects.loaded()
        if options["programme"]:
            programmes = programmes.filter(code=options["programme"])
        try:
            as_of = read_iso_day(options["as_of"]) if options["as_of"] else known_today()
        except ValueError as error:
            raise CommandError(str(error)) from None
        days = read_programmes(programmes, as_of=as_of)
        add_first_decided(days)
        if not days and options["programme"]:
            raise CommandError(f"Không có đề án mang mã «{options['programme']}».")
        if options["format"] == "json":
            content = [day.as_dict() for day in days]
            self.stdout.write(json.dumps(content[0] if options["programme"] else content, ensure_ascii=False, indent=2))
        else:
            self.stdout.write("\n\n".join(figures_as_text(day) for day in days))
