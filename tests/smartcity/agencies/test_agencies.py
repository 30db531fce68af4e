import re
from datetime import date
from html import unescape

import pytest
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.timezone import localdate

from programme.agency_successors import Successors
from programme.models import CoordinationTransfer, Role
from tasks.models import Coordination, LeadTransfer, PlannedTask, Task
from tasks.operations.transferring import transfer_duties
from tests.factories import (
    AgencyFactory,
    AgencySuccessionFactory,
    LegalDocumentFactory,
    MembershipFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    ProvinceFactory,
    UserFactory,
    adopted_revision,
    coordinator_of,
    rewrite,
    task_in_force,
)
from tests.past_the_history import past_the_history

pytestmark = pytest.mark.django_db

ENDED = date(2025, 2, 28)
OF_NO_REPORT = "việc này chưa xác định cơ quan kế thừa"


@pytest.fixture
def old():
    return AgencyFactory(name="Sở Thông tin và Truyền thông", short_name="Sở TT&TT", in_force_to=ENDED)


@pytest.fixture
def new(old):
    """The recorded successor of the old agency, from 01/03/2025."""
    return AgencySuccessionFactory(
        predecessor=old,
        successor__name="Sở Khoa học và Công nghệ",
        successor__short_name="Sở KH&CN",
        function="chuyển đổi số",
        effective_on=date(2025, 3, 1),
    ).successor


@pytest.fixture
def programme(old):
    return ProgrammeFactory(province=old.province, coordinating_agency=old)


@pytest.fixture
def task(programme, old):
    return task_in_force(programme, lead=old, name="Xây dựng kho dữ liệu dùng chung")


@pytest.fixture
def document(old):
    return LegalDocumentFactory(issuer=AgencyFactory(province=old.province), signed_on=date(2025, 3, 5))


@pytest.fixture
def coordinator(client_of, programme):
    return client_of(coordinator_of(programme))


def words(response):
    text = re.sub(r"<[^>]+>", " ", re.sub(r"</?a\b[^>]*>", "", response.text))
    return " ".join(unescape(text).replace("\u00a0", " ").split())


def page(agency, **query):
    return reverse("agency_detail", args=[agency.pk], query=query)


def form_of(agency):
    return reverse("agency_transfer", args=[agency.pk])


def typed(new, document, **changes):
    return {"to_agency": new.pk, "on": "10/03/2025", "document": document.pk, "note": "Giao việc"} | changes


# What became of an agency


def test_agency_that_works_needs_no_words():
    agency = AgencyFactory()
    AgencySuccessionFactory(predecessor=agency)

    assert Successors([agency], today=date(2026, 11, 21)).say(agency) == ""


def test_agency_is_told_by_its_only_successor(old, new):
    assert Successors([old], today=date(2026, 11, 21)).say(old) == "nay là Sở KH&CN"


def test_several_successors_are_told_with_their_functions(old, new):
    police = AgencyFactory(province=old.province, name="Công an tỉnh")
    AgencySuccessionFactory(predecessor=old, successor=police, function="an toàn thông tin mạng")

    told = Successors([old], today=date(2026, 11, 21)).say(old)

    assert told == "nay là Công an tỉnh (an toàn thông tin mạng), Sở KH&CN (chuyển đổi số)"


def test_successor_that_has_ended_too_is_not_what_the_agency_is_today(old, new):
    rewrite(new, in_force_to=date(2025, 6, 30))

    assert Successors([old], today=date(2025, 6, 30)).say(old) == "nay là Sở KH&CN"
    assert (
        Successors([old], today=date(2025, 7, 1)).say(old) == "từ 01/03/2025 là Sở KH&CN, hoạt động đến hết 30/06/2025"
    )


def test_successor_of_the_successor_is_told_by_its_full_name_when_elsewhere(old, new):
    rewrite(new, in_force_to=date(2025, 6, 30))
    AgencySuccessionFactory(
        predecessor=new,
        successor=AgencyFactory(name="Sở KH&CN Thành phố", short_name="Sở KH&CN"),
        effective_on=date(2025, 7, 1),
    )

    told = Successors([old], today=date(2026, 11, 21)).say(old)

    assert told == "từ 01/03/2025 là Sở KH&CN, hoạt động đến hết 30/06/2025, nay là Sở KH&CN Thành phố"


