"""What the province does: three programmes of twelve tasks; who has an account in it, and who keeps silent."""

from dataclasses import dataclass

from programme.models import Role
from smartcity.simulation.training.city import CITY
from smartcity.simulation.training.government import GOVERNMENT
from smartcity.simulation.training.services import SERVICES
from smartcity.simulation.training.story import Story


@dataclass(frozen=True)
class ProgrammeStory:
    code: str
    name: str
    objectives: tuple[tuple[str, str, str], ...]
    tasks: tuple[Story, ...]
    is_amended: bool = False
    is_before_the_council: bool = False


PROGRAMMES = (
    ProgrammeStory(
        "TM-DTTM",
        "Đề án phát triển đô thị thông minh Tỉnh mẫu",
        (
            ("Điều hành", "Hệ thống chuyên ngành kết nối về Trung tâm giám sát, điều hành", "100%"),
            ("Giao thông", "Nút giao trọng điểm có camera và đèn tín hiệu thích ứng", "80%"),
            ("Môi trường", "Khu công nghiệp có quan trắc tự động truyền dữ liệu về tỉnh", "100%"),
        ),
        CITY,
        is_amended=True,
        is_before_the_council=True,
    ),
    ProgrammeStory(
        "TM-CQS",
        "Đề án chính quyền số Tỉnh mẫu",
        (
            ("Dịch vụ công", "Hồ sơ thủ tục hành chính được giải quyết trực tuyến toàn trình", "70%"),
            ("Điều hành", "Văn bản giữa các cơ quan được ký số, gửi qua mạng", "100%"),
        ),
        GOVERNMENT,
        is_amended=True,
    ),
    ProgrammeStory(
        "TM-DVS",
        "Chương trình dịch vụ số phục vụ người dân, doanh nghiệp Tỉnh mẫu",
        (
            ("Y tế", "Người dân có hồ sơ sức khỏe điện tử", "90%"),
            ("Giáo dục", "Học sinh có học bạ số", "100%"),
        ),
        SERVICES,
    ),
)
# Agencies that have not reported for months.
SILENT = frozenset({"Sở NN&MT", "Sở VHTT&DL"})
# An account for each role: name, role, who it is, title, agency.
ACCOUNTS = (
    ("tap-huan-lanh-dao", Role.LEADER, "Lãnh đạo UBND Tỉnh mẫu", "Phó Chủ tịch", "UBND tỉnh"),
    ("tap-huan-chuyen-vien", Role.OFFICER, "Chuyên viên Sở Y tế Tỉnh mẫu", "Chuyên viên", "Sở YT"),
    ("tap-huan-chuyen-vien-2", Role.OFFICER, "Chuyên viên Công an Tỉnh mẫu", "Chuyên viên", "Công an tỉnh"),
    ("tap-huan-dau-moi", Role.COORDINATOR, "Cán bộ đầu mối Tỉnh mẫu", "Chuyên viên tổng hợp", "Sở KH&CN"),
    ("tap-huan-van-phong", Role.OFFICE, "Chuyên viên Văn phòng Tỉnh mẫu", "Chuyên viên", "VP UBND tỉnh"),
    ("tap-huan-kiem-toan", Role.AUDITOR, "Thanh tra viên Tỉnh mẫu", "Thanh tra viên", "Thanh tra tỉnh"),
    ("tap-huan-quan-tri", Role.ADMINISTRATOR, "Quản trị Tỉnh mẫu", "Quản trị viên", "VP UBND tỉnh"),
)
