"""What keeps a library's command from writing past the history: it takes its usual options and ends as a failure."""

from django.core.management.base import BaseCommand, CommandError


class RefusedCommand(BaseCommand):
    """Comes before the library's command among the bases; ``why`` also tells what to do instead."""

    why = ""

    def handle(self, *args, **options):
        raise CommandError(f"{self.why} Chưa thay đổi gì.")
