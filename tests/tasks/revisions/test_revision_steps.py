"""The life of a draft on its pages: proposed, adopted, overtaken by another one, withdrawn and drafted again."""

import re
from datetime import date

import pytest

from programme.models import Objective, Revision, RevisionState, Role, StepKind
from programme.operations.drafting import change_parts
from tasks.operations.copying import begin_amendment
from tasks.operations.drafting import change_planned_task, plan_task, remove_task
from tests.amendments import address, counts, in_force, planned, step
from tests.factories import LegalDocumentFactory, UserFactory, adopt, coordinator_of
from tests.reading import text_of
from tests.revision_pages import beside, held

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme():
    return in_force().programme


@pytest.fixture
def person(programme):
    return coordinator_of(programme)


@pytest.fixture
def coordinator(client_of, person):
    return client_of(person)


@pytest.fixture
def draft(programme, person):
    return begin_amendment(programme, by=person)


@pytest.fixture
def resolution(programme):
    return LegalDocumentFactory(issuer__province=programme.province, signed_on=date(2023, 7, 1))


@pytest.fixture
def steps(draft):
    return address(draft, "revision_step")


def adoption(resolution, /, **changes):
    typed = {"kind": "adopted", "on": "01/07/2023", "document": resolution.pk, "effective_on": "10/07/2023"}
    return typed | {"note": "Kỳ họp thứ 15"} | changes


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.OFFICE])
def test_draft_is_proposed_with_its_submission(client_of, draft, steps, role):
    agency = draft.programme.coordinating_agency
    submission = LegalDocumentFactory(kind="submission", symbol="TTr-UBND", issuer__province=agency.province)
    recorder = client_of(UserFactory(role=role, agency=agency))

    response = recorder.post(steps, {"kind": "submitted", "on": "16/06/2023", "document": submission.pk}, follow=True)

    told = text_of(response.text)
    assert "Đã ghi nhận. Điều chỉnh lần 1 đã trình." in told
    assert f"16/06/2023 Trình HĐND Theo {submission}" in told
    draft.refresh_from_db()
    assert (draft.state, draft.steps.get().document) == (RevisionState.PROPOSED, submission)


def test_adoption_is_recorded_with_what_it_amends(coordinator, draft, steps, resolution):
    response = coordinator.post(steps, adoption(resolution, pinpoint="điểm b khoản 4 Điều 1"), follow=True)

    assert "Đã ghi nhận. Điều chỉnh lần 1 đã thông qua." in text_of(response.text)
    draft.refresh_from_db()
    assert (draft.document, draft.effective_on) == (resolution, date(2023, 7, 10))
    assert resolution.relations.get().pinpoint == "điểm b khoản 4 Điều 1"
    assert steps not in response.text


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        pytest.param({"document": ""}, "document", "Thông qua phải có văn bản đã ban hành", id="no document"),
        pytest.param({"effective_on": ""}, "effective_on", "Nhập ngày có hiệu lực", id="no day of effect"),
        pytest.param(
            {"effective_on": "30/06/2023"}, "effective_on", "không thể trước ngày đó", id="before it is signed"
        ),
        pytest.param({"on": "31/12/2098"}, "on", "Ngày 31/12/2098 chưa đến.", id="a day to come"),
        pytest.param({"on": "31/06/2023"}, "on", "31/06/2023", id="no such day"),
        pytest.param(
            {"kind": "rejected"}, "kind", "Có thể ghi: «UBND xem xét tờ trình»", id="a step that does not follow"
        ),
    ],
)
def test_refused_adoption_stands_beside_its_field(coordinator, draft, steps, resolution, changes, field, sentence):
    response = coordinator.post(steps, adoption(resolution, **changes))

    assert response.status_code == 400
    assert sentence in beside(response, field)
    assert held(response)["note"] == "Kỳ họp thứ 15"
    draft.refresh_from_db()
    assert draft.is_draft
    assert not draft.steps.exists()


def test_adoption_by_a_document_without_a_number_is_refused(coordinator, draft, steps, programme):
    unissued = LegalDocumentFactory(unissued=True, issuer__province=programme.province)

    response = coordinator.post(steps, adoption(unissued))

    assert response.status_code == 400
    assert "Thông qua phải có văn bản đã ban hành, đủ số và ngày." in beside(response, "document")
    assert not draft.steps.exists()


def test_adoption_before_the_base_takes_effect_is_refused(coordinator, draft, steps, programme):
    early = LegalDocumentFactory(issuer__province=programme.province, signed_on=date(2019, 12, 1))

    response = coordinator.post(steps, adoption(early, effective_on="31/12/2019"))

    assert response.status_code == 400
    told = "Ban hành lần đầu có hiệu lực từ 01/01/2020; lần này phải sau ngày đó."
    assert told in beside(response, "effective_on")
    assert not draft.steps.exists()


