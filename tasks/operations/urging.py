"""What may happen to what is late: an agency is urged to hand it in, and it is kept who did it, when and how."""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from smtplib import SMTPDataError, SMTPRecipientsRefused
from typing import Any, Protocol

from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import QuerySet
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

# To whom something is owed, such as a programme, and the agency that owes it; by their keys.
Owing = tuple[int, int]


class Letter(Protocol):
    """What an agency is told of all that it owes to one."""

    @property
    def owing(self) -> Owing: ...
    @property
    def agency(self) -> Agency: ...
    @property
    def recipients(self) -> list[str]: ...
    @property
    def subject(self) -> str: ...
    @property
    def text(self) -> str: ...


# Sends a letter. Raises ``LetterNotTaken``.
Send = Callable[[Letter], None]


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

    # The records of it.
    done: list[Any] = field(default_factory=list)
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
    """Urge each agency in its way to hand in what is late, or what is late of one ``cycle``; see ``urge_each``."""
    if not by.may(ADD, "tasks.urging"):
        raise NotToUrge("Vai trò của bạn không đôn đốc báo cáo.")
    today = localdate(now)

    def read_letters() -> list[UrgingLetter]:
        return letters_to(of_cycle(urgeable_by(by, today=today), cycle), by=by, today=today)

    return urge_each(wanted, read_letters, partial(_urge_one, by=by, now=now), owed="báo cáo quá hạn")


def urge_each(
    wanted: Mapping[Owing, UrgingWay],
    read_letters: Callable[[], Iterable[Any]],
    urge_one: Callable[[Any, UrgingWay, Send], Any],
    *,
    owed: str,
) -> Outcome:
    """Urge each agency for itself, and say of whom that failed; ``owed`` says what for.

    Where its letter is not taken nothing is kept of it, while what was sent to others cannot be called back. The
    agencies are locked first, so that of two people at once the second finds what the first did.
    """
    locked = Agency.objects.select_for_update(no_key=True).filter(pk__in={agency for _, agency in wanted})
    agencies = {agency.pk: agency for agency in locked.order_by("pk")}
    letters = {letter.owing: letter for letter in read_letters()}
    outcome, post = Outcome(), _Post()
    for owing, way in wanted.items():
        try:
            if owing not in letters:
                name = agencies.get(owing[1], "Cơ quan này")
                raise NothingLate(f"{name} không còn {owed} nào để bạn đôn đốc. Tải lại trang để xem.")
            with transaction.atomic():
                outcome.done.append(urge_one(letters[owing], way, post.send))
        except ValidationError as refusal:
            outcome.refused[owing] = refusal
    return outcome


def _urge_one(letter: UrgingLetter, way: UrgingWay, send: Send, *, by: User, now: datetime) -> Urging:
    refuse_again(Urging.objects.filter(programme=letter.programme, agency=letter.agency), letter, now)
    told = said_in(letter, way)
    urging = Urging(programme=letter.programme, agency=letter.agency, at=now, by=by, way=way, **told)
    signed_save(urging, by=by, reason=REASON)
    reports = [UrgedReport(urging=urging, task=one.task, cycle=one.cycle) for one in letter.late]
    signed_bulk_create(reports, by=by, reason=REASON)
    if way == UrgingWay.EMAIL:
        send(letter)
    return urging


def said_in(letter: Letter, way: UrgingWay) -> dict[str, str]:
    """What is kept of the letter. Raises ``NoAddress``."""
    is_letter = way == UrgingWay.EMAIL
    if is_letter and not letter.recipients:
        raise NoAddress(
            f"{letter.agency} chưa có địa chỉ thư điện tử. Sao nội dung gửi cách khác, rồi chọn cách đã dùng."
        )
    return {"recipients": ", ".join(letter.recipients) if is_letter else "", "text": letter.text}


def refuse_again(urgings: QuerySet[Any], letter: Letter, now: datetime) -> None:
    """Raise where the agency was urged just now, as one of ``urgings``."""
    last = urgings.filter(at__gt=now - AT_MOST_ONCE_IN).select_related("by").order_by("-at", "-pk").first()
    if last:
        raise UrgedJustNow(
            f"{say_who(last.by)} vừa đôn đốc {letter.agency} lúc {say_moment(last.at)} "
            f"({last.get_way_display().lower()}). Đợi một phút, rồi đôn đốc lần nữa nếu vẫn cần."
        )


class _Post:
    """Hands letters to the mail server; once it does not answer, the letters that follow do not wait for it too."""

    def __init__(self) -> None:
        self.is_away = False

    def send(self, letter: Letter) -> None:
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
