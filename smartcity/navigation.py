"""Ways through the site: the bar above every page, what stands beside a page in its area, and the admin's menu.

A menu shows a role what that role may change, as the rights table has it; what it may only read is under «Tra cứu».
"""

from dataclasses import dataclass

from django.urls import reverse

from programme.models import User
from programme.rights import CHANGE, OVERSEE, RIGHTS, URGE, Role
from smartcity.audit.access.models import reads_access
from smartcity.audit.evidence.rights import may_take_evidence


@dataclass(frozen=True)
class Way:
    """A page that is led to; it is the current one wherever an address begins with one of ``under``."""

    title: str
    name: str
    under: tuple[str, ...] = ()
    keeps_day: bool = True

    def covers(self, path: str) -> bool:
        return path == reverse(self.name) or path.startswith(self.under)


@dataclass(frozen=True)
class Area:
    """A way of the bar, with the pages that stand beside each other once one is there."""

    way: Way
    parts: tuple[Way, ...] = ()

    def covers(self, path: str) -> bool:
        return any(way.covers(path) for way in (self.way, *self.parts))


OWN_WORK = Way(
    "Việc của tôi",
    "admin:index",
    ("/quan-tri/", "/nhap-tep/", "/lich/", "/don-doc/", "/nhat-ky-truy-cap/", "/goi-bang-chung/"),
    keeps_day=False,
)
AREAS = [
    Area(Way("Đề án", "home", ("/de-an/", "/nhiem-vu/", "/co-quan/", "/thay-doi/", "/tien-do/", "/kinh-phi/"))),
    Area(
        Way("Chỉ đạo, cuộc họp", "directive_board"),
        (
            Way("Chỉ đạo", "directive_board", ("/chi-dao/", "/phan-cong/", "/gia-han/")),
            Way("Cuộc họp", "meeting_list", ("/cuoc-hop/",)),
            Way("Kiến nghị", "finding_list", ("/kien-nghi/",), keeps_day=False),
            Way("Giải trình", "explanation_list", ("/giai-trinh/",), keeps_day=False),
        ),
    ),
    Area(
        Way("Văn bản", "document_list"),
        (
            Way("Văn bản", "document_list", ("/van-ban/",)),
            Way("Cơ sở dữ liệu", "dataset_list", ("/co-so-du-lieu/",)),
        ),
    ),
]

# Whose office it is to read what everybody did has it in the bar and the menu; others beside what is their own.
LOG = Way("Nhật ký thay đổi", "change_log", ("/nhat-ky/",), keeps_day=False)


def has_log_in_bar(user: User) -> bool:
    return user.audits or user.may(CHANGE, "programme.user")


# Title, and the record whose list it opens, in the order in which work meets them.
LISTS = [
    ("Báo cáo tiến độ", "tasks.progressupdate"),
    ("Kỳ báo cáo", "tasks.reportingcycle"),
    ("Chế độ báo cáo", "tasks.reportingduty"),
    ("Các lần đôn đốc", "tasks.urging"),
    ("Yêu cầu giải trình", "tasks.explanation"),
    ("Đề án", "programme.programme"),
    ("Lần ban hành, điều chỉnh", "programme.revision"),
    ("Nội dung nhiệm vụ", "tasks.plannedtask"),
    ("Các bước trình, thông qua", "programme.revisionstep"),
    ("Cuộc họp", "meetings.meeting"),
    ("Ý kiến chỉ đạo", "meetings.directive"),
    ("Phân công", "meetings.assignment"),
    ("Các lần đôn đốc chỉ đạo", "meetings.directiveurging"),
    ("Kiến nghị kiểm toán, thanh tra", "meetings.finding"),
    ("Văn bản", "programme.legaldocument"),
    ("Số liệu công bố", "programme.statedfigure"),
    ("Kinh phí thực tế", "tasks.budgetentry"),
    ("Cơ sở dữ liệu", "tasks.dataset"),
    ("Tệp đã nhập", "smartcity.importedfile"),
    ("Tỉnh, thành phố", "programme.province"),
    ("Cơ quan", "programme.agency"),
    ("Kế thừa cơ quan", "programme.agencysuccession"),
    ("Người dùng", "programme.user"),
]
# To hear of what is late, or to have it in one's calendar, changes nothing.
ONLY_READ = {OVERSEE, URGE}
# Rows of these come in from a file.
MAY_BRING_IN = ["tasks.add_plannedtask", "tasks.add_budgetentry", "tasks.add_progressupdate"]


def may_change(user: User, record: str) -> bool:
    """Whether the person's role may do anything to records of this kind that changes them."""
    return bool(RIGHTS[record].get(Role(user.role), frozenset()) - ONLY_READ)


def navigation(request) -> list[dict]:
    """The admin's menu: the tasks, the lists of what the person may change, and folded what is only looked up."""
    user = request.user
    own = [_entry("Nhiệm vụ", "tasks.task")]
    if any(user.has_perm(right) for right in MAY_BRING_IN):
        own.append({"title": "Nhập từ tệp", "link": reverse("imported_file_start")})
    if user.has_perm("tasks.add_urging"):
        own.append({"title": "Đôn đốc báo cáo quá hạn", "link": reverse("urging_send")})
    if user.has_perm("meetings.add_directiveurging"):
        own.append({"title": "Đôn đốc chỉ đạo quá hạn", "link": reverse("directive_urging")})
    if user.has_perm("programme.add_programme"):
        own.append({"title": "Lập đề án mới", "link": reverse("admin:programme_programme_add")})
    if reads_access(user):
        own.append({"title": "Nhật ký truy cập", "link": reverse("access_list")})
    if may_take_evidence(user):
        own.append({"title": "Gói bằng chứng", "link": reverse("evidence_page")})
    changed = [(title, record) for title, record in LISTS if may_change(user, record)]
    read = [entry for entry in LISTS if entry not in changed]
    if has_log_in_bar(user):
        own.append({"title": LOG.title, "link": reverse(LOG.name)})
    groups: list[dict] = [
        {"items": own},
        {"title": "Cập nhật", "items": [_entry(*entry) for entry in changed]},
        {"title": "Tra cứu", "items": [_entry(*entry) for entry in read], "is_folded": bool(changed)},
    ]
    return [group for group in groups if group["items"]]


def _entry(title: str, record: str) -> dict:
    return {"title": title, "link": reverse(f"admin:{record.replace('.', '_')}_changelist")}
