"""Builds a simulated country, one programme after the other: memory holds one of them at the most."""

from collections.abc import Callable
from datetime import date
from random import Random

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from programme.models import Programme, Province, User
from smartcity.simulation.ledger import fill_ledger
from smartcity.simulation.meetings import hold_meetings
from smartcity.simulation.places import add_auditor, build_place, code_of, signer
from smartcity.simulation.plans import amend, begin_programme, hand_over, propose_again
from smartcity.simulation.reports import Reporter
from smartcity.simulation.scale import LEAST_TASKS, Scale
from tasks.operations.task_days import keep_task_days

# One programme in so many has a revision before the council.
PROPOSED = 3


class RealProgrammes(ValidationError):
    """There are programmes that somebody answers for; what is made up would stand among them."""


class NoSuchScale(ValidationError):
    """A country of this size, or of these years, cannot be built."""


def build_world(scale: Scale, *, today: date, beside: bool = False, tell: Callable[[str], None]) -> int:
    """Build what is missing of the country; returns how many programmes that were.

    Each programme is built whole or not at all, and depends on the seed, its number and the scale alone: after an
    interruption the rest is added. ``beside`` allows real programmes there.
    """
    _refuse_scale(scale, today)
    if not beside and Programme.objects.filter(province__is_simulated=False).exists():
        raise RealProgrammes(
            "Cơ sở dữ liệu này đang có đề án thật. Số liệu mô phỏng không xóa được sau khi lập: "
            "hãy dùng cơ sở dữ liệu khác, hoặc thêm --beside nếu vẫn muốn lập bên cạnh."
        )
    codes = {code_of(scale.seed, number): number for number in range(1, scale.programmes + 1)}
    there = set(Province.objects.filter(code__in=codes).values_list("code", flat=True))
    by = signer()
    add_auditor(scale.seed, by=by, on=scale.days.first)
    for code, number in codes.items():
        if code not in there:
            with transaction.atomic():
                build_programme(number, scale, by=by)
            tell(f"{number}/{scale.programmes}: {code.upper()}")
    built = len(codes.keys() - there)
    if built:
        with connection.cursor() as cursor:
            # The planner has to know what came in. The server's own tables are left alone: others may be at them.
            for table in connection.introspection.django_table_names(only_existing=True):
                cursor.execute(f"ANALYZE {connection.ops.quote_name(table)}")
    return built


def build_programme(number: int, scale: Scale, *, by: User) -> Programme:
    """One programme in a province of its own, with all that was planned, reported, paid and directed."""
    random = Random(f"{scale.seed}/{number}")  # noqa: S311  (the same country again is what is wanted)
    days = scale.days
    place = build_place(scale.seed, number, days=days, random=random, by=by)
    programme, stretches = begin_programme(place, scale, random=random, by=by)
    going_on = [stretch for stretch in stretches if not stretch.ends_open]
    ending = [stretch for stretch in stretches if stretch.ends_open]
    reporter = Reporter(place, days, random, by)
    reporter.report(going_on, scale.reports)
    # A task that was replaced and the one in its place have the reports of one.
    reporter.report(ending, scale.reports // 2)
    begun = amend(programme, place, scale, by=by)
    reporter.report(begun, scale.reports - scale.reports // 2)
    hand_over(programme, place, days=days, by=by)
    in_force = [*going_on, *begun]
    reporter.leave_waiting(in_force)
    fill_ledger(in_force, place, scale.ledger, random=random)
    if number % PROPOSED == 0:
        propose_again(programme, place, days=days, by=by)
    hold_meetings(programme, place, scale.assignments_of(number), days=days, random=random, by=by)
    # All rows of the programme are there, past the operations that keep what is derived of them.
    keep_task_days(programme.pk)
    return programme


def _refuse_scale(scale: Scale, today: date) -> None:
    for value, least, said in (
        (scale.programmes, 1, "--programmes: ít nhất 1 đề án."),
        (scale.tasks, LEAST_TASKS, f"--tasks: ít nhất {LEAST_TASKS} nhiệm vụ mỗi đề án."),
        (999, scale.tasks, "--tasks: nhiều nhất 999 nhiệm vụ mỗi đề án."),
        (scale.reports, 2, "--reports: ít nhất 2 báo cáo mỗi nhiệm vụ."),
        (scale.ledger, 1, "--ledger: ít nhất 1 bút toán mỗi nhiệm vụ."),
        (scale.assignments, 0, "--assignments: không thể âm."),
        (scale.years, 1, "--years: ít nhất 1 năm."),
        (scale.begin, 1990, "--begin: từ năm 1990."),
    ):
        if value < least:
            raise NoSuchScale(said)
    if scale.days.last >= today:
        raise NoSuchScale(f"Các năm mô phỏng phải đã qua; --begin {scale.begin} --years {scale.years} thì chưa.")
