"""The steps that a task goes through by its route, and the rule that each of them comes from on a day.

The steps are named in general terms, so that they stay true from one rule to the next. A rule is named only where a
source shows that it governs the step; no article is cited.
"""

from dataclasses import dataclass
from datetime import date

from tasks.models import Route, RouteStep


@dataclass(frozen=True)
class Rule:
    """A legal act that is the rule from its first to its last day; None is without limit."""

    name: str
    first_day: date | None = None
    last_day: date | None = None
    note: str = ""

    def holds_on(self, day: date) -> bool:
        return (self.first_day is None or self.first_day <= day) and (self.last_day is None or day <= self.last_day)


@dataclass(frozen=True)
class TemplateStep:
    """A step as the template has it: what it is called and what it ends with. ``key`` never changes."""

    key: str
    name: str
    result: str
    rules: tuple[Rule, ...] = ()


RULE_OF_2019 = Rule("Nghị định số 73/2019/NĐ-CP", date(2020, 1, 1), date(2026, 1, 25))
RULE_OF_2026 = Rule(
    "Nghị định số 45/2026/NĐ-CP",
    date(2026, 1, 26),
    # The day of its effect was not seen in any source.
    note="tính từ ngày ban hành 26/01/2026",
)
INVESTMENT = (Rule("Nghị định số 102/2009/NĐ-CP", last_day=date(2019, 12, 31)), RULE_OF_2019, RULE_OF_2026)
RENTAL = (Rule("Quyết định số 80/2014/QĐ-TTg", last_day=date(2019, 12, 31)), RULE_OF_2019, RULE_OF_2026)

TEMPLATES: dict[str, tuple[TemplateStep, ...]] = {
    Route.PUBLIC_INVESTMENT: (
        TemplateStep("policy", "Đề xuất, thẩm định chủ trương đầu tư", "Quyết định chủ trương đầu tư"),
        TemplateStep("medium-term", "Đưa vào kế hoạch đầu tư công trung hạn", "Kế hoạch trung hạn có tên dự án"),
        TemplateStep(
            "survey",
            "Lập dự toán chuẩn bị đầu tư, khảo sát",
            "Dự toán chuẩn bị đầu tư; báo cáo kết quả khảo sát",
            INVESTMENT,
        ),
        TemplateStep(
            "study",
            "Lập báo cáo nghiên cứu khả thi hoặc báo cáo kinh tế - kỹ thuật",
            "Báo cáo trình thẩm định; hồ sơ đề xuất cấp độ an toàn thông tin",
            INVESTMENT,
        ),
        TemplateStep("decision", "Thẩm định, quyết định đầu tư", "Quyết định phê duyệt dự án", INVESTMENT),
        TemplateStep(
            "design",
            "Lập, thẩm định thiết kế chi tiết và dự toán",
            "Quyết định phê duyệt thiết kế chi tiết và dự toán",
            INVESTMENT,
        ),
        TemplateStep("year-funds", "Bố trí kế hoạch vốn hằng năm", "Quyết định giao kế hoạch vốn năm"),
        TemplateStep("bidding", "Lựa chọn nhà thầu", "Kế hoạch và kết quả lựa chọn nhà thầu"),
        TemplateStep("contract", "Ký hợp đồng", "Hợp đồng"),
        TemplateStep("trial", "Triển khai, kiểm thử, vận hành thử", "Báo cáo kết quả vận hành thử", INVESTMENT),
        TemplateStep(
            "acceptance", "Nghiệm thu, bàn giao, đưa vào sử dụng", "Biên bản nghiệm thu, bàn giao", INVESTMENT
        ),
        TemplateStep("settlement", "Quyết toán dự án hoàn thành", "Quyết định phê duyệt quyết toán"),
    ),
    Route.IT_RENTAL: (
        TemplateStep("policy", "Chủ trương thuê, so sánh với đầu tư", "Kế hoạch năm có nội dung thuê dịch vụ", RENTAL),
        TemplateStep(
            "service-kind",
            "Xác định loại dịch vụ: sẵn có trên thị trường hay theo yêu cầu riêng",
            "Văn bản xác định loại dịch vụ",
            RENTAL,
        ),
        TemplateStep("rental-plan", "Lập kế hoạch thuê", "Kế hoạch thuê trình thẩm định", RENTAL),
        TemplateStep(
            "appraisal", "Thẩm định kế hoạch thuê và giá dịch vụ", "Ý kiến thẩm định kỹ thuật, kinh phí", RENTAL
        ),
        TemplateStep("approval", "Phê duyệt kế hoạch thuê", "Quyết định phê duyệt kế hoạch thuê", RENTAL),
        TemplateStep("funds", "Giao dự toán", "Quyết định giao dự toán"),
        TemplateStep("bidding", "Lựa chọn nhà thầu", "Kế hoạch và kết quả lựa chọn nhà thầu"),
        TemplateStep("contract", "Ký hợp đồng thuê", "Hợp đồng thuê dịch vụ"),
        TemplateStep(
            "acceptance",
            "Chuẩn bị dịch vụ, vận hành thử, nghiệm thu, đưa vào sử dụng",
            "Biên bản nghiệm thu dịch vụ",
            RENTAL,
        ),
        TemplateStep(
            "ending",
            "Sử dụng, theo dõi chất lượng đến hết hạn thuê; nhận lại dữ liệu",
            "Biên bản thanh lý hợp đồng",
            RENTAL,
        ),
    ),
}


def rule_of(step: RouteStep, on: date) -> Rule | None:
    """The rule that the step comes from, as it was on the day ``on``; None where no source names one."""
    template = next((one for one in TEMPLATES.get(step.route, ()) if one.key == step.key), None)
    return next((rule for rule in template.rules if rule.holds_on(on)), None) if template else None
