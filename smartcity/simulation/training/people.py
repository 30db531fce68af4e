"""The province itself: its agencies, and its people, of whom one in each role has an account to sign in with."""

from programme.models import Agency, AgencyKind, Province, Role, User
from smartcity.simulation.places import FAMILY_NAMES, GIVEN_NAMES, Place, account, employ
from smartcity.simulation.training.calendar import Calendar
from smartcity.simulation.writing import keep

CODE, NAME = "tinh-mau", "Tỉnh mẫu"
AGENCIES = (
    ("Hội đồng nhân dân tỉnh mẫu", "HĐND tỉnh", AgencyKind.COUNCIL),
    ("Ủy ban nhân dân tỉnh mẫu", "UBND tỉnh", AgencyKind.COMMITTEE),
    ("Văn phòng Ủy ban nhân dân tỉnh mẫu", "VP UBND tỉnh", AgencyKind.OFFICE),
    ("Sở Khoa học và Công nghệ tỉnh mẫu", "Sở KH&CN", AgencyKind.DEPARTMENT),
    ("Sở Giao thông vận tải tỉnh mẫu", "Sở GTVT", AgencyKind.DEPARTMENT),
    ("Sở Xây dựng tỉnh mẫu", "Sở XD", AgencyKind.DEPARTMENT),
    ("Sở Tài chính tỉnh mẫu", "Sở TC", AgencyKind.DEPARTMENT),
    ("Sở Y tế tỉnh mẫu", "Sở YT", AgencyKind.DEPARTMENT),
    ("Sở Giáo dục và Đào tạo tỉnh mẫu", "Sở GD&ĐT", AgencyKind.DEPARTMENT),
    ("Sở Nội vụ tỉnh mẫu", "Sở NV", AgencyKind.DEPARTMENT),
    ("Sở Công Thương tỉnh mẫu", "Sở CT", AgencyKind.DEPARTMENT),
    ("Sở Nông nghiệp và Môi trường tỉnh mẫu", "Sở NN&MT", AgencyKind.DEPARTMENT),
    ("Sở Văn hóa, Thể thao và Du lịch tỉnh mẫu", "Sở VHTT&DL", AgencyKind.DEPARTMENT),
    ("Công an tỉnh mẫu", "Công an tỉnh", AgencyKind.POLICE),
    ("Thanh tra tỉnh mẫu", "Thanh tra tỉnh", AgencyKind.AUDIT),
)
ENDED = "Sở GTVT"
# An account for each role: name, role, who it is, title, agency.
ACCOUNTS = (
    ("tap-huan-lanh-dao", Role.LEADER, "Lãnh đạo UBND Tỉnh mẫu", "Phó Chủ tịch", "UBND tỉnh"),
    ("tap-huan-chuyen-vien", Role.OFFICER, "Chuyên viên Sở Y tế Tỉnh mẫu", "Chuyên viên", "Sở YT"),
    ("tap-huan-chuyen-vien-2", Role.OFFICER, "Chuyên viên Công an Tỉnh mẫu", "Chuyên viên", "Công an tỉnh"),
    ("tap-huan-dau-moi", Role.COORDINATOR, "Cán bộ đầu mối Tỉnh mẫu", "Chuyên viên tổng hợp", "Sở KH&CN"),
    ("tap-huan-van-phong", Role.OFFICE, "Chuyên viên Văn phòng Tỉnh mẫu", "Chuyên viên", "VP UBND tỉnh"),
    ("tap-huan-kiem-toan", Role.AUDITOR, "Thanh tra viên Tỉnh mẫu", "Thanh tra viên", "Thanh tra tỉnh"),
    ("tap-huan-quan-tri", Role.ADMINISTRATOR, "Quản trị Tỉnh mẫu", "Quản trị viên", "VP UBND tỉnh"),
)
# What the province has of its own and no task is led by.
LEADS_NOTHING = {"HĐND tỉnh", "UBND tỉnh", "Thanh tra tỉnh"}


def build_training_place(calendar: Calendar, *, by: User) -> Place:
    province = Province(code=CODE, name=NAME, is_simulated=True)
    keep([province], by=by, on=calendar.begun)
    agencies = {
        short: Agency(province=province, name=name, short_name=short, kind=kind) for name, short, kind in AGENCIES
    }
    agencies[ENDED].in_force_to = calendar.ago((calendar.today - calendar.handed_over).days + 1)
    keep(list(agencies.values()), by=by, on=calendar.begun)
    people = {name: account(name, role, full_name, title) for name, role, full_name, title, _ in ACCOUNTS}
    work = [(people[name], agencies[short]) for name, _, _, _, short in ACCOUNTS]
    reporting = {agency: person for person, agency in work if person.role == Role.OFFICER}
    # Of every other agency somebody reports too; an administrator of the province opens these accounts.
    for number, agency in enumerate(agencies.values(), start=1):
        if agency not in reporting and agency.short_name not in LEADS_NOTHING:
            called = f"{FAMILY_NAMES[number % len(FAMILY_NAMES)]} {GIVEN_NAMES[number % len(GIVEN_NAMES)]}"
            reporting[agency] = account(f"tap-huan-can-bo-{number:02d}", Role.OFFICER, called, "Chuyên viên")
            work.append((reporting[agency], agency))
    keep([person for person, _ in work], by=by, on=calendar.begun)
    departments = [agencies[ENDED], agencies["Sở XD"]]
    apart = {*departments, agencies["Sở KH&CN"]}
    departments += [one for one in agencies.values() if one in reporting and one not in apart]
    place = Place(
        province=province,
        council=agencies["HĐND tỉnh"],
        committee=agencies["UBND tỉnh"],
        coordinating=agencies["Sở KH&CN"],
        departments=departments,
        coordinator=people["tap-huan-dau-moi"],
        clerk=people["tap-huan-van-phong"],
        leader=people["tap-huan-lanh-dao"],
        officers={agency.pk: person for agency, person in reporting.items()},
    )
    employ(place, work, handed_over=calendar.handed_over, by=by, on=calendar.begun)
    return place
