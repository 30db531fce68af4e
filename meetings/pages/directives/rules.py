"""The rule of each figure that counts what meetings gave, in words; ``figures.py`` has the same as conditions."""

from smartcity.lib.pages.explained import Rule
from tasks.timeliness import Timeliness

PARTS = "phần việc (một chỉ đạo giao cho một cơ quan) của các cuộc họp đã kết luận"
NOT_DONE = "trả lời «đã hoàn thành» mà Văn phòng chưa xác nhận hoặc đã trả lại"
NOTICE = "thông báo kết luận của cuộc họp; việc hoàn thành do Văn phòng Ủy ban nhân dân xác nhận"
ON_TIME_RULE = (
    "cách theo dõi nhiệm vụ được giao tại Quyết định 42/2014/QĐ-TTg ngày 27/7/2014, sửa đổi bởi Quyết định "
    "23/2018/QĐ-TTg ngày 15/5/2018"
)
GIVEN = Rule(f"Đếm mọi {PARTS}", "chỉ đạo đã rút khi chưa xong; cuộc họp chưa kết luận", NOTICE)
DONE = Rule(f"Đếm {PARTS} mà Văn phòng đã xác nhận hoàn thành", NOT_DONE, NOTICE)
RATE = Rule(
    "Số việc hoàn thành đúng hạn chia cho số việc đã hoàn thành có hạn cộng số việc quá hạn chưa xong; cắt hai số lẻ, "
    "không làm tròn",
    "việc không có hạn; việc còn trong hạn",
    ON_TIME_RULE,
)
JUDGED = {
    Timeliness.OPEN_OVERDUE: "chưa hoàn thành, đã qua hạn",
    Timeliness.OPEN_IN_TIME: "chưa hoàn thành, chưa qua hạn; đúng ngày hạn vẫn là trong hạn",
    Timeliness.DONE_ON_TIME: "hoàn thành, ngày hoàn thành không muộn hơn hạn",
    Timeliness.DONE_LATE: "hoàn thành, ngày hoàn thành sau hạn",
    Timeliness.NO_DUE_DATE: "không có ngày hạn: thông báo không đặt hạn, hoặc hạn chờ một việc chưa xảy ra",
}


def rule_of(cells: frozenset[Timeliness], is_done: bool | None, *, by_first_due: bool = False) -> Rule:
    """Of the parts in these cells of timeliness, done or not."""
    if len(cells) > 1:
        return GIVEN if is_done is None else DONE
    [cell] = cells
    due = "hạn giao đầu tiên, không kể gia hạn" if by_first_due else "hạn hiện nay, kể cả gia hạn đã được duyệt"
    state = "" if is_done is None else " và đã hoàn thành" if is_done else " và chưa hoàn thành"
    return Rule(f"Đếm {PARTS} {JUDGED[cell]}{state}; xét theo {due}", NOT_DONE, f"{NOTICE}; {ON_TIME_RULE}")
