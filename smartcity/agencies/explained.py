"""How the figures of an agency's page explain themselves: what it leads and coordinates, and what meetings gave it."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from meetings.pages.directives.rules import GIVEN
from programme.models import AgencySuccession
from smartcity.lib.pages.explained import Explained, Rule, each_once
from tasks.models import Explanation
from tasks.pages.explained.told import Told, read_told

LED = Rule(
    "Đếm nhiệm vụ đang có hiệu lực mà cơ quan chủ trì theo danh mục, hoặc theo văn bản chuyển giao mới nhất",
    "nhiệm vụ mà cơ quan chỉ phối hợp; nhiệm vụ đã chuyển giao cho cơ quan khác",
    "danh mục kèm theo văn bản thông qua; văn bản chuyển giao. Trạng thái theo báo cáo mới nhất đã được tiếp nhận",
)
COORDINATED = Rule(
    "Đếm đề án mà cơ quan làm đầu mối từ khi lập, hoặc theo văn bản chuyển giao gần nhất",
    "đề án đã chuyển giao đầu mối cho cơ quan khác",
    "văn bản giao, chuyển giao đầu mối",
)


def explain_duties(
    tasks: Iterable[Any], successions: Iterable[AgencySuccession], *, as_of: date
) -> tuple[Explained, dict[int, Told]]:
    """With what is told of the last report on each of the tasks. Three queries; none where nobody reported."""
    told, _ = read_told((task.told for task in tasks), Explanation.objects.none())
    rules: Sequence[tuple[str, Rule]] = [("Chủ trì", LED), ("Đầu mối", COORDINATED), ("Chỉ đạo", GIVEN)]
    acts = [one.document for one in successions]
    explained = Explained(
        as_of,
        rules,
        documents=each_once([*acts, *(one.document for one in told.values())]),
        entered=each_once(one.entered for one in told.values()),
        accepted=each_once(one.accepted for one in told.values()),
    )
    return explained, told
