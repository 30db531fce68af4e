"""Who may do what to which record: the one table, asked by admin, pages, API and operations alike.

Beside adding and changing, the table has the verbs of the work: to review a report, to confirm an answer. Every role
reads every record of what it may see; which rows those are is decided by ``visible_to``. What a row's own state
forbids, or whose task it is, is decided by the record and its operations.

Pages ask Django's way, ``user.has_perm("meetings.confirm_answer")``, which also wants an active account; models and
operations ask ``user.may("confirm", "meetings.answer")``.
"""

from django.db.models import TextChoices


class Role(TextChoices):
    OFFICER = "officer", "Chuyên viên"
    COORDINATOR = "coordinator", "Cơ quan đầu mối"
    OFFICE = "office", "Văn phòng"
    LEADER = "leader", "Lãnh đạo"
    AUDITOR = "auditor", "Kiểm toán, thanh tra"
    ADMINISTRATOR = "administrator", "Quản trị"


# Who may have an account without working for an agency: those whose office is the whole country.
OF_NO_AGENCY = frozenset({Role.AUDITOR, Role.ADMINISTRATOR})
# Whose office is to read what others wrote, also what is unfinished or was removed.
AUDITS = frozenset({Role.AUDITOR})

ADD, CHANGE = "add", "change"
# A programme: to speak for the agency that coordinates it.
COORDINATE = "coordinate"
# A report: to accept it or send it back. What is late: to hear of it, from all below.
REVIEW, URGE = "review", "urge"
# An answer: to take it as done or send it back. A request for more time: to grant it or not.
CONFIRM, DECIDE = "confirm", "decide"
# A finding or an explanation: to answer for one's agency, and to say that it is done with.
ANSWER, CLOSE = "answer", "close"
# What meetings gave to others: to have it in one's own calendar.
OVERSEE = "oversee"

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
    "programme.programme": {Role.COORDINATOR: frozenset({ADD, COORDINATE}), Role.ADMINISTRATOR: frozenset({CHANGE})},
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
    # Whom each may urge to hand in what is late: ``urgeable_by``. Its reports are kept with it.
    "tasks.urging": {Role.COORDINATOR: frozenset({ADD}), Role.LEADER: frozenset({ADD})},
    "tasks.urgedreport": {},
    "tasks.dataset": {Role.COORDINATOR: frozenset({ADD, CHANGE})},
    "tasks.datasetobservation": {Role.OFFICER: frozenset({ADD}), Role.COORDINATOR: frozenset({ADD})},
    # Leaders ask, ask further and close; the agency asked answers.
    "tasks.explanation": {Role.LEADER: frozenset({ADD, CLOSE})},
    "tasks.explanationreply": {
        Role.OFFICER: frozenset({ADD}),
        Role.COORDINATOR: frozenset({ADD}),
        Role.LEADER: frozenset({ADD}),
    },
    # The Office reviews what the coordinating agency reports itself.
    "tasks.progressupdate": {
        Role.OFFICER: frozenset({ADD, CHANGE}),
        Role.COORDINATOR: frozenset({ADD, CHANGE, REVIEW}),
        Role.OFFICE: frozenset({REVIEW}),
        Role.LEADER: frozenset({URGE}),
    },
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
    "meetings.assignment": {
        Role.OFFICE: frozenset({ADD, CHANGE, OVERSEE}),
        Role.LEADER: frozenset({OVERSEE, URGE}),
    },
    # The Office urges whom its meetings gave what is late. What it urged for is kept with it.
    "meetings.directiveurging": {Role.OFFICE: frozenset({ADD})},
    "meetings.urgedassignment": {},
    "meetings.answer": {
        Role.OFFICER: frozenset({ADD}),
        Role.COORDINATOR: frozenset({ADD}),
        Role.OFFICE: frozenset({ADD, CHANGE, CONFIRM}),
    },
    "meetings.answerfile": {
        Role.OFFICER: frozenset({ADD}),
        Role.COORDINATOR: frozenset({ADD}),
        Role.OFFICE: frozenset({ADD}),
    },
    "meetings.extension": {
        Role.OFFICER: frozenset({ADD}),
        Role.COORDINATOR: frozenset({ADD}),
        Role.OFFICE: frozenset({ADD, CHANGE, DECIDE}),
    },
    # The agency concerned answers; whoever keeps the list enters, takes as done, opens again.
    "meetings.finding": {
        Role.OFFICER: frozenset({ANSWER}),
        Role.COORDINATOR: frozenset({ADD, CHANGE, ANSWER, CLOSE}),
        Role.OFFICE: frozenset({ADD, CHANGE, ANSWER, CLOSE}),
    },
    # What the office decided, and what was said of a finding: kept by the acts themselves.
    "meetings.reopening": {},
    "meetings.findingentry": {},
    # Each keeps the address of their own calendar.
    "meetings.feedaddress": {
        role: frozenset({ADD, CHANGE}) for role in (Role.OFFICER, Role.COORDINATOR, Role.OFFICE, Role.LEADER)
    },
}


def may(role: str, verb: str, record: str) -> bool:
    """Whether ``role`` may do this to records of the kind ``record`` («tasks.task»); every role may ``view``."""
    if record not in RIGHTS:
        return False
    return verb == "view" or verb in RIGHTS[record].get(Role(role), frozenset())


def roles_that(verb: str, record: str) -> set[Role]:
    """The roles that may, for a question to the database."""
    return {role for role, verbs in RIGHTS[record].items() if verb in verbs}
