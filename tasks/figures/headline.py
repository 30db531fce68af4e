"""The answer to «đến đâu rồi?», as a sentence in which each figure names the rows that it counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from smartcity.lib.language.dates import say_age, say_day
from smartcity.lib.language.money import group, say_money
from smartcity.lib.pages.known.moment import say_so_far
from tasks.figures.programme_day import ProgrammeOnDay
from tasks.figures.row_sets import ROW_SETS
from tasks.figures.task_rows import STATUS_LABELS
from tasks.timeliness import TIMELINESS_LABELS, Timeliness

# What a list tells after what is complete, where there is any of it.
LISTED_AFTER = {
    "de-nghi-chuyen-tiep": "đề nghị chuyển tiếp",
    "chuyen-tiep": "chuyển tiếp",
    f"han-{Timeliness.OPEN_OVERDUE}": "quá hạn",
}


@dataclass(frozen=True)
class HeadlinePiece:
    """A piece of the sentence; ``key`` is the row set that it opens, if it is a figure."""

    text: str
    key: str = ""


def headline(day: ProgrammeOnDay) -> list[HeadlinePiece]:
    """The sentence that a programme's page begins with."""
    if day.revision is None:
        return [HeadlinePiece(f"Đề án chưa có hiệu lực vào ngày {say_day(day.as_of)}")]
    if not day.groups:
        return [HeadlinePiece("Chưa có nhiệm vụ nào")]
    parts = _complete(day.total, day.complete, has_reports=day.has_reports)
    moved = day.counts["de-nghi-chuyen-tiep"] or day.counts["chuyen-tiep"]
    if day.counts["de-nghi-chuyen-tiep"]:
        parts += [
            HeadlinePiece("; "),
            *_moved(day.proposed_pair, "de-nghi-chuyen-tiep", "đề nghị chuyển tiếp", day.moved_to),
        ]
        parts.append(HeadlinePiece(_since(day)))
    elif day.counts["chuyen-tiep"]:
        parts += [HeadlinePiece("; "), *_moved(day.carried_pair, "chuyen-tiep", "chuyển tiếp", day.moved_to)]
    if day.overdue:
        parts += [
            HeadlinePiece("; "),
            HeadlinePiece(str(day.overdue), f"han-{Timeliness.OPEN_OVERDUE}"),
            HeadlinePiece(" nhiệm vụ quá hạn"),
        ]
    elif not moved and day.has_reports and day.counts["chua-hoan-thanh"]:
        open_ = day.counts["chua-hoan-thanh"]
        parts += [
            HeadlinePiece("; "),
            HeadlinePiece(str(open_), "chua-hoan-thanh"),
            HeadlinePiece(" nhiệm vụ chưa hoàn thành"),
        ]
    return parts


def list_headline(counts: Mapping[str, int], *, has_reports: bool) -> list[HeadlinePiece]:
    """The sentence of tasks of several programmes, or of some of one: the same figures, by their row sets."""
    if not counts["tat-ca"]:
        return [HeadlinePiece("Không có nhiệm vụ nào đang có hiệu lực")]
    parts = _complete(counts["tat-ca"], counts["hoan-thanh"], has_reports=has_reports)
    for key, words in LISTED_AFTER.items():
        if counts[key]:
            parts += [HeadlinePiece("; "), HeadlinePiece(group(counts[key]), key), HeadlinePiece(f" {words}")]
    return parts


def short_headline(day: ProgrammeOnDay) -> str:
    """«4/12 · 8 đề nghị chuyển tiếp», for a line of a list."""
    if day.revision is None:
        return "chưa có hiệu lực"
    said = [f"{day.complete}/{day.total}" if day.has_reports else f"{day.total} nhiệm vụ, chưa có báo cáo"]
    moved = ("de-nghi-chuyen-tiep", "chuyen-tiep")
    return " · ".join(said + [f"{day.counts[key]} {LISTED_AFTER[key]}" for key in moved if day.counts[key]])


