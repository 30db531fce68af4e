import json
import re
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from rest_framework.authtoken.models import Token

from programme.models import Agency, Programme, Role
from smartcity.lib.language.money import say_money
from tests.factories import ProgrammeFactory, ProgressUpdateFactory, UserFactory, coordinator_of, rewrite, task_in_force

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("real_programmes")]


def address(code=None, **query):
    """The address of one programme's figures, or of those of all programmes."""
    if code is None:
        return reverse("api_figures", query=query)
    return reverse("api_programme_figures", args=[code], query=query)


def said(*arguments):
    """What the command prints."""
    out = StringIO()
    call_command("figures", *arguments, stdout=out)
    return out.getvalue()


def person_of(province, role=Role.LEADER):
    """Somebody who works for the People's Committee of the province."""
    return UserFactory(role=role, agency=Agency.objects.get(province__code=province, short_name="UBND tỉnh"))


def auditor():
    return UserFactory(role=Role.AUDITOR, agency=Agency.objects.get(short_name="KTNN"))


def with_token(user):
    """A program that calls in the name of ``user``."""
    return Client(headers={"authorization": f"Token {Token.objects.create(user=user).key}"})


# The same numbers everywhere


@pytest.mark.parametrize(
    ("code", "as_of"),
    [
        ("BRVT-DTTM", "2019-12-12"),
        ("BRVT-DTTM", "2020-01-01"),
        ("BRVT-DTTM", "2023-06-16"),
        ("BRVT-DTTM", "2024-04-10"),
        ("HD-CQDT", "2023-10-01"),
        ("HD-CQDT", "2023-10-21"),
    ],
)
def test_api_gives_what_the_command_gives(client_of, code, as_of):
    browser = client_of(auditor())

    response = browser.get(address(code, as_of=as_of))

    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    assert response.json() == json.loads(said(code, "--as-of", as_of, "--format", "json"))


@pytest.mark.both_databases
def test_api_gives_the_figures_of_16_june_2023(client_of):
    figures = client_of(person_of("ba-ria-vung-tau")).get(address("BRVT-DTTM", as_of="2023-06-16")).json()

    assert list(figures) == [
        *("programme", "as_of", "revision", "tasks", "budget", "proposed", "first_decided"),
        *("newest_report_on", "carried_over", "proposed_carry_over"),
    ]
    assert figures["as_of"] == "2023-06-16"
    assert figures["revision"] == {"number": 1, "document": "112/NQ-HĐND", "effective_on": "2019-12-13"}
    tasks = {name: count for name, count in figures["tasks"].items() if isinstance(count, int)}
    assert tasks == {"total": 12, "complete": 4, "not_complete": 8, "carried_over": 0, "proposed_carry_over": 8}
    assert figures["budget"]["declared_vnd"] == 3_470_000_000_000
    assert figures["budget"]["declared_kind"] == "estimate"


@pytest.mark.parametrize(
    ("province", "code", "day"),
    [
        ("ba-ria-vung-tau", "BRVT-DTTM", date(2023, 6, 16)),
        ("ba-ria-vung-tau", "BRVT-DTTM", date(2020, 6, 8)),
        ("hai-duong", "HD-CQDT", date(2023, 10, 21)),
    ],
)
def test_page_shows_what_the_api_gives(client_of, province, code, day):
    browser = client_of(person_of(province))

    figures = browser.get(address(code, as_of=f"{day:%Y-%m-%d}")).json()
    html = browser.get(reverse("programme_detail", args=[code], query={"ngay": f"{day:%d/%m/%Y}"})).text
    without_links = re.sub(r"</?a\b[^>]*>", "", html)
    page = " ".join(re.sub(r"<[^>]+>", " ", without_links).replace("\u00a0", " ").split())

    tasks, budget = figures["tasks"], figures["budget"]
    if figures["newest_report_on"]:
        assert f"{tasks['complete']}/{tasks['total']} nhiệm vụ hoàn thành" in page
    else:
        assert f"{tasks['total']} nhiệm vụ, chưa có báo cáo tiến độ" in page
    assert f"{tasks['total']} nhiệm vụ ·" in page
    assert f"Kinh phí {say_money(budget['declared_vnd']).replace('\u00a0', ' ')} Tổng công bố" in page
    overdue = tasks["by_timeliness"]["open_overdue"]
    assert (f"{overdue} quá hạn" if overdue else "Không có nhiệm vụ quá hạn") in page
    if tasks["proposed_carry_over"]:
        assert f"{tasks['proposed_carry_over']} nhiệm vụ đề nghị chuyển tiếp" in page
    if figures["proposed"] and figures["proposed"]["declared_vnd"]:
        proposed = say_money(figures["proposed"]["declared_vnd"]).replace("\u00a0", " ")
        assert f"Đề nghị điều chỉnh thành {proposed}" in page


