"""How open duties pass from an agency to its recorded successor: by an act with a day and a document."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError

from programme.models import (
    Agency,
    AgencySuccession,
    CoordinationTransfer,
    LegalDocument,
    Programme,
    Province,
    Revision,
    User,
)
from smartcity.lib.language.dates import say_day
from smartcity.lib.records.history import operation, signed_save, user_action
from tasks.models import LeadTransfer, Task


class NotTheSuccessor(ValidationError):
    """Duties pass only to an agency that is recorded, by that day, as a successor of the one that held them."""


class TransferNotFounded(ValidationError):
    """A transfer rests on an issued document, and on a day that has come."""


class DutyNotHeld(ValidationError):
    """On that day the agency does not hold the duty, or the duty has passed on since."""


@operation
def transfer_duties(
    *,
    from_agency: Agency,
    to_agency: Agency,
    on: date,
    document: LegalDocument,
    by: User,
    today: date,
    tasks: Iterable[Task] = (),
    programmes: Iterable[Programme] = (),
    note: str = "",
    reason: str = "",
) -> list[LeadTransfer | CoordinationTransfer]:
    """From the day ``on``, ``to_agency`` leads these tasks and coordinates these programmes.

    No plan changes: a day before ``on`` reads as it did. All of them pass, or none. Tasks and programmes are
    locked, so that of two acts on the same duty the second one finds who holds it now.
    """
    programmes = list(
        Programme.objects.select_for_update().filter(pk__in=[one.pk for one in programmes]).order_by("pk")
    )
    tasks = list(Task.objects.select_for_update().filter(pk__in=[one.pk for one in tasks]).order_by("pk"))
    if not tasks and not programmes:
        raise DutyNotHeld({"tasks": "Chọn ít nhất một việc để chuyển giao."})
    _refuse_unfounded_transfer(document, from_agency, to_agency, on=on, today=today)
    _refuse_other_heirs(from_agency, to_agency, on)
    _refuse_unseen(to_agency, {task.programme_id for task in tasks} | {programme.pk for programme in programmes})
    _refuse_duties_of_others(from_agency, tasks, programmes, on)
    act = {"from_agency": from_agency, "to_agency": to_agency, "effective_on": on, "document": document, "note": note}
    transfers: list[LeadTransfer | CoordinationTransfer] = [
        *(CoordinationTransfer(programme=programme, **act) for programme in programmes),
        *(LeadTransfer(task=task, **act) for task in tasks),
    ]
    with user_action(document=document):
        return [signed_save(transfer, by=by, reason=reason or note) for transfer in transfers]


def _refuse_unfounded_transfer(
    document: LegalDocument, from_agency: Agency, to_agency: Agency, *, on: date, today: date
) -> None:
    if on > today:
        raise TransferNotFounded({"on": f"Ngày {say_day(on)} chưa đến. Chỉ ghi việc đã diễn ra."})
    if not document.is_issued or document.signed_on is None:
        raise TransferNotFounded(
            {"document": "Chuyển giao phải có văn bản đã ban hành, đủ số và ngày. Nhập văn bản trước, rồi chọn ở đây."}
        )
    if document.province_id not in {None, from_agency.province_id, to_agency.province_id}:
        raise TransferNotFounded({"document": "Văn bản này của tỉnh khác. Chọn văn bản giao việc cho cơ quan kế thừa."})
    if document.signed_on > on:
        raise TransferNotFounded(
            {"on": f"Văn bản ban hành ngày {say_day(document.signed_on)}; chuyển giao không thể trước ngày đó."}
        )


def _refuse_other_heirs(from_agency: Agency, to_agency: Agency, on: date) -> None:
    successions = AgencySuccession.objects.filter(predecessor=from_agency, successor=to_agency)
    first = successions.order_by("effective_on").first()
    if first is None:
        raise NotTheSuccessor(
            {"to_agency": f"{to_agency} chưa được ghi là kế thừa {from_agency}. Đề nghị quản trị ghi kế thừa trước."}
        )
    if not successions.known(on).exists():
        begins = f"{to_agency} kế thừa từ {say_day(first.effective_on)}"
        raise NotTheSuccessor({"on": f"{begins}; ngày chuyển giao phải từ ngày đó trở đi."})
    last_day = to_agency.last_day
    if last_day and last_day < on:
        told = f"{to_agency} chỉ hoạt động đến hết {say_day(last_day)}. Chọn ngày sớm hơn, hoặc cơ quan khác."
        raise NotTheSuccessor({"to_agency": told})


def _refuse_unseen(to_agency: Agency, programmes: set[int]) -> None:
    """An agency whose people may not see the programme could not do the work."""
    kept = Province.objects.kept_by(to_agency.province_id) if to_agency.province_id else Province.objects.none()
    if Programme.objects.filter(pk__in=programmes).exclude(province__in=kept).exists():
        raise NotTheSuccessor(
            {"to_agency": f"{to_agency} không thuộc tỉnh có đề án nên không nhận việc được. Kiểm tra hợp nhất tỉnh."}
        )


def _refuse_duties_of_others(from_agency: Agency, tasks: list[Task], programmes: list[Programme], on: date) -> None:
    led = Task.objects.led_by([from_agency.pk], on)
    coordinated = Programme.objects.of_coordinators([from_agency.pk], on)
    for field, chosen, held in (("tasks", tasks, led), ("programmes", programmes, coordinated)):
        mine = set(held.filter(pk__in=[one.pk for one in chosen]).values_list("pk", flat=True))
        others = [str(one) for one in chosen if one.pk not in mine]
        if others:
            raise DutyNotHeld(
                {field: f"Ngày {say_day(on)} {from_agency} không giữ việc này: {', '.join(others)}. Kiểm tra lại ngày."}
            )
    if any(
        later.filter(effective_on__gte=on).exists()
        for later in (
            LeadTransfer.objects.filter(task__in=tasks),
            CoordinationTransfer.objects.filter(programme__in=programmes),
        )
    ):
        raise DutyNotHeld(
            {"on": "Việc này đã được chuyển giao từ ngày đó hoặc sau đó. Chọn ngày sau lần chuyển giao cuối."}
        )
    if Revision.objects.in_force(on).filter(effective_on=on, planned_tasks__task__in=tasks).exists():
        raise DutyNotHeld(
            {"on": "Đề án được ban hành hoặc điều chỉnh có hiệu lực đúng ngày này. Chuyển giao từ ngày sau đó."}
        )
