"""The pages of revisions: who begins, reads and drafts, what is no draft any more, and any two side by side."""

from datetime import date

import pytest
from django.urls import reverse

from programme.models import Programme, RevisionState, Role, StepKind
from programme.operations.drafting import change_revision
from smartcity.exchange.programme_files import system_account
from smartcity.lib.records.history import signed_bulk_create
from tasks.figures.reading import read_programmes
from tasks.models import Coordination, PlannedBudget, PlannedTask, Task, TaskLineage, TaskRemoval, with_lead
from tasks.operations.copying import begin_amendment
from tasks.operations.drafting import change_planned_task, remove_task, split_task
from tasks.operations.transferring import transfer_duties
from tests.amendments import PATTERNS, TODAY, address, in_force, planned, step
from tests.factories import (
    AgencyFactory,
    AgencySuccessionFactory,
    LeadTransferFactory,
    LegalDocumentFactory,
    PeriodFactory,
    PlannedTaskFactory,
    ProgrammeFactory,
    RevisionFactory,
    UserFactory,
    adopt,
    adopted_revision,
    coordinator_of,
    task_in_force,
)
from tests.reading import text_of
from tests.revision_pages import beside, held

pytestmark = pytest.mark.django_db

READ = {"revision_compare", "revision_detail"}
DRAFTING = sorted({one.name for one in PATTERNS} - READ - {"revision_step"})
POST_ONLY = {"planned_task_restore", "revision_redraft"}


@pytest.fixture
def base():
    return in_force()


@pytest.fixture
def programme(base):
    return base.programme


@pytest.fixture
def person(programme):
    return coordinator_of(programme)


@pytest.fixture
def coordinator(client_of, person):
    return client_of(person)


@pytest.fixture
def draft(programme, person):
    return begin_amendment(programme, by=person)


def comparison(programme, **query):
    return reverse("revision_compare", args=[programme.code], query=query)


def plan_of(programme):
    """Everything that drafting could have written."""
    rows = PlannedTask.objects.filter(revision__programme=programme).order_by("pk").values_list("revision", "name")
    return list(programme.revisions.order_by("pk").values_list("pk", "name", "state")), list(rows)


# Beginning


def test_amendment_begins_as_a_full_copy(coordinator, programme, base):
    response = coordinator.post(
        reverse("revision_begin", args=[programme.code]), {"reason": "Đáp ứng yêu cầu thực tế"}, follow=True
    )

    draft = programme.revisions.get(number=2)
    assert response.redirect_chain == [(draft.get_absolute_url(), 302)]
    told = text_of(response.text)
    assert "Đã sao chép thành dự thảo Điều chỉnh lần 1." in told
    assert "3 → 3 nhiệm vụ: không thay đổi nhiệm vụ nào" in told
    assert "Lý do: Đáp ứng yêu cầu thực tế" in told
    assert (draft.base, draft.state, draft.planned_tasks.count()) == (base, RevisionState.DRAFT, 3)


def test_amendment_is_offered_on_the_page_of_the_programme_to_who_drafts(client_of, coordinator, programme):
    reader = client_of(UserFactory(role=Role.LEADER, agency=programme.coordinating_agency))
    link = f'href="{reverse("revision_begin", args=[programme.code])}"'

    assert link in coordinator.get(programme.get_absolute_url()).text
    assert link not in reader.get(programme.get_absolute_url()).text


def test_nothing_is_begun_before_anything_is_in_force(client_of):
    programme = ProgrammeFactory()
    coordinator = client_of(coordinator_of(programme))
    url = reverse("revision_begin", args=[programme.code])

    page, response = coordinator.get(url), coordinator.post(url, {"reason": "Vẫn thử"})

    assert "chưa có gì để điều chỉnh" in text_of(page.text)
    assert "Bắt đầu soạn" not in page.text
    assert response.status_code == 400
    assert "Lập lần ban hành đầu và ghi nhận việc thông qua trước." in beside(response, None)
    assert held(response)["reason"] == "Vẫn thử"
    assert not programme.revisions.exists()


def test_open_draft_is_told_before_another_is_begun(coordinator, draft):
    told = coordinator.get(address(draft, "revision_begin"))

    assert "Đang có Điều chỉnh lần 1 (dự thảo)." in text_of(told.text)
    assert f'href="{draft.get_absolute_url()}"' in told.text


