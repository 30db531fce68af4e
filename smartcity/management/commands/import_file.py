"""Bring a file of rows in without a browser."""

from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localdate, now

from programme.models import Programme, Revision, User
from smartcity.exchange.imports import operations
from smartcity.exchange.imports.deadline import for_seconds
from smartcity.exchange.imports.models import FileState, ImportedFile, ImportKind, Repeated

SECONDS_BETWEEN_LINES = 2


class Command(BaseCommand):
    help = "Nhập một tệp XLSX hoặc CSV theo biểu mẫu: kiểm tra mọi dòng, rồi ghi tất cả hoặc không dòng nào."

    def add_arguments(self, parser):
        parser.add_argument("kind", choices=ImportKind.values, help="nội dung của tệp")
        parser.add_argument("file", type=Path, help="đường dẫn đến tệp")
        parser.add_argument("--by", required=True, help="tên đăng nhập của người nhập")
        parser.add_argument("--programme", required=True, help="mã đề án, ví dụ BRVT-DTTM")
        parser.add_argument("--draft", type=int, help="số của dự thảo, khi nhập nội dung nhiệm vụ")
        parser.add_argument("--skip-known", action="store_true", help="bỏ qua các dòng đã có thay vì báo lỗi")
        parser.add_argument("--again", action="store_true", help="nhập lại tệp đã nhập")
        parser.add_argument("--confirmed", action="store_true", help="đã xem các chỗ cần xem lại, vẫn nhập")

    def handle(self, *, kind, file, by, programme, draft, skip_known, again, confirmed, **options):
        operations.cancel_interrupted()
        try:
            user = User.objects.get(username=by)
            place = Programme.objects.visible_to(user).select_related("province").get(code=programme)
            revision = place.revisions.select_related("programme__province").get(number=draft) if draft else None
            importer = operations.IMPORTERS[kind](place, revision, by=user, today=localdate())
            received = operations.receive_file(
                file.read_bytes(),
                name=file.name,
                importer=importer,
                repeated=Repeated.SKIP if skip_known else Repeated.REFUSE,
                again=again,
                by=user,
                at=now(),
            )
            checked = self._check(received)
            if checked.sheet:
                self._tell(f"Đọc trang «{checked.sheet}»")
            if checked.state != FileState.CHECKED:
                raise CommandError(self._errors_of(checked))
            if self._tell_doubts(checked) and not confirmed:
                operations.cancel_file(checked, by=user)
                raise CommandError("Chưa dòng nào được nhập. Xem lại các chỗ trên; nếu đúng, chạy lại với --confirmed.")
            written = operations.apply_file(checked, by=user, today=localdate(), progress=self._tell_written)
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        except (User.DoesNotExist, Programme.DoesNotExist, Revision.DoesNotExist, OSError) as missing:
            raise CommandError(f"Không tìm thấy: {missing}") from missing
        self.stdout.write(f"Đã nhập {written.written_count} {importer.noun} từ tệp “{written.name}”.")

    def _check(self, file: ImportedFile) -> ImportedFile:
        while file.state in {FileState.READING, FileState.CHECKING}:
            file = operations.check_next_rows(file, today=localdate(), goes_on=for_seconds(SECONDS_BETWEEN_LINES))
            self._tell(f"Đã kiểm tra {file.checked_count}/{file.row_count} dòng")
        return file

    def _tell_doubts(self, file: ImportedFile) -> bool:
        """Tell what the page shows beside rows and above them; whether there was anything."""
        doubts = [f"Dòng {row}: {sentence}" if row else sentence for row, _, sentence in file.notes]
        for one in file.findings:
            said = [f"không nhập. {one['aside']}", *one["notes"]] if one.get("aside") else one["notes"]
            doubts += [f"Dòng {one['row']}: {sentence}" for sentence in said]
        for doubt in doubts:
            self._tell(doubt)
        return bool(doubts)

    def _errors_of(self, file: ImportedFile) -> str:
        wrong = [
            f"Dòng {one['row']}, {column}: {reason} ({value})"
            for one in file.findings
            for column, value, reason in one["errors"]
        ]
        return "\n".join([*wrong, file.refusal])

    def _tell_written(self, done: int) -> None:
        self._tell(f"Đã ghi {done} dòng")

    def _tell(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
