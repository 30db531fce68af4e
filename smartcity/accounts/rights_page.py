"""The page of who may do what, for everybody who has signed in."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.views.decorators.http import require_safe

from programme.rights import Role
from smartcity.accounts.rights_in_words import ACTS, KEPT_BY_ACTS, Act, whose_records


@dataclass(frozen=True)
class RoleColumn:
    """A role as the table heads it; one's own is marked."""

    role: Role
    is_own: bool

    @property
    def label(self) -> str:
        return f"{self.role.label} (bạn)" if self.is_own else str(self.role.label)


@dataclass(frozen=True)
class ActRow:
    """One act, and by role whether it may do it."""

    act: Act
    cells: list[tuple[RoleColumn, bool]]


@require_safe
@login_required
def who_may_do_what(request):
    """What each role may do, and to whose records, as the table of rights has it."""
    own = Role(request.user.role)
    columns = [RoleColumn(role, role == own) for role in Role]
    groups = [
        (title, [ActRow(act, [(column, column.role in act.roles) for column in columns]) for act in acts])
        for title, acts in ACTS
    ]
    context = {
        "columns": columns,
        "groups": groups,
        "own": own.label,
        "own_acts": [act.words for _, acts in ACTS for act in acts if own in act.roles],
        "kept_by_acts": list(KEPT_BY_ACTS.values()),
        "whose": whose_records(),
    }
    return render(request, "smartcity/accounts/who_may_do_what.html", context)