def test_amendment_that_repeats_who_led_does_not_hand_the_duty_back(client_of):
    succession = AgencySuccessionFactory(
        predecessor__name="Sở TT&TT",
        predecessor__in_force_to=date(2025, 2, 28),
        successor__name="Sở KH&CN",
        effective_on=date(2025, 3, 1),
    )
    old, new = succession.predecessor, succession.successor
    programme = ProgrammeFactory(province=old.province, coordinating_agency=old)
    revision = adopted_revision(programme, tasks=2, lead=old)
    document = LegalDocumentFactory(issuer__province=old.province, signed_on=date(2025, 3, 5))
    transfer_duties(
        from_agency=old,
        to_agency=new,
        on=date(2025, 3, 10),
        document=document,
        tasks=[planned(revision, 1).task],
        programmes=[programme],
        by=UserFactory(),
        today=date(2026, 11, 21),
    )
    successor = client_of(UserFactory(role=Role.COORDINATOR, agency=new))

    response = successor.post(reverse("revision_begin", args=[programme.code]), {"reason": ""}, follow=True)

    draft = adopt(programme.revisions.get(number=2), effective_on=date(2025, 6, 1))
    assert "2 → 2 nhiệm vụ: không thay đổi nhiệm vụ nào" in text_of(response.text)
    for day in (date(2025, 3, 9), date(2025, 3, 10), date(2025, 6, 1)):
        (read,) = read_programmes(Programme.objects.filter(pk=programme.pk), as_of=day)
        by_query = with_lead(PlannedTask.objects.filter(revision=read.revision), day).order_by("position")
        moved = new if day >= date(2025, 3, 10) else old
        assert [row.lead for row in read.rows] == [moved, old]
        assert [plan.lead_id for plan in by_query] == [moved.pk, old.pk]
    assert draft.planned_tasks.get(position=1).lead_agency == old


def test_amendment_that_names_another_agency_says_anew_who_leads(client_of):
    task = task_in_force()
    programme = task.programme
    LeadTransferFactory(task=task, effective_on=date(2025, 3, 10))
    police = AgencyFactory(province=programme.province)
    draft = begin_amendment(programme, by=UserFactory())
    change_planned_task(draft.planned_tasks.get(task=task), lead_agency=police, by=UserFactory())

    adopt(draft, effective_on=date(2025, 6, 1))

    (read,) = read_programmes(Programme.objects.filter(pk=programme.pk), as_of=date(2025, 6, 1))
    assert [row.lead for row in read.rows] == [police]
    assert [plan.lead_id for plan in with_lead(draft.planned_tasks.all(), date(2025, 6, 1))] == [police.pk]


def test_draft_of_a_first_revision_lists_its_tasks(client_of):
    draft = PlannedTaskFactory(name="Kiến trúc", revision__programme=ProgrammeFactory()).revision
    coordinator = client_of(coordinator_of(draft.programme))

    response = coordinator.get(draft.get_absolute_url())

    assert "1 nhiệm vụ Đề án phát triển đô thị thông minh Dự thảo Ban hành lần đầu" in text_of(response.text)
    task = draft.planned_tasks.get().task_id
    assert reverse("planned_task_edit", args=[draft.programme.code, 1, task]) in response.text


# Who may do and read what


def answers(client, revision, name):
    methods = ["post"] if name in POST_ONLY else ["get", "post"]
    return {getattr(client, method)(address(revision, name), {"reason": "Thử"}).status_code for method in methods}


def test_only_the_coordinating_agency_drafts(client_of, draft):
    programme = draft.programme
    colleagues = [
        UserFactory(role=role, agency=programme.coordinating_agency) for role in Role if role != Role.COORDINATOR
    ]
    colleagues.append(UserFactory(role=Role.COORDINATOR, agency__province=programme.province))
    before = plan_of(programme)

    for person in colleagues:
        client = client_of(person)
        answered = {name: answers(client, draft, name) for name in DRAFTING}
        assert answered == {name: {403} for name in DRAFTING}, person.role
    stranger = client_of(UserFactory(role=Role.COORDINATOR))
    assert {name: answers(stranger, draft, name) for name in DRAFTING} == {name: {404} for name in DRAFTING}

    assert plan_of(programme) == before


def test_pages_of_revisions_ask_to_sign_in(client, draft):
    before = plan_of(draft.programme)

    for name in sorted({one.name for one in PATTERNS}):
        response = client.post(address(draft, name), {"reason": "Thử"})
        assert response.status_code == 302, name
        assert response.url.startswith(reverse("sign_in")), name

    assert plan_of(draft.programme) == before


@pytest.mark.parametrize("role", [Role.OFFICER, Role.OFFICE, Role.LEADER, Role.AUDITOR])
def test_others_of_the_province_read_and_find_no_way_to_draft(client_of, draft, role):
    reader = client_of(UserFactory(role=role, agency=draft.programme.coordinating_agency))

    for url in (draft.get_absolute_url(), comparison(draft.programme, tu=1, den=2)):
        response = reader.get(url)
        assert response.status_code == 200
        assert "3 → 3 nhiệm vụ: không thay đổi nhiệm vụ nào" in text_of(response.text)
        for name in DRAFTING:
            assert f'"{address(draft, name)}"' not in response.text


