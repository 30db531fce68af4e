"""«Chép lần trước»: the words of the last accepted report go into one field, and nothing else changes."""

from datetime import date

import pytest
from django.urls import reverse

from tasks.models import ProgressUpdate, Status, UpdateState
from tasks.pages.reports.last_words import put_together
from tests.empty_forms import Forms
from tests.factories import AgencyFactory, ProgrammeFactory, ProgressUpdateFactory, officer_of, task_in_force
from tests.forms_read import Page
from tests.reading import text_of
from tests.uploads import upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return officer_of(AgencyFactory())


@pytest.fixture
def task(officer):
    return task_in_force(ProgrammeFactory(province=officer.agency.province), lead=officer.agency)


@pytest.fixture
def before(task):
    texts = {"results": "Đã cài đặt máy chủ.\nĐã nối mạng.", "next_steps": "Đào tạo", "obstacles": "Thiếu vốn"}
    return ProgressUpdateFactory(task=task, as_of=date(2023, 6, 16), percent=50, accepted=True, **texts)


def add(task):
    return reverse("admin:tasks_progressupdate_add", query={"task": task.pk})


def copy(browser, address, name, **typed):
    return browser.post(address, Page(browser.get(address).text).values | typed | {"_copy": name})


def test_words_come_into_their_field_and_what_was_typed_elsewhere_stays(client_of, officer, task, before):
    typed = {"as_of": "31/02/2024", "status": Status.SUSPENDED, "percent": "55", "next_steps": "Nghiệm thu"}

    response = copy(client_of(officer), add(task), "results", **typed)

    values = Page(response.text).values
    assert response.status_code == 200
    assert values["results"].replace("\r\n", "\n") == "Đã cài đặt máy chủ.\nĐã nối mạng."
    assert {name: values[name] for name in typed} == typed
    assert values["obstacles"] == ""
    assert "Có lỗi" not in text_of(response.text)
    assert not ProgressUpdate.objects.open().exists()


def test_field_that_got_the_words_has_the_focus(client_of, officer, task, before):
    html = copy(client_of(officer), add(task), "next_steps").text

    assert "autofocus" in html[html.index('name="next_steps"') :].partition(">")[0]


def test_files_that_were_chosen_stay(client_of, officer, task, before):
    browser = client_of(officer)

    copied = copy(browser, add(task), "results", files=[upload()])
    browser.post(add(task), Page(copied.text).values | {"_draft": ""})

    assert "biên bản.pdf" in text_of(copied.text)
    assert [file.name for file in ProgressUpdate.objects.open().get().files] == ["biên bản.pdf"]


def test_draft_takes_words_over_and_is_still_held_against_what_a_colleague_saves(client_of, officer, task, before):
    draft = ProgressUpdateFactory(task=task, author=officer, as_of=date(2023, 7, 16), obstacles="Chậm mặt bằng")
    address = reverse("admin:tasks_progressupdate_change", args=[draft.pk])

    response = copy(client_of(officer), address, "obstacles")

    values = Page(response.text).values
    assert values["obstacles"].replace("\r\n", "\n") == "Chậm mặt bằng\nThiếu vốn"
    assert values["seen_version"] == str(draft.version)
    assert draft.history.count() == 1


@pytest.mark.parametrize("name", ["", "percent", "files", "__class__", "x" * 10_000])
def test_what_is_no_text_of_the_report_is_not_copied(client_of, officer, task, before, name):
    response = copy(client_of(officer), add(task), name, percent="55")

    assert response.status_code == 200
    assert Page(response.text).values["percent"] == "55"


def test_first_report_of_a_task_offers_no_words(client_of, officer, task):
    response = client_of(officer).get(add(task))

    assert "Chép lần trước" not in response.text
    assert copy(client_of(officer), add(task), "results", results="Đã khảo sát").status_code == 200


def test_correction_has_its_words_already(client_of, officer, task, before):
    response = client_of(officer).get(f"{add(task)}&dinh-chinh={before.pk}")

    assert "Chép lần trước" not in response.text
    assert Page(response.text).values["next_steps"] == "Đào tạo"


def test_enter_in_a_field_checks_the_report_and_copies_nothing(client_of, officer, task, before):
    browser = client_of(officer)
    opened = browser.get(add(task))

    [form] = [form for form in Forms(opened.text).forms if "_copy" in form.buttons]
    # A browser presses the first button of the form.
    button = next(iter(form.buttons))
    response = browser.post(add(task), Page(opened.text).values | {"percent": "60", button: form.buttons[button]})

    draft = ProgressUpdate.objects.get(state=UpdateState.DRAFT)
    assert response.url == reverse("admin:tasks_progressupdate_check", args=[draft.pk])
    assert draft.percent == 60


@pytest.mark.parametrize(
    ("typed", "both"),
    [
        ("", "Đào tạo"),
        ("  \r\n", "Đào tạo"),
        ("Nghiệm thu", "Nghiệm thu\nĐào tạo"),
        ("Nghiệm thu\r\n", "Nghiệm thu\nĐào tạo"),
        ("Đào tạo", "Đào tạo"),
        ("Nghiệm thu\r\nĐào tạo", "Nghiệm thu\nĐào tạo"),
    ],
)
def test_words_come_after_what_is_typed_once(typed, both):
    assert put_together(typed, "Đào tạo") == both
