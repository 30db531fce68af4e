"""What was done with a record, in the office's own verbs: «Chấp thuận», «Thôi theo dõi»; else «Tạo», «Sửa», «Xóa».

A verb is told by the columns alone that a reader is told; whoever may not read a state reads «Sửa».
"""

from collections.abc import Collection
from typing import Any, NamedTuple

from tasks.operations.copying import DRAFTED_AGAIN

# By the sign that the history has.
PLAIN = {"+": "Tạo", "~": "Sửa", "-": "Xóa"}
# Of these nobody makes one: that it is there tells of something that was done.
NOTED = {
    *("programme.agencysuccession", "programme.documentrelation", "programme.coordinationtransfer"),
    *("programme.revisionstep", "tasks.leadtransfer", "tasks.tasklineage", "tasks.taskremoval", "tasks.budgetentry"),
    *("tasks.datasetobservation", "tasks.urging", "tasks.urgedreport", "meetings.directiveurging"),
    *("meetings.urgedassignment", "meetings.reopening", "meetings.findingentry"),
}


class Verb(NamedTuple):
    said: str
    # What it is done with, where that is not the kind of the record.
    noun: str = ""


# What a column of a new record says was done.
BEGUN: dict[str, tuple[str, dict[Any, Verb]]] = {
    "meetings.answer": ("state", {"sent": Verb("Gửi", "câu trả lời")}),
    "meetings.extension": ("state", {"waiting": Verb("Gửi")}),
    "tasks.progressupdate": ("state", {"submitted": Verb("Gửi")}),
    "tasks.tasklineage": ("kind", {"split": Verb("Tách", "nhiệm vụ"), "merge": Verb("Gộp", "nhiệm vụ")}),
}
# What a column became; or from what it became that, where the same end has two ways to it.
BECAME: dict[str, tuple[str, dict[Any, Verb]]] = {
    "meetings.answer": (
        "state",
        {"returned": Verb("Trả lại", "câu trả lời"), "confirmed": Verb("Xác nhận", "câu trả lời")},
    ),
    "meetings.assignment": (
        "state",
        {
            "answered": Verb("Báo hoàn thành"),
            "returned": Verb("Trả lại"),
            ("confirmed", "returned"): Verb("Mở lại"),
            "confirmed": Verb("Xác nhận hoàn thành"),
        },
    ),
    "meetings.extension": ("state", {"granted": Verb("Chấp thuận"), "refused": Verb("Không chấp thuận")}),
    "meetings.finding": (
        "state",
        {"open": Verb("Mở lại"), "answered": Verb("Giải trình"), "closed": Verb("Kết thúc")},
    ),
    # Proposing it has several steps, each of which is a record and says which it is.
    "programme.revision": (
        "state",
        {
            "proposed": Verb("Trình"),
            "adopted": Verb("Thông qua"),
            "rejected": Verb("Không thông qua"),
            "withdrawn": Verb("Rút"),
        },
    ),
    "programme.user": ("is_active", {True: Verb("Mở khóa", "tài khoản"), False: Verb("Khóa", "tài khoản")}),
    "smartcity.importedfile": (
        "state",
        {
            "checked": Verb("Kiểm tra xong", "số liệu trong tệp"),
            "refused": Verb("Không nhập", "số liệu từ tệp"),
            "applying": Verb("Bắt đầu nhập", "số liệu từ tệp"),
            "applied": Verb("Nhập", "số liệu từ tệp"),
            "cancelled": Verb("Hủy nhập", "số liệu từ tệp"),
            "undone": Verb("Hoàn tác nhập", "số liệu từ tệp"),
        },
    ),
    "tasks.explanation": (
        "state",
        {
            "open": Verb("Hỏi thêm", "theo yêu cầu giải trình"),
            "answered": Verb("Trả lời"),
            "closed": Verb("Kết thúc"),
        },
    ),
    "tasks.progressupdate": (
        "state",
        {
            "draft": Verb("Thu hồi"),
            "submitted": Verb("Gửi"),
            "accepted": Verb("Tiếp nhận"),
            "returned": Verb("Trả lại"),
        },
    ),
}
# A column that came to be filled, and that is empty again.
FILLED: dict[str, dict[str, tuple[Verb, Verb]]] = {
    "meetings.directive": {"withdrawn_on": (Verb("Thôi theo dõi"), Verb("Theo dõi lại"))},
    "tasks.routestep": {
        "done_on": (Verb("Ghi xong"), Verb("Mở lại")),
        "skipped_on": (Verb("Bỏ qua"), Verb("Mở lại")),
    },
}
# What one does to very many records at once: these say it for all of them.
SAID_FOR_ALL = {"smartcity.importedfile", "programme.revision", "meetings.meeting"}
# A column that counts: the first, and each later one.
COUNTED = {"meetings.meeting": ("version", Verb("Chốt kết luận"), Verb("Đính chính kết luận"))}
# A report that was taken back and sent once more.
AGAIN = {"tasks.progressupdate": Verb("Gửi lại")}
# Of what was saved as it was before.
UNCHANGED = "{}, không đổi nội dung"
# That such a record is there says it all.
MADE = {
    "meetings.answerfile": Verb("Đính kèm"),
    "meetings.attendance": Verb("Thêm"),
    # «Tạo đề án» would be another thing.
    "meetings.meetingprogramme": Verb("Gắn cuộc họp với", "đề án"),
    "meetings.meetingversion": Verb("Lưu"),
    "meetings.recipient": Verb("Thêm"),
    "programme.storedfile": Verb("Tải lên"),
    "smartcity.importedfile": Verb("Tải lên", "tệp để nhập số liệu"),
    "tasks.coordination": Verb("Thêm"),
    "tasks.evidence": Verb("Đính kèm"),
    "tasks.explanationreply": Verb("Ghi"),
    "tasks.taskremoval": Verb("Đưa ra khỏi đề án", "nhiệm vụ"),
}
# What it is that such a record is gone: nobody «removes» a split.
UNMADE: dict[str, Verb] = {
    "meetings.answer": Verb("Xóa", "câu trả lời"),
    "meetings.assignment": Verb("Hủy"),
    "meetings.directivelink": Verb("Gỡ"),
    "meetings.meetingprogramme": Verb("Thôi gắn cuộc họp với", "đề án"),
    "meetings.reopening": Verb("Hủy việc"),
    "meetings.urgedassignment": Verb("Bỏ khỏi lần đôn đốc", "phân công"),
    "programme.agencysuccession": Verb("Hủy ghi nhận"),
    "programme.coordinationtransfer": Verb("Hủy"),
    "programme.revisionstep": Verb("Hủy ghi nhận"),
    "tasks.coordination": Verb("Bỏ"),
    "tasks.datasetobservation": Verb("Hủy ghi nhận"),
    "tasks.leadtransfer": Verb("Hủy"),
    "tasks.taskremoval": Verb("Đưa trở lại đề án", "nhiệm vụ"),
    "tasks.urgedreport": Verb("Bỏ khỏi lần đôn đốc", "báo cáo"),
}
UNMADE_BY_KIND = {
    "tasks.tasklineage": ("kind", {"split": Verb("Hủy tách", "nhiệm vụ"), "merge": Verb("Hủy gộp", "nhiệm vụ")}),
}
# What a draft has from the one that it was drafted again from.
COPIED = "Chép sang dự thảo mới việc"
# Of these, that one is gone is what was done.
TAKEN_BACK = {"tasks.tasklineage", "tasks.taskremoval"}
# A record of its own that puts another one right: what is said of it, of an entry and of a report with its steps.
CORRECTING = {"tasks.budgetentry": Verb("Đính chính")}
CORRECTING_NOUNS = {"tasks.progressupdate": "bản đính chính báo cáo tiến độ"}