def test_second_of_two_who_adopt_is_told_and_changes_nothing(coordinator, draft, steps, resolution, programme):
    other = LegalDocumentFactory(issuer__province=programme.province, signed_on=date(2023, 7, 2))
    coordinator.get(steps)
    coordinator.post(steps, adoption(resolution))

    response = coordinator.post(steps, adoption(other, effective_on="20/07/2023"))

    assert response.status_code == 409
    told = text_of(response.text)
    assert (
        "Điều chỉnh lần 1 đã thông qua rồi nên không ghi thêm bước. Người ghi: chính bạn (ở cửa sổ khác), lúc " in told
    )
    assert "Kỳ họp thứ 15" in told
    draft.refresh_from_db()
    assert (draft.document, draft.effective_on) == (resolution, date(2023, 7, 10))
    assert draft.steps.count() == 1


def test_proposal_is_seen_from_its_day_on(client_of, draft, person):
    change_planned_task(planned(draft, 2), name="Kho dữ liệu dùng chung", by=person)
    step(draft, StepKind.SUBMITTED, person)
    url = draft.programme.get_absolute_url()
    reader = client_of(UserFactory(role=Role.LEADER, agency=draft.programme.coordinating_agency))

    then, before = (text_of(reader.get(f"{url}?ngay={day}/06/2023").text) for day in (16, 15))

    assert "Chờ quyết định Điều chỉnh lần 1 Trình HĐND ngày 16/06/2023. Đề nghị: 1 điều chỉnh" in then
    assert "Chờ quyết định Không có" in before
    assert "Điều chỉnh lần 1" not in before


# After another draft was adopted


@pytest.fixture
def overtaken(draft, programme, person):
    """The draft renames task 2; another one, adopted since, renames tasks 2 and 3 and adds one."""
    other = begin_amendment(programme, by=person)
    change_planned_task(planned(other, 2), name="Kho của lần kia", by=person)
    change_planned_task(planned(other, 3), name="Trung tâm của lần kia", by=person)
    plan_task(other, name="Bổ sung của lần kia", by=person)
    change_planned_task(planned(draft, 2), name="Kho của dự thảo", by=person)
    adopt(other, effective_on=date(2023, 7, 1))
    return Revision.objects.get(pk=draft.pk)


def test_overtaken_draft_is_not_adopted(coordinator, overtaken, programme):
    document = LegalDocumentFactory(issuer__province=programme.province, signed_on=date(2023, 8, 1))

    response = coordinator.post(
        address(overtaken, "revision_step"), adoption(document, on="01/08/2023", effective_on="10/08/2023")
    )

    assert response.status_code == 409
    told = "Điều chỉnh lần 1 soạn trên Ban hành lần đầu, nhưng Điều chỉnh lần 2 đã được thông qua"
    assert told in beside(response, None)
    overtaken.refresh_from_db()
    assert overtaken.is_draft


def test_overtaken_draft_offers_and_shows_what_is_new(coordinator, overtaken):
    url = address(overtaken, "revision_rebase")

    page, shown = coordinator.get(overtaken.get_absolute_url()), coordinator.get(url)

    assert "Điều chỉnh lần 2 đã được thông qua, có hiệu lực từ 01/07/2023" in text_of(page.text)
    assert re.search(rf'href="{url}">Xem thay đổi và cập nhật dự thảo<', page.text)
    told = text_of(shown.text)
    assert "Điều chỉnh (2)" in told
    assert "Trung tâm <ins>của lần kia</ins>" in shown.text
    assert "Bổ sung (1)" in told
    assert Revision.objects.get(pk=overtaken.pk).base.number == 1


def test_overtaken_draft_is_updated_and_told_where_both_changed(coordinator, overtaken):
    response = coordinator.post(address(overtaken, "revision_rebase"), follow=True)

    told = text_of(response.text)
    assert "Đã cập nhật dự thảo theo Điều chỉnh lần 2: 2 thay đổi được lấy vào." in told
    assert "Kiểm tra lại: «Kho của lần kia»: tên giữ theo dự thảo." in told
    overtaken.refresh_from_db()
    names = list(overtaken.planned_tasks.order_by("position").values_list("name", flat=True))
    assert names == ["Kiến trúc", "Kho của dự thảo", "Trung tâm của lần kia", "Bổ sung của lần kia"]
    assert counts(overtaken) == {"kept": 3, "changed": 1}
    assert "Xem thay đổi và cập nhật dự thảo" not in told


