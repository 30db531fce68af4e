"""Simulated provinces, with their agencies, people and documents."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from django.contrib.auth.hashers import make_password

from programme.models import (
    Agency,
    AgencyKind,
    AgencySuccession,
    DocumentKind,
    LegalDocument,
    Membership,
    Province,
    Role,
    User,
)
from smartcity.simulation.scale import Days
from smartcity.simulation.writing import keep

# The first of them ends, and the second one goes on with its duties.
DEPARTMENTS = [
    ("Sở Giao thông vận tải", "Sở GTVT"),
    ("Sở Xây dựng", "Sở XD"),
    ("Sở Tài chính", "Sở TC"),
    ("Sở Giáo dục và Đào tạo", "Sở GD&ĐT"),
    ("Sở Y tế", "Sở YT"),
    ("Sở Nội vụ", "Sở NV"),
    ("Sở Tư pháp", "Sở TP"),
    ("Sở Công Thương", "Sở CT"),
    ("Sở Văn hóa, Thể thao và Du lịch", "Sở VHTTDL"),
    ("Sở Tài nguyên và Môi trường", "Sở TN&MT"),
    ("Sở Nông nghiệp và Phát triển nông thôn", "Sở NN&PTNT"),
    ("Công an tỉnh", "Công an tỉnh"),
]
FAMILY_NAMES = ["Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương"]
GIVEN_NAMES = ["Thị Hoa", "Văn Minh", "Thị Lan", "Đức Anh", "Thu Hà", "Quốc Bảo", "Ngọc Mai", "Hữu Nghĩa", "Thanh Tùng"]


@dataclass
class Place:
    """A province, and who acts in it; ``officers`` are known by the key of the agency that they began in."""

    province: Province
    council: Agency
    committee: Agency
    coordinating: Agency
    departments: list[Agency]
    coordinator: User
    clerk: User
    leader: User
    officers: dict[int, User]
    _numbers: dict[tuple, int] = field(default_factory=dict)

    @property
    def ending(self) -> Agency:
        return self.departments[0]

    @property
    def heir(self) -> Agency:
        return self.departments[1]

    def agency_called(self, short_name: str) -> Agency:
        return next(one for one in (self.coordinating, *self.departments) if one.short_name == short_name)

    def issue(self, issuer: Agency, kind: DocumentKind, symbol: str, subject: str, *, on: date, by: User):
        """A document of the day ``on``, under the next number of its issuer, kind and year."""
        key = issuer.pk, kind, on.year
        self._numbers[key] = self._numbers.get(key, 0) + 1
        document = LegalDocument(issuer=issuer, kind=kind, symbol=symbol, subject=subject, signed_on=on)
        document.number, document.effective_on = self._numbers[key], on
        # Fills in what follows from the others.
        document.clean()
        return keep([document], by=by, on=on)[0]


def code_of(seed: int, number: int) -> str:
    """The code of a province, with which the names of its accounts begin."""
    return f"mp{seed}-{number:02d}"


def account(username: str, role: Role, names: str, title: str) -> User:
    """A person of whom no password is known: a test or a measurement signs them in by itself."""
    known = {"username": username, "role": role, "full_name": names, "title": title}
    return User(**known, password=make_password(None), is_simulated=True)


def signer() -> User:
    """Who signs what nobody of the simulated provinces does; nobody can sign in with it."""
    found = User.objects.filter(username="mo-phong").first()
    return found or User.objects.create_user(
        "mo-phong",
        full_name="Hệ thống (số liệu mô phỏng)",
        role=Role.ADMINISTRATOR,
        is_active=False,
        is_simulated=True,
    )


def add_auditor(seed: int, *, by: User, on: date) -> None:
    """Somebody who sees the whole country."""
    username = f"mp{seed}-kiem-toan"
    if not User.objects.filter(username=username).exists():
        keep([account(username, Role.AUDITOR, "Kiểm toán viên mô phỏng", "Kiểm toán viên")], by=by, on=on)


def build_place(seed: int, number: int, *, days: Days, random: Random, by: User) -> Place:
    code, begun = code_of(seed, number), days.first - timedelta(days=60)
    province = Province(code=code, name=f"Tỉnh Mô Phỏng {seed}-{number:02d}", is_simulated=True)
    keep([province], by=by, on=begun)
    council, committee, office, coordinating, *departments = _agencies(province, days)
    agencies = [council, committee, office, coordinating, *departments]
    keep(agencies, by=by, on=begun)

    def somebody(name: str, role: Role, title: str) -> User:
        return account(f"{code}-{name}", role, f"{random.choice(FAMILY_NAMES)} {random.choice(GIVEN_NAMES)}", title)

    coordinator = somebody("dau-moi", Role.COORDINATOR, "Chuyên viên tổng hợp")
    clerk = somebody("van-phong", Role.OFFICE, "Chuyên viên")
    leader = somebody("lanh-dao", Role.LEADER, "Phó Chủ tịch")
    officers = [
        somebody(f"chuyen-vien-{place:02d}", Role.OFFICER, "Chuyên viên") for place in range(1, len(departments) + 1)
    ]
    keep([coordinator, clerk, leader, *officers], by=by, on=begun)
    place = Place(
        province=province,
        council=council,
        committee=committee,
        coordinating=coordinating,
        departments=departments,
        coordinator=coordinator,
        clerk=clerk,
        leader=leader,
        officers={agency.pk: officer for agency, officer in zip(departments, officers, strict=True)},
    )
    work = [(coordinator, coordinating), (clerk, office), (leader, committee), *zip(officers, departments, strict=True)]
    employ(place, work, handed_over=days.handed_over, by=by, on=begun)
    return place


def _agencies(province: Province, days: Days) -> list[Agency]:
    kinds = {"Công an tỉnh": AgencyKind.POLICE}
    agencies = [
        Agency(name="Hội đồng nhân dân tỉnh", short_name="HĐND tỉnh", kind=AgencyKind.COUNCIL),
        Agency(name="Ủy ban nhân dân tỉnh", short_name="UBND tỉnh", kind=AgencyKind.COMMITTEE),
        Agency(name="Văn phòng Ủy ban nhân dân tỉnh", short_name="Văn phòng UBND tỉnh", kind=AgencyKind.OFFICE),
        Agency(name="Sở Thông tin và Truyền thông", short_name="Sở TT&TT"),
        *(Agency(name=name, short_name=short, kind=kinds.get(name, "department")) for name, short in DEPARTMENTS),
    ]
    for agency in agencies:
        agency.province = province
    agencies[4].in_force_to = days.handed_over - timedelta(days=1)
    return agencies


def employ(place: Place, work: list[tuple[User, Agency]], *, handed_over: date, by: User, on: date) -> None:
    """Let everybody work for their agency; who worked for the one that ends goes on with its heir."""
    memberships = [Membership(user=user, agency=agency, first_day=on) for user, agency in work]
    moved = place.officers[place.ending.pk]
    for membership in memberships:
        if membership.user == moved:
            membership.last_day = handed_over - timedelta(days=1)
    keep(memberships, by=by, on=on)
    keep([Membership(user=moved, agency=place.heir, first_day=handed_over)], by=by, on=handed_over)
    succession = AgencySuccession(predecessor=place.ending, successor=place.heir, effective_on=handed_over)
    keep([succession], by=by, on=handed_over)
