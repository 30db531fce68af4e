"""What directives are about and what came of them: linked, made, taken out, and seen from both sides."""

from datetime import date

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from meetings.models import DirectiveLink, LinkKind
from meetings.pages.directives.links import directives_of, links_of
from programme.models import LegalDocument, Revision, Role
from tasks.models import Task
from tests.factories import (
    AgencyFactory,
    LegalDocumentFactory,
    ProgrammeFactory,
    RevisionFactory,
    UserFactory,
    adopted_revision,
    coordinator_of,
    officer_of,
    task_in_force,
)
from tests.forms_read import Page
from tests.meetings.factories import DirectiveFactory, DirectiveLinkFactory

pytestmark = pytest.mark.django_db

WAITS = {"due_kind": "condition", "due_words": "Nghị quyết được thông qua", "due_when": "after"}


@pytest.fixture
def programme():
    return ProgrammeFactory(code="DO-THI")


@pytest.fixture
def directive(programme):
    return DirectiveFactory(conclusion__meeting__province=programme.province, text="Báo cáo phương án thuê dịch vụ")


@pytest.fixture
def secretary(programme):
    return UserFactory(role=Role.OFFICE, agency=AgencyFactory(province=programme.province))


@pytest.fixture
def coordinator(programme):
    return coordinator_of(programme)


def address(directive, path):
    return f"/chi-dao/{directive.pk}/lien-ket/{path}"


# Linking what is there


def test_secretary_links_a_directive_with_a_task(client_of, secretary, directive, programme):
    task = task_in_force(programme, name="Thuê trung tâm dữ liệu")
    browser = client_of(secretary)

    shown = browser.get(address(directive, "nhiem-vu/"))
    response = browser.post(
        address(directive, "nhiem-vu/"), {"task": task.pk, "kind": "about", "note": "Mục 1 thông báo"}
    )

    link = DirectiveLink.objects.get()
    assert "DO-THI · Thuê trung tâm dữ liệu" in shown.text
    assert response.url == directive.get_absolute_url()
    assert (link.directive, link.task, link.kind) == (directive, task, LinkKind.ABOUT)
    assert (link.history.get().history_user, link.history.get().history_change_reason) == (secretary, "Mục 1 thông báo")


@pytest.mark.parametrize("end", ["nhiem-vu", "lan-dieu-chinh", "van-ban"])
def test_link_with_nothing_is_asked_about(client_of, secretary, directive, end):
    response = client_of(secretary).post(address(directive, f"{end}/"), {"kind": "about"})

    assert response.status_code == 400
    assert "Chọn " in response.text
    assert not DirectiveLink.objects.exists()


def test_what_the_directive_waits_for_is_not_taken_as_its_result(client_of, secretary, programme):
    awaited = LegalDocumentFactory(province=programme.province)
    directive = DirectiveFactory(conclusion__meeting__province=programme.province, **WAITS, due_document=awaited)

    response = client_of(secretary).post(address(directive, "van-ban/"), {"document": awaited.pk, "kind": "result"})

    assert response.status_code == 400
    assert "chờ chính kết quả của nó" in response.text
    assert not DirectiveLink.objects.exists()


@pytest.mark.parametrize(
    ("end", "field", "make"),
    [
        ("nhiem-vu", "task", lambda: task_in_force()),
        ("lan-dieu-chinh", "revision", lambda: RevisionFactory()),
        ("van-ban", "document", lambda: LegalDocumentFactory(issuer__province=AgencyFactory().province)),
    ],
)
def test_record_of_another_province_is_not_linked(client_of, secretary, directive, end, field, make):
    response = client_of(secretary).post(address(directive, f"{end}/"), {field: make().pk, "kind": "about"})

    assert response.status_code == 400
    assert not DirectiveLink.objects.exists()


PAGES = ["nhiem-vu/", "lan-dieu-chinh/", "van-ban/", "van-ban/moi/", "lan-dieu-chinh/moi/", "nhiem-vu/moi/"]


@pytest.mark.parametrize("part", PAGES)
def test_pages_open_for_whoever_may_link_and_for_nobody_of_another_province(client_of, coordinator, directive, part):
    outsider = UserFactory(role=Role.COORDINATOR, agency=AgencyFactory())

    assert client_of(coordinator).get(address(directive, part)).status_code == 200
    assert client_of(outsider).get(address(directive, part)).status_code == 404


