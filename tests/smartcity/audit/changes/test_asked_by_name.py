"""Whoever or whatever the timeline is narrowed by, as somebody types it: also by an earlier name, also when removed."""

from datetime import date

import pytest

from programme.models import Role
from smartcity.lib.records.history import signed_save
from tasks.models import Task
from tasks.operations.drafting import plan_task, remove_task
from tests.factories import (
    AgencyFactory,
    ProgrammeFactory,
    RevisionFactory,
    TaskFactory,
    UserFactory,
)
from tests.smartcity.audit.changes.test_change_log import words_of

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

DAY = date(2023, 6, 16)


@pytest.fixture
def auditor():
    return UserFactory(role=Role.AUDITOR, agency=None)


@pytest.fixture
def asked(client_of, auditor):
    def asked(reader=None, **filters):
        return client_of(reader or auditor).get(
            "/nhat-ky/", {name.replace("_", "-"): value for name, value in filters.items()}
        )

    return asked


def change(record, **values):
    for name, value in values.items():
        setattr(record, name, value)
    return signed_save(record, by=UserFactory(), reason="Đổi tên")


def found_by(page, name):
    assert page.status_code == 200, words_of(page.text)
    return page.context["form"].cleaned_data[name].pk


# Earlier names


def test_person_is_found_by_the_name_that_the_lines_show_and_the_page_says_what_it_is_today(asked):
    person = UserFactory(full_name="Chuyên viên Công an")
    signed_save(AgencyFactory(), by=person, reason="Việc cũ")
    change(person, full_name="Nguyễn Văn Bình")

    for typed in ("Chuyên viên Công an", "chuyen vien cong an", "viên công an"):
        page = asked(nguoi=typed)
        assert found_by(page, "nguoi") == person.pk
        assert "Việc cũ" in page.text
        assert f"«{typed}» nay là «Nguyễn Văn Bình»." in words_of(page.text)

    # As a file says it.
    assert page.context["form"].chosen_words() == [
        "Người thực hiện: Nguyễn Văn Bình («viên công an» nay là «Nguyễn Văn Bình»)"
    ]


@pytest.mark.parametrize("name", ["cua", "co-quan"])
def test_agency_is_found_by_the_name_that_it_had(asked, name):
    agency = AgencyFactory(name="Sở Thông tin và Truyền thông", short_name="TTTT")
    change(agency, name="Sở Khoa học và Công nghệ", short_name="KHCN")

    for typed in ("Sở Thông tin và Truyền thông", "TTTT", "truyền thông"):
        assert found_by(asked(**{name: typed}), name) == agency.pk
    assert "«TTTT» nay là «Sở Khoa học và Công nghệ»" in words_of(asked(**{name: "TTTT"}).text)


def test_programme_and_task_are_found_by_the_code_that_they_had(asked):
    programme = ProgrammeFactory(code="DE-AN-CU")
    task = TaskFactory(programme=programme, code="NV-90")
    change(programme, code="DE-AN-MOI")
    change(task, code="NV-91")

    assert found_by(asked(de_an="de-an-cu"), "de-an") == programme.pk
    assert found_by(asked(nhiem_vu="NV-90"), "nhiem-vu") == task.pk
    assert found_by(asked(de_an="DE-AN-CU", nhiem_vu="NV-90"), "nhiem-vu") == task.pk


def test_whoever_is_called_so_today_stands_before_who_was(asked):
    old, today = UserFactory(full_name="Trần Văn Nam"), UserFactory(full_name="Lê Thị Hoa")
    change(old, full_name="Trần Nam")
    change(today, full_name="Trần Văn Nam")

    page = asked(nguoi="Trần Văn Nam")

    assert found_by(page, "nguoi") == today.pk
    assert "nay là" not in words_of(page.text)


def test_name_that_several_had_asks_which_of_them(asked):
    for name in ("Nguyễn An", "Nguyễn Bình"):
        change(UserFactory(full_name="Chuyên viên Công an"), full_name=name)

    page = asked(nguoi="Chuyên viên Công an")

    assert page.status_code == 400
    assert "Có nhiều người như vậy, ghi rõ một trong số này: Nguyễn An (mã" in words_of(page.text)


def test_name_that_an_agency_of_another_province_had_finds_nothing(asked):
    change(AgencyFactory(name="Sở Xưa"), name="Sở Nay")

    page = asked(UserFactory(role=Role.LEADER), cua="Sở Xưa")

    assert page.status_code == 400
    assert "Sở Nay" not in page.text


@pytest.mark.parametrize("typed", ["NV-05", "nv-05", "DE-AN / NV-05"])
def test_of_what_is_called_so_today_nothing_more_is_said(asked, typed):
    task = TaskFactory(programme=ProgrammeFactory(code="DE-AN"), code="NV-05")

    page = asked(nhiem_vu=typed, de_an="de-an")

    assert found_by(page, "nhiem-vu") == task.pk
    assert "nay là" not in words_of(page.text)


def test_code_that_several_tasks_have_asks_which_of_them(asked):
    tasks = [TaskFactory(code="NV-05") for _ in range(2)]
    change(TaskFactory(code="NV-05"), code="NV-06")

    page = asked(nhiem_vu="NV-05")

    assert page.status_code == 400
    assert all(f"{task} (mã {task.pk})" in words_of(page.text) for task in tasks)
    assert "NV-06" not in page.text


# Removed


@pytest.fixture
def removed():
    """A task that was added to a draft and taken out of it."""
    revision = RevisionFactory()
    office = UserFactory(agency=revision.programme.coordinating_agency)
    plan = plan_task(revision, position=1, by=office, name="Kho dữ liệu dùng chung", code="NV-74")
    task = plan.task
    key = task.pk
    remove_task(plan, reason="Nhập nhầm", by=office)
    assert not Task.objects.filter(pk=key).exists()
    task.pk = key
    return task


def test_task_that_was_removed_is_asked_for_by_its_key_and_by_its_code(asked, removed):
    for typed in (str(removed.pk), f"NV-74 (mã {removed.pk})", "NV-74", f"{removed.programme.code} / NV-74"):
        page = asked(nhiem_vu=typed)
        assert found_by(page, "nhiem-vu") == removed.pk
        assert "Nhập nhầm" in page.text
        assert f"Nhiệm vụ {removed.programme.code} / NV-74 đã bị xóa." in words_of(page.text)
    assert found_by(asked(nhiem_vu="NV-74", de_an=removed.programme.code), "nhiem-vu") == removed.pk
    assert asked(nhiem_vu="NV-74", de_an=ProgrammeFactory().code).status_code == 400


def test_removed_task_is_there_for_whoever_audits_its_province_alone(asked, removed):
    province = removed.programme.province

    told = {
        role: asked(
            UserFactory(role=role, agency=AgencyFactory(province=province)), nhiem_vu=str(removed.pk)
        ).status_code
        for role in Role
    }

    assert told == {role: 200 if role == Role.AUDITOR else 400 for role in Role}
    elsewhere = UserFactory(role=Role.AUDITOR, agency=AgencyFactory())
    assert asked(elsewhere, nhiem_vu="NV-74").status_code == (200 if elsewhere.sees_every_province else 400)