def verb_of(row: Any, before: Any, told: Collection[str], *, is_copied: bool = False) -> Verb:
    """«Tạo cuộc họp», but «Ghi kế thừa cơ quan», «Tiếp nhận báo cáo tiến độ»; by the columns ``told`` alone.

    What was copied with the whole that it is a part of was done when that was made, not now; a file may bring both.
    """
    is_copied = is_copied and (row.history_change_reason or "").startswith(DRAFTED_AGAIN)
    kind, sign = row.instance_type._meta.label_lower, row.history_type
    found = None
    if sign == "+" and is_copied:
        found = _copied(kind, row, told)
    elif sign == "+":
        found = MADE.get(kind) or _correcting(kind, told) or _begun(kind, row, told)
    elif sign == "-":
        found = UNMADE.get(kind) or _unmade(kind, row, told)
    elif sign == "~" and before:
        # To whoever knows what was sent before, its state is as it was.
        found = AGAIN.get(kind) if getattr(row, "is_sent_again", False) else None
        found = found or _filled(kind, row, before, told) or _became(kind, row, before, told)
        found = found or _counted(kind, row, before, told)
    found = found or Verb("Ghi" if sign == "+" and kind in NOTED else PLAIN[sign])
    corrects = kind in CORRECTING_NOUNS and row.corrects_id is not None
    return Verb(found.said, CORRECTING_NOUNS[kind]) if corrects else found


def _copied(kind: str, row: Any, told: Collection[str]) -> Verb | None:
    done = MADE.get(kind) or _begun(kind, row, told)
    return Verb(f"{COPIED} {done.said.lower()}", done.noun) if done else None


def _correcting(kind: str, told: Collection[str]) -> Verb | None:
    return CORRECTING.get(kind) if "corrects" in told else None


def _unmade(kind: str, row: Any, told: Collection[str]) -> Verb | None:
    column, verbs = UNMADE_BY_KIND.get(kind, ("", {}))
    return verbs.get(getattr(row, column)) if column in told else None


def _begun(kind: str, row: Any, told: Collection[str]) -> Verb | None:
    column, verbs = BEGUN.get(kind, ("", {}))
    return verbs.get(getattr(row, column)) if column in told else None


def _filled(kind: str, row: Any, before: Any, told: Collection[str]) -> Verb | None:
    for column, (filled, emptied) in FILLED.get(kind, {}).items():
        was, new = getattr(before, column), getattr(row, column)
        if column in told and bool(was) != bool(new):
            return filled if new else emptied
    return None


def _became(kind: str, row: Any, before: Any, told: Collection[str]) -> Verb | None:
    column, verbs = BECAME.get(kind, ("", {}))
    if column not in told:
        return None
    was, new = getattr(before, column), getattr(row, column)
    return verbs.get((was, new)) or verbs.get(new)


def _counted(kind: str, row: Any, before: Any, told: Collection[str]) -> Verb | None:
    if kind not in COUNTED or COUNTED[kind][0] not in told:
        return None
    column, first, later = COUNTED[kind]
    return later if getattr(before, column) else first


def say_unchanged(verb: str) -> str:
    """What is said where no field differs: somebody who sends a report again does more than save it."""
    return UNCHANGED.format(verb if any(verb == one.said for one in AGAIN.values()) else "Lưu lại")


def telling_columns(kind: str) -> set[str]:
    """A change of these tells what an act was about."""
    return {*FILLED.get(kind, {}), *(table[kind][0] for table in (BECAME, COUNTED) if kind in table)}
