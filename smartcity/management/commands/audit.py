"""The history's own command: seal it, tell what is sealed, check it.

It ends with 1 where something was tampered with, and with 2 where it could not do what it was asked.
"""

import argparse
import os
import sys
import time
from datetime import date
from pathlib import Path

from django.core.mail import EmailMessage
from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError, connection
from django.utils.timezone import localtime, now

from smartcity.audit.access.models import AccessKind
from smartcity.audit.access.noting import note_access
from smartcity.audit.access.pruning import prune_access
from smartcity.audit.changes.catching_up import catch_up
from smartcity.audit.evidence.package import Package, Request
from smartcity.audit.evidence.period import Period, WrongWayRound
from smartcity.audit.evidence.proof import NoSuchSize
from smartcity.audit.evidence.rights import may_take_evidence
from smartcity.audit.evidence.scope import NoSuchProgramme, Scope
from smartcity.lib.language.dates import read_day
from smartcity.lib.log.checkpoints import NothingSealed, checkpoint_now, read_checkpoint
from smartcity.lib.log.foot import checkpoint_of_foot
from smartcity.lib.log.known.filling import keep_known, rebuild_known
from smartcity.lib.log.proving import NoSuchRecord, NotAsSealed, prove
from smartcity.lib.log.sealing import CannotSeal, seal
from smartcity.lib.log.verifying.verify import MOST_TOLD, Report, verify
from smartcity.lib.seal.checkpoint import CheckpointProblem
from smartcity.lib.seal.signing_key import KeyProblem
from smartcity.management.signing import account

NOT_DONE = 2
PROBLEMS = (
    *(CheckpointProblem, KeyProblem, NothingSealed, NoSuchRecord, NotAsSealed, CannotSeal),
    *(NoSuchProgramme, NoSuchSize, WrongWayRound),
)
# After so many seconds somebody wonders whether it still goes on.
SILENT_FOR = 2


