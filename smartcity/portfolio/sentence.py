"""The answer to «đến đâu rồi?», as a sentence in which each figure names the rows that it counts."""

from dataclasses import dataclass

from programme.dates import say_day
from programme.money import say_money
from smartcity.portfolio.figures import ROW_SETS, ProgrammeOnDay
from smartcity.portfolio.task_rows import STATUS_LABELS
from tasks.timeliness import TIMELINESS_LABELS


@dataclass(frozen=True)
class Part:
    """A piece of the sentence; ``key`` is the row set that it opens, if it is a figure."""

    text: str
    key: str = ""


def headline(day: ProgrammeOnDay) -> list[Part]:
    """The sentence that a programme's page begins with."""
    if day.revision is None:
        return [Part(f"Đề án chưa có hiệu lực vào ngày {say_day(day.as_of)}")]
    if not day.rows:
        return [Part("Chưa có nhiệm vụ nào")]
    parts = [Part(str(day.complete), "hoan-thanh"), Part("/"), Part(str(day.total), "tat-ca")]
    parts.append(Part(" nhiệm vụ hoàn thành"))
    proposed, carried = day.counts["de-nghi-chuyen-tiep"], day.counts["chuyen-tiep"]
    overdue, open_ = day.counts["han-open_overdue"], day.counts["chua-hoan-thanh"]
    if proposed:
        parts += _moved(proposed, "de-nghi-chuyen-tiep", "đề nghị chuyển tiếp", day.moved_to)
    elif carried:
        parts += _moved(carried, "chuyen-tiep", "chuyển tiếp", day.moved_to)
    elif not day.has_reports:
        parts.append(Part("; chưa có báo cáo tiến độ"))
    elif overdue:
        parts += [Part("; "), Part(str(overdue), "han-open_overdue"), Part(" nhiệm vụ quá hạn")]
    elif open_:
        parts += [Part("; "), Part(str(open_), "chua-hoan-thanh"), Part(" nhiệm vụ chưa hoàn thành")]
    return parts


def _moved(count: int, key: str, verb: str, period: str) -> list[Part]:
    return [Part("; "), Part(str(count), key), Part(f" nhiệm vụ {verb}" + (f" sang {period}" if period else ""))]


def headline_text(day: ProgrammeOnDay) -> str:
    return "".join(part.text for part in headline(day))


def figures_as_text(day: ProgrammeOnDay) -> str:
    """The figures for a terminal or a message: the same numbers as everywhere, one a line."""
    lines = [f"{day.programme.code} · số liệu đến ngày {say_day(day.as_of)}", headline_text(day)]
    if day.revision:
        lines.append(f"Theo {day.revision.document}, {day.revision.title.lower()}")
    if day.amends_the_first and day.first_decided:
        first = day.first_decided
        lines.append(f"  Theo danh mục ban hành lần đầu: {first.complete}/{first.total} hoàn thành")
    told = [*(f"trang-thai-{status}" for status in STATUS_LABELS), *(f"han-{cell}" for cell in TIMELINESS_LABELS)]
    told += ["chuyen-tiep", "de-nghi-chuyen-tiep"]
    lines += [f"  {ROW_SETS[key].label}: {day.counts[key]}" for key in told if day.counts[key]]
    declared = (
        f"{say_money(day.declared.vnd)} ({day.declared.kind_label.lower()})" if day.declared else "chưa có số liệu"
    )
    lines.append(f"  Tổng kinh phí công bố: {declared}")
    if day.proposed_budget and day.pending:
        lines.append(f"  {day.pending.title}, đang đề nghị: {say_money(day.proposed_budget.vnd)}")
    lines.append(
        f"  Phân khai theo nhiệm vụ: {_or_unknown(day.itemised_vnd)}; giải ngân: {_or_unknown(day.disbursed_vnd)}"
    )
    return "\n".join(lines)


def _or_unknown(vnd: int) -> str:
    return say_money(vnd) if vnd else "chưa có số liệu"
