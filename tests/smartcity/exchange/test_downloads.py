from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from programme.models import LegalDocument, Role
from programme.operations.documents import keep_document
from tasks.operations.evidence import detach_evidence
from tasks.operations.reporting import submit_update
from tasks.operations.reviewing import accept_update
from tests import uploads
from tests.factories import (
    AgencyFactory,
    EvidenceFactory,
    LegalDocumentFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    StoredFileFactory,
    UserFactory,
    coordinator_of,
    officer_of,
    task_in_force,
)
from tests.reading import Reader, text_of
from tests.uploads import upload

pytestmark = pytest.mark.django_db

TODAY = date(2023, 6, 21)


@pytest.fixture
def programme():
    return ProgrammeFactory()


@pytest.fixture
def officer(programme):
    return officer_of(AgencyFactory(province=programme.province))


@pytest.fixture
def evidence(programme, officer):
    """One file of a draft of the officer's."""
    task = task_in_force(programme, lead=officer.agency)
    update = ProgressUpdateFactory(task=task, author=officer, as_of=date(2023, 6, 16))
    return EvidenceFactory(update=update, file=StoredFileFactory(name="biên bản.pdf", bytes=uploads.PDF))


def accepted(evidence):
    """The report of the evidence, sent and accepted."""
    update = evidence.update
    reviewer = coordinator_of(update.task.programme)
    submit_update(update, by=update.author, today=TODAY)
    return accept_update(update, by=reviewer, today=TODAY, seen=update.version)


def code_for(browser, stored):
    """What a person is answered who asks for a file."""
    response = browser.get(stored.get_absolute_url())
    if response.streaming:
        response.getvalue()  # to its end, or the file stays open
    return response.status_code


# Who may read


def test_file_of_a_report_is_read_in_its_province(client_of, evidence):
    colleague = UserFactory(agency=AgencyFactory(province=evidence.update.task.programme.province))

    accepted(evidence)

    response = client_of(colleague).get(evidence.file.get_absolute_url())

    assert response.getvalue() == uploads.PDF


@pytest.mark.parametrize("role", [Role.OFFICER, Role.COORDINATOR, Role.LEADER, Role.OFFICE])
def test_file_of_a_report_does_not_exist_for_another_province(client_of, evidence, role):
    stranger = UserFactory(role=role)

    assert code_for(client_of(stranger), evidence.file) == 404


def test_auditor_reads_files_of_every_province(client_of, evidence):
    auditor = UserFactory(role=Role.AUDITOR, agency=None)

    assert client_of(auditor).get(evidence.file.get_absolute_url()).getvalue() == uploads.PDF


def test_nobody_reads_without_signing_in(evidence):
    response = Client().get(evidence.file.get_absolute_url())

    assert response.status_code == 302
    assert response["Location"].startswith(reverse("sign_in"))


def test_file_of_a_document_is_read_where_the_document_is(client_of, programme, officer):
    own, central = (
        LegalDocumentFactory(issuer__province=province, file=StoredFileFactory())
        for province in (programme.province, None)
    )
    stranger = UserFactory()

    codes = {
        person: [code_for(client_of(person), one.file) for one in (own, central)] for person in (officer, stranger)
    }

    assert codes == {officer: [200, 200], stranger: [404, 200]}


def test_file_that_belongs_to_nothing_is_nobody_s(client_of, officer):
    stored = StoredFileFactory(uploaded_by=officer)

    assert code_for(client_of(officer), stored) == 404


def test_file_that_was_taken_away_is_read_by_auditors_only(client_of, evidence, officer):
    detach_evidence(evidence, by=officer, today=TODAY, reason="Gửi nhầm tệp")
    auditor = UserFactory(role=Role.AUDITOR, agency=None)

    codes = [code_for(client_of(person), evidence.file) for person in (officer, auditor)]

    assert codes == [404, 200]


def test_file_that_a_document_had_is_read_by_auditors_only(client_of, programme, officer):
    old = StoredFileFactory()
    document = LegalDocumentFactory(issuer__province=programme.province, file=old)
    keep_document(document, upload=upload(), by=officer, reason="Bản có chữ ký số")
    auditor = UserFactory(role=Role.AUDITOR, agency=None)

    codes = [code_for(client_of(person), old) for person in (officer, auditor)]

    assert codes == [404, 200]


# What is sent


def test_file_is_sent_to_be_saved_and_never_run(client_of, evidence, officer):
    response = client_of(officer).get(evidence.file.get_absolute_url())

    assert response["Content-Disposition"] == "attachment; filename*=utf-8''bi%C3%AAn%20b%E1%BA%A3n.pdf"
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Length"] == str(len(uploads.PDF))
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
    assert response["Cache-Control"] == "private, no-store"
    response.getvalue()


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ('a".pdf', 'attachment; filename="a_.pdf"'),
        ("a\r\nX-Evil: 1.pdf", 'attachment; filename="a X-Evil_ 1.pdf"'),
        ("../../x.pdf", 'attachment; filename="x.pdf"'),
    ],
)
def test_name_of_a_file_cannot_reach_beyond_its_header(client_of, programme, officer, name, sent):
    document = LegalDocumentFactory(issuer__province=programme.province)
    file = upload()
    file._name = name  # as it came: the test's own class would tidy it
    keep_document(document, upload=file, by=officer)

    response = client_of(officer).get(document.file.get_absolute_url())

    assert response["Content-Disposition"] == sent
    assert "X-Evil" not in response.headers
    response.getvalue()


def test_file_is_only_read_at_its_address(client_of, evidence, officer):
    assert client_of(officer).post(evidence.file.get_absolute_url()).status_code == 405


