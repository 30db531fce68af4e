"""Who may do what, in words: each right of the table belongs to one act, and whoever has it is read off the table."""

from collections.abc import Iterator
from dataclasses import dataclass

from programme.rights import (
    ADD,
    ANSWER,
    AUDITS,
    CHANGE,
    CLOSE,
    CONFIRM,
    COORDINATE,
    DECIDE,
    OF_NO_AGENCY,
    OVERSEE,
    REVIEW,
    URGE,
    Role,
    roles_that,
)


@dataclass(frozen=True)
class Act:
    """What somebody does, which rights that takes, all of the same roles, and whose records it may be done to."""

    words: str
    rights: tuple[tuple[str, str], ...]
    whose: str

    @property
    def roles(self) -> set[Role]:
        verb, record = self.rights[0]
        return roles_that(verb, record)


def act(words: str, *rights: tuple[str, str], whose: str) -> Act:
    return Act(words, rights, whose)


def written(*records: str) -> Iterator[tuple[str, str]]:
    """The rights of who enters these records and corrects them."""
    return ((verb, record) for record in records for verb in (ADD, CHANGE))


OWN_PROGRAMMES = "Đề án mà cơ quan mình làm đầu mối."

ACTS: list[tuple[str, list[Act]]] = [
    (
        "Tiến độ, thủ tục, số liệu",
        [
            act(
                "Lập, sửa, gửi báo cáo tiến độ kèm tệp minh chứng",
                *written("tasks.progressupdate"),
                (ADD, "tasks.evidence"),
                whose="Nhiệm vụ do cơ quan mình chủ trì; cơ quan đầu mối báo cáo cả nhiệm vụ chưa ghi cơ quan chủ trì.",
            ),
            act(
                "Tiếp nhận hoặc trả lại báo cáo",
                (REVIEW, "tasks.progressupdate"),
                whose="Cơ quan đầu mối: báo cáo của đề án mình làm đầu mối, trừ báo cáo mình đã tham gia viết. Văn "
                "phòng: báo cáo do chính cơ quan đầu mối gửi.",
            ),
            act(
                "Được báo khi báo cáo quá hạn",
                (URGE, "tasks.progressupdate"),
                whose="Báo cáo của cơ quan mình; lãnh đạo UBND cấp tỉnh: cả cơ quan chưa có lãnh đạo dùng hệ thống.",
            ),
            act(
                "Đôn đốc báo cáo quá hạn",
                (ADD, "tasks.urging"),
                whose="Cơ quan đầu mối: đề án mình làm đầu mối. Lãnh đạo UBND cấp tỉnh và của cơ quan đầu mối: mọi cơ "
                "quan; lãnh đạo khác: cơ quan mình.",
            ),
            act(
                "Đặt chế độ báo cáo, sửa kỳ báo cáo",
                *written("tasks.reportingduty"),
                (CHANGE, "tasks.reportingcycle"),
                whose=OWN_PROGRAMMES,
            ),
            act(
                "Ghi, sửa các bước thủ tục",
                *written("tasks.routestep"),
                whose="Nhiệm vụ mà mình báo cáo; cơ quan đầu mối: mọi nhiệm vụ của đề án mình làm đầu mối.",
            ),
            act(
                "Nhập từ tệp",
                (ADD, "smartcity.importedfile"),
                whose="Những gì chính người đó được ghi trên trang.",
            ),
            act(
                "Ghi kinh phí thực tế",
                (ADD, "tasks.budgetentry"),
                whose=f"{OWN_PROGRAMMES} Ghi sai thì ghi bút toán ngược lại.",
            ),
            act(
                "Ghi, sửa danh mục cơ sở dữ liệu",
                *written("tasks.dataset"),
                whose="Tỉnh có đề án mà cơ quan mình làm đầu mối.",
            ),
            act(
                "Ghi tình trạng cơ sở dữ liệu",
                (ADD, "tasks.datasetobservation"),
                whose="Cơ sở dữ liệu của cơ quan mình; cơ quan đầu mối: mọi cơ sở dữ liệu của tỉnh.",
            ),
        ],
    ),
    (
        "Đề án, điều chỉnh",
        [
            act("Lập đề án", (ADD, "programme.programme"), whose="Đề án của tỉnh mình."),
            act(
                "Thay mặt cơ quan đầu mối của đề án",
                (COORDINATE, "programme.programme"),
                whose=OWN_PROGRAMMES,
            ),
            act(
                "Sửa cơ quan đầu mối ban đầu bị ghi sai",
                (CHANGE, "programme.programme"),
                whose="Đề án của tỉnh mình, khi chưa có lần chuyển giao nào.",
            ),
            act(
                "Soạn dự thảo ban hành, điều chỉnh: giai đoạn, mục tiêu, nhiệm vụ, cơ quan phối hợp, kinh phí, tách, "
                "gộp, đưa ra khỏi đề án",
                *written(
                    *("programme.revision", "programme.period", "programme.objective", "tasks.plannedtask"),
                    *("tasks.coordination", "tasks.plannedbudget", "tasks.tasklineage", "tasks.taskremoval"),
                ),
                whose=f"{OWN_PROGRAMMES} Đã trình thì không sửa được nữa.",
            ),
            act(
                "Ghi các bước trình, thông qua, không thông qua, rút",
                (ADD, "programme.revisionstep"),
                whose="Cơ quan đầu mối: đề án mình làm đầu mối. Văn phòng: mọi đề án của tỉnh.",
            ),
            act(
                "Ghi, sửa số liệu công bố",
                *written("programme.statedfigure"),
                whose="Đề án của tỉnh mình.",
            ),
            act(
                "Chuyển giao đầu mối, chủ trì cho cơ quan kế thừa",
                (ADD, "programme.coordinationtransfer"),
                (ADD, "tasks.leadtransfer"),
                whose="Việc của cơ quan trong tỉnh mình đã ghi cơ quan kế thừa.",
            ),
        ],
    ),
    (
        "Cuộc họp, chỉ đạo",
        [
            act(
                "Ghi, sửa cuộc họp, thành phần dự, ý kiến, kết luận, ý kiến chỉ đạo, phân công; chốt kết luận",
                *written(
                    *("meetings.meeting", "meetings.meetingprogramme", "meetings.attendance", "meetings.opinion"),
                    *("meetings.recipient", "meetings.conclusion", "meetings.directive", "meetings.assignment"),
                ),
                (ADD, "meetings.meetingversion"),
                whose="Cuộc họp của tỉnh mình.",
            ),
            act(
                "Có mọi việc đã giao trong lịch của mình",
                (OVERSEE, "meetings.assignment"),
                whose="Việc giao cho mọi cơ quan của tỉnh mình.",
            ),
            act(
                "Được báo khi việc được giao quá hạn",
                (URGE, "meetings.assignment"),
                whose="Việc của cơ quan mình; lãnh đạo UBND cấp tỉnh: của mọi cơ quan.",
            ),
            act(
                "Đôn đốc việc được giao quá hạn",
                (ADD, "meetings.directiveurging"),
                whose="Mọi cơ quan mà cuộc họp của tỉnh mình giao việc.",
            ),
            act(
                "Nối ý kiến chỉ đạo với nhiệm vụ, lần điều chỉnh, văn bản",
                *written("meetings.directivelink"),
                whose="Ý kiến chỉ đạo của tỉnh mình; cơ quan đầu mối: với đề án mình làm đầu mối.",
            ),
            act(
                "Trả lời việc được giao, kèm tệp",
                (ADD, "meetings.answer"),
                (ADD, "meetings.answerfile"),
                whose="Việc giao cho cơ quan mình, hoặc cho cơ quan đã kết thúc mà mình kế thừa.",
            ),
            act("Xin gia hạn", (ADD, "meetings.extension"), whose="Việc giao cho cơ quan mình."),
            act(
                "Xác nhận việc đã xong hoặc trả lại",
                (CONFIRM, "meetings.answer"),
                (CHANGE, "meetings.answer"),
                whose="Việc của tỉnh mình, trừ trả lời do chính mình viết.",
            ),
            act(
                "Cho hoặc không cho gia hạn",
                (DECIDE, "meetings.extension"),
                (CHANGE, "meetings.extension"),
                whose="Việc của tỉnh mình, trừ đề nghị do chính mình gửi.",
            ),
            act(
                "Lấy và đổi địa chỉ lịch",
                *written("meetings.feedaddress"),
                whose="Lịch của chính mình.",
            ),
        ],
    ),
    (
        "Giải trình, kiến nghị",
        [
            act(
                "Yêu cầu giải trình, kết thúc giải trình",
                (ADD, "tasks.explanation"),
                (CLOSE, "tasks.explanation"),
                whose="Đề án, nhiệm vụ, số liệu của tỉnh mình.",
            ),
            act(
                "Trả lời giải trình, hỏi thêm",
                (ADD, "tasks.explanationreply"),
                whose="Cơ quan được hỏi thì trả lời; lãnh đạo thì hỏi thêm.",
            ),
            act(
                "Ghi, sửa kiến nghị kiểm toán, thanh tra; ghi đã thực hiện xong, mở lại",
                *written("meetings.finding"),
                (CLOSE, "meetings.finding"),
                whose="Kiến nghị đối với cơ quan của tỉnh mình.",
            ),
            act(
                "Giải trình kiến nghị",
                (ANSWER, "meetings.finding"),
                whose="Kiến nghị đối với cơ quan mình.",
            ),
        ],
    ),
    (
        "Văn bản",
        [
            act(
                "Ghi, sửa văn bản",
                *written("programme.legaldocument"),
                whose="Văn bản của tỉnh mình; văn bản của cơ quan trung ương chỉ quản trị toàn hệ thống ghi, sửa.",
            ),
            act(
                "Ghi, sửa quan hệ giữa các văn bản",
                *written("programme.documentrelation"),
                whose="Văn bản của tỉnh mình.",
            ),
        ],
    ),
    (
        "Tỉnh, cơ quan, tài khoản",
        [
            act(
                "Ghi, sửa tỉnh, thành phố",
                *written("programme.province"),
                whose="Quản trị của tỉnh: tỉnh mình. Quản trị toàn hệ thống: mọi tỉnh.",
            ),
            act(
                "Ghi, sửa cơ quan, kế thừa cơ quan",
                *written("programme.agency", "programme.agencysuccession"),
                whose="Quản trị của tỉnh: cơ quan của tỉnh mình. Quản trị toàn hệ thống: mọi cơ quan.",
            ),
            act(
                "Tạo, khóa tài khoản; ghi vai trò, chuyển công tác; đặt lại mật khẩu",
                *written("programme.user", "programme.membership"),
                whose="Quản trị của tỉnh: người của tỉnh mình. Quản trị toàn hệ thống: mọi người.",
            ),
        ],
    ),
]

