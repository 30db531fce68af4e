"""What may happen to what meetings gave and is late: an agency is urged, and it is kept who did it, when and how."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from django.utils.timezone import localdate

from meetings.models import DirectiveUrging, UrgedAssignment
from meetings.urging_letters import DirectiveLetter, late_for, letters_to
from programme.models import User
from programme.rights import ADD
from smartcity.lib.records.history import operation, signed_bulk_create, signed_save
from tasks.models import UrgingWay
from tasks.operations.urging import NotToUrge, Outcome, Owing, Send, refuse_again, said_in, urge_each

REASON = "Đôn đốc việc được giao quá hạn"


@operation
def urge_to_answer(wanted: Mapping[Owing, UrgingWay], *, by: User, now: datetime) -> Outcome:
    """Urge each agency in its way to do what meetings of the province gave it and is late; see ``urge_each``."""
    if not by.may(ADD, "meetings.directiveurging"):
        raise NotToUrge("Vai trò của bạn không đôn đốc việc được giao.")
    today = localdate(now)

    def read_letters() -> list[DirectiveLetter]:
        return letters_to(late_for(by, today=today), by=by, today=today)

    return urge_each(wanted, read_letters, partial(_urge_one, by=by, now=now), owed="việc quá hạn chưa trả lời")


def _urge_one(letter: DirectiveLetter, way: UrgingWay, send: Send, *, by: User, now: datetime) -> DirectiveUrging:
    refuse_again(DirectiveUrging.objects.filter(province=letter.province, agency=letter.agency), letter, now)
    told = said_in(letter, way)
    urging = DirectiveUrging(province=letter.province, agency=letter.agency, at=now, by=by, way=way, **told)
    signed_save(urging, by=by, reason=REASON)
    parts = [UrgedAssignment(urging=urging, assignment=assignment) for assignment in letter.late]
    signed_bulk_create(parts, by=by, reason=REASON)
    if way == UrgingWay.EMAIL:
        send(letter)
    return urging
