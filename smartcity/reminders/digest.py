"""One letter a day to each person for whom something is due soon, due, overdue or sent back."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string

from programme.models import User, memberships_of
from smartcity.lib.language.dates import say_day
from smartcity.lib.pages.todo import Todo, TodoGroup
from smartcity.reminders.models import SentReminder
from smartcity.todo import SOON, my_work

log = logging.getLogger(__name__)


@dataclass
class Outcome:
    """What one run did: who got a letter, who had one today already, who has no address, whose letter failed."""

    sent: list[User] = field(default_factory=list)
    before: list[User] = field(default_factory=list)
    without_address: list[User] = field(default_factory=list)
    failed: list[User] = field(default_factory=list)


def send_reminders(*, today: date) -> Outcome:
    """Send every person the digest of ``today``; a second run on the same day sends nothing again.

    The row that says so is kept in the transaction in which the letter is handed over: what the mail server does
    not take is tried again by the next run.
    """
    outcome = Outcome()
    reminded = set(SentReminder.objects.filter(on=today).values_list("user", flat=True))
    for user, groups in _digests(today):
        if user.pk in reminded:
            outcome.before.append(user)
        elif not user.email:
            outcome.without_address.append(user)
        else:
            getattr(outcome, _send(user, groups, today)).append(user)
    return outcome


def _digests(today: date) -> Iterator[tuple[User, list[TodoGroup]]]:
    people = User.objects.get_queryset().filter(is_active=True).prefetch_related(memberships_of()).order_by("pk")
    for user in people:
        groups = [
            replace(group, jobs=[job for job in group.jobs if _presses(job)]) for group in my_work(user, today=today)
        ]
        groups = [group for group in groups if group.jobs]
        if groups:
            yield user, groups


def _presses(job: Todo) -> bool:
    """What has more time than a week waits on the page alone, and what says so itself."""
    return job.is_pressing and (job.days_late is None or job.days_late >= -SOON)


def _send(user: User, groups: list[TodoGroup], today: date) -> str:
    """Hand the letter over; returns the name of the list of ``Outcome`` that the person belongs to."""
    jobs = [job for group in groups for job in group.jobs]
    late = sum((job.days_late or 0) > 0 for job in jobs)
    context = {"user": user, "groups": groups, "today": today, "site": settings.SITE_ADDRESS}
    letter = EmailMessage(
        subject=f"Việc của bạn ngày {say_day(today)}: {len(jobs)} việc" + (f", {late} quá hạn" if late else ""),
        body=render_to_string("smartcity/reminders/digest.txt", context),
        to=[user.email],
    )
    try:
        with transaction.atomic():
            SentReminder.objects.create(user=user, on=today, jobs=len(jobs))
            letter.send()
    except IntegrityError:
        # Another run at the same moment was first.
        return "before"
    except OSError:
        log.exception("The letter to %s was not taken by the mail server", user.username)
        return "failed"
    return "sent"