# Programme and task pages


@pytest.mark.parametrize("address", ["programme", "task"])
def test_page_names_the_lead_of_the_day_and_what_it_is_now(coordinator, programme, task, new, address):
    url = (programme if address == "programme" else task).get_absolute_url()

    before, after = coordinator.get(f"{url}?ngay=16/06/2023"), coordinator.get(f"{url}?ngay=01/03/2025")

    assert "Sở TT&TT" in words(before)
    assert "nay là Sở KH&CN" in words(before)
    assert OF_NO_REPORT not in words(before)
    assert f"hoạt động đến hết 28/02/2025; nay là Sở KH&CN; {OF_NO_REPORT}" in words(after)


def test_task_page_tells_what_became_of_those_who_help(coordinator, task, new):
    helper = AgencyFactory(province=new.province, name="Sở Xây dựng", in_force_to=ENDED)
    AgencySuccessionFactory(predecessor=helper, successor=new)
    # Past the rule that an adopted plan stays.
    with past_the_history():
        QuerySet(Coordination).bulk_create([Coordination(planned_task=task.plans.get(), agency=helper)])

    told = words(coordinator.get(f"{task.get_absolute_url()}?ngay=16/06/2023"))

    assert "Sở Xây dựng (nay là Sở KH&CN)" in told


def test_pages_of_earlier_days_do_not_change_by_a_transfer(client_of, programme, task, old, new, document):
    # Who reads and does nothing: what one may do is shown by today's rights on every day.
    reader = client_of(UserFactory(role=Role.LEADER, agency__province=old.province))
    addresses = [
        f"{one.get_absolute_url()}?ngay={day}" for one in (programme, task, old) for day in ("16/06/2023", "09/03/2025")
    ]
    before = [words(reader.get(address)) for address in addresses]

    transfer_duties(
        from_agency=old,
        to_agency=new,
        on=date(2025, 3, 10),
        document=document,
        tasks=[task],
        programmes=[programme],
        by=UserFactory(),
        today=date(2026, 11, 21),
    )

    assert [words(reader.get(address)) for address in addresses] == before
    told = words(reader.get(f"{task.get_absolute_url()}?ngay=10/03/2025"))
    assert f"Sở TT&TT chuyển giao chủ trì từ 10/03/2025, theo {document}." in told
    assert OF_NO_REPORT not in told
    told = words(reader.get(f"{programme.get_absolute_url()}?ngay=10/03/2025"))
    assert f"Đầu mối: Sở KH&CN, từ 10/03/2025 theo {document}" in told


def test_report_keeps_the_agency_that_its_author_worked_for(client_of, task, old):
    author = MembershipFactory(agency=old, last_day=ENDED).user
    MembershipFactory(user=author, agency__name="Sở Du lịch", agency__province=old.province, first_day=date(2025, 3, 1))
    ProgressUpdateFactory(task=task, accepted=True, author=author, as_of=date(2023, 6, 16))

    told = words(client_of(author).get(task.get_absolute_url()))

    assert f"Người báo cáo: {author} (Sở TT&TT)" in told


# The page of an agency


def test_agency_page_tells_names_days_and_duties(coordinator, old, new, programme, task):
    told = words(coordinator.get(page(old)))

    assert "hoạt động đến hết 28/02/2025" in told
    assert "Sở Khoa học và Công nghệ Từ 01/03/2025 · chuyển đổi số Chưa có văn bản" in told
    assert "Việc dưới đây chưa xác định cơ quan kế thừa." in told
    assert "Đầu mối của 1 đề án" in told
    assert "Chủ trì 1 nhiệm vụ 1. Xây dựng kho dữ liệu dùng chung" in told
    assert "Kế thừa từ Sở Thông tin và Truyền thông" in words(coordinator.get(page(new)))