def _complete(total: int, complete: int, *, has_reports: bool) -> list[HeadlinePiece]:
    """«4/12 nhiệm vụ hoàn thành»; what nobody has reported on is not «0/12»."""
    if not has_reports:
        return [HeadlinePiece(group(total), "tat-ca"), HeadlinePiece(" nhiệm vụ, chưa có báo cáo tiến độ")]
    return [
        HeadlinePiece(group(complete), "hoan-thanh"),
        HeadlinePiece("/"),
        HeadlinePiece(group(total), "tat-ca"),
        HeadlinePiece(" nhiệm vụ hoàn thành"),
    ]


def _moved(pair: tuple[int, int], key: str, verb: str, period: str) -> list[HeadlinePiece]:
    """One number, or two where tasks were split or merged on the way; the one that the page can open is a link."""
    old, new = pair
    to = f" sang {period}" if period else ""
    if old == new:
        return [HeadlinePiece(str(new), key), HeadlinePiece(f" nhiệm vụ {verb}{to}")]
    if key == "chuyen-tiep":
        return [HeadlinePiece(f"{old} → "), HeadlinePiece(str(new), key), HeadlinePiece(f" nhiệm vụ {verb}{to}")]
    return [HeadlinePiece(str(old), key), HeadlinePiece(f" → {new} nhiệm vụ {verb}{to}")]


def _since(day: ProgrammeOnDay) -> str:
    """Since when the proposal waits, and how long that is on the day of the figures."""
    if day.pending is None:
        return ""
    since = day.pending.last_step_on
    waited = f", đã chờ {say_age(since, day.as_of)}" if since < day.as_of else ""
    return f" từ {say_day(since)}{waited}"


def freshness(day: ProgrammeOnDay) -> str:
    """Of which day the newest accepted report speaks, and how old it is on the day of the figures."""
    return say_freshness(day.newest_report_on, day.as_of) if day.groups else ""


def say_freshness(newest: date | None, as_of: date) -> str:
    if newest is None:
        return "Chưa có báo cáo tiến độ nào được tiếp nhận"
    age = f", đã {say_age(newest, as_of)}" if newest < as_of else ""
    return f"Báo cáo mới nhất: số liệu đến ngày {say_day(newest)}{age}"


def headline_text(day: ProgrammeOnDay) -> str:
    return "".join(part.text for part in headline(day))


def figures_as_text(day: ProgrammeOnDay) -> str:
    """The figures for a terminal or a message: the same numbers as everywhere, one a line."""
    note = day.programme.province.simulated_note
    lines = [note] if note else []
    lines += [f"{day.programme.code} · số liệu đến ngày {say_day(day.as_of)}{say_so_far()}", headline_text(day)]
    if freshness(day):
        lines.append(freshness(day))
    if day.revision:
        lines.append(f"Theo {day.revision.document}, {day.revision.title.lower()}")
    if day.amends_the_first and day.first_decided:
        first = day.first_decided
        lines.append(f"  Theo danh mục ban hành lần đầu: {first.complete}/{first.total} hoàn thành")
    told = [*(f"trang-thai-{status}" for status in STATUS_LABELS), *(f"han-{cell}" for cell in TIMELINESS_LABELS)]
    told += ["chuyen-tiep", "de-nghi-chuyen-tiep"]
    lines += [f"  {ROW_SETS[key].label}: {day.counts[key]}" for key in told if day.counts[key]]
    declared = f"{say_money(day.declared.vnd)} ({day.declared.kind_label.lower()})" if day.declared else "chưa công bố"
    lines.append(f"  Tổng kinh phí công bố: {declared}")
    if day.proposed_budget and day.pending:
        lines.append(f"  {day.pending.title}, đang đề nghị: {say_money(day.proposed_budget.vnd)}")
    itemised, paid = _or_unknown(day.itemised_vnd or None), _or_unknown(day.disbursed_vnd)
    lines.append(f"  Phân khai theo nhiệm vụ: {itemised}; giải ngân: {paid}")
    return "\n".join(lines)


def _or_unknown(vnd: int | None) -> str:
    return "chưa có số liệu" if vnd is None else say_money(vnd)
