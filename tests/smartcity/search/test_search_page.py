"""The page of the search: each kind is found by whoever may see it, told with its words marked, and by nobody else."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from programme.models import AgencyKind, DocumentKind, Role
from smartcity.search.views import FIRST, HITS_ON_A_PAGE, KINDS
from tests.factories import (
    AgencyFactory,
    DatasetFactory,
    LegalDocumentFactory,
    PlannedTaskFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    RevisionFactory,
    TaskFactory,
    UserFactory,
    adopt,
    adopted_revision,
    coordinator_of,
    officer_of,
    rewrite,
    task_in_force,
)
from tests.meetings.factories import ConclusionFactory, DirectiveFactory, FindingFactory, MeetingFactory
from tests.reading import Reader, text_of

pytestmark = pytest.mark.django_db

ROLES = [role for role in Role if role != Role.AUDITOR]
WORD = "Lưu Ly"


@pytest.fixture
def programme():
    return ProgrammeFactory(code="LL-DTTM", province__name="Tỉnh Lưu Vực")


def one_of_each(programme, word=WORD):
    """A record of each kind of the province of the programme, with the word in its name."""
    province = programme.province
    adopted_revision(programme, effective_on=date(2020, 1, 1))
    meeting = MeetingFactory(province=province, title=f"nghe báo cáo về {word}", concluded=True)
    return {
        "de-an": RevisionFactory(programme=programme, name=f"Đề án {word}").programme,
        "nhiem-vu": PlannedTaskFactory(
            revision=programme.revisions.get(state="draft"), task__programme=programme, name=f"Kho {word}"
        ).task,
        "bao-cao": ProgressUpdateFactory(
            task=TaskFactory(programme=programme), accepted=True, results=f"Đã lắp {word}", as_of=date(2023, 6, 1)
        ),
        "van-ban": LegalDocumentFactory(issuer__province=province, subject=f"Về việc {word}"),
        "chi-dao": DirectiveFactory(conclusion=ConclusionFactory(meeting=meeting), text=f"Khẩn trương làm {word}"),
        "cuoc-hop": meeting,
        "kien-nghi": FindingFactory(province=province, subject=f"Việc thuê {word}"),
        "co-so-du-lieu": DatasetFactory(agency=programme.coordinating_agency, name=f"Dữ liệu {word}"),
        "co-quan": AgencyFactory(province=province, name=f"Trung tâm {word}"),
        "nguoi-dung": UserFactory(agency=programme.coordinating_agency, full_name=f"Trần {word}"),
    }


def address_of(kind, record):
    return (
        reverse("admin:programme_user_change", args=[record.pk]) if kind == "nguoi-dung" else record.get_absolute_url()
    )


def asked(browser, typed, **more):
    answer = browser.get(reverse("search"), {"q": typed, **more})
    assert answer.status_code == 200
    return answer.text


def links(html):
    """The addresses of the hits, in order."""
    return [href for hit in re.findall(r'<li class="hit">(.*?)</li>', html, re.DOTALL) for href, _ in Reader(hit).links]


def words_of(html):
    return text_of(html).partition("bạn được xem.")[2]


# Who finds what


@pytest.mark.parametrize("role", ROLES)
def test_every_role_finds_each_kind_of_its_province(role, programme, client_of):
    records = one_of_each(programme)
    browser = client_of(UserFactory(role=role, agency=programme.coordinating_agency))

    found = links(asked(browser, "luu ly"))

    assert set(found) == {address_of(kind, record) for kind, record in records.items()}
    assert records.keys() == KINDS.keys()


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
def test_whose_office_is_the_country_finds_all_with_their_province(role, programme, client_of):
    records = one_of_each(programme)

    html = asked(client_of(UserFactory(role=role, agency=None)), WORD)

    assert set(links(html)) == {address_of(kind, record) for kind, record in records.items()}
    assert words_of(html).count("Tỉnh Lưu Vực") >= 6


@pytest.mark.both_databases
@pytest.mark.parametrize("role", ROLES)
def test_records_of_others_do_not_exist_in_it(role, programme, client_of):
    one_of_each(programme)
    own = AgencyFactory()
    browser = client_of(UserFactory(role=role, agency=own))

    html = asked(browser, WORD)

    assert links(html) == []
    assert "Không thấy hồ sơ nào có đủ các từ «Lưu Ly»" in words_of(html)
    assert "Lưu Vực" not in html


def test_numbers_count_only_what_may_be_seen(programme, client_of):
    for _ in range(3):
        one_of_each(ProgrammeFactory())
    one_of_each(programme)
    browser = client_of(coordinator_of(programme))

    said = words_of(asked(browser, WORD))

    assert "1 đề án, 1 nhiệm vụ, 1 báo cáo tiến độ, 1 văn bản, 1 ý kiến chỉ đạo, 1 cuộc họp" in said
    assert "Xem cả" not in said


def test_what_a_meeting_has_not_concluded_is_found_by_who_reads_drafts(programme, client_of):
    directive = DirectiveFactory(conclusion__meeting__province=programme.province, text="Khẩn trương làm Lưu Ly")
    rewrite(directive.conclusion.meeting, version=0)
    office = UserFactory(role=Role.OFFICE, agency=programme.coordinating_agency)

    assert links(asked(client_of(office), WORD)) == [directive.get_absolute_url()]
    assert links(asked(client_of(coordinator_of(programme)), WORD)) == []


@pytest.mark.both_databases
def test_central_documents_and_agencies_are_found_by_all(programme, client_of):
    ministry = AgencyFactory(province=None, name="Bộ Lưu Ly", kind=AgencyKind.CENTRAL)
    decree = LegalDocumentFactory(issuer=ministry, kind=DocumentKind.DECREE, symbol="NĐ-CP", subject="Về Lưu Ly")

    assert links(asked(client_of(coordinator_of(programme)), WORD)) == [
        decree.get_absolute_url(),
        ministry.get_absolute_url(),
    ]


def test_draft_of_a_report_is_found_by_who_may_write_it_alone(programme, client_of):
    lead = AgencyFactory(province=programme.province)
    task = task_in_force(programme, lead=lead)
    author = officer_of(lead)
    draft = ProgressUpdateFactory(task=task, author=author, obstacles=f"Thiếu {WORD}", as_of=date(2023, 6, 1))

    own = links(asked(client_of(author), WORD))
    others = words_of(asked(client_of(coordinator_of(programme)), WORD))

    assert own == [reverse("admin:tasks_progressupdate_change", args=[draft.pk])]
    assert "Không thấy hồ sơ nào" in others


@pytest.mark.both_databases
@pytest.mark.both_databases
@pytest.mark.parametrize("typed", ["BC-{}", "bc {}", "BC{}"])
def test_report_is_found_as_it_is_called(typed, programme, client_of):
    task = TaskFactory(programme=programme)
    report = ProgressUpdateFactory(task=task, accepted=True, as_of=date(2023, 6, 1))
    elsewhere = ProgressUpdateFactory(accepted=True, as_of=date(2023, 6, 1))
    browser = client_of(coordinator_of(programme))

    assert links(asked(browser, typed.format(report.pk))) == [report.get_absolute_url()]
    assert links(asked(browser, typed.format(elsewhere.pk))) == []


def test_what_a_report_says_is_shown_around_the_words(programme, client_of):
    task = task_in_force(programme, name="Hạ tầng camera")
    ProgressUpdateFactory(
        task=task,
        accepted=True,
        as_of=date(2023, 6, 1),
        results="Đã khảo sát",
        obstacles=f"Chưa có mặt bằng cho trạm {WORD} ở phía đông",
    )

    html = asked(client_of(coordinator_of(programme)), "mat bang luu ly", loai="bao-cao")

    assert "Chưa có <mark>mặt bằng</mark> cho trạm <mark>Lưu Ly</mark> ở phía đông" in html
    assert "Hạ tầng camera" in words_of(html)
    assert "số liệu đến ngày 01/06/2023" in words_of(html)


def test_nobody_searches_without_signing_in(client):
    assert client.get(reverse("search"), {"q": WORD}).status_code == 302


# How things are found


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "typed",
    [
        "112/NQ-HĐND",
        "112/nq-hdnd",
        "NQ 112",
        "nghị quyết số 112",
        "112",
        "112/NQ-HĐND ngày 13/12/2019",
        "112/NQ-HĐND ngày …",
        "Nghị quyết số 112/NQ-HĐND ngày 13 tháng 12 năm 2019 của Hội đồng nhân dân tỉnh Lưu Vực",
    ],
)
def test_document_is_found_as_it_is_cited(typed, programme, client_of):
    province = programme.province
    meant = LegalDocumentFactory(issuer__province=province, number=112, signed_on=date(2019, 12, 13))
    LegalDocumentFactory(issuer__province=province, number=1112, subject="Triển khai Nghị quyết 112/NQ-HĐND")
    LegalDocumentFactory(issuer__province=province, number=113)

    assert links(asked(client_of(coordinator_of(programme)), typed))[0] == meant.get_absolute_url()


def test_what_a_document_decided_and_concluded_is_found_by_its_number(programme, client_of):
    decision = LegalDocumentFactory(issuer__province=programme.province, number=112)
    adopt(RevisionFactory(programme=programme), document=decision)
    notice = LegalDocumentFactory(
        issuer__province=programme.province, kind=DocumentKind.NOTICE, number=45, symbol="TB-UBND"
    )
    meeting = MeetingFactory(province=programme.province, notice=notice)
    browser = client_of(coordinator_of(programme))

    assert programme.get_absolute_url() in links(asked(browser, "112/NQ-HĐND"))
    assert meeting.get_absolute_url() in links(asked(browser, "45/TB-UBND"))


@pytest.mark.parametrize("typed", ["NV-05", "nv-05", "nv 05", "LL-DTTM / NV-05", "LL-DTTM NV-05"])
def test_task_is_found_by_its_code(typed, programme, client_of):
    task = TaskFactory(programme=programme, code="NV-05")
    adopted_revision(programme, tasks=[task], name="Xây dựng kho dữ liệu")

    assert links(asked(client_of(coordinator_of(programme)), typed)) == [task.get_absolute_url()]


@pytest.mark.both_databases
@pytest.mark.parametrize("typed", ["7", "STT 7", "nhiệm vụ số 7"])
def test_task_is_found_by_its_place_in_the_plan(typed, programme, client_of):
    task = task_in_force(programme, position=7, name="Xây dựng kho dữ liệu")

    assert links(asked(client_of(coordinator_of(programme)), typed)) == [task.get_absolute_url()]


@pytest.mark.parametrize("typed", ["LL-DTTM", "ll-dttm", "ll dttm"])
def test_programme_is_found_by_its_code(typed, programme, client_of):
    adopted_revision(programme)

    assert links(asked(client_of(coordinator_of(programme)), typed)) == [programme.get_absolute_url()]


def test_task_is_found_by_the_name_that_an_earlier_revision_gave_it(programme, client_of):
    task = task_in_force(programme, name="Thuê hạ tầng đám mây")
    adopted_revision(programme, effective_on=date(2023, 1, 1), tasks=[task], name="Trung tâm dữ liệu")

    said = words_of(asked(client_of(coordinator_of(programme)), "ha tang dam may"))

    assert "1. Trung tâm dữ liệu" in said
    assert "Thuê hạ tầng đám mây" in said


def test_task_that_several_revisions_name_is_one_hit(programme, client_of):
    task = task_in_force(programme, name="Kho dữ liệu")
    adopted_revision(programme, effective_on=date(2023, 1, 1), tasks=[task], name="Kho dữ liệu dùng chung")

    assert links(asked(client_of(coordinator_of(programme)), "kho dữ liệu")) == [task.get_absolute_url()]


@pytest.mark.parametrize("typed", ["10/04/2024", "cuộc họp ngày 10/4/2024", "họp ngày 10 tháng 4 năm 2024"])
def test_meeting_is_found_by_its_day(typed, programme, client_of):
    meeting = MeetingFactory(province=programme.province, held_on=date(2024, 4, 10))
    MeetingFactory(province=programme.province, held_on=date(2024, 4, 11))

    assert links(asked(client_of(coordinator_of(programme)), typed)) == [meeting.get_absolute_url()]


def test_directive_is_found_by_its_place_in_the_notice(programme, client_of):
    meeting = MeetingFactory(province=programme.province, concluded=True)
    directive = DirectiveFactory(conclusion=ConclusionFactory(meeting=meeting, number=2), position=3)

    assert links(asked(client_of(coordinator_of(programme)), "2.3")) == [directive.get_absolute_url()]


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("typed", "is_found"),
    [
        pytest.param("y tế", True, id="as written"),
        pytest.param("Y TE", True, id="in capitals without accents"),
        pytest.param("SỞ Y TẾ", True, id="decomposed"),
        pytest.param("tế", True, id="one syllable"),
        pytest.param("t", False, id="one letter"),
        pytest.param("ye", False, id="over the edge of a word"),
    ],
)
def test_short_words_are_whole_words(typed, is_found, programme, client_of):
    agency = AgencyFactory(province=programme.province, name="Sở Y tế (mới)")
    AgencyFactory(province=programme.province, name="Sở Kinh tếu")

    assert links(asked(client_of(coordinator_of(programme)), typed)) == [agency.get_absolute_url()] * is_found


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "name",
    [
        "IT",
        "Tổ IT",
        "IT tỉnh",
        "Tổ (IT)",
        "Tổ IT, số hóa",
        "Tổ ICT/IT",
        "Tổ IT/ICT",
        'Tổ "IT"',
        "Tổ “IT” tỉnh",
        "Tổ IT.",
    ],
)
def test_two_letters_are_found_beside_any_sign(name, programme, client_of):
    meant = AgencyFactory(province=programme.province, name=name)
    AgencyFactory(province=programme.province, name="Sở mít bita")

    assert links(asked(client_of(coordinator_of(programme)), "it")) == [meant.get_absolute_url()]


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("typed", "is_found"),
    [
        pytest.param("số", True, id="one"),
        pytest.param("đề án", False, id="two, of which one is missing"),
        pytest.param("y số", True, id="two apart"),
        pytest.param("số y IT", False, id="three, of which the last is missing"),
        pytest.param("số UBND", True, id="beside a longer one"),
        pytest.param("đề UBND", False, id="missing beside a longer one"),
    ],
)
def test_no_short_word_is_dropped(typed, is_found, programme, client_of):
    agency = AgencyFactory(province=programme.province, name="UBND xã Y, phòng số hóa, án phí")

    found = links(asked(client_of(coordinator_of(programme)), typed, loai="co-quan"))

    assert (agency.get_absolute_url() in found) == is_found


@pytest.mark.both_databases
@pytest.mark.parametrize("typed", ["100%", "a_b", "it's", '"kho"', "a\\b", "(mới", "[kho]", "c++", "$1"])
def test_signs_of_the_database_are_only_signs(typed, programme, client_of):
    AgencyFactory(province=programme.province, name="Sở Y tế")
    meant = AgencyFactory(province=programme.province, name=f"Sở {typed}")

    assert links(asked(client_of(coordinator_of(programme)), typed)) == [meant.get_absolute_url()]


@pytest.mark.both_databases
# In which order


def test_best_hits_are_first(programme, client_of):
    in_text = FindingFactory(province=programme.province, subject="Việc thuê", asks="Rà soát kho dữ liệu")
    apart = FindingFactory(province=programme.province, subject="Dữ liệu trong kho", asks="Rà soát")
    in_name = FindingFactory(province=programme.province, subject="Thuê kho dữ liệu", asks="Rà soát")
    begins = FindingFactory(province=programme.province, subject="Kho dữ liệu", asks="Rà soát")

    found = links(asked(client_of(coordinator_of(programme)), "kho dữ liệu", loai="kien-nghi"))

    assert found == [one.get_absolute_url() for one in (begins, in_name, apart, in_text)]


def test_kind_that_the_line_names_is_first(programme, client_of):
    adopted_revision(programme, tasks=1, name="Sửa đổi Nghị quyết 112/NQ-HĐND")
    LegalDocumentFactory(issuer__province=programme.province, number=112)

    found = links(asked(client_of(coordinator_of(programme)), "112/NQ-HĐND"))

    assert [href.split("/")[1] for href in found] == ["van-ban", "nhiem-vu"]


# What is told


def test_words_are_marked_and_the_text_around_them_is_shown(programme, client_of):
    text = f"Giao Sở Tài chính {'rà soát từng khoản mục ' * 20} về kho dữ liệu số của tỉnh"
    DirectiveFactory(conclusion__meeting__province=programme.province, text=text)

    html = asked(client_of(coordinator_of(programme)), "kho du lieu")

    assert "về <mark>kho dữ liệu</mark> số của tỉnh" in html


def test_what_was_typed_and_stored_is_shown_as_it_is(programme, client_of):
    AgencyFactory(province=programme.province, name="Sở <script>alert(1)</script>", short_name="<b>SS</b>")

    html = asked(client_of(coordinator_of(programme)), "<script>alert(1)</script>")

    assert "<mark>&lt;script&gt;alert(1)&lt;/script&gt;</mark>" in html
    assert "&lt;b&gt;SS&lt;/b&gt;" in html
    assert 'value="&lt;script&gt;alert(1)&lt;/script&gt;"' in html
    assert "<script>" not in html
    assert "<b>SS" not in html


def test_locked_account_and_ended_agency_are_told(programme, client_of):
    UserFactory(agency=programme.coordinating_agency, full_name="Trần Lưu Ly", is_active=False)
    AgencyFactory(province=programme.province, name="Sở Lưu Ly", in_force_to=date(2025, 2, 28))

    said = words_of(asked(client_of(coordinator_of(programme)), WORD))

    assert "tài khoản đã khóa" in said
    assert "hoạt động đến hết 28/02/2025" in said


def test_links_keep_the_day_of_the_reader(programme, client_of):
    task = task_in_force(programme, name="Kho dữ liệu")

    html = asked(client_of(coordinator_of(programme)), "kho", ngay="16/06/2023")

    assert links(html) == [f"{task.get_absolute_url()}?ngay=16/06/2023"]
    assert Reader(html).inputs["ngay"] == "16/06/2023"


# Many of a kind


@pytest.mark.parametrize("kind", ["co-quan", "nhiem-vu"])
def test_many_of_a_kind_are_told_and_leafed_through(kind, programme, client_of):
    most = HITS_ON_A_PAGE + 1
    if kind == "nhiem-vu":
        draft = RevisionFactory(programme=programme)
        for number in range(1, most + 1):
            PlannedTaskFactory(revision=draft, task__programme=programme, position=number, name=f"Kho Lưu Ly {number}")
    else:
        for number in range(most):
            AgencyFactory(province=programme.province, name=f"Trung tâm Lưu Ly {number:02}")
    browser = client_of(coordinator_of(programme))

    html = asked(browser, WORD)
    [more] = [href for href, words in Reader(html).links if words == f"Xem cả {most} {KINDS[kind].label.lower()}"]
    first = browser.get(f"{reverse('search')}{more}").text
    second = asked(browser, WORD, loai=kind, trang="2")

    assert len(links(html)) == FIRST
    assert len(links(first)) == HITS_ON_A_PAGE
    assert len(links(second)) == 1
    assert len({*links(first), *links(second)}) == most
    assert "Trang 1/2" in words_of(first)


def test_of_very_many_not_all_are_looked_at(programme, client_of, monkeypatch):
    monkeypatch.setattr("smartcity.search.matching.MOST", 10)
    monkeypatch.setattr("smartcity.search.views.MOST", 10)
    for number in range(15):
        AgencyFactory(province=programme.province, name=f"Trung tâm Lưu Ly {number:02}")
    for _ in range(15):
        AgencyFactory(name="Trung tâm Lưu Ly nơi khác")

    said = words_of(asked(client_of(coordinator_of(programme)), WORD))

    assert "Tìm thấy hơn 10 cơ quan" in said


def test_kind_that_does_not_exist_is_any(programme, client_of):
    task = task_in_force(programme, name="Kho dữ liệu")

    assert links(asked(client_of(coordinator_of(programme)), "kho", loai="khong-co")) == [task.get_absolute_url()]


# What cannot be looked for


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("typed", "told"),
    [
        pytest.param("", "Tìm được nhiệm vụ, nội dung báo cáo tiến độ", id="nothing"),
        pytest.param("   ", "Tìm được nhiệm vụ, nội dung báo cáo tiến độ", id="blanks"),
        pytest.param("…?!%_'\"", "Câu tìm chưa có chữ hay số nào", id="only signs"),
        pytest.param("đ", "Một chữ cái thì chưa đủ để tìm", id="one letter"),
        pytest.param("a" * 10_000, "Ô này chứa tối đa 200 ký tự", id="10,000 letters"),
        pytest.param("á " * 100, "Một chữ cái thì chưa đủ để tìm", id="one letter many times"),
        pytest.param(" ".join(f"tu{n}" for n in range(30)), "Câu tìm có hơn 20 từ", id="many words"),
        pytest.param("\0", "Tìm được nhiệm vụ, nội dung báo cáo tiến độ", id="NUL"),
        pytest.param("zzz\0zzz", "Không thấy hồ sơ nào có đủ các từ «zzzzzz»", id="NUL in a word"),
        pytest.param("99999999999999999999/NQ-HĐND", "Không thấy hồ sơ nào", id="a number that no document has"),
        pytest.param("9" * 200, "Không thấy hồ sơ nào", id="200 figures"),
        pytest.param("31/02/2024", "Không thấy hồ sơ nào", id="a day that does not exist"),
        pytest.param("{{ 7|add:7 }} {% now %}", "Không thấy hồ sơ nào", id="a template"),
    ],
)
def test_whatever_is_typed_is_answered(typed, told, programme, client_of):
    task_in_force(programme, name="Kho dữ liệu")

    html = asked(client_of(coordinator_of(programme)), typed)

    assert told in words_of(html)
    assert links(html) == []


def test_what_was_typed_stays_in_the_box(programme, client_of):
    html = asked(client_of(coordinator_of(programme)), " Kho  dữ liệu ")

    assert Reader(html).inputs["q"] == "Kho dữ liệu"
    assert re.search(r'<input type="search"[^>]* autofocus', html)
    assert 'role="search"' in html


# What it costs


@pytest.mark.parametrize("count", [1, 8])
def test_number_of_questions_does_not_grow(count, client_of):
    for _ in range(count):
        one_of_each(ProgrammeFactory())
    browser = client_of(UserFactory(role=Role.AUDITOR, agency=None))

    with CaptureQueriesContext(connection) as everything:
        asked(browser, WORD)
    with CaptureQueriesContext(connection) as one_kind:
        asked(browser, WORD, loai="nhiem-vu")

    # The session, who is signed in, and one for each kind.
    assert len(everything) == 2 + len(KINDS) == 12
    assert len(one_kind) == 3
