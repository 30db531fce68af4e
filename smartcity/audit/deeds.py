"""What was done with a record, in the office's own verbs: «Chấp thuận», «Thôi theo dõi»; else «Tạo», «Sửa», «Xóa»."""

from collections.abc import Collection
from typing import Any

DEEDS = {"+": "Tạo", "~": "Sửa", "-": "Xóa"}
# Of these nobody makes one: that it is there tells of something that was done.
TOLD_DEEDS = {
    *("programme.agencysuccession", "programme.documentrelation", "programme.coordinationtransfer"),
    *("programme.revisionstep", "tasks.leadtransfer", "tasks.tasklineage", "tasks.taskremoval", "tasks.budgetentry"),
    *("tasks.datasetobservation", "tasks.urging", "tasks.urgedreport", "meetings.directiveurging"),
    *("meetings.urgedassignment", "meetings.reopening", "meetings.findingentry"),
}
# What has a verb of its own: a column, and what it became.
BEGUN: dict[str, tuple[str, dict[Any, str]]] = {
    "meetings.answer": ("state", {"sent": "Gửi"}),
    "meetings.extension": ("state", {"waiting": "Gửi"}),
    "tasks.progressupdate": ("state", {"submitted": "Gửi"}),
    "tasks.tasklineage": ("kind", {"split": "Tách", "merge": "Gộp"}),
}
BECAME: dict[str, tuple[str, dict[Any, str]]] = {
    "meetings.answer": ("state", {"sent": "Gửi lại", "returned": "Trả lại", "confirmed": "Xác nhận"}),
    "meetings.assignment": (
        "state",
        {
            "open": "Mở lại",
            "answered": "Báo hoàn thành",
            "returned": "Trả lại",
            "confirmed": "Xác nhận hoàn thành",
        },
    ),
    "meetings.extension": ("state", {"granted": "Chấp thuận", "refused": "Không chấp thuận"}),
    "meetings.finding": ("state", {"open": "Mở lại", "answered": "Giải trình", "closed": "Kết thúc"}),
    "programme.revision": (
        "state",
        {
            "draft": "Soạn lại",
            "proposed": "Trình",
            "adopted": "Thông qua",
            "rejected": "Không thông qua",
            "withdrawn": "Rút",
        },
    ),
    "programme.user": ("is_active", {True: "Mở lại", False: "Ngừng"}),
    "smartcity.importedfile": ("state", {"applied": "Ghi số liệu của", "cancelled": "Hủy", "undone": "Hoàn tác"}),
    "tasks.explanation": ("state", {"open": "Hỏi thêm về", "answered": "Trả lời", "closed": "Kết thúc"}),
    "tasks.progressupdate": (
        "state",
        {"draft": "Rút", "submitted": "Gửi", "accepted": "Tiếp nhận", "returned": "Trả lại"},
    ),
}
# A column that came to be filled, and that is empty again.
FILLED: dict[str, dict[str, tuple[str, str]]] = {
    "meetings.directive": {"withdrawn_on": ("Thôi theo dõi", "Theo dõi lại")},
    "tasks.routestep": {"done_on": ("Ghi xong", "Mở lại"), "skipped_on": ("Bỏ qua", "Mở lại")},
}
# Of these the verb says it, not the kind of record.
VERB_SAYS_IT = {
    "tasks.tasklineage": {"+": "", "-": "Hủy việc tách, gộp"},
    "tasks.taskremoval": {"+": "Đưa ra khỏi đề án", "-": "Đưa trở lại đề án"},
}
CALLED = {"meetings.answer": "câu trả lời", "tasks.tasklineage": "nhiệm vụ", "tasks.taskremoval": "nhiệm vụ"}


def tells_a_deed(kind: str, sign: str) -> bool:
    """Whether such a change may have a verb of its own: it tells what the act was about."""
    return (sign == "+" and kind in TOLD_DEEDS) or (sign == "~" and kind in BECAME.keys() | FILLED.keys())


def deed_of(row: Any, before: Any, told: Collection[str]) -> str:
    """«Tạo cuộc họp», but «Ghi kế thừa cơ quan», «Tiếp nhận báo cáo tiến độ»; told by the columns ``told`` alone."""
    kind, sign = row.instance_type._meta.label_lower, row.history_type
    if own := VERB_SAYS_IT.get(kind, {}).get(sign):
        return own
    if sign == "+":
        column, verbs = BEGUN.get(kind, ("", {}))
        verb = verbs.get(getattr(row, column, None)) if column in told else None
        return verb or ("Ghi" if kind in TOLD_DEEDS else DEEDS[sign])
    return (_changed(kind, row, before, told) if sign == "~" and before else "") or DEEDS[sign]


def _changed(kind: str, row: Any, before: Any, told: Collection[str]) -> str:
    for column, (filled, emptied) in FILLED.get(kind, {}).items():
        was, new = getattr(before, column), getattr(row, column)
        if column in told and bool(was) != bool(new):
            return filled if new else emptied
    column, verbs = BECAME.get(kind, ("", {}))
    return verbs.get(getattr(row, column, None), "") if column in told else ""
