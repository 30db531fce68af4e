"""The rules of the figures of money, in words; ``entries.py`` and ``year_money.py`` have them as sums."""

from smartcity.lib.language.money import MoneyKind
from smartcity.lib.pages.explained import Rule
from tasks.pages.ledger.entries import RATE_KINDS, Rows

KINDS_APART = "các loại kinh phí khác (khái toán, dự toán, hợp đồng …): mỗi loại đứng riêng, không cộng với nhau"
LEDGER = "bút toán do cơ quan đầu mối ghi theo chứng từ, văn bản nêu ở từng dòng; ghi sai thì có bút toán đính chính"
RATE = Rule(
    "Giải ngân của những nguồn vốn có kế hoạch trong năm ngân sách, chia cho kế hoạch vốn năm đó của chính các nguồn "
    "ấy; cắt ở hai chữ số thập phân, không làm tròn; nhiều năm hoặc nhiều đề án thì cộng tử số, cộng mẫu số của những "
    "phần có đủ cả hai rồi mới chia",
    "tiền của nguồn chưa có kế hoạch (như xã hội hóa), ghi riêng bên cạnh; bút toán không ghi năm; phần chưa ghi kế "
    "hoạch hoặc chưa ghi giải ngân thì chưa có tỷ lệ, không phải 0%",
    "kế hoạch vốn hằng năm và giải ngân theo pháp luật về đầu tư công, ngân sách nhà nước",
)
DECLARED = Rule(
    "Tổng kinh phí mà lần ban hành, điều chỉnh đang có hiệu lực nêu; không nêu thì lấy số mà văn bản công bố gần nhất",
    f"số mới đề nghị, chưa thông qua; {KINDS_APART}",
    "văn bản nêu ngay dưới số",
)
ITEMISED = Rule(
    "Cộng kinh phí dự kiến của từng nhiệm vụ trong danh mục đang có hiệu lực; số cả giai đoạn và số từng năm của nó "
    "chỉ tính một lần",
    "nhiệm vụ không ghi kinh phí; phần mới đề nghị",
    "danh mục nhiệm vụ kèm theo văn bản",
)


def rule_of_kind(kind: str) -> Rule:
    """Of a sum of entries of one kind."""
    day = "ngày chi" if kind == MoneyKind.DISBURSEMENT else "ngày quyết định"
    said = f"Cộng các bút toán loại «{MoneyKind(kind).label}» theo {day}, kể cả bút toán đính chính"
    return Rule(said, KINDS_APART, LEDGER)


def rules_of(rows: Rows, kinds: list[str]) -> list[tuple[str, Rule]]:
    """Those of the sums that these rows add, with the rate where its year's plan or payments are among them."""
    found = [(str(MoneyKind(kind).label), rule_of_kind(kind)) for kind in kinds]
    has_rate = rows.year != 0 and any(kind in RATE_KINDS for kind in kinds)
    return [*found, ("Tỷ lệ giải ngân", RATE)] if has_rate else found
