"""The sums of a comparison in words: «12 = 4 hoàn thành + 8 chuyển tiếp», «3.800 − 1.770 = 2.030 tỷ đồng»."""

from smartcity.lib.language.dates import say_day
from smartcity.lib.language.money import say_money
from smartcity.lib.pages.known.moment import say_so_far
from tasks.comparison import Comparison, Term


def money_sentence(comparison: Comparison) -> str:
    """The declared totals and their difference; says so where one of the two declares none."""
    old, new = comparison.old.declared_budget_vnd, comparison.new.declared_budget_vnd
    if old is None and new is None:
        return "Cả hai lần không công bố tổng kinh phí"
    if old is None or new is None:
        silent, other = (comparison.old, comparison.new) if old is None else (comparison.new, comparison.old)
        known = new if old is None else old
        return f"{silent.title} không công bố tổng kinh phí; {other.title} công bố {say_money(known or 0)}"
    kinds = [one.get_declared_budget_kind_display().lower() for one in (comparison.old, comparison.new)]
    if kinds[0] != kinds[1]:
        return f"{say_money(old)} ({kinds[0]}) → {say_money(new)} ({kinds[1]}): khác loại kinh phí nên không trừ"
    if old == new:
        return f"Không đổi: {say_money(new)}"
    sign = "−" if new < old else "+"
    return f"{say_money(old)} {sign} {say_money(abs(new - old))} = {say_money(new)}"


def itemised_sentences(comparison: Comparison) -> list[str]:
    """What the items add up to, and by how much they miss what is declared."""
    told = []
    old, new = comparison.old_itemised_vnd, comparison.new_itemised_vnd
    if not old and not new:
        told.append("Chưa phân khai kinh phí theo nhiệm vụ ở cả hai lần")
    elif old == new:
        told.append(f"Phân khai theo nhiệm vụ không đổi: {say_money(new)}")
    else:
        sign = "−" if new < old else "+"
        told.append(f"Phân khai theo nhiệm vụ: {_or_none(old)} {sign} {say_money(abs(new - old))} = {_or_none(new)}")
    for revision, gap in ((comparison.old, comparison.old_gap_vnd), (comparison.new, comparison.new_gap_vnd)):
        if gap:
            less = "thiếu" if gap > 0 else "vượt"
            told.append(f"{revision.title}: phân khai {less} {say_money(abs(gap))} so với tổng công bố")
    if comparison.unexplained_vnd:
        told.append(f"Chênh lệch {say_money(abs(comparison.unexplained_vnd))} chưa có trong phân khai theo nhiệm vụ")
    return told


def _or_none(vnd: int) -> str:
    return say_money(vnd) if vnd else "0 đồng"


def say_terms(total: int, terms: list[Term]) -> str:
    """«16 = 4 tiếp tục + 2 từ tách, gộp + 10 bổ sung»."""
    return f"{total} = {' + '.join(f'{term.count} {term.label}' for term in terms) or '0'}"


def comparison_as_text(comparison: Comparison) -> str:
    """The comparison for a terminal: the sums, then every change in one line."""
    lines = [
        f"{comparison.new.programme.code}: {comparison.old.title} → {comparison.new.title}",
        f"Hoàn thành hay chưa tính đến ngày {say_day(comparison.on)}{say_so_far()}",
        f"Trước: {say_terms(comparison.old_total, comparison.old_terms)}",
        f"Sau:   {say_terms(comparison.new_total, comparison.new_terms)}",
        f"Kinh phí: {money_sentence(comparison)}",
        *(f"  {sentence}" for sentence in itemised_sentences(comparison)),
    ]
    for kind, rows in comparison.groups:
        lines.append(f"{kind.label} ({comparison.counts[kind]})")
        for row in rows:
            old, new = (" + ".join(one.plan.name for one in side) for side in (row.old, row.new))
            lines.append("  " + (" → ".join(filter(None, [old, new])) if old != new else old))
            lines += [f"    {one.label}: {one.old or '(trống)'} → {one.new or '(trống)'}" for one in row.differences]
    return "\n".join(lines)