def test_who_drafts_finds_every_page_from_the_draft(coordinator, draft, person):
    remove_task(planned(draft, 3), reason="Trùng", by=person)

    text = coordinator.get(draft.get_absolute_url()).text

    # Beginning and drafting again are no links of a draft; the task to restore is another one.
    for name in set(DRAFTING) - {
        "revision_begin",
        "revision_first",
        "revision_redraft",
        "revision_rebase",
        "planned_task_restore",
    }:
        assert f'"{address(draft, name)}"' in text, name
    assert "Khôi phục Trung tâm giám sát" in text


@pytest.mark.parametrize("name", sorted(READ))
def test_revisions_of_another_province_do_not_exist(client_of, draft, name):
    stranger = client_of(UserFactory(role=Role.COORDINATOR))

    assert stranger.get(address(draft, name)).status_code == 404


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.COORDINATOR, Role.OFFICE}])
def test_others_record_no_steps(client_of, draft, role):
    reader = client_of(UserFactory(role=role, agency=draft.programme.coordinating_agency))

    assert answers(reader, draft, "revision_step") == {403}


# What is no draft any more


@pytest.mark.parametrize("kind", [StepKind.SUBMITTED, StepKind.ADOPTED])
def test_what_is_no_draft_is_shown_with_the_reason_and_stays(coordinator, draft, person, kind):
    typed = {"name": "Tên khác", "reason": "Thử", "label": "2030"}
    forms = {}
    for name in sorted(set(DRAFTING) - {"revision_begin", "revision_first", "revision_redraft"}):
        url = address(draft, name)
        was_shown = name not in POST_ONLY | {"revision_rebase"}
        forms[name] = url, (held(coordinator.get(url)) if was_shown else {}) | typed
    draft = adopt(draft, effective_on=date(2023, 7, 1)) if kind == StepKind.ADOPTED else step(draft, kind, person)
    before = plan_of(draft.programme), draft.history.count()
    sentence = f"Điều chỉnh lần 1 {draft.get_state_display().lower()} nên không sửa được. Muốn thay đổi, soạn một lần"

    for name, (url, filled) in forms.items():
        sent = coordinator.post(url, filled, follow=True)
        opened = coordinator.get(url, follow=True) if name not in POST_ONLY else sent
        if name not in POST_ONLY:
            assert opened.redirect_chain == [(draft.get_absolute_url(), 302)], name
        assert sentence in text_of(opened.text), name
        if sent.redirect_chain:
            assert sentence in text_of(sent.text), name
        else:
            # What was typed into a form is shown with the refusal, to be copied.
            assert sent.status_code == 409, name
            assert "Chưa lưu gì" in text_of(sent.text), name
        assert (plan_of(draft.programme), draft.history.count()) == before, name


# Any two side by side


def test_comparison_marks_the_words_that_changed(coordinator, draft, person):
    change_planned_task(planned(draft, 2), name="Kho tri thức", by=person)

    response = coordinator.get(comparison(draft.programme, tu=1, den=2))

    assert "Kho <del>dữ liệu</del>" in response.text
    assert "Kho <ins>tri thức</ins>" in response.text
    assert "3 → 3 nhiệm vụ: 1 điều chỉnh" in text_of(response.text)
    assert text_of(coordinator.get(comparison(draft.programme)).text) == text_of(response.text)


def test_comparison_says_the_money_and_what_is_missing_or_too_much(coordinator, draft, person):
    change_revision(draft, declared_budget_vnd=50 * 10**9, by=person)

    told = text_of(coordinator.get(comparison(draft.programme, tu=1, den=2)).text)

    assert "100 tỷ đồng − 50 tỷ đồng = 50 tỷ đồng" in told
    assert "Ban hành lần đầu: phân khai thiếu 40 tỷ đồng so với tổng công bố." in told
    assert "Điều chỉnh lần 1: phân khai vượt 10 tỷ đồng so với tổng công bố." in told
    assert "Chưa khớp Tổng công bố và phân khai theo nhiệm vụ chưa cộng đúng." in told


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        pytest.param({"tu": 1, "den": 1}, "Chọn hai lần khác nhau.", id="the same twice"),
        pytest.param({"tu": 1, "den": 9}, "“9” không có trong danh sách.", id="an unknown number"),
        pytest.param({"tu": "x", "den": 2}, "“x” không có trong danh sách.", id="no number"),
        pytest.param({"tu": 1}, "Hãy nhập ô này.", id="only one"),
    ],
)
def test_comparison_refuses_in_words(coordinator, draft, query, sentence):
    response = coordinator.get(comparison(draft.programme, **query))

    assert response.status_code == 400
    assert sentence in text_of(response.text)
    assert "<title>Lỗi: So sánh" in response.text


