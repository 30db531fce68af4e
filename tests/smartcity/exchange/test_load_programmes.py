from datetime import date
from io import StringIO

import pytest
from django.apps import apps
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.core.management import call_command

from programme.models import (
    Agency,
    DocumentRelation,
    LegalDocument,
    Programme,
    Province,
    Revision,
    RevisionState,
    StatedFigure,
    StepKind,
    User,
)
from smartcity.exchange.programme_files import ProgrammeLoader, system_account
from smartcity.lib.records.history import signed_save
from tasks.models import OperationState, PlannedTask, ProgressUpdate, Status, Task, TaskLineage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("real_programmes"), pytest.mark.both_databases]

OUR_MODELS = [
    model
    for app in ("programme", "tasks", "meetings")
    for model in apps.get_app_config(app).get_models()
    if hasattr(model, "history")
]
# The twelve tasks of điểm b khoản 4 Điều 1, Nghị quyết 112/NQ-HĐND, as the resolution words them.
TWELVE = [
    "Xây dựng Kiến trúc công nghệ thông tin - truyền thông (ICT) phát triển đô thị thông minh tỉnh Bà Rịa - Vũng Tàu",
    "Xây dựng, hoàn thiện Chính quyền điện tử theo Kế hoạch hành động triển khai thực hiện Nghị quyết số 17/NQ-CP "
    "ngày 07/3/2019 của Chính phủ về một số nhiệm vụ, giải pháp trọng tâm phát triển Chính phủ điện tử giai đoạn "
    "2019-2020, định hướng đến 2025 của tỉnh Bà Rịa - Vũng Tàu (ban hành theo Quyết định số 1586/QĐ-UBND ngày "
    "25/6/2019 của UBND tỉnh)",
    "Chuẩn hóa cấu trúc dữ liệu trên nền tảng ICT, số hóa dữ liệu, tiến tới hình thành kho dữ liệu số của tỉnh",
    "Xây dựng, phát triển hệ thống hạ tầng kỹ thuật ICT sẵn sàng, đủ điều kiện tối thiểu cho phát triển các dịch vụ "
    "đô thị thông minh (giai đoạn 1)",
    "Xây dựng Trung tâm giám sát, điều hành đô thị thông minh tỉnh Bà Rịa - Vũng Tàu",
    "Xây dựng, triển khai các dịch vụ, tiện ích quản lý Giáo dục thông minh (giai đoạn 1)",
    "Xây dựng, triển khai các dịch vụ, tiện ích quản lý Y tế thông minh (giai đoạn 1)",
    "Xây dựng, triển khai các dịch vụ, tiện ích quản lý tài nguyên, môi trường thông minh (giai đoạn 1)",
    "Xây dựng, triển khai các dịch vụ, tiện ích quản lý và hỗ trợ du lịch thông minh (giai đoạn 1)",
    "Xây dựng, triển khai các dịch vụ, tiện ích thông minh phục vụ quản lý giao thông và đảm bảo an ninh trật tự "
    "(giai đoạn 1)",
    "Xây dựng hệ thống quản lý điều hành đô thị thông minh thành phố Vũng Tàu",
    "Truyền thông nâng cao nhận thức cộng đồng; đào tạo nhân lực",
]
COMPLETE = ["NV-01", "NV-02", "NV-08", "NV-12"]
CARRIED_OVER = ["NV-03", "NV-04", "NV-05", "NV-06", "NV-07", "NV-09", "NV-10", "NV-11"]


def counts():
    return {model: (model.objects.count(), model.history.count()) for model in OUR_MODELS}


def load_again():
    out = StringIO()
    call_command("load_programmes", stdout=out)
    return out.getvalue().strip()


def revision(code, number):
    return Revision.objects.get(programme__code=code, number=number)


# Bà Rịa – Vũng Tàu


@pytest.mark.parametrize("number", [1, 2], ids=["as decided", "as proposed"])
def test_twelve_tasks_have_the_names_of_the_resolution(number):
    planned = PlannedTask.objects.filter(revision=revision("BRVT-DTTM", number)).order_by("position")

    assert [task.name for task in planned] == TWELVE
    assert [task.task.code for task in planned] == [f"NV-{position:02d}" for position in range(1, 13)]


def test_programme_rests_on_its_resolution():
    first = revision("BRVT-DTTM", 1)

    assert first.state == RevisionState.ADOPTED
    assert first.effective_on == date(2019, 12, 13)
    assert str(first.document) == "Nghị quyết số 112/NQ-HĐND ngày 13/12/2019"
    assert str(first.document.issuer) == "Hội đồng nhân dân tỉnh Bà Rịa - Vũng Tàu"
    assert first.name == (
        "Đề án phát triển đô thị thông minh tỉnh Bà Rịa - Vũng Tàu giai đoạn 2020-2022, định hướng đến năm 2025, "
        "tầm nhìn đến năm 2030"
    )
    assert first.declared_budget_vnd is None