@pytest.mark.parametrize("code", [pytest.param(None, id="all programmes"), pytest.param("BRVT-DTTM", id="one")])
def test_without_a_day_the_figures_are_those_of_today(client_of, code):
    browser = client_of(person_of("ba-ria-vung-tau"))

    figures = browser.get(address(code)).json()
    same = browser.get(address(code, as_of="")).json()

    assert figures == same
    [one] = figures if code is None else [figures]
    assert date.fromisoformat(one["as_of"]) > date(2024, 4, 10)
    assert one["tasks"]["total"] == 12


@pytest.mark.both_databases
def test_list_gives_what_the_command_gives_for_every_programme(client_of):
    response = client_of(auditor()).get(address(as_of="2023-10-21"))

    assert response.json() == json.loads(said("--as-of", "2023-10-21", "--format", "json"))
    assert [one["programme"] for one in response.json()] == ["BRVT-DTTM", "HD-CQDT"]


# Who sees what


@pytest.mark.parametrize(("province", "codes"), [("ba-ria-vung-tau", ["BRVT-DTTM"]), ("hai-duong", ["HD-CQDT"])])
def test_list_has_the_programmes_of_ones_own_province(client_of, province, codes):
    figures = client_of(person_of(province)).get(address()).json()

    assert [one["programme"] for one in figures] == codes


def test_list_of_a_province_without_programmes_is_empty(client_of):
    response = client_of(UserFactory()).get(address())

    assert response.status_code == 200
    assert response.json() == []


@pytest.mark.parametrize("code", ["HD-CQDT", "KHONG-CO", "hd-cqdt"])
def test_programme_of_another_province_does_not_exist(client_of, code):
    response = client_of(person_of("ba-ria-vung-tau")).get(address(code))

    assert response.status_code == 404
    assert "HD-CQDT" not in response.text


@pytest.mark.parametrize("code", [pytest.param(None, id="all programmes"), pytest.param("BRVT-DTTM", id="one")])
def test_who_does_not_say_who_they_are_is_told_401(client, code):
    response = client.get(address(code))

    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Token"
    assert "BRVT" not in response.text


def test_token_opens_what_its_owner_may_see():
    program = with_token(person_of("ba-ria-vung-tau"))

    assert program.get(address("BRVT-DTTM")).status_code == 200
    assert program.get(address("HD-CQDT")).status_code == 404
    assert [one["programme"] for one in program.get(address()).json()] == ["BRVT-DTTM"]


def test_token_does_not_open_the_pages():
    program = with_token(person_of("ba-ria-vung-tau"))

    assert program.get("/").status_code == 302


@pytest.mark.parametrize(
    "credentials",
    [
        pytest.param("Token 0123456789abcdef0123456789abcdef01234567", id="unknown"),
        pytest.param("Token", id="none"),
        pytest.param("Token a b", id="two"),
        pytest.param("Token \u00e9".encode().decode("latin-1"), id="not ASCII"),
    ],
)
def test_wrong_token_is_told_401(credentials):
    response = Client(headers={"authorization": credentials}).get(address())

    assert response.status_code == 401


def test_token_of_a_locked_account_is_told_401():
    user = person_of("ba-ria-vung-tau")
    program = with_token(user)
    rewrite(user, is_active=False)

    assert program.get(address()).status_code == 401


# What may be asked