def test_programme_with_one_revision_has_no_comparison(coordinator, programme):
    assert coordinator.get(comparison(programme)).status_code == 404
    assert comparison(programme) not in coordinator.get(programme.revisions.get().get_absolute_url()).text


def test_revisions_two_apart_add_up(coordinator, draft, person):
    split_task(planned(draft, 2), parts=[{"name": "Kho chung"}, {"name": "Cổng mở"}], by=person, today=TODAY)
    second = adopt(draft, effective_on=date(2023, 7, 1))
    third = begin_amendment(second.programme, by=person)
    remove_task(planned(third, 3), reason="Cổng đã có", by=person)

    told = text_of(coordinator.get(comparison(draft.programme, tu=1, den=3)).text)

    assert "3 → 3 nhiệm vụ: 1 tách thành 1" in told
    assert "Trước: 3 = 1 tách + 2 giữ nguyên" in told
    assert "Sau: 3 = 2 tiếp tục + 1 từ tách, gộp" in told
    assert "Không khớp" not in told
    assert "Phân khai theo nhiệm vụ: 60 tỷ đồng − 20 tỷ đồng = 40 tỷ đồng" in told


def test_what_is_typed_is_text_and_nothing_else(coordinator, draft, person):
    change_planned_task(planned(draft, 2), name="<script>alert(1)</script>", by=person)
    remove_task(planned(draft, 3), reason="<script>alert(2)</script>", by=person)

    for url in (comparison(draft.programme, tu=1, den=2), draft.get_absolute_url()):
        text = coordinator.get(url).text
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
        assert "&lt;script&gt;alert(2)&lt;/script&gt;" in text


def fill(revision, tasks, name):
    """Plan these tasks in a draft, each with a period, a lead, a helper, a ground and money: in bulk."""
    period, lead = PeriodFactory(revision=revision), AgencyFactory(province=revision.programme.province)
    said = {"period": period, "lead_agency": lead, "basis_document": LegalDocumentFactory()}
    by = system_account()
    rows = [
        PlannedTask(revision=revision, task=task, position=n, name=f"{name} {n}", **said)
        for n, task in enumerate(tasks, start=1)
    ]
    rows = signed_bulk_create(rows, by=by)
    signed_bulk_create([PlannedBudget(planned_task=row, amount_vnd=10**9) for row in rows], by=by)
    signed_bulk_create([Coordination(planned_task=row, agency=lead) for row in rows], by=by)


def changed_throughout(count):
    """A draft in which so many tasks each pass to another agency, are taken out, and split in two."""
    base = RevisionFactory()
    programme = base.programme
    by = system_account()
    tasks = signed_bulk_create([Task(programme=programme, code=f"NV-{n:03d}") for n in range(5 * count)], by=by)
    gone, split, parts = tasks[count : 2 * count], tasks[2 * count : 3 * count], tasks[3 * count :]
    fill(base, tasks[: 3 * count], "Nhiệm vụ cũ")
    draft = RevisionFactory(programme=programme, base=adopt(base))
    fill(draft, tasks[:count] + parts, "Nhiệm vụ mới")
    signed_bulk_create([TaskRemoval(revision=draft, task=task, reason="Trùng") for task in gone], by=by)
    lineages = [
        TaskLineage(revision=draft, from_task=split[n // 2], to_task=part, kind="split") for n, part in enumerate(parts)
    ]
    signed_bulk_create(lineages, by=by)
    return draft


@pytest.mark.parametrize("count", [5, 50])
def test_revision_page_query_count_does_not_grow(client_of, count, django_assert_num_queries):
    draft = changed_throughout(count)
    coordinator = client_of(coordinator_of(draft.programme))

    with django_assert_num_queries(20):
        response = coordinator.get(draft.get_absolute_url())

    assert f"{count} chuyển cơ quan chủ trì, {count} tách thành {2 * count}, {count} đưa ra khỏi" in text_of(
        response.text
    )


@pytest.mark.parametrize("count", [5, 50])
def test_comparison_query_count_does_not_grow(client_of, count, django_assert_num_queries):
    draft = changed_throughout(count)
    coordinator = client_of(coordinator_of(draft.programme))

    with django_assert_num_queries(13):
        response = coordinator.get(comparison(draft.programme, tu=1, den=2))

    assert f"{count} chuyển cơ quan chủ trì, {count} tách thành {2 * count}, {count} đưa ra khỏi" in text_of(
        response.text
    )