@pytest.mark.parametrize("part", PAGES)
@pytest.mark.parametrize("role", [Role.OFFICER, Role.LEADER, Role.AUDITOR])
def test_who_does_not_keep_links_may_not(client_of, programme, directive, part, role):
    reader = UserFactory(role=role, agency=programme.coordinating_agency)

    assert client_of(reader).post(address(directive, part)).status_code == 403


def test_secretary_makes_documents_and_no_amendments(client_of, secretary, directive):
    browser = client_of(secretary)

    assert browser.get(address(directive, "van-ban/moi/")).status_code == 200
    assert browser.get(address(directive, "lan-dieu-chinh/moi/")).status_code == 403
    assert browser.get(address(directive, "nhiem-vu/moi/")).status_code == 403


def test_unknown_kind_of_record_does_not_exist(client_of, secretary, directive):
    assert client_of(secretary).get(address(directive, "cuoc-hop/")).status_code == 404


def test_link_is_taken_out_with_a_reason(client_of, secretary, directive):
    link = DirectiveLinkFactory(directive=directive, document=LegalDocumentFactory())
    browser, page = client_of(secretary), address(directive, f"{link.pk}/bo/")

    unsaid = browser.post(page, {"reason": " "})
    kept = DirectiveLink.objects.exists()
    said = browser.post(page, {"reason": "Chọn nhầm văn bản"})

    assert (unsaid.status_code, kept) == (400, True)
    assert said.url == directive.get_absolute_url()
    assert not DirectiveLink.objects.exists()
    assert DirectiveLink.history.latest().history_change_reason == "Chọn nhầm văn bản"


def test_link_of_another_directive_does_not_exist_here(client_of, secretary, directive):
    link = DirectiveLinkFactory(document=LegalDocumentFactory())

    assert client_of(secretary).get(address(directive, f"{link.pk}/bo/")).status_code == 404


# Making what comes of it


def test_document_is_made_and_linked_in_one_action(client_of, secretary, directive):
    typed = {
        "kind": "decision",
        "code": "155/QĐ-UBND",
        "issuer": secretary.agency.pk,
        "signed_on": "18/01/2024",
        "subject": "Về việc thuê trung tâm dữ liệu",
        "link_kind": "result",
    }

    response = client_of(secretary).post(address(directive, "van-ban/moi/"), typed)

    document, link = LegalDocument.objects.get(number=155), DirectiveLink.objects.get()
    assert response.status_code == 302
    assert (link.document, link.kind) == (document, LinkKind.RESULT)
    assert document.province == directive.conclusion.meeting.province
    assert document.history.get().history_action == link.history.get().history_action


def test_document_that_is_known_already_is_noticed_and_nothing_is_kept(client_of, secretary, directive):
    known = LegalDocumentFactory(issuer=secretary.agency, number=155, symbol="QĐ-UBND", kind="decision")
    typed = {
        "kind": "decision",
        "code": "155/QĐ-UBND",
        "issuer": known.issuer.pk,
        "signed_on": f"{known.signed_on:%d/%m/%Y}",
        "subject": "Về việc thuê",
        "link_kind": "result",
    }

    response = client_of(secretary).post(address(directive, "van-ban/moi/"), typed)

    assert response.status_code == 400
    assert "Về việc thuê" in response.text
    assert (LegalDocument.objects.filter(number=155).count(), DirectiveLink.objects.count()) == (1, 0)


def test_amendment_is_begun_and_linked_by_the_coordinator(client_of, coordinator, directive, programme):
    adopted_revision(programme, tasks=2)

    response = client_of(coordinator).post(
        address(directive, "lan-dieu-chinh/moi/"), {"programme": programme.pk, "reason": "Theo kết luận"}
    )

    draft, link = Revision.objects.get(state="draft"), DirectiveLink.objects.get()
    assert response.status_code == 302
    assert (link.revision, link.kind, draft.planned_tasks.count()) == (draft, LinkKind.RESULT, 2)


def test_amendment_of_a_programme_without_one_in_force_is_refused_whole(client_of, coordinator, directive, programme):
    response = client_of(coordinator).post(
        address(directive, "lan-dieu-chinh/moi/"), {"programme": programme.pk, "reason": ""}
    )

    assert response.status_code == 400
    assert "chưa có gì để điều chỉnh" in response.text
    assert not DirectiveLink.objects.exists()