def test_update_takes_the_goals_and_periods_that_only_the_other_changed(coordinator, programme, draft, person):
    other = begin_amendment(programme, by=person)
    period = other.periods.get()
    period.last_day = date(2025, 12, 31)
    goal = Objective(position=1, text="Kho dữ liệu dùng chung")
    change_parts(other, keep=[period, goal], by=person)
    adopt(other, effective_on=date(2023, 7, 1))

    coordinator.post(address(draft, "revision_rebase"))

    assert list(draft.objectives.values_list("text", flat=True)) == ["Kho dữ liệu dùng chung"]
    assert draft.periods.get().last_day == date(2025, 12, 31)


def test_update_tells_what_the_other_changed_of_a_task_that_the_draft_took_out(coordinator, overtaken, person):
    remove_task(planned(overtaken, 3), reason="Trùng lặp", by=person)

    response = coordinator.post(address(overtaken, "revision_rebase"), follow=True)

    warned = [str(message) for message in response.context["messages"] if message.level_tag == "warning"]
    assert any("Trung tâm của lần kia" in sentence for sentence in warned), warned
    assert "Không còn trong đề án. Lý do: Trùng lặp" in text_of(response.text)


def test_update_does_not_warn_of_what_both_changed_alike(coordinator, programme, draft, person):
    other = begin_amendment(programme, by=person)
    for one in (draft, other):
        change_planned_task(planned(one, 2), name="Kho dữ liệu dùng chung", by=person)
    adopt(other, effective_on=date(2023, 7, 1))

    response = coordinator.post(address(draft, "revision_rebase"), follow=True)

    assert counts(Revision.objects.get(pk=draft.pk)) == {"kept": 3}
    assert "Kiểm tra lại" not in text_of(response.text)


def test_update_keeps_the_days_of_a_task_together(coordinator, programme, draft, person):
    other = begin_amendment(programme, by=person)
    change_planned_task(planned(other, 2), due_on=date(2024, 12, 31), by=person)
    change_planned_task(planned(draft, 2), start_on=date(2025, 1, 1), by=person)
    adopt(other, effective_on=date(2023, 7, 1))

    response = coordinator.post(address(draft, "revision_rebase"), follow=True)

    # The due day of the one would lie before the beginning of the other.
    kept = planned(draft, 2)
    assert (kept.start_on, kept.due_on) == (date(2025, 1, 1), None)
    assert "Kiểm tra lại: «Kho dữ liệu»: thời hạn giữ theo dự thảo." in text_of(response.text)


def test_draft_on_the_newest_has_nothing_to_update(coordinator, draft):
    url = address(draft, "revision_rebase")

    assert coordinator.get(url, follow=True).redirect_chain == [(draft.get_absolute_url(), 302)]
    assert "không có gì để cập nhật" in text_of(coordinator.post(url, follow=True).text)


def test_overtaken_proposal_says_how_it_goes_on(coordinator, overtaken, person):
    step(overtaken, StepKind.SUBMITTED, person)

    told = text_of(coordinator.get(overtaken.get_absolute_url()).text)

    assert "Rút về, soạn lại rồi cập nhật theo lần đó thì mới thông qua được." in told
    assert "Xem thay đổi và cập nhật dự thảo" not in told


def test_withdrawn_revision_is_drafted_again(coordinator, draft, person):
    remove_task(planned(draft, 3), reason="Trùng lặp", by=person)
    withdrawn = step(draft, StepKind.WITHDRAWN, person)
    assert "Soạn lại từ lần này" in coordinator.get(withdrawn.get_absolute_url()).text

    response = coordinator.post(address(withdrawn, "revision_redraft"), follow=True)

    again = draft.programme.revisions.get(number=3)
    assert response.redirect_chain == [(again.get_absolute_url(), 302)]
    told = text_of(response.text)
    assert "Đã sao chép Điều chỉnh lần 1 thành dự thảo Điều chỉnh lần 2." in told
    assert "Không còn trong đề án. Lý do: Trùng lặp" in told
    assert counts(again) == counts(withdrawn) == {"kept": 2, "removed": 1}
    assert Revision.objects.get(pk=withdrawn.pk).state == RevisionState.WITHDRAWN


@pytest.mark.parametrize("kind", [None, StepKind.SUBMITTED, StepKind.ADOPTED], ids=str)
def test_only_what_came_to_nothing_is_drafted_again(coordinator, draft, person, kind):
    if kind == StepKind.ADOPTED:
        adopt(draft, effective_on=date(2023, 7, 1))
    elif kind:
        step(draft, kind, person)

    response = coordinator.post(address(draft, "revision_redraft"))

    assert response.status_code == 409
    assert "Chỉ soạn lại lần đã rút hoặc không được thông qua." in text_of(response.text)
    assert "Soạn lại từ lần này" not in response.text
    assert draft.programme.revisions.count() == 2
