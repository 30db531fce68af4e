"""The documents that somebody may cite."""

from programme.models import LegalDocument, User


def documents_for(user: User):
    """What can be cited: what the person may see, the newest first."""
    return LegalDocument.objects.visible_to(user).order_by("-signed_on", "-pk")