def test_task_is_put_into_a_draft_and_linked(client_of, coordinator, directive, programme):
    draft = RevisionFactory(programme=programme)
    typed = {"revision": draft.pk, "name": "Thuê trung tâm dữ liệu", "due_on": "31/12/2024"}

    response = client_of(coordinator).post(address(directive, "nhiem-vu/moi/"), typed)

    task, link = Task.objects.get(), DirectiveLink.objects.get()
    assert response.status_code == 302
    assert (link.task, link.kind) == (task, LinkKind.RESULT)
    assert draft.planned_tasks.get().due_on == date(2024, 12, 31)
    assert "Theo ý kiến chỉ đạo" in task.history.get().history_change_reason


def test_task_is_not_put_into_a_draft_of_somebody_else(client_of, coordinator, directive, programme):
    other = RevisionFactory(programme=ProgrammeFactory(province=programme.province))

    response = client_of(coordinator).post(address(directive, "nhiem-vu/moi/"), {"revision": other.pk, "name": "Thuê"})

    assert response.status_code == 400
    assert not Task.objects.exists()


# Seen from both sides


def test_directive_names_what_it_is_linked_with(directive, programme, django_assert_num_queries):
    task = task_in_force(programme, name="Thuê trung tâm dữ liệu")
    DirectiveLinkFactory(directive=directive, task=task)
    DirectiveLinkFactory(directive=directive, revision=RevisionFactory(programme=programme), kind=LinkKind.RESULT)
    DirectiveLinkFactory(directive=directive, document=LegalDocumentFactory(number=155, symbol="QĐ-UBND"))

    with django_assert_num_queries(2):
        linked = links_of(directive, on=date(2024, 5, 1))
    html = render_to_string(
        "meetings/directives/_links.html", {"directive": directive, "linked": linked, "may_link": False}
    )

    assert "Thuê trung tâm dữ liệu" in html
    assert "155/QĐ-UBND" in html
    assert "DO-THI" in html
    assert "Bỏ liên kết" not in html


def test_pages_of_task_document_and_revision_tell_the_directive(client_of, directive, programme):
    task = task_in_force(programme)
    revision = RevisionFactory(programme=programme)
    document = LegalDocumentFactory(province=programme.province)
    for end, record in (("task", task), ("revision", revision), ("document", document)):
        DirectiveLinkFactory(directive=directive, **{end: record})
    browser = client_of(officer_of(programme.coordinating_agency))

    for record in (task, revision, document):
        words = " ".join(Page(browser.get(record.get_absolute_url()).text).words)
        assert "Chỉ đạo liên quan" in words
        assert "Báo cáo phương án thuê dịch vụ" in words


@pytest.mark.parametrize(
    ("end", "make", "words"),
    [
        ("document", LegalDocumentFactory, "Chờ văn bản này"),
        ("revision", RevisionFactory, "Chờ lần điều chỉnh này"),
    ],
)
def test_what_is_waited_for_tells_who_waits(end, make, words):
    awaited = make()
    directive = DirectiveFactory(**WAITS, **{f"due_{end}": awaited})
    auditor = UserFactory(role=Role.AUDITOR, agency=None)

    [related] = directives_of(awaited, auditor)

    assert related.directive == directive
    assert related.relation.startswith(words)


def test_directives_of_other_provinces_and_open_meetings_are_not_told(directive, programme):
    document = LegalDocumentFactory()
    DirectiveLinkFactory(document=document)
    DirectiveLinkFactory(
        directive__conclusion__meeting__province=programme.province,
        directive__conclusion__meeting__concluded=False,
        document=document,
    )
    own = DirectiveLinkFactory(directive=directive, document=document)

    found = directives_of(document, officer_of(programme.coordinating_agency))

    assert [one.directive for one in found] == [own.directive]


def test_query_count_does_not_grow_with_the_directives(client_of, programme):
    document = LegalDocumentFactory(province=programme.province)
    browser, counts = client_of(officer_of(programme.coordinating_agency)), []

    for count in (1, 10):
        for _ in range(count):
            one = DirectiveFactory(conclusion__meeting__province=programme.province)
            DirectiveLinkFactory(directive=one, document=document)
            DirectiveFactory(conclusion__meeting__province=programme.province, **WAITS, due_document=document)
        with CaptureQueriesContext(connection) as queries:
            browser.get(document.get_absolute_url())
        counts.append(len(queries))

    assert counts[1] == counts[0]
