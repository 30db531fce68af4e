"""Files of a form that was not saved: kept for its author until it is sent again, and for nobody and nothing else."""

import re
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from meetings.models import Answer
from programme.models import LegalDocument, StoredFile
from smartcity.exchange.imports.models import ImportedFile
from smartcity.lib.submissions import token as tokens
from smartcity.lib.submissions.models import KeptFile
from tasks.models import ProgressUpdate, Status
from tests.factories import (
    PASSWORD,
    AgencyFactory,
    LegalDocumentFactory,
    ProgrammeFactory,
    coordinator_of,
    officer_of,
    task_in_force,
)
from tests.forms_read import Page
from tests.meetings.factories import AssignmentFactory, DirectiveFactory
from tests.reading import text_of
from tests.sent_document import ADD, new_document
from tests.uploads import EXE, JPG, PDF, bytes_of, upload

pytestmark = pytest.mark.django_db

CHOSEN = f"Tệp đã chọn: “biên bản.pdf” ({len(PDF)} byte) sẽ được đính kèm."


@pytest.fixture(autouse=True)
def empty_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def programme():
    return ProgrammeFactory()


@pytest.fixture
def task(programme):
    return task_in_force(programme, lead=AgencyFactory(province=programme.province))


@pytest.fixture
def officer(task):
    return officer_of(task.plans.get().lead_agency)


def new_report(task):
    return f"{reverse('admin:tasks_progressupdate_add')}?task={task.pk}"


def report(browser, task, **typed):
    """What the page of a new report would send, with something wrong in it."""
    said = {"as_of": "16/07/2023", "status": Status.IN_PROGRESS, "percent": "nhiều", "_check": ""}
    return Page(browser.get(new_report(task)).text).values | said | typed


def as_shown(response):
    """What the form that came back would send; of several ticked files each."""
    ticked = re.findall(r'name="(\w+-kept)" value="(\w+)"[^>]* checked', response.text)
    return Page(response.text).values | {name: [one for other, one in ticked if other == name] for name, _ in ticked}


def files_of(task):
    [update] = ProgressUpdate.objects.filter(task=task)
    return [(stored.name, bytes_of(stored)) for stored in update.files]


def on_disk():
    return sorted(path.name for path in Path(settings.MEDIA_ROOT).glob("kept/*"))


def test_files_of_a_refused_report_are_attached_when_it_is_sent_again(client_of, officer, task):
    browser = client_of(officer)
    files = [upload("biên bản.pdf", PDF), upload("ảnh.jpg", JPG)]

    refused = browser.post(new_report(task), report(browser, task, files=files))

    assert refused.status_code == 400
    assert CHOSEN in text_of(refused.text)
    assert "Chọn lại" not in text_of(refused.text)
    assert not ProgressUpdate.objects.exists()
    assert not StoredFile.objects.exists()
    saved = browser.post(new_report(task), as_shown(refused) | {"percent": "60", "_check": ""})
    assert saved.status_code == 302
    assert files_of(task) == [("biên bản.pdf", PDF), ("ảnh.jpg", JPG)]
    assert not KeptFile.objects.exists()
    assert on_disk() == []


def test_large_file_that_was_received_on_disk_survives_too(client_of, officer, task, settings):
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 10
    browser = client_of(officer)
    refused = browser.post(new_report(task), report(browser, task, files=[upload()]))

    browser.post(new_report(task), as_shown(refused) | {"percent": "60", "_check": ""})

    assert files_of(task) == [("biên bản.pdf", PDF)]


def test_file_survives_being_refused_twice_and_others_are_added_to_it(client_of, officer, task):
    browser = client_of(officer)
    first = browser.post(new_report(task), report(browser, task, files=[upload()]))

    again = {"files": [upload("ảnh.jpg", JPG)], "percent": "vẫn nhiều", "_check": ""}
    second = browser.post(new_report(task), as_shown(first) | again)
    browser.post(new_report(task), as_shown(second) | {"percent": "60", "_check": ""})

    assert files_of(task) == [("biên bản.pdf", PDF), ("ảnh.jpg", JPG)]


