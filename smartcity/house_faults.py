"""What is wrong in the house: agencies, accounts and duties that nobody looks after, for the administrator to mend."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Case, Count, Exists, OuterRef, Q, When, Window
from django.urls import reverse
from django.utils.timezone import localtime, now

from programme.agency_successors import UNKNOWN
from programme.models import Agency, AgencySuccession, Membership, User
from programme.rights import CHANGE
from smartcity.agencies.left_duties import held_by_ended, led_by_nobody
from smartcity.lib.language.dates import say_day
from smartcity.lib.log.waiting import unsealed_too_long
from smartcity.lib.pages.todo import Todo

# So many rows of each kind are shown; what is mended makes room for the next.
SHOWN = 5


@dataclass(frozen=True)
class HouseFault:
    """One kind of what is wrong: how many of it, why that matters, the first rows, each with the form that mends it."""

    title: str
    why: str
    count: int
    rows: list[Todo]
    left_out: int
    # Where all of them are listed; elsewhere the next come up as the first are mended.
    all_at: str = ""


@dataclass(frozen=True)
class EndedAgency:
    """An agency that has ended, whether it is recorded who carries on, and what it still has to do."""

    agency: Agency
    has_successor: bool
    programmes: list[str]
    tasks: int

    @property
    def fate(self) -> str:
        return until_when(self.agency) + ("" if self.has_successor else f"; {UNKNOWN}")

    @property
    def duties(self) -> str:
        named = [f"đầu mối đề án {', '.join(self.programmes)}"] if self.programmes else []
        named += [f"chủ trì {self.tasks} nhiệm vụ chưa hoàn thành"] if self.tasks else []
        return f"Còn đứng tên {' và '.join(named)}" if named else "Không còn đứng tên việc nào"

    def row(self, title: str, detail: str) -> Todo:
        """Duties pass on where it is known to whom; otherwise that is recorded first."""
        if self.has_successor:
            url, button = reverse("agency_transfer", args=[self.agency.pk]), "Chuyển giao"
        else:
            url = reverse("admin:programme_agencysuccession_add", query={"predecessor": self.agency.pk})
            button = "Ghi cơ quan kế thừa"
        return Todo(title=title, detail=detail, url=url, button=button)


def until_when(agency: Agency) -> str:
    return f"hoạt động đến hết {say_day(agency.last_day)}" if agency.last_day else ""


def keeps_the_house(user: User) -> bool:
    return user.may(CHANGE, "programme.agency") and user.may(CHANGE, "programme.user")


def read_house_faults(user: User, *, today: date) -> list[HouseFault]:
    """Every kind of which there is any, of what the administrator may see and mend. Eight queries at most."""
    held = held_by_ended(user, today=today)
    coordinated = sorted((code, agency) for agency, (codes, _) in held.items() for code in codes)
    leading = [(agency, tasks) for agency, (_, tasks) in held.items() if tasks]
    leading.sort(key=lambda one: (-one[1], one[0]))
    named = {agency for _, agency in coordinated[:SHOWN]} | {agency for agency, _ in leading[:SHOWN]}
    ended, without, count = _ended_agencies(user, held, named, today)
    faults = [
        _without_successor(without, count),
        _without_coordinator(coordinated, ended),
        _without_lead(leading, ended, led_by_nobody(user, today=today)),
        _at_ended_agencies(user, today),
        _without_address(user),
        *_unsealed(now()),
    ]
    return [fault for fault in faults if fault.count]


def _ended_agencies(user: User, held: dict, named: set[int], today: date) -> tuple[dict[int, EndedAgency], list, int]:
    """The agencies that are ``named``; the first that lack a successor, those with duties at the head; how many do."""
    lacking = Agency.objects.kept_by(user).ended(today).without_successor(today)
    agencies = Agency.objects.select_related("province").annotate(
        is_lacking=Exists(lacking.filter(pk=OuterRef("pk"))),
        has_successor=Exists(AgencySuccession.objects.known(today).filter(predecessor=OuterRef("pk"))),
    )
    place = Case(When(pk__in=named, then=0), When(pk__in=list(held), then=1), default=2)
    chosen = agencies.filter(Q(is_lacking=True) | Q(pk__in=named))
    chosen = chosen.annotate(lacking_count=Window(Count(Case(When(is_lacking=True, then=1)))))
    rows = list(chosen.order_by(place, "name", "pk")[: len(named) + SHOWN])
    found = {row.pk: EndedAgency(row, row.has_successor, *held.get(row.pk, ([], 0))) for row in rows}
    without = [found[row.pk] for row in rows if row.is_lacking]
    return found, without[:SHOWN], rows[0].lacking_count if rows else 0


def _unsealed(at: datetime) -> list[HouseFault]:
    """What anybody with the database in their hands could still change unnoticed. Mended on the server, not here."""
    waiting = unsealed_too_long(at)
    if waiting is None:
        return []
    since = localtime(waiting.since)
    row = Todo(
        title=f"{waiting.entries} dòng lịch sử từ {since:%H:%M} ngày {since:%d/%m/%Y}",
        detail="Trên máy chủ: kiểm tra bộ hẹn giờ của lệnh audit seal, và giao dịch bị treo trong cơ sở dữ liệu.",
        url=f"{reverse('guide_page', args=['quan-tri'])}#niem-phong",
        button="Xem hướng dẫn",
    )
    why = "Chưa niêm phong thì lịch sử bị sửa thẳng trong cơ sở dữ liệu sẽ không phát hiện được."
    return [HouseFault("Lịch sử chưa niêm phong", why, waiting.entries, [row], left_out=0)]


def _without_successor(agencies: list[EndedAgency], count: int) -> HouseFault:
    return HouseFault(
        "Cơ quan đã kết thúc, chưa ghi cơ quan kế thừa",
        "Chưa ghi cơ quan kế thừa thì việc còn lại của cơ quan không chuyển giao được.",
        count,
        [one.row(str(one.agency), f"{until_when(one.agency).capitalize()}. {one.duties}.") for one in agencies],
        left_out=count - len(agencies),
        all_at=reverse("admin:programme_agency_changelist", query={"tinh-trang": "khong-ke-thua"}),
    )


def _without_coordinator(coordinated: list[tuple[str, int]], ended: dict[int, EndedAgency]) -> HouseFault:
    return HouseFault(
        "Đề án có cơ quan đầu mối đã kết thúc",
        "Không có ai tiếp nhận báo cáo và soạn điều chỉnh cho đến khi đầu mối được chuyển giao.",
        len(coordinated),
        [
            ended[agency].row(code, f"Đầu mối: {ended[agency].agency}, {ended[agency].fate}.")
            for code, agency in coordinated[:SHOWN]
        ],
        left_out=max(len(coordinated) - SHOWN, 0),
    )


def _without_lead(
    leading: list[tuple[int, int]], ended: dict[int, EndedAgency], by_nobody: list[tuple[str, int]]
) -> HouseFault:
    """Of an agency that has ended the tasks are one row, passed on together; of no agency, those of a programme."""
    rows = [
        one.row(f"{one.agency}: {one.tasks} nhiệm vụ", f"{one.fate.capitalize()}.")
        for one in (ended[agency] for agency, _ in leading[:SHOWN])
    ]
    rows += [
        Todo(
            title=f"Đề án {code}: {tasks} nhiệm vụ",
            detail="Văn bản không ghi cơ quan chủ trì; cơ quan đầu mối báo cáo, và ghi chủ trì khi soạn điều chỉnh.",
            url=reverse("programme_detail", args=[code]),
            button="Xem đề án",
        )
        for code, tasks in by_nobody[: SHOWN - len(rows)]
    ]
    return HouseFault(
        "Nhiệm vụ chưa hoàn thành, không có cơ quan chủ trì",
        "Cơ quan chủ trì đã kết thúc, hoặc chưa có văn bản nào ghi.",
        sum(tasks for _, tasks in (*leading, *by_nobody)),
        rows,
        left_out=len(leading) + len(by_nobody) - len(rows),
    )


def _at_ended_agencies(user: User, today: date) -> HouseFault:
    """Active accounts of people who by what is recorded still work for an agency that is no more."""
    accounts = User.objects.kept_by(user).at_ended_agencies(today)
    work = Membership.objects.overlapping(today, today).filter(user__in=accounts)
    work = work.annotate(count=Window(Count("pk"))).select_related("user", "agency__province")
    rows = list(work.order_by("user__full_name", "pk")[:SHOWN])
    return HouseFault(
        "Tài khoản ở cơ quan đã kết thúc",
        "Ghi cơ quan mới của người dùng, hoặc khóa tài khoản nếu người đó không làm việc nữa.",
        rows[0].count if rows else 0,
        [_account_row(one.user, f"{one.agency}, {until_when(one.agency)}", "Chuyển công tác") for one in rows],
        left_out=rows[0].count - len(rows) if rows else 0,
        all_at=reverse("admin:programme_user_changelist", query={"can-sua": "co-quan"}),
    )


def _without_address(user: User) -> HouseFault:
    accounts = User.objects.kept_by(user).without_address().annotate(count=Window(Count("pk")))
    rows = list(accounts.order_by("full_name", "pk")[:SHOWN])
    return HouseFault(
        "Tài khoản chưa có thư điện tử",
        "Không có thư điện tử thì không nhận được thư nhắc việc.",
        rows[0].count if rows else 0,
        [_account_row(one, one.get_role_display(), "Ghi thư điện tử") for one in rows],
        left_out=rows[0].count - len(rows) if rows else 0,
        all_at=reverse("admin:programme_user_changelist", query={"can-sua": "thu"}),
    )


def _account_row(person: User, detail: str, button: str) -> Todo:
    address = reverse("admin:programme_user_change", args=[person.pk])
    return Todo(title=f"{person} ({person.username})", detail=detail, url=address, button=button)
