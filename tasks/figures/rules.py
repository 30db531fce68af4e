"""The rule of each figure that counts tasks, in words: what is counted, what is left out, where the rule comes from.

Each speaks of the day of the figures, which the page adds. ``row_sets.py`` has the same rules as conditions.
"""

from smartcity.lib.pages.explained import Rule
from tasks.models import Status
from tasks.models.task_day import NO_REPORT, UNEXPLAINED
from tasks.timeliness import Timeliness

ACT = "văn bản thông qua danh mục, nêu ở dòng Văn bản"
LAST_REPORT = "báo cáo tiến độ mới nhất đã được tiếp nhận"
NOT_COUNTED = "báo cáo còn là bản nháp, đang chờ tiếp nhận, bị trả lại hoặc đã được đính chính"
REPORTING = "báo cáo tiến độ do cơ quan đầu mối của đề án tiếp nhận, hoặc nhập từ văn bản đã công bố"
FOUR_CELLS = (
    "cách theo dõi nhiệm vụ được giao tại Quyết định 42/2014/QĐ-TTg ngày 27/7/2014, sửa đổi bởi Quyết định "
    "23/2018/QĐ-TTg ngày 15/5/2018; hạn là hạn riêng của nhiệm vụ trong danh mục, không ghi thì là ngày cuối của giai "
    "đoạn"
)

ALL_TASKS = Rule(
    "Đếm mọi nhiệm vụ trong danh mục của lần ban hành hoặc điều chỉnh đang có hiệu lực",
    "nhiệm vụ chỉ có trong bản đang soạn hoặc đang trình; nhiệm vụ đã đưa ra khỏi danh mục, đã tách, đã gộp",
    ACT,
)
COMPLETE = Rule(
    f"Đếm nhiệm vụ mà {LAST_REPORT} ghi «Hoàn thành»",
    f"{NOT_COUNTED}; khai trương, chạy thử mà báo cáo chưa ghi hoàn thành",
    REPORTING,
)
NOT_COMPLETE = Rule(
    "Đếm nhiệm vụ của danh mục đang có hiệu lực trừ nhiệm vụ hoàn thành; nhiệm vụ chưa có báo cáo cũng được đếm",
    NOT_COUNTED,
    REPORTING,
)
CARRIED_OVER = Rule(
    "Đếm nhiệm vụ của danh mục đang có hiệu lực đi tiếp từ nhiệm vụ chưa hoàn thành của danh mục trước và được xếp vào "
    "giai đoạn muộn hơn",
    "nhiệm vụ đã hoàn thành vào ngày điều chỉnh có hiệu lực; phần mới đề nghị, chưa thông qua",
    ACT,
)
PUT_OFF = Rule(
    "Đếm nhiệm vụ của danh mục đang có hiệu lực có hạn hoàn thành muộn hơn hạn được quyết định lần đầu",
    "nhiệm vụ không có hạn; hạn mới đề nghị, chưa thông qua",
    ACT,
)
PROPOSED = Rule(
    "Đếm nhiệm vụ chưa hoàn thành mà bản điều chỉnh đang trình, hoặc chưa đến ngày có hiệu lực, xếp sang giai đoạn "
    "muộn hơn",
    "bản còn đang soạn, không được thông qua hoặc đã rút",
    "văn bản trình điều chỉnh, nêu ở dòng Văn bản",
)
WAITING = Rule(
    "Đếm bản điều chỉnh đã trình mà chưa được thông qua; số ngày chờ tính từ bước trình gần nhất",
    "bản còn đang soạn, không được thông qua hoặc đã rút; bản đã thông qua, chỉ chờ ngày có hiệu lực",
    "các bước trình, thông qua ghi ở trang của lần điều chỉnh",
)
UNREPORTED = Rule(
    "Đếm nhiệm vụ phải báo cáo trong kỳ đang mở mà chưa có báo cáo nào được gửi",
    "nhiệm vụ không thuộc chế độ báo cáo nào đang áp dụng",
    "chế độ báo cáo của đề án, nhiệm vụ",
)
OUT_OF_FORCE = Rule(
    "Đếm nhiệm vụ không nằm trong danh mục đang có hiệu lực: chưa có hiệu lực, đã đưa ra, đã tách hoặc gộp",
    "",
    "các lần ban hành, điều chỉnh của từng đề án",
)
OF_TIMELINESS = {
    Timeliness.DONE_ON_TIME: "Đếm nhiệm vụ hoàn thành, ngày hoàn thành không muộn hơn hạn",
    Timeliness.DONE_LATE: "Đếm nhiệm vụ hoàn thành, ngày hoàn thành sau hạn",
    Timeliness.DONE_DATE_UNKNOWN: "Đếm nhiệm vụ hoàn thành mà nguồn không nêu ngày hoàn thành",
    Timeliness.OPEN_IN_TIME: "Đếm nhiệm vụ chưa hoàn thành, chưa qua hạn; đúng ngày hạn vẫn là trong hạn",
    Timeliness.OPEN_OVERDUE: "Đếm nhiệm vụ chưa hoàn thành, đã qua hạn; số ngày chậm tính từ hạn",
    Timeliness.NO_DUE_DATE: "Đếm nhiệm vụ mà văn bản không đặt hạn và không xếp giai đoạn",
}
OF_TONE = {
    "good": "Đếm nhiệm vụ hoàn thành",
    "wait": "Đếm nhiệm vụ chưa hoàn thành mà bản điều chỉnh đang trình xếp sang giai đoạn muộn hơn",
    "late": "Đếm nhiệm vụ chưa hoàn thành, đã qua hạn và không có đề nghị chuyển tiếp",
    "run": "Đếm nhiệm vụ đang triển khai hoặc đang làm thủ tục, chưa qua hạn và không có đề nghị chuyển tiếp",
    "idle": "Đếm nhiệm vụ chưa qua hạn mà chưa triển khai, đã tạm dừng hoặc chưa có báo cáo",
}


def rule_of_status(status: str, label: str) -> Rule:
    if status == NO_REPORT:
        return Rule("Đếm nhiệm vụ chưa có báo cáo nào được tiếp nhận", NOT_COUNTED, REPORTING)
    return (
        COMPLETE
        if status == Status.COMPLETE
        else Rule(f"Đếm nhiệm vụ mà {LAST_REPORT} ghi «{label}»", NOT_COUNTED, REPORTING)
    )


def rule_of_timeliness(cell: Timeliness) -> Rule:
    return Rule(OF_TIMELINESS[cell], NOT_COUNTED, FOUR_CELLS)


def rule_of_tone(tone: str) -> Rule:
    return Rule(OF_TONE[tone], NOT_COUNTED, "mỗi nhiệm vụ được xếp vào một nhóm, nhóm đầu tiên mà nó thuộc về")


def rule_of_cause(cause: str, label: str) -> Rule:
    said = "không nêu nguyên nhân" if cause == UNEXPLAINED else f"nêu nguyên nhân «{label}»"
    return Rule(
        f"Đếm nhiệm vụ chưa hoàn thành mà {LAST_REPORT} {said}", f"nhiệm vụ hoàn thành; {NOT_COUNTED}", REPORTING
    )
