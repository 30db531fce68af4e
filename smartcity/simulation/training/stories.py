"""What the province does: three programmes of twelve tasks; and who keeps silent."""

from dataclasses import dataclass

from smartcity.simulation.training.city import CITY
from smartcity.simulation.training.digital_services import SERVICES
from smartcity.simulation.training.government import GOVERNMENT
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