@pytest.mark.parametrize("is_gone", [True, False], ids=["gone", "cut off"])
def test_file_that_is_not_whole_on_disk_is_told_of_by_name(
    client_of, evidence, officer, is_gone, settings, tmp_path, caplog
):
    settings.MEDIA_ROOT = tmp_path
    if not is_gone:
        path = Path(evidence.file.content.path)
        path.parent.mkdir()
        path.write_bytes(uploads.PDF[:9])

    response = client_of(officer).get(evidence.file.get_absolute_url())

    assert response.status_code == 410
    assert "tệp “biên bản.pdf” còn nguyên, nhưng nội dung tệp trên máy chủ bị mất" in text_of(response.text)
    assert f"Stored file {evidence.file.pk}" in caplog.text


# Where files are shown


def test_task_page_shows_the_files_of_an_accepted_report(client_of, evidence):
    update = accepted(evidence)

    html = (
        client_of(update.author).get(reverse("task_detail", args=[update.task_id], query={"ngay": "30/06/2023"})).text
    )

    assert (evidence.file.get_absolute_url(), "biên bản.pdf") in Reader(html).links
    assert "biên bản.pdf PDF, 35 byte" in text_of(html)


@pytest.mark.parametrize("report_count", [1, 6])
def test_task_page_reads_the_files_of_all_reports_at_once(
    client_of, programme, officer, report_count, django_assert_num_queries
):
    task = task_in_force(programme, lead=officer.agency)
    for day in range(1, report_count + 1):
        update = ProgressUpdateFactory(task=task, author=officer, as_of=date(2023, 6, day))
        evidence = [EvidenceFactory(update=update) for _ in range(2)]
        accepted(evidence[0])
    browser = client_of(coordinator_of(programme))

    with django_assert_num_queries(12):
        page = browser.get(reverse("task_detail", args=[task.pk], query={"ngay": "30/06/2023"})).text

    assert page.count('href="/tep/') == 2 * report_count


@pytest.mark.parametrize("document_count", [1, 10])
def test_document_list_query_count_does_not_grow_with_files(
    client_of, officer, document_count, django_assert_num_queries
):
    for _ in range(document_count):
        LegalDocumentFactory(file=StoredFileFactory())
    browser = client_of(officer)

    with django_assert_num_queries(3):
        browser.get(reverse("document_list"))


def test_history_of_a_report_tells_of_its_files(client_of, evidence, officer):
    address = reverse("admin:tasks_progressupdate_history", args=[evidence.update_id])
    detach_evidence(evidence, by=officer, today=TODAY, reason="Gửi nhầm tệp")

    told = text_of(client_of(officer).get(address).text)

    assert "tệp minh chứng «biên bản.pdf»" in told
    assert "Gửi nhầm tệp" in told


def test_sent_report_in_the_admin_shows_its_files(client_of, evidence):
    update = accepted(evidence)
    address = reverse("admin:tasks_progressupdate_change", args=[update.pk])

    html = client_of(coordinator_of(update.task.programme)).get(address).text

    assert evidence.file.get_absolute_url() in dict(Reader(html).links)


# The file of a document in the admin


def form_of(document: LegalDocument, **fields) -> dict:
    return {
        "kind": document.kind,
        "code": document.code,
        "issuer": document.issuer_id,
        "signed_on": "13/12/2019",
        "subject": document.subject,
        "province": document.province_id or "",
        "change_reason": "Bổ sung tệp",
        "seen_version": document.history.order_by("-history_id").first().history_id,
        "relations-TOTAL_FORMS": 0,
        "relations-INITIAL_FORMS": 0,
        "incoming_relations-TOTAL_FORMS": 0,
        "incoming_relations-INITIAL_FORMS": 0,
    } | fields


@pytest.fixture
def document(programme):
    return LegalDocumentFactory(issuer__province=programme.province)


def test_coordinator_uploads_and_replaces_the_file_of_a_document(client_of, programme, document):
    coordinator = coordinator_of(programme)
    browser, address = client_of(coordinator), reverse("admin:programme_legaldocument_change", args=[document.pk])
    assert 'enctype="multipart/form-data"' in browser.get(address).text

    browser.post(address, form_of(document, upload=upload("nghị quyết.pdf")))
    document.refresh_from_db()
    browser.post(address, form_of(document, upload=upload("bản ký số.pdf", uploads.PDF + b"2")))

    document.refresh_from_db()
    assert document.file.name == "bản ký số.pdf"
    assert document.file.uploaded_by == coordinator
    links = dict(Reader(browser.get(document.get_absolute_url()).text).links)
    assert links[document.file.get_absolute_url()] == "bản ký số.pdf"
    history = browser.get(reverse("admin:programme_legaldocument_history", args=[document.pk])).text
    assert "nghị quyết.pdf" in text_of(history)


def test_refused_file_of_a_document_is_told_beside_its_field(client_of, programme, document):
    address = reverse("admin:programme_legaldocument_change", args=[document.pk])
    fields = form_of(document, subject="Trích yếu mới", upload=upload("a.pdf", uploads.EXE))

    html = client_of(coordinator_of(programme)).post(address, fields).text

    assert "Tệp “a.pdf” thực ra là tệp thực thi." in text_of(html)
    assert "Chọn lại: “a.pdf”." in text_of(html)
    assert "Trích yếu mới" in html
    document.refresh_from_db()
    assert document.file is None


def test_reader_of_a_document_gets_its_file_and_no_field(client_of, programme, document):
    leader = UserFactory(role=Role.LEADER, agency=AgencyFactory(province=programme.province))
    keep_document(document, upload=upload("nghị quyết.pdf"), by=leader)

    html = client_of(leader).get(reverse("admin:programme_legaldocument_change", args=[document.pk])).text

    assert document.file.get_absolute_url() in dict(Reader(html).links)
    assert 'type="file"' not in html
