import json

from django.core.management.base import BaseCommand, CommandError

from meetings.models import Meeting
from meetings.pages.directives.directive_status import directives_as_text, read_directives
from smartcity.lib.language.dates import read_iso_day
from smartcity.lib.log.known.marks import known_today
from smartcity.management.known import add_known_at, reading


class Command(BaseCommand):
    help = "In ý kiến chỉ đạo của các cuộc họp đã kết luận, tại một ngày."

    def add_arguments(self, parser):
        parser.add_argument("--as-of", help="ngày số liệu, dạng YYYY-MM-DD (mặc định: hôm nay)")
        parser.add_argument("--format", choices=["json", "text"], default="text")
        add_known_at(parser)
        parser.add_argument("--meeting", type=int, help="khóa của một cuộc họp; để trống là mọi cuộc họp")

    def handle(self, *args, **options):
        with reading(options):
            self._tell(options)

    def _tell(self, options):
        try:
            as_of = read_iso_day(options["as_of"]) if options["as_of"] else known_today()
        except ValueError as error:
            raise CommandError(str(error)) from None
        meeting = None
        if options["meeting"] is not None:
            meeting = Meeting.objects.filter(pk=options["meeting"]).first()
            if meeting is None:
                raise CommandError(f"Không có cuộc họp mang khóa {options['meeting']}.")
        told = read_directives(on=as_of, meeting=meeting)
        if options["format"] == "json":
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))
        else:
            self.stdout.write(directives_as_text(told, on=as_of))
