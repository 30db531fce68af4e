"""Who may take a package away."""

from programme.models import User


def may_take_evidence(user: User) -> bool:
    """Who reads drafts without writing them, as a package has them too: auditors, administrators of the country."""
    return user.audits or user.sees_every_province