def test_agency_page_keeps_the_day(coordinator, old, new, task):
    text = coordinator.get(page(old, ngay="16/06/2023")).text

    assert f'href="{task.get_absolute_url()}?ngay=16/06/2023"' in text
    assert f'href="{page(new)}?ngay=16/06/2023"' in text


def test_agency_page_tells_what_its_province_was_merged_into(client_of, document):
    city = ProvinceFactory(name="Thành phố Hồ Chí Minh")
    agency = AgencyFactory(
        province__merged_into=city, province__in_force_to=date(2025, 6, 30), province__merge_document=document
    )

    told = words(client_of(UserFactory(agency=agency)).get(page(agency)))

    assert f"hợp nhất vào Thành phố Hồ Chí Minh sau ngày 30/06/2025, theo {document}." in told
    assert "chưa xác định cơ quan kế thừa" in told


def test_successor_that_the_reader_may_not_open_is_no_link(coordinator, old):
    foreign = AgencySuccessionFactory(predecessor=old, successor=AgencyFactory(name="Sở của tỉnh khác")).successor

    response = coordinator.get(page(old))

    assert "Sở của tỉnh khác" in response.text
    assert page(foreign) not in response.text


@pytest.mark.parametrize("address", [page, form_of])
def test_agency_of_another_province_does_not_exist(client_of, old, new, address):
    stranger = client_of(UserFactory(role=Role.COORDINATOR))

    assert stranger.get(address(old)).status_code == 404


def test_agency_page_asks_to_sign_in(client, old):
    assert client.get(page(old)).status_code == 302


@pytest.mark.parametrize("count", [1, 10])
def test_agency_page_query_count_does_not_grow(coordinator, programme, old, new, count, django_assert_num_queries):
    adopted_revision(ProgrammeFactory(province=old.province, coordinating_agency=old), tasks=count, lead=old)
    for _ in range(count - 1):
        ProgrammeFactory(province=old.province, coordinating_agency=old)
        AgencySuccessionFactory(predecessor=old)

    with django_assert_num_queries(12):
        coordinator.get(page(old))


@pytest.mark.parametrize("count", [1, 10])
def test_programme_page_query_count_does_not_grow_with_ended_leads(client_of, count, django_assert_num_queries):
    programme = ProgrammeFactory()
    leads = [AgencyFactory(province=programme.province, in_force_to=ENDED) for _ in range(count)]
    for lead in leads:
        AgencySuccessionFactory(predecessor=lead)
    revision_tasks = adopted_revision(programme, tasks=count)
    assert revision_tasks.planned_tasks.count() == count
    for planned, lead in zip(revision_tasks.planned_tasks.all(), leads, strict=True):
        # Past the rule that an adopted plan stays: the records are made faster this way.
        with past_the_history():
            QuerySet(PlannedTask).filter(pk=planned.pk).update(lead_agency=lead)
    coordinator = client_of(coordinator_of(programme))

    with django_assert_num_queries(11):
        coordinator.get(programme.get_absolute_url())


# Moving the duties


def test_duties_are_moved_and_the_page_says_which(coordinator, old, new, programme, task, document):
    choices = {"programmes": [programme.pk], "tasks": [task.pk]}

    response = coordinator.post(form_of(old), typed(new, document, **choices), follow=True)

    assert response.redirect_chain == [(page(old), 302)]
    moved = f"đầu mối của {programme.code}; chủ trì 1 nhiệm vụ ({task.code})"
    assert f"Đã chuyển giao sang Sở Khoa học và Công nghệ từ ngày 10/03/2025: {moved}." in words(response)
    transfer = LeadTransfer.objects.get()
    assert (transfer.to_agency, transfer.document, transfer.note) == (new, document, "Giao việc")
    assert CoordinationTransfer.objects.get().to_agency == new
    assert "không làm đầu mối đề án nào và không chủ trì nhiệm vụ nào" in words(coordinator.get(page(old)))
    assert "Chủ trì 1 nhiệm vụ" in words(coordinator.get(page(new)))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        pytest.param({"to_agency": ""}, "Chọn cơ quan nhận.", id="no agency"),
        pytest.param({"on": ""}, "Nhập ngày chuyển giao.", id="no day"),
        pytest.param({"on": "31/02/2025"}, "31/02/2025", id="no such day"),
        pytest.param({"on": "31/12/2099"}, "Ngày 31/12/2099 chưa đến.", id="a day to come"),
        pytest.param({"on": "04/03/2025"}, "chuyển giao không thể trước ngày đó", id="before the document"),
        pytest.param({"document": ""}, "Chọn văn bản giao việc", id="no document"),
        pytest.param({"tasks": []}, "Chọn ít nhất một việc", id="nothing ticked"),
    ],
)
def test_refusal_stands_beside_its_field_and_what_was_typed_is_kept(
    coordinator, old, new, task, document, changes, told
):
    values = typed(new, document, tasks=[task.pk]) | changes

    response = coordinator.post(form_of(old), values)

    assert response.status_code == 400
    assert told in words(response)
    assert "<title>Lỗi: " in response.text
    assert "Giao việc</textarea>" in response.text
    if values["tasks"]:
        assert re.search(rf'<input[^>]*value="{task.pk}"[^>]*checked', response.text)
    assert not LeadTransfer.objects.exists()


