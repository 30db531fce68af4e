from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localdate

from programme.models import Agency, Programme, Role, User
from smartcity.exchange.programme_files import system_account
from smartcity.lib.language.reporting_periods import Cadence
from smartcity.lib.records.history import signed_save
from smartcity.simulation.places import signer
from smartcity.simulation.training.people import ACCOUNTS as TRAINING_ACCOUNTS
from tasks.models import ReportingDuty
from tasks.operations.cycles import set_duty

PASSWORD = "demo-2026"  # noqa: S105  (known to everybody: these accounts are for demonstrations)
NOTE = "Chế độ báo cáo để dùng thử; không văn bản nào quy định."
# Username, full name, title, role, province and short name of the agency.
ACCOUNTS = [
    ("quan-tri", "Quản trị hệ thống", "Quản trị viên", Role.ADMINISTRATOR, None, None),
    ("dau-moi", "Cán bộ đầu mối", "Chuyên viên tổng hợp", Role.COORDINATOR, "ba-ria-vung-tau", "Sở TT&TT"),
    ("chuyen-vien", "Chuyên viên Công an tỉnh", "Chuyên viên", Role.OFFICER, "ba-ria-vung-tau", "Công an tỉnh"),
    ("van-phong", "Chuyên viên Văn phòng", "Chuyên viên", Role.OFFICE, "ba-ria-vung-tau", "Văn phòng UBND tỉnh"),
    ("lanh-dao", "Lãnh đạo UBND tỉnh", "Lãnh đạo", Role.LEADER, "ba-ria-vung-tau", "UBND tỉnh"),
    ("kiem-toan", "Kiểm toán viên", "Kiểm toán viên", Role.AUDITOR, None, "KTNN"),
    ("dau-moi-hd", "Cán bộ đầu mối Hải Dương", "Chuyên viên tổng hợp", Role.COORDINATOR, "hai-duong", "Sở TT&TT"),
]


def open_with(person: User, password: str) -> None:
    """Give the account of a training role its password, where nobody has given it one."""
    if not person.has_usable_password():
        person.set_password(password)
        signed_save(person, by=signer(), reason="Mật khẩu dùng thử")


class Command(BaseCommand):
    help = "Tạo tài khoản dùng thử, mật khẩu chung, và chế độ báo cáo hằng tháng. Chỉ dùng cho bản trình diễn."

    def handle(self, *args, **options):
        if settings.HTTPS:
            raise CommandError("Tài khoản dùng thử có mật khẩu ai cũng biết: không tạo trên hệ thống thật (HTTPS=1).")
        for username, full_name, title, role, province, agency in ACCOUNTS:
            if User.objects.filter(username=username).exists():
                continue
            User.objects.create_user(
                username,
                PASSWORD,
                full_name=full_name,
                title=title,
                role=role,
                agency=Agency.objects.get(province__code=province, short_name=agency) if agency else None,
                # They are shared on purpose.
                must_change_password=False,
                by=system_account(),
            )
        for programme in Programme.objects.filter(reporting_duties=None, province__is_simulated=False):
            # No source tells how often these programmes report; officers need something that is due.
            duty = ReportingDuty(programme=programme, cadence=Cadence.MONTHLY, days_to_report=6, note=NOTE)
            duty.first_day = localdate()
            set_duty(duty, by=system_account(), today=localdate(), reason=NOTE)
        self.stdout.write(f"Tài khoản dùng thử (mật khẩu {PASSWORD}):")
        for username, full_name, _, role, _, _ in ACCOUNTS:
            self.stdout.write(f"  {username:<12} {role.label:<22} {full_name}")
        people = User.objects.filter(username__in=[one[0] for one in TRAINING_ACCOUNTS]).order_by("pk")
        for person in people:
            open_with(person, PASSWORD)
        if people:
            self.stdout.write("Tỉnh mẫu, số liệu mô phỏng để tập huấn (cùng mật khẩu):")
        for person in people:
            self.stdout.write(f"  {person.username:<22} {person.get_role_display():<22} {person.full_name}")