def test_file_that_is_chosen_again_is_attached_once(client_of, officer, task):
    browser = client_of(officer)
    refused = browser.post(new_report(task), report(browser, task, files=[upload()]))

    browser.post(new_report(task), as_shown(refused) | {"percent": "60", "files": [upload()], "_check": ""})

    assert files_of(task) == [("biên bản.pdf", PDF)]


def test_file_is_taken_off_again(client_of, officer, task):
    browser = client_of(officer)
    refused = browser.post(new_report(task), report(browser, task, files=[upload()]))

    form = as_shown(refused) | {"percent": "60", "_check": ""}
    form.pop("files-kept")
    browser.post(new_report(task), form)

    assert files_of(task) == []
    assert not KeptFile.objects.exists()


def test_page_before_attaches_only_what_it_shows(client_of, officer, task):
    browser = client_of(officer)
    form = report(browser, task)
    browser.post(new_report(task), form | {"files": [upload()]})

    browser.post(new_report(task), form | {"percent": "60"})

    assert files_of(task) == []


def test_refused_file_is_not_kept(client_of, officer, task):
    browser = client_of(officer)

    refused = browser.post(new_report(task), report(browser, task, files=[upload("bc.pdf", EXE), upload()]))

    assert "Tệp “bc.pdf” thực ra là tệp thực thi." in text_of(refused.text)
    assert CHOSEN in text_of(refused.text)
    assert [kept.name for kept in KeptFile.objects.all()] == ["biên bản.pdf"]


def test_nobody_else_can_attach_or_read_it(client_of, officer, task):
    browser, colleague = client_of(officer), client_of(officer_of(officer.agency))
    refused = browser.post(new_report(task), report(browser, task, files=[upload()]))
    named = as_shown(refused)["files-kept"]

    stolen = colleague.post(new_report(task), report(colleague, task, percent="60", **{"files-kept": named}))

    assert stolen.status_code == 400
    assert "Tệp đã chọn trước đó không còn trên máy chủ. Chọn lại tệp." in text_of(stolen.text)
    assert not StoredFile.objects.exists()
    assert KeptFile.objects.get().user == officer


def test_file_that_left_the_disk_is_asked_for_again(client_of, officer, task):
    browser = client_of(officer)
    refused = browser.post(new_report(task), report(browser, task, files=[upload()]))
    Path(KeptFile.objects.get().content.path).unlink()

    answer = browser.post(new_report(task), as_shown(refused) | {"percent": "60", "_check": ""})

    assert answer.status_code == 400
    assert "Tệp “biên bản.pdf” đã chọn trước đó không còn trên máy chủ. Chọn lại tệp." in text_of(answer.text)
    assert not ProgressUpdate.objects.exists()
    mended = as_shown(answer) | {"files": [upload()], "_check": ""}
    assert browser.post(new_report(task), mended).status_code == 302
    assert files_of(task) == [("biên bản.pdf", PDF)]


def test_sending_twice_attaches_once(client_of, officer, task):
    browser = client_of(officer)
    refused = browser.post(new_report(task), report(browser, task, files=[upload()]))
    form = as_shown(refused) | {"percent": "60", "_check": ""}

    answers = [browser.post(new_report(task), form) for _ in range(2)]

    assert answers[0].url == answers[1].url
    assert files_of(task) == [("biên bản.pdf", PDF)]


def test_file_comes_back_after_signing_in_again(client_of, officer, task):
    browser = client_of(officer)
    form = report(browser, task, files=[upload()])
    browser.session.flush()

    page = browser.post(new_report(task), form)

    assert "Nội dung bạn nhập vẫn được giữ" in text_of(page.text)
    assert "tệp không giữ được" not in text_of(page.text)
    carried = {name: Page(page.text).values[name] for name in ("next", "typed")}
    answer = browser.post(reverse("sign_in"), carried | {"username": officer.username, "password": PASSWORD})
    back = browser.get(answer.url)
    assert CHOSEN in text_of(back.text)
    browser.post(new_report(task), as_shown(back) | {"percent": "60", "_check": ""})
    assert files_of(task) == [("biên bản.pdf", PDF)]


def test_file_comes_back_from_a_page_that_was_too_old(client_of, officer, task, monkeypatch):
    browser = client_of(officer)
    form = report(browser, task, files=[upload()])
    monkeypatch.setattr(tokens, "GOOD_FOR", timedelta(seconds=-1))
    stale = browser.post(new_report(task), form)
    monkeypatch.undo()

    back = browser.get(new_report(task))

    assert stale.status_code == 403
    assert CHOSEN in text_of(back.text)
    browser.post(new_report(task), as_shown(back) | {"percent": "60", "_check": ""})
    assert files_of(task) == [("biên bản.pdf", PDF)]