class Command(BaseCommand):
    help = "Niêm phong lịch sử, lập mốc niêm phong, kiểm tra lịch sử có bị sửa không."

    def add_arguments(self, parser):
        verbs = parser.add_subparsers(dest="verb", required=True)
        every = verbs.add_parser("seal", help="niêm phong những gì chưa niêm phong; chạy định kỳ, mỗi phút một lần")
        every.add_argument("--every", type=_seconds, metavar="GIÂY", help="chạy mãi, cách nhau bấy nhiêu giây")
        made = verbs.add_parser("checkpoint", help="in mốc niêm phong có chữ ký, để nơi khác lưu")
        made.add_argument("--out", metavar="TỆP", help="ghi thêm vào tệp này; tệp có sẵn thì không ghi đè")
        made.add_argument("--mail", nargs="+", metavar="ĐỊA CHỈ", help="gửi thêm đến các địa chỉ này")
        checked = verbs.add_parser("verify", help="kiểm tra; có gì không đúng thì nêu bảng và khóa, mã kết thúc là 1")
        checked.add_argument("--checkpoint", metavar="TỆP", help="đối chiếu với mốc niêm phong đã lưu trong tệp này")
        checked.add_argument(
            "--public-key",
            default="",
            metavar="KHÓA",
            help="khóa công khai đã ký mốc ấy, nếu khác khóa đang dùng",
        )
        verbs.add_parser(
            "rebuild", help="lập lại từ lịch sử các trạng thái trước đây, dùng khi xem theo những gì đã biết"
        )
        verbs.add_parser("prune-access", help="xóa những dòng nhật ký truy cập đã hết hạn lưu; chạy mỗi ngày")
        proven = verbs.add_parser("prove", help="in chứng cứ rằng một dòng lịch sử đã được niêm phong")
        proven.add_argument("record", help="bảng lịch sử và mã dòng, ví dụ tasks_historicaltask:15")
        _add_export(verbs.add_parser("export", help="lập gói bằng chứng: tự kiểm tra được, không cần hệ thống này"))

    def handle(self, *, verb, **options):
        try:
            getattr(self, f"_{verb.replace('-', '_')}")(**options)
        except PROBLEMS as problem:
            raise CommandError(str(problem), returncode=NOT_DONE) from problem
        except (InterfaceError, OperationalError) as reason:
            raise CommandError(f"Cơ sở dữ liệu không trả lời: {reason}", returncode=NOT_DONE) from reason

    def _seal(self, *, every, **options):
        # Run beside a server, it ends with whoever started both.
        parent = os.getppid()
        while os.getppid() == parent:
            if not every:
                self._seal_now()
                return
            try:
                self._seal_now(tell_nothing=False)
            except (InterfaceError, OperationalError) as reason:
                # Started anew, or kept by others for long. The next time asks with a new connection.
                self.stderr.write(f"Chưa niêm phong được, thử lại sau {every} giây: {reason}")
                connection.close()
            time.sleep(every)

    def _seal_now(self, *, tell_nothing: bool = True) -> None:
        done = seal(tell=Progress(self.stderr).tell)
        # What is sealed can be looked for: nobody's page has to wait for it.
        catch_up(tell=Progress(self.stderr).tell)
        keep_known()
        if done.added or tell_nothing:
            size = done.seal.size if done.seal else 0
            self.stdout.write(f"Đã niêm phong thêm {done.added} dòng; tổng cộng {size} dòng.")

    def _rebuild(self, **options):
        rebuild_known()
        self.stdout.write("Đã lập lại các trạng thái trước đây.")

    def _prune_access(self, **options):
        done = prune_access(now())
        self.stdout.write(f"Đã xóa {done.removed} dòng nhật ký truy cập trước ngày {localtime(done.upto):%d/%m/%Y}.")

    def _checkpoint(self, *, out, mail, **options):
        seal()
        text = checkpoint_now()
        # First: whatever fails then, the checkpoint is there to be copied.
        self.stdout.write(text, ending="")
        problems = [*(_write(text, out) if out else []), *(_mail(text, mail) if mail else [])]
        if problems:
            raise CommandError(" ".join(problems), returncode=NOT_DONE)

    def _verify(self, *, checkpoint, public_key, **options):
        if public_key and not checkpoint:
            raise CommandError("Khóa công khai đi cùng mốc: thêm --checkpoint TỆP.", returncode=NOT_DONE)
        kept = read_checkpoint(self._text_of(checkpoint), public_key) if checkpoint else None
        progress = Progress(self.stderr)
        report = verify(connection, checkpoint=kept, tell=progress.tell)
        self._say(report, has_checkpoint=kept is not None)
        if report.faults:
            sys.exit(1)

    def _text_of(self, name: str) -> str:
        try:
            return checkpoint_of_foot(Path(name).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as reason:
            said = f"Không đọc được mốc niêm phong ở {name}: {reason}."
            raise CommandError(said, returncode=NOT_DONE) from reason

    def _say(self, report: Report, *, has_checkpoint: bool) -> None:
        for fault in report.faults:
            self.stderr.write(str(fault))
        if len(report.faults) == MOST_TOLD:
            self.stderr.write(f"Chỉ nêu {MOST_TOLD} chỗ đầu tiên.")
        lines = [
            f"Đã kiểm tra {report.sealed} dòng niêm phong trong {report.blocks} khối, "
            f"{report.unsealed} dòng chưa niêm phong, và mọi bản ghi so với lịch sử mới nhất."
        ]
        if report.reconstructed:
            lines.append(
                f"{report.reconstructed} dòng có từ trước nhật ký: thứ tự của chúng được dựng lại theo giờ ghi."
            )
        if report.clock_set_back:
            first = ", ".join(map(str, report.clock_set_back[:5]))
            lines.append(
                f"Đồng hồ máy chủ đã lùi {len(report.clock_set_back)} lần (thao tác {first}); thứ tự theo số, "
                "không theo giờ."
            )
        if report.backdated:
            first = ", ".join(report.backdated[:5])
            lines.append(
                f"{len(report.backdated)} dòng lịch sử ghi giờ sớm hơn lúc vào nhật ký hơn một ngày ({first}): "
                "tin giờ của nhật ký, và xem ai đã ghi."
            )
        if not has_checkpoint:
            lines.append(
                "Không có mốc niêm phong để đối chiếu: việc cắt đuôi hoặc viết lại toàn bộ không phát hiện được."
            )
        lines.append("Không có gì bị sửa." if not report.faults else "LỊCH SỬ HOẶC BẢN GHI ĐÃ BỊ SỬA.")
        self.stdout.write("\n".join(lines))

    def _prove(self, *, record, **options):
        self.stdout.write(prove(record, tell=Progress(self.stderr).tell), ending="")

    def _export(self, *, programme, first, last, size, out, by, **options):
        reader = account(by) if by else None
        if reader and not may_take_evidence(reader):
            raise CommandError(f"{reader} không được lấy gói bằng chứng.", returncode=NOT_DONE)
        scope = Scope(reader=reader) if programme is None else Scope.of(programme, reader)
        request = Request(scope, Period(first, last), size)
        seal()
        package = Package(request, tell=Progress(self.stderr).tell)
        _save(package, Path(out))
        note_access(reader, AccessKind.PACKAGE, what=f"{scope}, {request.period}", place="audit export")
        counts = package.counts
        self.stdout.write(
            f"Đã lập {out}: {scope}, {request.period}; {counts['rows']} dòng lịch sử, {counts['records']} bản ghi."
        )


def _save(package: Package, path: Path) -> None:
    try:
        with path.open("xb") as file:
            try:
                file.writelines(package.chunks())
            except BaseException:
                # Half a package is none.
                path.unlink()
                raise
    except FileExistsError as reason:
        raise CommandError(f"Đã có tệp {path}. Chọn tên tệp khác.", returncode=NOT_DONE) from reason
    except OSError as reason:
        raise CommandError(f"Không ghi được {path}: {reason.strerror}.", returncode=NOT_DONE) from reason


def _add_export(parser) -> None:
    of = parser.add_mutually_exclusive_group(required=True)
    of.add_argument("--programme", metavar="MÃ", help="một đề án, với mọi thứ thuộc về nó")
    of.add_argument("--all", action="store_true", help="mọi thứ; có --by thì mọi thứ người ấy được đọc")
    parser.add_argument("--from", dest="first", type=_day, metavar="NGÀY", help="từ ngày, ví dụ 2026-01-01")
    parser.add_argument("--to", dest="last", type=_day, metavar="NGÀY", help="đến hết ngày")
    parser.add_argument("--size", type=int, metavar="SỐ DÒNG", help="lập theo mốc niêm phong có số dòng này")
    parser.add_argument("--out", required=True, metavar="TỆP", help="tệp .zip mới; tệp có sẵn thì không ghi đè")
    parser.add_argument("--by", default="", metavar="TÀI KHOẢN", help="chỉ những gì người này được đọc")


def _day(text: str) -> date:
    """A day as the page reads it, and refuses it."""
    try:
        return read_day(text)
    except ValueError as reason:
        raise argparse.ArgumentTypeError(str(reason)) from None


def _seconds(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"«{text}» không phải là số giây; nhập số nguyên từ 1 trở lên, ví dụ 60")
    return int(text)


def _write(text: str, path: str) -> list[str]:
    """What went wrong, if anything."""
    try:
        with Path(path).open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as reason:
        return [f"Không ghi được {path}: {reason.strerror}. Chọn tên tệp khác."]
    return []


def _mail(text: str, addresses: list[str]) -> list[str]:
    """What went wrong, if anything."""
    try:
        EmailMessage("Mốc niêm phong lịch sử", text, to=addresses).send()
    except OSError as reason:
        return [f"Không gửi được thư cho {', '.join(addresses)}: {reason}. Chép mốc ở trên mà gửi, hoặc chạy lại."]
    return []


class Progress:
    """A line every two seconds, for whoever waits."""

    def __init__(self, out):
        self.out = out
        self.said = time.monotonic()

    def tell(self, done: int) -> None:
        if time.monotonic() - self.said > SILENT_FOR:
            self.said = time.monotonic()
            self.out.write(f"… đã xong {done} dòng")