def test_amendment_is_proposed_and_not_adopted():
    second = revision("BRVT-DTTM", 2)
    step = second.steps.get()

    assert second.state == RevisionState.PROPOSED
    assert second.base == revision("BRVT-DTTM", 1)
    assert (step.kind, step.on, step.meeting_on) == (StepKind.AGREED, date(2023, 6, 16), date(2023, 6, 16))
    assert revision("BRVT-DTTM", 1) in Revision.objects.in_force(date(2024, 4, 10))
    assert second in Revision.objects.pending(date(2024, 4, 10))
    assert second not in Revision.objects.pending(date(2023, 6, 15))


def test_eight_tasks_are_proposed_for_the_new_period_and_four_stay():
    planned = PlannedTask.objects.filter(revision=revision("BRVT-DTTM", 2))

    due = {task.task.code: task.due for task in planned.select_related("task", "period")}

    assert sorted(code for code, day in due.items() if day == date(2024, 12, 31)) == CARRIED_OVER
    assert sorted(code for code, day in due.items() if day == date(2022, 12, 31)) == COMPLETE


@pytest.mark.parametrize(
    ("on", "complete", "open_"),
    [
        pytest.param(date(2023, 6, 15), [], [], id="the day before"),
        pytest.param(date(2023, 6, 16), COMPLETE, CARRIED_OVER, id="16/06/2023"),
        pytest.param(date(2024, 4, 10), COMPLETE, CARRIED_OVER, id="10/04/2024"),
    ],
)
def test_four_of_twelve_tasks_are_complete(on, complete, open_):
    tasks = Task.objects.filter(programme__code="BRVT-DTTM")

    latest = ProgressUpdate.objects.latest_accepted(tasks, on).select_related("task")

    assert sorted(update.task.code for update in latest if update.status == Status.COMPLETE) == complete
    assert sorted(update.task.code for update in latest if update.status == Status.PREPARING) == open_


def test_operations_centre_is_on_trial_and_not_complete():
    [latest] = ProgressUpdate.objects.latest_accepted(
        Task.objects.filter(programme__code="BRVT-DTTM", code="NV-05"), date(2024, 4, 10)
    )

    assert latest.status == Status.PREPARING
    assert latest.operation_state == OperationState.TRIAL
    assert latest.as_of == date(2024, 4, 10)


def test_completed_tasks_have_no_day_that_nobody_stated():
    assert not ProgressUpdate.objects.filter(completed_on__isnull=False).exists()


def test_budget_is_the_estimate_of_a_draft_plan_and_not_the_resolution_s():
    [figure] = StatedFigure.objects.filter(programme__code="BRVT-DTTM").telling_of(date(2024, 4, 10))

    assert figure.value == 3_470_000_000_000
    assert figure.money_kind == "estimate"
    assert figure.as_of == date(2020, 6, 8)
    assert not StatedFigure.objects.filter(programme__code="BRVT-DTTM").telling_of(date(2020, 6, 7)).exists()


# Hải Dương


@pytest.mark.parametrize(
    ("number", "state", "budget", "tasks"),
    [
        pytest.param(1, RevisionState.ADOPTED, 3_800_000_000_000, 8, id="as decided"),
        pytest.param(2, RevisionState.PROPOSED, 2_030_000_000_000, 16, id="as proposed"),
    ],
)
def test_hai_duong_has_two_budgets(number, state, budget, tasks):
    of_hai_duong = revision("HD-CQDT", number)

    assert of_hai_duong.state == state
    assert of_hai_duong.declared_budget_vnd == budget
    assert of_hai_duong.task_list_is_partial
    assert of_hai_duong.planned_tasks.count() == tasks


def test_hai_duong_is_in_force_from_the_day_of_its_resolution():
    first = revision("HD-CQDT", 1)

    assert str(first.document) == "Nghị quyết số 20/2019/NQ-HĐND ngày 12/12/2019"
    assert first.document.is_normative
    assert first.effective_on == date(2019, 12, 22)
    assert [step.kind for step in first.steps.order_by("pk")] == [StepKind.SUBMITTED, StepKind.ADOPTED]


def test_hai_duong_splits_the_centre_and_drops_three_tasks():
    before, after = (
        set(revision("HD-CQDT", number).planned_tasks.values_list("task__code", flat=True)) for number in (1, 2)
    )
    lineage = TaskLineage.objects.values_list("from_task__code", "to_task__code", "kind")

    assert set(lineage) == {("IOC", "KHO-DL", "split"), ("IOC", "IOC-2", "split")}
    assert before - after == {"GS-TU", "GS-HDND", "GS-UBND", "IOC"}
    assert len(after - before) == 12


def test_lead_is_stated_for_the_cameras_of_hai_duong_alone():
    led = PlannedTask.objects.filter(lead_agency__isnull=False)
    stated, assumed = led.filter(lead_is_assumed=False), led.filter(lead_is_assumed=True)

    assert [(task.task.code, str(task.lead_agency)) for task in stated.order_by("revision__number")] == [
        ("CAMERA", "Sở Thông tin và Truyền thông tỉnh Hải Dương"),
        ("CAMERA", "Công an tỉnh Hải Dương"),
    ]
    assert {task.task.code for task in assumed} == {"NV-05", "NV-10"}
    assert all(task.lead_ground and task.lead_document for task in assumed)


