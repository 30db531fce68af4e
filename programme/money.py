"""Money as Vietnamese documents write it: read into whole đồng, never guessed, and said back in words."""

import re
import unicodedata
from decimal import Decimal

from django.db import models

from programme.text import clean_line


class MoneyKind(models.TextChoices):
    """How firm an amount is. Amounts of different kinds are never added together."""

    ESTIMATE = "estimate", "Khái toán, ước tính"
    TOTAL_INVESTMENT = "total_investment", "Tổng mức đầu tư"
    COST_ESTIMATE = "cost_estimate", "Dự toán"
    MEDIUM_TERM_PLAN = "medium_term_plan", "Kế hoạch vốn trung hạn"
    YEAR_PLAN = "year_plan", "Kế hoạch vốn năm"
    CONTRACT = "contract", "Giá trị hợp đồng"
    DISBURSEMENT = "disbursement", "Giải ngân"
    SETTLEMENT = "settlement", "Quyết toán"
    UNSPECIFIED = "unspecified", "Nguồn không nêu loại"


class MoneySource(models.TextChoices):
    """Where the money comes from; the route of a task is another question."""

    CENTRAL = "central", "Ngân sách trung ương"
    PROVINCE = "province", "Ngân sách tỉnh"
    DISTRICT = "district", "Ngân sách huyện"
    COMMUNE = "commune", "Ngân sách xã"
    PRIVATE = "private", "Xã hội hóa"
    ODA = "oda", "Vốn ODA"
    OTHER = "other", "Nguồn khác"
    UNSPECIFIED = "unspecified", "Nguồn không nêu"


UNITS = {"": 1, "đồng": 1, "nghìn đồng": 10**3, "triệu đồng": 10**6, "tỷ đồng": 10**9, "nghìn tỷ đồng": 10**12}
LARGEST_VND = 999_999_999_999_999_999
HOW_TO_WRITE = "Số tiền viết bằng chữ số và đơn vị, ví dụ: 3.470 tỷ đồng; 160 triệu đồng; 3.470.000.000.000."
BLANK_GROUP = re.compile(r"(?<=[0-9]) (?=[0-9]{3}(?![0-9]))")
AMOUNT = re.compile(r"^(?P<sign>-?)(?P<whole>[0-9]{1,3}(?:\.[0-9]{3}){0,6}|[0-9]{1,18})(?:,(?P<part>[0-9]{1,12}))?$")


def read_money(text: str) -> int:
    """Read ``3.470 tỷ đồng``, ``160 triệu`` or ``3.470.000.000.000`` as đồng.

    Raises ``ValueError`` with a Vietnamese sentence wherever a reading would be a guess: ``3,470``, ``3.47``,
    and ``3.470`` without a unit have all been seen to mean amounts a thousand times apart.
    """
    # «160² triệu» carries a footnote, «½ tỷ» a fraction; NFKC would make 1602 and 1⁄2 of them.
    if any(unicodedata.category(letter) == "No" for letter in text):
        raise ValueError(HOW_TO_WRITE)
    typed = clean_line(unicodedata.normalize("NFKC", text.replace("\u2212", "-")))
    match = re.match(r"^(-?\s*[0-9.,\s]*[0-9])\s*([^\d.,]*)$", typed)
    if not match:
        raise ValueError(HOW_TO_WRITE)
    # Blanks stand between groups of three, as dots do; elsewhere they are a slip.
    figure, unit = BLANK_GROUP.sub(".", match[1].replace("- ", "-")), _unit(match[2])
    amount = AMOUNT.match(figure)
    if not amount:
        raise ValueError(_how_to_group(figure))
    if amount["part"] and len(amount["part"]) == 3 and "." not in amount["whole"]:
        whole, part = amount["whole"], amount["part"]
        decimal = part.rstrip("0") if part.endswith("0") else f"{part}0"
        raise ValueError(
            f"«{figure}» là {whole} phẩy {part} hay {whole} nghìn {part}? Viết {whole}.{part} nếu là hàng nghìn; "
            f"viết {whole},{decimal or '0'} nếu là số thập phân."
        )
    if unit == "" and (amount["part"] or abs(int(amount["whole"].replace(".", ""))) < 10**6):
        raise ValueError(f"«{typed}» là đồng, triệu đồng hay tỷ đồng? Hãy ghi rõ đơn vị, ví dụ: {figure} tỷ đồng.")
    value = Decimal(amount["whole"].replace(".", "") + "." + (amount["part"] or "0")) * UNITS[unit]
    if value != value.to_integral_value():
        raise ValueError(f"«{typed}» không tròn đồng. Số tiền được ghi đến đồng.")
    if value > LARGEST_VND:
        raise ValueError("Số tiền tối đa là 999.999 nghìn tỷ đồng. Kiểm tra lại số chữ số và đơn vị.")
    return -int(value) if amount["sign"] else int(value)


def _unit(word: str) -> str:
    unit = clean_line(word).casefold().replace("tỉ", "tỷ").replace("vnđ", "đồng").replace("vnd", "đồng").rstrip(".")
    unit = re.sub(r"(^|\s)đ$", r"\1đồng", unit)
    unit = unit if unit in UNITS else f"{unit} đồng"
    if unit not in UNITS:
        raise ValueError(
            f"Đơn vị «{word.strip()[:40]}» chưa đọc được. Dùng: đồng, nghìn đồng, triệu đồng, tỷ đồng, nghìn tỷ đồng."
        )
    return unit


def _how_to_group(figure: str) -> str:
    figure = figure[:40]
    if figure.count(",") > 1 or re.fullmatch(r"-?\d{1,3}\.\d{1,2}", figure) or re.fullmatch(r"-?\d+\.\d{4,}", figure):
        return (
            f"«{figure}» có thể hiểu nhiều cách: dấu chấm ngăn hàng nghìn, dấu phẩy ngăn phần thập phân. "
            "Ví dụ: 3.470 hoặc 3,47."
        )
    return f"«{figure}» chưa đúng nhóm ba chữ số. Ví dụ: 3.470.000.000.000."


def group(number: int) -> str:
    """A whole number with Vietnamese thousands: 3.470."""
    return f"{number:,}".replace(",", ".")


def say_change(old: int, new: int) -> str:
    """Two amounts and what lies between them: «160 triệu đồng → 200 triệu đồng (+40 triệu đồng)»; 0 is «chưa có»."""
    if old == new:
        return say_money(new) if new else ""
    said = [say_money(vnd) if vnd else "chưa có" for vnd in (old, new)]
    return f"{said[0]} → {said[1]} ({'+' if new > old else ''}{say_money(new - old)})"


def say_money(vnd: int) -> str:
    """An amount in đồng as one reads it: ``3.470 tỷ đồng``, ``1.573,1 tỷ đồng``, ``160 triệu đồng``.

    Exact: an amount that three decimals cannot hold is written in the next smaller unit. Below a thousand of a
    unit it is two decimals: «1,573 tỷ đồng» could be read as 1.573 tỷ, and ``read_money`` refuses it.
    """
    for size, unit in ((10**9, "tỷ đồng"), (10**6, "triệu đồng")):
        if abs(vnd) >= size and vnd % (size // (1000 if abs(vnd) >= 1000 * size else 100)) == 0:
            whole, part = divmod(abs(vnd), size)
            decimals = f"{part * 1000 // size:03d}".rstrip("0")
            return f"{'−' if vnd < 0 else ''}{group(whole)}{',' + decimals if decimals else ''}\u00a0{unit}"
    return f"{'−' if vnd < 0 else ''}{group(abs(vnd))}\u00a0đồng"
