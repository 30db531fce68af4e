"""The documents that somebody may cite."""

from programme.models import LegalDocument, User

# What the name of a document is made of; a list to choose from shows no more.
NAMED_BY = ["kind", "number", "symbol", "signed_on", "date_as_written", "publisher"]


def documents_for(user: User):
    """What can be cited: what the person may see, the newest first."""
    return LegalDocument.objects.visible_to(user).only(*NAMED_BY).order_by("-signed_on", "-pk")