@pytest.mark.parametrize("code", [pytest.param(None, id="all programmes"), pytest.param("BRVT-DTTM", id="one")])
@pytest.mark.parametrize(
    "typed", ["2023-6-1", "16/06/2023", "2023-02-30", "abc", "20230616", "2023-W24-5", "2023-06-16T00:00", " ", "\x00"]
)
def test_day_that_cannot_be_read_is_refused_with_an_example(client_of, code, typed):
    response = client_of(person_of("ba-ria-vung-tau")).get(address(code, as_of=typed))

    assert response.status_code == 400
    assert response.json() == {"as_of": [f"Ngày «{typed}» chưa đọc được. Viết theo dạng YYYY-MM-DD, ví dụ 2023-06-16."]}


def test_megabyte_instead_of_a_day_is_not_said_back(client_of):
    response = client_of(person_of("ba-ria-vung-tau")).get(address(as_of="1" * 1_000_000))

    assert response.status_code == 400
    assert len(response.content) < 500


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1000-01-01"])
def test_far_days_are_days(client_of, day):
    response = client_of(person_of("ba-ria-vung-tau")).get(address("BRVT-DTTM", as_of=day))

    assert response.status_code == 200
    assert response.json()["as_of"] == day


@pytest.mark.parametrize("code", [pytest.param(None, id="all programmes"), pytest.param("BRVT-DTTM", id="one")])
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_figures_are_only_read(client_of, code, method):
    browser = client_of(person_of("ba-ria-vung-tau"))

    response = getattr(browser, method)(address(code), data="{}", content_type="application/json")

    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("programme_count", [1, 5])
def test_query_count_does_not_grow_with_programmes(client_of, programme_count, django_assert_num_queries):
    programme = ProgrammeFactory()
    programmes = [programme, *ProgrammeFactory.create_batch(programme_count - 1, province=programme.province)]
    for one in programmes:
        ProgressUpdateFactory(task=task_in_force(one), accepted=True, as_of=date(2023, 6, 16))
    browser = client_of(coordinator_of(programme))

    # Session, user with agency; the figures; whether it is noted this hour that they were read, and that they were.
    with django_assert_num_queries(9):
        figures = browser.get(address(as_of="2023-06-16")).json()

    assert [one["tasks"]["by_status"]["in_progress"] for one in figures] == [1] * programme_count


# The command


@pytest.mark.both_databases
def test_command_prints_text_unless_asked_otherwise():
    lines = said("BRVT-DTTM", "--as-of", "2023-06-16").splitlines()

    assert lines[0] == "BRVT-DTTM · số liệu đến ngày 16/06/2023"
    assert lines[1].startswith("4/12 nhiệm vụ hoàn thành; 8 nhiệm vụ đề nghị chuyển tiếp sang 2023–2024 từ 16/06/2023")


@pytest.mark.both_databases
def test_command_prints_every_programme():
    assert [line for line in said("--as-of", "2023-10-21").splitlines() if " · số liệu đến ngày" in line] == [
        f"{programme.code} · số liệu đến ngày 21/10/2023" for programme in Programme.objects.order_by("code")
    ]


def test_command_writes_vietnamese_letters_as_they_are():
    assert '"document": "112/NQ-HĐND"' in said("BRVT-DTTM", "--as-of", "2023-06-16", "--format", "json")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["KHONG-CO"], "Không có đề án mang mã «KHONG-CO».", id="no such programme"),
        pytest.param(
            ["BRVT-DTTM", "--as-of", "16/06/2023"],
            "Ngày «16/06/2023» chưa đọc được. Viết theo dạng YYYY-MM-DD, ví dụ 2023-06-16.",
            id="a day as people write it",
        ),
        pytest.param(
            ["--as-of", "2023-02-30"],
            "Ngày «2023-02-30» chưa đọc được. Viết theo dạng YYYY-MM-DD, ví dụ 2023-06-16.",
            id="no such day",
        ),
    ],
)
def test_command_refuses(arguments, message):
    with pytest.raises(CommandError) as refusal:
        said(*arguments)

    assert str(refusal.value) == message