# How they are entered


@pytest.mark.parametrize("model", OUR_MODELS, ids=lambda model: model.__name__)
def test_every_row_says_who_entered_it_and_why(model):
    records = model.history.all()

    assert set(model.objects.values_list("pk", flat=True)) <= set(records.values_list("id", flat=True))
    assert {record.history_user.username for record in records} <= {"he-thong"}
    assert [str(record) for record in records if not (record.history_change_reason or record.history_document)] == []


def test_loading_again_adds_nothing():
    before = counts()

    said = load_again()

    assert said == "Dữ liệu đã có, không nạp thêm."
    assert counts() == before


@pytest.mark.parametrize(
    ("find", "change"),
    [
        pytest.param(lambda: Province.objects.get(code="hai-duong"), {"name": "Tỉnh Hải Dương (cũ)"}, id="a name"),
        pytest.param(lambda: Agency.objects.get(short_name="KTNN"), {"short_name": "KTNN VN"}, id="a short name"),
        pytest.param(lambda: Agency.objects.get(short_name="KTNN"), {"name": "Kiểm toán Nhà nước"}, id="a mended name"),
        pytest.param(
            lambda: LegalDocument.objects.get(number=716), {"subject": "Kế hoạch tổng thể"}, id="a document's subject"
        ),
        pytest.param(
            lambda: LegalDocument.objects.get(symbol="TB-UBND"),
            {"number": 150, "signed_on": date(2024, 4, 16)},
            id="the number of a notice that became known",
        ),
        pytest.param(
            lambda: DocumentRelation.objects.get(kind="amends", pinpoint="điểm b khoản 4 Điều 1"),
            {"pinpoint": "Điều 1"},
            id="a pinpoint",
        ),
        pytest.param(
            lambda: StatedFigure.objects.filter(measure="tasks_total").first(), {"note": "Đã kiểm tra."}, id="a note"
        ),
    ],
)
def test_loading_again_leaves_what_was_changed_since(find, change):
    record = find()
    for field, value in change.items():
        setattr(record, field, value)
    signed_save(record, by=system_account(), reason="Đính chính")
    before = counts()

    load_again()

    record.refresh_from_db()
    assert {field: getattr(record, field) for field in change} == change
    assert counts() == before


def test_nobody_signs_in_as_the_system():
    system = User.objects.get(username="he-thong")

    assert not system.is_active
    assert not system.has_usable_password()
    assert authenticate(None, username="he-thong", password="") is None


FILE = """
of_province = "hai-duong"

[[agency]]
key = "hdnd"
name = "Hội đồng nhân dân tỉnh Hải Dương"

[[agency]]
key = "so"
name = "Sở Thử nghiệm"

[[document]]
key = "nq"
kind = "resolution"
code = "99/NQ-HĐND"
issuer = "hdnd"
signed_on = 2021-01-01
subject = "Đề án"

[programme]
code = "DE-AN-HONG"
coordinating_agency = "so"

[[revision]]
name = "Đề án"
{budget}

[[revision.period]]
label = "2021–2025"
first_day = 2021-01-01
last_day = {last_day}

[[revision.task]]
code = "NV-01"
period = "{period}"
name = "Nhiệm vụ"

[[revision.step]]
kind = "adopted"
on = 2021-01-01
document = "{document}"
effective_on = 2021-01-01
"""
RIGHT = {"budget": "", "last_day": "2025-12-31", "period": "2021–2025", "document": "nq"}


def test_right_file_is_kept(tmp_path):
    path = tmp_path / "de-an.toml"
    path.write_text(FILE.format(**RIGHT), encoding="utf-8")

    ProgrammeLoader(by=system_account(), today=date(2024, 4, 10)).load(path)

    assert Programme.objects.get(code="DE-AN-HONG").revisions.get().state == RevisionState.ADOPTED


@pytest.mark.parametrize(
    ("mistake", "refusal"),
    [
        pytest.param({"document": "khong-co"}, KeyError, id="a document that is not there"),
        pytest.param({"period": "2021–2024"}, KeyError, id="a period that is not there"),
        pytest.param({"last_day": "2020-12-31"}, ValidationError, id="a period that ends before it begins"),
        pytest.param({"budget": 'declared_budget = "3.470 tỷ"'}, ValidationError, id="a budget of no kind"),
        pytest.param({"budget": 'declared_budget = "3.47 tỷ"'}, ValueError, id="an amount that cannot be read"),
    ],
)
def test_broken_file_keeps_nothing(mistake, refusal, tmp_path):
    path = tmp_path / "de-an-hong.toml"
    path.write_text(FILE.format(**RIGHT | mistake), encoding="utf-8")
    before = counts()

    with pytest.raises(refusal):
        ProgrammeLoader(by=system_account(), today=date(2024, 4, 10)).load(path)

    assert counts() == before
