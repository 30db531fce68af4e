"""Which files a person may read: those of the records that they may see."""

from django.db.models import Q, QuerySet

from meetings.models import Answer, AnswerFile
from programme.models import LegalDocument, StoredFile
from tasks.models import Evidence, ProgressUpdate


def readable_files(user) -> QuerySet[StoredFile]:
    """Files of the reports, answers and documents that ``user`` may see; a file that belongs to nothing is nobody's.

    Auditors also read what a record had once: its history names the file.
    """
    updates, documents = ProgressUpdate.objects.visible_to(user), LegalDocument.objects.visible_to(user)
    answered = AnswerFile.objects.filter(answer__in=Answer.objects.visible_to(user))
    of_today = Q(pk__in=Evidence.objects.filter(update__in=updates).values("file")) | Q(
        pk__in=documents.filter(file__isnull=False).values("file")
    )
    # These stay with their answer for good.
    of_today |= Q(pk__in=answered.values("file"))
    if not user.audits:
        return StoredFile.objects.filter(of_today)
    once = Q(pk__in=Evidence.history.filter(update__in=updates).values("file")) | Q(
        pk__in=LegalDocument.history.filter(id__in=documents.values("pk"), file__isnull=False).values("file")
    )
    return StoredFile.objects.filter(of_today | once)