def test_file_that_nobody_sent_again_is_forgotten_by_the_daily_command(client_of, officer, task):
    browser, said = client_of(officer), StringIO()
    browser.post(new_report(task), report(browser, task, files=[upload()]))
    call_command("forget_sent_forms", stdout=StringIO())
    assert KeptFile.objects.count() == 1
    KeptFile.objects.update(kept_at=now() - timedelta(days=8))

    call_command("forget_sent_forms", stdout=said)

    assert "1 tệp" in said.getvalue()
    assert (KeptFile.objects.count(), on_disk()) == (0, [])
    call_command("forget_sent_forms", stdout=StringIO())


def test_kept_files_are_none_of_the_damaged_or_unknown_ones(client_of, officer, task):
    browser, said = client_of(officer), StringIO()
    call_command("verify_files", stdout=said)
    before = re.findall(r"(\d+) tệp trên đĩa", said.getvalue())
    browser.post(new_report(task), report(browser, task, files=[upload()]))

    said = StringIO()
    call_command("verify_files", stdout=said)

    assert re.findall(r"(\d+) tệp trên đĩa", said.getvalue()) == before


def test_only_so_many_are_kept_of_one_person(client_of, officer, task):
    browser = client_of(officer)
    for round in range(4):
        files = [upload(f"{round}-{n}.pdf", PDF + b"%d %d" % (round, n)) for n in range(10)]
        browser.post(new_report(task), report(browser, task, files=files))

    assert KeptFile.objects.filter(user=officer).count() == 30
    assert len(on_disk()) == 30
    assert not KeptFile.objects.filter(name__startswith="0-").exists()


def test_file_of_a_refused_answer_is_attached(client_of, programme):
    directive = DirectiveFactory(
        due_kind="month", due_year=2024, due_month=4, conclusion__meeting__province=programme.province
    )
    assignment = AssignmentFactory(directive=directive)
    browser = client_of(officer_of(assignment.agency))
    address = reverse("assignment_answer", args=[assignment.pk])
    typed = {"done_on": "01/04/2020", "text": "Đã rà soát.", "files": [upload()]}

    refused = browser.post(address, Page(browser.get(address).text).values | typed)

    assert refused.status_code == 400
    assert CHOSEN in text_of(refused.text)
    browser.post(address, as_shown(refused) | {"done_on": "24/04/2024"})
    assert [one.file.name for one in Answer.objects.get().files.all()] == ["biên bản.pdf"]


@pytest.mark.parametrize("is_new", [True, False], ids=["new", "changed"])
def test_file_of_a_refused_document_is_attached(client_of, programme, is_new):
    person = coordinator_of(programme)
    browser, address = client_of(person), ADD
    typed = {"kind": "decision", "code": "12/QĐ-UBND", "signed_on": "03/02/2021", "subject": "Kế hoạch"}
    typed |= {"issuer": person.agency.pk, "province": person.province_id, "_save": ""}
    if not is_new:
        document = LegalDocumentFactory(province=programme.province, issuer=person.agency)
        address = reverse("admin:programme_legaldocument_change", args=[document.pk])
        typed = {"change_reason": "Bổ sung tệp", "_save": ""}
    form = Page(browser.get(address).text).values | typed

    refused = browser.post(address, form | {"signed_on": "31/02/2021", "upload": upload()})

    assert CHOSEN in text_of(refused.text)
    browser.post(address, as_shown(refused) | {"signed_on": "03/02/2021", "_save": ""})
    assert LegalDocument.objects.get(file__isnull=False).file.name == "biên bản.pdf"


