"""``manage.py directives``: every directive given by a day, as plain values."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from meetings.models import AssignmentRole
from meetings.models.due import Due, DueKind, When
from smartcity.lib.language.reporting_periods import Cadence
from tests.factories import AgencyFactory, ProgrammeFactory, ProvinceFactory, RevisionFactory, adopt
from tests.given import by, give, meeting_about
from tests.meetings.factories import AssignmentFactory, ConclusionFactory, DirectiveFactory, MeetingFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def province():
    return ProvinceFactory(name="Tỉnh Bà Rịa - Vũng Tàu")


@pytest.fixture
def programme(province):
    return ProgrammeFactory(province=province)


@pytest.fixture
def meeting(programme):
    return meeting_about(programme)


@pytest.fixture
def agency(province):
    return AgencyFactory(province=province, name="Sở Thông tin và Truyền thông tỉnh Bà Rịa - Vũng Tàu")


def told(*args, **options):
    out = StringIO()
    call_command("directives", *args, stdout=out, **options)
    return out.getvalue()


def listed(as_of, *args):
    return json.loads(told("--as-of", as_of, "--format", "json", *args))


def test_directive_is_told_by_exactly_these_keys(meeting, agency, province):
    finance = AgencyFactory(province=province, name="Sở Tài chính tỉnh Bà Rịa - Vũng Tàu")
    conclusion = ConclusionFactory(meeting=meeting, number=1)
    due = Due(DueKind.REFERENCE, words="155/QĐ-UBND", day=date(2024, 4, 30), cadence=Cadence.WEEKLY)
    directive = DirectiveFactory(conclusion=conclusion, text="Lựa chọn nhà thầu", due=due)
    AssignmentFactory(directive=directive, agency=agency)
    AssignmentFactory(directive=directive, agency=finance, role=AssignmentRole.COORDINATING)

    assert listed("2024-05-01") == [
        {
            "meeting": "2024-04-10",
            "conclusion": "1",
            "text": "Lựa chọn nhà thầu",
            "lead": ["Sở Thông tin và Truyền thông"],
            "coordinating": ["Sở Tài chính"],
            "due_kind": "reference",
            "due_on": "2024-04-30",
            "timeliness": "open_overdue",
            "first_due_on": "2024-04-30",
            "timeliness_by_first_due": "open_overdue",
            "asked_late": 0,
            "cadence": "weekly",
        }
    ]


def test_order_is_that_of_meetings_and_their_notices(programme, meeting, agency):
    earlier = meeting_about(programme, held_on=date(2023, 6, 16))
    second = ConclusionFactory(meeting=meeting, number=2)
    for text, conclusion, position in [("2.1", second, 1), ("2.2", second, 2)]:
        AssignmentFactory(
            directive=DirectiveFactory(conclusion=conclusion, position=position, text=text), agency=agency
        )
    first = ConclusionFactory(meeting=meeting, number=1)
    DirectiveFactory(conclusion=first, position=1, text="1.1")
    give(earlier, agency, text="Trước đó")

    assert [one["text"] for one in listed("2024-05-01")] == ["Trước đó", "1.1", "2.1", "2.2"]
    assert [one["text"] for one in listed("2024-05-01", "--meeting", str(earlier.pk))] == ["Trước đó"]
    assert [one["text"] for one in listed("2024-04-09")] == ["Trước đó"]


def test_condition_gives_its_day_once_its_revision_is_adopted(programme, meeting, agency):
    revision = RevisionFactory(programme=programme)
    due = Due(DueKind.CONDITION, words="HĐND tỉnh thông qua Nghị quyết", when=When.AFTER)
    give(meeting, agency, due=due, due_revision=revision)
    adopt(revision, effective_on=date(2024, 6, 20))

    days = {day: listed(day)[0] for day in ("2024-06-19", "2024-06-20", "2024-06-21")}

    assert [(one["due_on"], one["timeliness"]) for one in days.values()] == [
        (None, "no_due_date"),
        ("2024-06-20", "open_in_time"),
        ("2024-06-20", "open_overdue"),
    ]


def test_meeting_that_is_not_concluded_directs_nothing(province, agency):
    give(MeetingFactory(province=province), agency)

    assert listed("2024-05-01") == []
    assert "Chưa có ý kiến chỉ đạo nào." in told("--as-of", "2024-05-01")


def test_text_says_the_same(meeting, agency):
    give(meeting, agency, due=by(date(2024, 4, 30)), text="Báo cáo\ntiến độ")

    said = told("--as-of", "2024-05-01", "--format", "text")

    assert "10/04/2024, mục" in said
    assert ": Báo cáo tiến độ\n  Chủ trì: Sở Thông tin và Truyền thông\n" in said
    assert "Chưa hoàn thành, quá hạn, hạn 30/04/2024" in said


@pytest.mark.parametrize(
    ("args", "words"),
    [(["--as-of", "01/05/2024"], "2024"), (["--meeting", "0"], "Không có cuộc họp mang khóa 0.")],
)
def test_what_cannot_be_read_is_refused(args, words):
    with pytest.raises(CommandError, match=words):
        told(*args)


@pytest.mark.parametrize("count", [1, 10])
def test_list_is_read_in_two_queries(meeting, agency, count, django_assert_num_queries):
    for _ in range(count):
        give(meeting, agency)

    with django_assert_num_queries(2):
        told("--as-of", "2024-05-01", "--format", "json")


# The name without the province


@pytest.mark.parametrize(
    ("province", "name", "said"),
    [
        ("Tỉnh Bà Rịa - Vũng Tàu", "Sở Tài chính tỉnh Bà Rịa - Vũng Tàu", "Sở Tài chính"),
        ("Tỉnh Bà Rịa - Vũng Tàu", "Sở Tài chính tỉnh Bà Rịa – Vũng Tàu", "Sở Tài chính"),
        ("Tỉnh Bà Rịa - Vũng Tàu", "Sở Tài chính Bà Rịa - Vũng Tàu", "Sở Tài chính"),
        ("Tỉnh Bà Rịa - Vũng Tàu", "Sở Tài chính", "Sở Tài chính"),
        ("Tỉnh Bà Rịa - Vũng Tàu", "Ủy ban nhân dân tỉnh Bà Rịa - Vũng Tàu", "Ủy ban nhân dân tỉnh"),
        (
            "Tỉnh Bà Rịa - Vũng Tàu",
            "Văn phòng Ủy ban nhân dân tỉnh Bà Rịa - Vũng Tàu",
            "Văn phòng Ủy ban nhân dân tỉnh",
        ),
        ("Tỉnh Bà Rịa - Vũng Tàu", "Công an tỉnh Bà Rịa - Vũng Tàu", "Công an tỉnh"),
        ("Tỉnh Bà Rịa - Vũng Tàu", "Thanh tra tỉnh Bà Rịa - Vũng Tàu", "Thanh tra tỉnh"),
        ("Tỉnh Bà Rịa - Vũng Tàu", "Ủy ban nhân dân thành phố Vũng Tàu", "Ủy ban nhân dân thành phố Vũng Tàu"),
        ("Tỉnh Hải Dương", "Tỉnh ủy Hải Dương", "Tỉnh ủy"),
        ("Tỉnh Hải Dương", "Ủy ban nhân dân thành phố Hải Dương", "Ủy ban nhân dân thành phố Hải Dương"),
        ("Tỉnh Hải Dương", "Sở Y tế tỉnh Bà Rịa - Vũng Tàu", "Sở Y tế tỉnh Bà Rịa - Vũng Tàu"),
        ("Thành phố Hồ Chí Minh", "Sở Y tế Thành phố Hồ Chí Minh", "Sở Y tế"),
        ("Thành phố Hồ Chí Minh", "Công an Thành phố Hồ Chí Minh", "Công an Thành phố"),
    ],
)
def test_name_in_province_leaves_its_province_out(province, name, said):
    agency = AgencyFactory.build(province=ProvinceFactory.build(name=province), name=name)

    assert agency.name_in_province == said


def test_central_agency_keeps_its_name():
    assert AgencyFactory.build(province=None, name="Bộ Thông tin và Truyền thông").name_in_province.startswith("Bộ")
