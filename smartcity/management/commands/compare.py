import json

from django.core.management.base import BaseCommand, CommandError

from programme.models import Programme, Revision
from smartcity.lib.log.known.marks import known_today, told_mark
from smartcity.management.known import add_known_at, reading
from tasks.comparison import ComparedBackwards, compare
from tasks.reconciliation import comparison_as_text


class Command(BaseCommand):
    help = "So sánh hai lần ban hành, điều chỉnh của một đề án."

    def add_arguments(self, parser):
        parser.add_argument("programme", help="mã đề án, ví dụ HD-CQDT")
        parser.add_argument("old", type=int, help="số của lần trước, ví dụ 1")
        parser.add_argument("new", type=int, help="số của lần sau, ví dụ 2")
        parser.add_argument("--format", choices=["json", "text"], default="text")
        add_known_at(parser)

    def handle(self, *args, **options):
        with reading(options):
            self._tell(options)

    def _tell(self, options):
        programme = Programme.objects.filter(code=options["programme"]).first()
        if programme is None:
            known = ", ".join(Programme.objects.order_by("code").values_list("code", flat=True)) or "chưa có đề án nào"
            raise CommandError(f"Không có đề án mang mã «{options['programme']}». Có các mã: {known}.")
        old, new = (self._revision(programme, options[side]) for side in ("old", "new"))
        try:
            comparison = compare(old, new, today=known_today())
        except ComparedBackwards as refusal:
            raise CommandError(" ".join(refusal.messages)) from None
        note = programme.province.simulated_note
        if options["format"] == "json":
            warning = {"simulated": note} if note else {}
            mark = told_mark()
            # Of the present, the keys are those that programs know; of an earlier moment, with the day and the moment.
            when = {"as_of": comparison.on.isoformat()} | mark if mark else {}
            self.stdout.write(json.dumps(warning | when | comparison.as_dict(), ensure_ascii=False, indent=2))
        else:
            self.stdout.write("\n".join(filter(None, [note, comparison_as_text(comparison)])))

    def _revision(self, programme: Programme, number: int) -> Revision:
        revision = programme.revisions.select_related("programme").filter(number=number).first()
        if revision is None:
            numbers = programme.revisions.order_by("number").values_list("number", flat=True)
            known = ", ".join(map(str, numbers)) or "chưa có"
            raise CommandError(f"Đề án {programme.code} không có lần mang số {number}. Có các số: {known}.")
        return revision
