import os
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from programme.models import StoredFile
from smartcity.lib.submissions.models import KeptFile


class Command(BaseCommand):
    help = "Kiểm tra từng tệp đã tải lên: còn trên đĩa và đúng nội dung lúc tải lên (mã SHA-256)."

    def handle(self, *args, **options):
        checked, damaged, known = 0, 0, set()
        for stored in StoredFile.objects.select_related("uploaded_by").order_by("pk").iterator():
            checked += 1
            known.add(stored.content.name)
            damage = stored.damage()
            if damage:
                damaged += 1
                self.stderr.write(
                    f"{stored.content.name}: {damage}. Tệp {stored.pk} “{stored.name}”, "
                    f"{stored.uploaded_by.username} tải lên {stored.uploaded_at:%d/%m/%Y}."
                )
        known.update(KeptFile.objects.values_list("content", flat=True))
        unknown = sum(name not in known for name in names_on_disk(Path(settings.MEDIA_ROOT)))
        if unknown:
            self.stdout.write(f"{unknown} tệp trên đĩa không thuộc bản ghi nào: của lần tải lên không thành, vô hại.")
        if damaged:
            raise CommandError(f"{damaged} trong {checked} tệp bị mất hoặc sai khác. Khôi phục từ bản sao lưu.")
        self.stdout.write(f"{checked} tệp còn đủ và đúng nội dung.")


def names_on_disk(root: Path):
    for folder, _, names in os.walk(root):
        for name in names:
            yield str((Path(folder) / name).relative_to(root))