# Nobody writes these by themselves: they come with an act above.
KEPT_BY_ACTS = {
    "tasks.task": "mã nhiệm vụ",
    "programme.storedfile": "tệp đã tải lên",
    "tasks.urgedreport": "từng báo cáo được đôn đốc",
    "meetings.urgedassignment": "từng việc được đôn đốc",
    "meetings.reopening": "lần mở lại việc đã xong",
    "meetings.findingentry": "diễn biến của kiến nghị",
}


def whose_records() -> list[tuple[str, str]]:
    """Who reads what: the roles, and the records that they see."""
    everywhere = [role.label for role in Role if role in OF_NO_AGENCY]
    others = [role.label for role in Role if role not in OF_NO_AGENCY]
    auditors = [role.label for role in Role if role in AUDITS]
    return [
        ("; ".join(others), "Đọc mọi mục của tỉnh mình và của tỉnh đã hợp nhất vào tỉnh mình."),
        (
            "; ".join(everywhere),
            "Thuộc cơ quan của một tỉnh thì đọc của tỉnh đó. Thuộc cơ quan trung ương hoặc không thuộc cơ quan nào thì "
            "đọc của mọi tỉnh.",
        ),
        ("; ".join(auditors), "Đọc cả báo cáo chưa gửi và những gì đã xóa; không sửa gì."),
    ]