def test_form_offers_recorded_successors_issued_documents_and_open_duties(
    coordinator, old, new, programme, task, document
):
    other = AgencyFactory(province=old.province, name="Sở không kế thừa")
    unissued = LegalDocumentFactory(unissued=True, issuer=document.issuer, subject="Dự thảo giao việc")
    done = task_in_force(
        ProgrammeFactory(province=old.province, coordinating_agency=old), lead=old, name="Việc đã hoàn thành"
    )
    ProgressUpdateFactory(task=done, accepted=True, status="complete", as_of=date(2023, 6, 16))

    told = words(coordinator.get(form_of(old)))

    assert new.name in told
    assert str(document) in told
    assert "Xây dựng kho dữ liệu dùng chung (chưa có báo cáo)" in told
    assert other.name not in told
    assert unissued.subject not in told
    assert "Việc đã hoàn thành" not in told


def test_duty_of_another_province_cannot_be_moved_by_its_number(coordinator, old, new, document):
    foreign = task_in_force(lead=AgencyFactory())

    response = coordinator.post(form_of(old), typed(new, document, tasks=[foreign.pk]))

    assert response.status_code == 400
    assert not LeadTransfer.objects.exists()


@pytest.mark.parametrize("role", Role)
def test_coordinators_and_administrators_move_duties_and_nobody_else(client_of, old, new, task, document, role):
    coordinator = client_of(UserFactory(role=role, agency=new))
    may = role in {Role.COORDINATOR, Role.ADMINISTRATOR}

    shown = form_of(old) in coordinator.get(page(old)).text
    response = coordinator.post(form_of(old), typed(new, document, tasks=[task.pk]))

    assert shown == may
    assert response.status_code == (302 if may else 403)
    assert LeadTransfer.objects.exists() == may


def test_after_the_move_the_new_agency_finds_the_task_among_its_own(client_of, coordinator, old, new, task, document):
    coordinator.post(form_of(old), typed(new, document, tasks=[task.pk]))

    theirs = client_of(UserFactory(agency=new)).get(reverse("admin:tasks_progressupdate_add"))
    ours = client_of(UserFactory(agency=old)).get(reverse("admin:tasks_progressupdate_add"))

    assert "Nhiệm vụ bạn báo cáo (1)" in words(theirs)
    assert "Nhiệm vụ bạn báo cáo (0)" in words(ours)
    assert not Task.objects.reportable_by(UserFactory(agency=old), localdate()).exists()


def test_people_of_the_successor_province_read_the_merged_one(client_of, task, programme):
    city = ProvinceFactory()
    reader = client_of(UserFactory(role=Role.LEADER, agency__province=city))
    assert reader.get(task.get_absolute_url()).status_code == 404

    rewrite(programme.province, merged_into=city, in_force_to=date(2025, 6, 30))

    for address in (task.get_absolute_url(), programme.get_absolute_url(), page(programme.coordinating_agency)):
        assert reader.get(address).status_code == 200
