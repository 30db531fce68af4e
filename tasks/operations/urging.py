"""What may happen to what is late: an agency is urged to hand it in, and it is kept who did it, when and how."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused

from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils.timezone import localdate

from programme.models import Agency, AgencyKind, Programme, User
from programme.rights import ADD
from smartcity.lib.language.dates import say_moment
from smartcity.lib.records.history import operation, signed_bulk_create, signed_save
from smartcity.lib.records.overtaken import Overtaken, say_who
from tasks.expected import late_in
from tasks.models import UrgedReport, Urging, UrgingWay
from tasks.urging_letters import Owed, UrgingLetter, letters_to

log = logging.getLogger(__name__)

# Twice within it is a slip: of two people, or of one who pressed again.
AT_MOST_ONCE_IN = timedelta(minutes=1)
REASON = "Đôn đốc báo cáo quá hạn"

# A programme and an agency that owes it reports, by their keys.
Owing = tuple[int, int]


class NotToUrge(ValidationError):
    """The person's role urges nobody."""


class NothingLate(Overtaken):
    """What was late is handed in by now, or is of an agency that somebody else urges."""


class UrgedJustNow(Overtaken):
    """The agency was urged within the last minute."""


class NoAddress(ValidationError):
    """Nobody who reports for the agency has an address for letters."""


class LetterNotTaken(ValidationError):
    """The mail server did not take the letter, so nothing is kept as sent."""


@dataclass
class Outcome:
    """Who was urged, and who was not, with the reason why."""

    done: list[Urging] = field(default_factory=list)
    refused: dict[Owing, ValidationError] = field(default_factory=dict)


def urges_all(user: User, coordinator: Agency) -> bool:
    """Whether the person may urge every agency of a programme that ``coordinator`` coordinates.

    Who speaks for it, its leader, and leaders of the People's Committee.
    """
    if user.agency is None or not user.may(ADD, "tasks.urging"):
        return False
    is_of_committee = not user.is_coordinator and user.agency.kind == AgencyKind.COMMITTEE
    return is_of_committee or user.agency == coordinator


def urgeable_by(user: User, *, today: date) -> Owed:
    """What is late and of whom, as far as ``user`` may urge for it: a leader of any other agency, their own."""
    if user.agency is None or not user.may(ADD, "tasks.urging"):
        return {}
    if user.is_coordinator:
        return late_in(Programme.objects.coordinated_by(user, today), today=today)
    visible = Programme.objects.visible_to(user)
    owed = late_in(visible, today=today)
    if user.agency.kind == AgencyKind.COMMITTEE:
        return owed
    led = set(visible.of_coordinators([user.agency.pk], today).values_list("pk", flat=True))
    return {
        (programme, agency): late
        for (programme, agency), late in owed.items()
        if agency == user.agency or programme.pk in led
    }


def of_cycle(owed: Owed, cycle: int | None) -> Owed:
    """The same of one cycle, given by its key; of all where there is none."""
    if cycle is None:
        return owed
    found = {owing: [one for one in late if one.cycle.pk == cycle] for owing, late in owed.items()}
    return {owing: late for owing, late in found.items() if late}


@operation
def urge(wanted: Mapping[Owing, UrgingWay], *, cycle: int | None = None, by: User, now: datetime) -> Outcome:
    """Urge each agency in its way to hand in what is late, or what is late of one ``cycle``.

    Each agency for itself: where its letter is not taken nothing is kept of it, while what was sent to others cannot
    be called back. The agencies are locked first, so that of two people at once the second finds what the first did.
    """
    if not by.may(ADD, "tasks.urging"):
        raise NotToUrge("Vai trò của bạn không đôn đốc báo cáo.")
    locked = Agency.objects.select_for_update(no_key=True).filter(pk__in={agency for _, agency in wanted})
    agencies = {agency.pk: agency for agency in locked.order_by("pk")}
    today = localdate(now)
    letters = letters_to(of_cycle(urgeable_by(by, today=today), cycle), by=by, today=today)
    of_whom = {(letter.programme.pk, letter.agency.pk): letter for letter in letters}
    outcome, post = Outcome(), _Post()
    for owing, way in wanted.items():
        try:
            with transaction.atomic():
                letter = _still_late(of_whom, owing, agencies)
                outcome.done.append(_urge_one(letter, way, by=by, now=now, send=post.send))
        except ValidationError as refusal:
            outcome.refused[owing] = refusal
    return outcome


def _still_late(letters: dict[Owing, UrgingLetter], owing: Owing, agencies: dict[int, Agency]) -> UrgingLetter:
    if owing not in letters:
        name = agencies.get(owing[1], "Cơ quan này")
        raise NothingLate(f"{name} không còn báo cáo quá hạn nào để bạn đôn đốc. Tải lại trang để xem.")
    return letters[owing]


def _urge_one(
    letter: UrgingLetter, way: UrgingWay, *, by: User, now: datetime, send: Callable[[UrgingLetter], None]
) -> Urging:
    _refuse_again(letter, now)
    is_letter = way == UrgingWay.EMAIL
    if is_letter and not letter.recipients:
        raise NoAddress(
            f"{letter.agency} chưa có địa chỉ thư điện tử. Sao nội dung gửi cách khác, rồi chọn cách đã dùng."
        )
    urging = Urging(
        programme=letter.programme,
        agency=letter.agency,
        at=now,
        by=by,
        way=way,
        recipients=", ".join(letter.recipients) if is_letter else "",
        text=letter.text,
    )
    signed_save(urging, by=by, reason=REASON)
    reports = [UrgedReport(urging=urging, task=one.task, cycle=one.cycle) for one in letter.late]
    signed_bulk_create(reports, by=by, reason=REASON)
    if is_letter:
        send(letter)
    return urging


def _refuse_again(letter: UrgingLetter, now: datetime) -> None:
    before = Urging.objects.filter(programme=letter.programme, agency=letter.agency, at__gt=now - AT_MOST_ONCE_IN)
    last = before.select_related("by").order_by("-at", "-pk").first()
    if last:
        raise UrgedJustNow(
            f"{say_who(last.by)} vừa đôn đốc {letter.agency} lúc {say_moment(last.at)} "
            f"({last.get_way_display().lower()}). Đợi một phút, rồi đôn đốc lần nữa nếu vẫn cần."
        )


class _Post:
    """Hands letters to the mail server; once it does not answer, the letters that follow do not wait for it too."""

    def __init__(self) -> None:
        self.is_away = False

    def send(self, letter: UrgingLetter) -> None:
        if not self.is_away:
            try:
                EmailMessage(letter.subject, letter.text, to=letter.recipients).send()
            except (SMTPRecipientsRefused, SMTPDataError):
                log.exception("The mail server refused the letter to %s", letter.agency)
            except OSError:
                log.exception("The mail server does not answer; the letter to %s was not sent", letter.agency)
                self.is_away = True
            else:
                return
        raise LetterNotTaken(
            f"Máy chủ thư không nhận thư gửi {letter.agency}, nên chưa ghi là đã đôn đốc. Thử lại sau ít phút; hoặc "
            "sao nội dung gửi cách khác, rồi chọn cách đã dùng."
        )