def test_file_stays_chosen_while_two_people_are_told_apart(client_of, programme):
    person = coordinator_of(programme)
    document = LegalDocumentFactory(province=programme.province, issuer=person.agency, subject="Kế hoạch")
    browser, colleague = client_of(person), client_of(coordinator_of(programme))
    address = reverse("admin:programme_legaldocument_change", args=[document.pk])
    form = Page(browser.get(address).text).values | {"change_reason": "Sửa", "_save": ""}
    theirs = {"subject": "Của đồng nghiệp", "change_reason": "Sửa", "_save": ""}
    colleague.post(address, Page(colleague.get(address).text).values | theirs)

    asked = browser.post(address, form | {"subject": "Của tôi", "upload": upload()})

    assert asked.status_code == 409
    assert CHOSEN in text_of(asked.text)
    saved = browser.post(address, as_shown(asked) | {"subject-chon": "cua-toi", "_save": ""})
    assert saved.status_code == 302
    document.refresh_from_db()
    assert (document.subject, document.file.name) == ("Của tôi", "biên bản.pdf")


def test_file_of_a_document_comes_back_after_signing_in_again(client_of, programme):
    person = coordinator_of(programme)
    browser = client_of(person)
    form = new_document(browser, person, upload=upload())
    browser.session.flush()

    page = browser.post(ADD, form)

    carried = {name: Page(page.text).values[name] for name in ("next", "typed")}
    answer = browser.post(reverse("sign_in"), carried | {"username": person.username, "password": PASSWORD})
    back = browser.get(answer.url)
    assert CHOSEN in text_of(back.text)
    assert "chọn lại" not in text_of(back.text)
    browser.post(ADD, as_shown(back) | {"_save": ""})
    assert LegalDocument.objects.get(file__isnull=False).file.name == "biên bản.pdf"


def test_somebody_else_who_signs_in_gets_nothing_of_it(client_of, officer, task):
    browser, other = client_of(officer), officer_of(officer.agency)
    form = report(browser, task, files=[upload()])
    browser.session.flush()
    page = browser.post(new_report(task), form)

    carried = {name: Page(page.text).values[name] for name in ("next", "typed")}
    browser.post(reverse("sign_in"), carried | {"username": other.username, "password": PASSWORD})

    assert "biên bản.pdf" not in text_of(browser.get(new_report(task)).text)


def test_newly_chosen_file_takes_the_place_of_the_one_before(client_of, programme):
    person = coordinator_of(programme)
    document = LegalDocumentFactory(province=programme.province, issuer=person.agency)
    browser = client_of(person)
    address = reverse("admin:programme_legaldocument_change", args=[document.pk])
    form = Page(browser.get(address).text).values | {"change_reason": "Bổ sung tệp", "_save": ""}
    refused = browser.post(address, form | {"signed_on": "31/02/2021", "upload": upload()})

    other = {"signed_on": "03/02/2021", "upload": upload("ảnh.jpg", JPG), "_save": ""}
    browser.post(address, as_shown(refused) | other)

    document.refresh_from_db()
    assert document.file.name == "ảnh.jpg"


def test_file_to_be_read_is_kept_while_its_question_is_answered(client_of, officer, task, programme):
    browser = client_of(officer)
    address = reverse("imported_file_upload", args=["bao-cao-tien-do", programme.code])
    plan = task.plans.get()
    table = f"Mã nhiệm vụ;Số liệu đến ngày;Trạng thái\n{task.code};16/07/2023;Đang thực hiện\n".encode()
    form = Page(browser.get(address).text).values
    assert plan.lead_agency == officer.agency

    refused = browser.post(address, form | {"file": upload("báo cáo.csv", table), "repeated": "không"})

    assert refused.status_code == 400
    assert "Tệp đã chọn: “báo cáo.csv”" in text_of(refused.text)
    sent = browser.post(address, as_shown(refused) | {"repeated": "refuse"})
    assert sent.status_code == 302
    assert ImportedFile.objects.get().name == "báo cáo.csv"


def test_file_sent_without_a_form_of_ours_is_not_kept(officer, task):
    browser = Client()

    browser.post(new_report(task), {"files": [upload()], "slip": "giả"})

    assert not KeptFile.objects.exists()


def test_report_of_a_day_with_its_file_is_no_evidence_before_it_is_saved(client_of, officer, task):
    browser = client_of(officer)
    browser.post(new_report(task), report(browser, task, files=[upload()]))

    assert date(2023, 7, 16) not in ProgressUpdate.objects.values_list("as_of", flat=True)
    assert client_of(coordinator_of(task.programme)).get(f"/tep/{KeptFile.objects.get().pk}/").status_code == 404
