"""Who may do what to which record: the one table, read by admin, pages and API alike.

Every role reads every record of what it may see; which rows those are is decided by ``visible_to``. What a
row's own state forbids, or whose task it is, is decided by the record and its operations.
"""

from programme.models import Role

ADD, CHANGE = "add", "change"

RIGHTS: dict[str, dict[Role, frozenset[str]]] = {
    "programme.province": {Role.ADMINISTRATOR: frozenset({ADD, CHANGE})},
    "programme.agency": {Role.ADMINISTRATOR: frozenset({ADD, CHANGE})},
    "programme.agencysuccession": {Role.ADMINISTRATOR: frozenset({ADD, CHANGE})},
    "programme.user": {Role.ADMINISTRATOR: frozenset({ADD, CHANGE})},
    "programme.membership": {Role.ADMINISTRATOR: frozenset({ADD, CHANGE})},
    # Administrators: those of central bodies, which no province changes.
    "programme.legaldocument": {
        Role.COORDINATOR: frozenset({ADD, CHANGE}),
        Role.OFFICE: frozenset({ADD, CHANGE}),
        Role.ADMINISTRATOR: frozenset({ADD, CHANGE}),
    },
    # Kept with what they belong to, by whoever may change that.
    "programme.storedfile": {},
    "programme.documentrelation": {Role.COORDINATOR: frozenset({ADD, CHANGE}), Role.OFFICE: frozenset({ADD, CHANGE})},
    # Administrators mend a wrong entry of the agency that coordinated first.
    "programme.programme": {Role.COORDINATOR: frozenset({ADD}), Role.ADMINISTRATOR: frozenset({CHANGE})},
    # Acts on whose duty it is: whoever coordinates in the province, or keeps its agencies.
    "programme.coordinationtransfer": {Role.COORDINATOR: frozenset({ADD}), Role.ADMINISTRATOR: frozenset({ADD})},
    "programme.revision": {Role.COORDINATOR: frozenset({ADD, CHANGE})},
    "programme.revisionstep": {Role.COORDINATOR: frozenset({ADD}), Role.OFFICE: frozenset({ADD})},
    "programme.period": {Role.COORDINATOR: frozenset({ADD, CHANGE})},
    "programme.objective": {Role.COORDINATOR: frozenset({ADD, CHANGE})},
    "programme.statedfigure": {Role.COORDINATOR: frozenset({ADD, CHANGE}), Role.OFFICE: frozenset({ADD, CHANGE})},
    "tasks.task": {},
    "tasks.plannedtask": {Role.COORDINATOR: frozenset({ADD, CHANGE})},
    "tasks.leadtransfer": {Role.COORDINATOR: frozenset({ADD}), Role.ADMINISTRATOR: frozenset({ADD})},
    "tasks.coordination": {Role.COORDINATOR: frozenset({ADD, CHANGE})},
    "tasks.plannedbudget": {Role.COORDINATOR: frozenset({ADD, CHANGE})},
    "tasks.tasklineage": {Role.COORDINATOR: frozenset({ADD, CHANGE})},
    "tasks.taskremoval": {Role.COORDINATOR: frozenset({ADD, CHANGE})},
    "tasks.routestep": {Role.OFFICER: frozenset({ADD, CHANGE}), Role.COORDINATOR: frozenset({ADD, CHANGE})},
    "smartcity.importedfile": {Role.OFFICER: frozenset({ADD}), Role.COORDINATOR: frozenset({ADD})},
    "tasks.budgetentry": {Role.COORDINATOR: frozenset({ADD})},
    "tasks.reportingduty": {Role.COORDINATOR: frozenset({ADD, CHANGE})},
    "tasks.reportingcycle": {Role.COORDINATOR: frozenset({CHANGE})},
    "tasks.dataset": {Role.COORDINATOR: frozenset({ADD, CHANGE})},
    "tasks.datasetobservation": {Role.OFFICER: frozenset({ADD}), Role.COORDINATOR: frozenset({ADD})},
    # Leaders ask, ask further and close; the agency asked answers.
    "tasks.explanation": {Role.LEADER: frozenset({ADD})},
    "tasks.explanationreply": {
        Role.OFFICER: frozenset({ADD}),
        Role.COORDINATOR: frozenset({ADD}),
        Role.LEADER: frozenset({ADD}),
    },
    "tasks.progressupdate": {Role.OFFICER: frozenset({ADD, CHANGE}), Role.COORDINATOR: frozenset({ADD, CHANGE})},
    "tasks.evidence": {Role.OFFICER: frozenset({ADD}), Role.COORDINATOR: frozenset({ADD})},
    "meetings.meeting": {Role.OFFICE: frozenset({ADD, CHANGE})},
    # Parts of a meeting, kept with it.
    "meetings.meetingprogramme": {Role.OFFICE: frozenset({ADD, CHANGE})},
    "meetings.attendance": {Role.OFFICE: frozenset({ADD, CHANGE})},
    "meetings.opinion": {Role.OFFICE: frozenset({ADD, CHANGE})},
    "meetings.recipient": {Role.OFFICE: frozenset({ADD, CHANGE})},
    "meetings.meetingversion": {Role.OFFICE: frozenset({ADD})},
    "meetings.conclusion": {Role.OFFICE: frozenset({ADD, CHANGE})},
    "meetings.directive": {Role.OFFICE: frozenset({ADD, CHANGE})},
    "meetings.directivelink": {
        Role.OFFICE: frozenset({ADD, CHANGE}),
        Role.COORDINATOR: frozenset({ADD, CHANGE}),
    },
    # Change: to confirm or return what an agency answered.
    "meetings.assignment": {Role.OFFICE: frozenset({ADD, CHANGE})},
    "meetings.answer": {
        Role.OFFICER: frozenset({ADD}),
        Role.COORDINATOR: frozenset({ADD}),
        Role.OFFICE: frozenset({ADD, CHANGE}),
    },
    "meetings.answerfile": {
        Role.OFFICER: frozenset({ADD}),
        Role.COORDINATOR: frozenset({ADD}),
        Role.OFFICE: frozenset({ADD}),
    },
    "meetings.extension": {
        Role.OFFICER: frozenset({ADD}),
        Role.COORDINATOR: frozenset({ADD}),
        Role.OFFICE: frozenset({ADD, CHANGE}),
    },
    # The agency concerned answers; whoever keeps the list enters, takes as done, opens again.
    "meetings.finding": {
        Role.OFFICE: frozenset({ADD, CHANGE}),
        Role.COORDINATOR: frozenset({ADD, CHANGE}),
    },
    # What the office decided, and what was said of a finding: kept by the acts themselves.
    "meetings.reopening": {},
    "meetings.findingentry": {},
    # Each keeps the address of their own calendar.
    "meetings.feedaddress": {
        role: frozenset({ADD, CHANGE}) for role in (Role.OFFICER, Role.COORDINATOR, Role.OFFICE, Role.LEADER)
    },
}


def may(role: str, action: str, record: str) -> bool:
    """Whether ``role`` may ``view``, ``add`` or ``change`` records of the kind ``record`` («tasks.task»)."""
    if record not in RIGHTS:
        return False
    return action == "view" or action in RIGHTS[record].get(Role(role), frozenset())
