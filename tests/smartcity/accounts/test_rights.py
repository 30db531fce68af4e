import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth import authenticate

from programme.models import Role
from programme.rights import RIGHTS, may, roles_that
from tests.factories import PASSWORD, UserFactory

ACTIONS = ["view", "add", "change", "delete"]

# Written out a second time, from «Who may do what» of the model: a right is given here and there, or not at all.
MAY_ADD = {
    Role.OFFICER: {
        "smartcity.importedfile",
        "tasks.progressupdate",
        "tasks.routestep",
        "tasks.evidence",
        "tasks.datasetobservation",
        "tasks.explanationreply",
        "meetings.answer",
        "meetings.answerfile",
        "meetings.extension",
        "meetings.feedaddress",
    },
    Role.COORDINATOR: {
        "smartcity.importedfile",
        "programme.legaldocument",
        "programme.documentrelation",
        "programme.programme",
        "programme.revision",
        "programme.revisionstep",
        "programme.period",
        "programme.objective",
        "programme.statedfigure",
        "tasks.plannedtask",
        "tasks.coordination",
        "tasks.plannedbudget",
        "tasks.tasklineage",
        "tasks.taskremoval",
        "tasks.budgetentry",
        "tasks.reportingduty",
        "tasks.progressupdate",
        "tasks.evidence",
        "tasks.dataset",
        "tasks.datasetobservation",
        "tasks.explanationreply",
        "tasks.routestep",
        "tasks.urging",
        "programme.coordinationtransfer",
        "tasks.leadtransfer",
        "meetings.answer",
        "meetings.answerfile",
        "meetings.directivelink",
        "meetings.extension",
        "meetings.finding",
        "meetings.feedaddress",
    },
    Role.OFFICE: {
        "meetings.directiveurging",
        "programme.legaldocument",
        "programme.documentrelation",
        "programme.revisionstep",
        "programme.statedfigure",
        "meetings.meeting",
        "meetings.meetingprogramme",
        "meetings.attendance",
        "meetings.opinion",
        "meetings.recipient",
        "meetings.meetingversion",
        "meetings.conclusion",
        "meetings.directive",
        "meetings.directivelink",
        "meetings.assignment",
        "meetings.answer",
        "meetings.answerfile",
        "meetings.extension",
        "meetings.finding",
        "meetings.feedaddress",
    },
    Role.LEADER: {"tasks.explanation", "tasks.explanationreply", "tasks.urging", "meetings.feedaddress"},
    Role.AUDITOR: set(),
    Role.ADMINISTRATOR: {
        "programme.province",
        "programme.agency",
        "programme.agencysuccession",
        "programme.user",
        "programme.membership",
        "programme.legaldocument",
        "programme.coordinationtransfer",
        "tasks.leadtransfer",
    },
}
# What is only ever added to: a step, a line of the ledger, an act of transfer, a question and what is said to it, what
# was seen. A programme is begun by the agency that coordinates it; an administrator mends what was entered wrong.
NEVER_CHANGED = {
    "smartcity.importedfile",
    "programme.programme",
    "programme.revisionstep",
    "programme.coordinationtransfer",
    "tasks.budgetentry",
    "tasks.evidence",
    "tasks.datasetobservation",
    "tasks.explanation",
    "tasks.explanationreply",
    "tasks.leadtransfer",
    "tasks.urging",
    "meetings.directiveurging",
    "meetings.meetingversion",
    "meetings.answer",
    "meetings.answerfile",
    "meetings.extension",
}
# The office confirms or returns what was answered, and decides on more time.
ONLY_CHANGED = {
    (Role.ADMINISTRATOR, "programme.programme"),
    (Role.COORDINATOR, "tasks.reportingcycle"),
    (Role.OFFICE, "meetings.answer"),
    (Role.OFFICE, "meetings.extension"),
}

OWN_RECORDS = {
    model._meta.label_lower
    for app in ("programme", "tasks", "meetings")
    for model in apps.get_app_config(app).get_models()
    if not hasattr(model, "history_object") and model._meta.default_permissions
} | {"smartcity.importedfile"}
OTHER_RECORDS = {model._meta.label_lower for model in apps.get_models()} - OWN_RECORDS
IN_THE_ADMIN = {model._meta.label_lower for model in admin.site._registry}


def expected(role, record, action):
    if action == "view":
        return record in OWN_RECORDS
    if action == "add":
        return record in MAY_ADD[role]
    return action == "change" and (record in MAY_ADD[role] - NEVER_CHANGED or (role, record) in ONLY_CHANGED)


def permission(record, action):
    app, _, model = record.partition(".")
    return f"{app}.{action}_{model}"


def test_every_record_of_ours_is_in_the_table_and_nothing_else():
    assert set(RIGHTS) == OWN_RECORDS


@pytest.mark.parametrize("role", Role)
def test_role_may_do_with_each_record_what_the_model_says(role):
    user = UserFactory.build(role=role, agency=None)
    records = sorted(OWN_RECORDS | IN_THE_ADMIN)

    allowed = {record: [one for one in ACTIONS if user.has_perm(permission(record, one))] for record in records}
    meant = {record: [one for one in ACTIONS if expected(role, record, one)] for record in records}

    assert {record: allowed[record] for record in records if allowed[record] != meant[record]} == {}


@pytest.mark.parametrize(
    ("role", "adds"),
    [(Role.AUDITOR, []), (Role.LEADER, ["tasks.urging", "tasks.explanation", "tasks.explanationreply"])],
)
def test_auditors_only_read_and_leaders_only_ask_and_urge(role, adds):
    rights = {action: [record for record in RIGHTS if may(role, action, record)] for action in ACTIONS}
    # Nothing of the province's: the address of a leader's own calendar.
    own = ["meetings.feedaddress"] if role == Role.LEADER else []

    assert rights == {"view": list(RIGHTS), "add": adds + own, "change": own, "delete": []}


@pytest.mark.parametrize("role", Role)
def test_records_that_are_not_ours_are_nobody_s(role):
    user = UserFactory.build(role=role, agency=None)

    assert [record for record in OTHER_RECORDS for action in ACTIONS if user.has_perm(permission(record, action))] == []


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(
    "permission",
    ["auth.view_group", "programme.view_secret", "programme.view_historicalrevision", "view_task", "tasks.view", ""],
)
def test_what_the_table_does_not_know_is_not_even_viewable(role, permission):
    user = UserFactory.build(role=role, agency=None)

    assert not user.has_perm(permission)


@pytest.mark.parametrize("role", Role)
def test_inactive_account_has_no_right(role):
    user = UserFactory.build(role=role, agency=None, is_active=False)

    assert [record for record in RIGHTS for action in ACTIONS if user.has_perm(permission(record, action))] == []
    assert not user.has_module_perms("programme")
    assert not user.has_module_perms("tasks")
    assert not user.is_staff


@pytest.mark.parametrize(
    ("app", "opens"), [("programme", True), ("tasks", True), ("auth", False), ("authtoken", False), ("sessions", False)]
)
def test_module_opens_where_the_table_has_records(app, opens):
    user = UserFactory.build(role=Role.ADMINISTRATOR, agency=None)

    assert user.has_module_perms(app) == opens


def test_permissions_are_held_all_together_or_not():
    user = UserFactory.build(role=Role.ADMINISTRATOR, agency=None)

    assert user.has_perms(["programme.add_agency", "programme.change_user"])
    assert not user.has_perms(["programme.add_agency", "tasks.add_budgetentry"])


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("lan.nguyen", id="as made"),
        pytest.param("Lan.Nguyen", id="capitals"),
        pytest.param(" lan.nguyen ", id="blanks"),
        pytest.param("lan.nguyen\u200b", id="zero-width space"),
    ],
)
@pytest.mark.django_db
def test_person_signs_in_however_the_name_is_typed(typed):
    user = UserFactory(username="lan.nguyen")

    assert authenticate(None, username=typed, password=PASSWORD) == user


@pytest.mark.django_db
def test_account_made_with_capitals_signs_in():
    user = UserFactory(username="Lan.Nguyen")

    assert authenticate(None, username="Lan.Nguyen", password=PASSWORD) == user


@pytest.mark.parametrize(
    ("fields", "password"),
    [
        pytest.param({}, "khong-phai-mat-khau", id="wrong password"),
        pytest.param({}, "", id="no password"),
        pytest.param({"is_active": False}, PASSWORD, id="inactive"),
    ],
)
@pytest.mark.django_db
def test_person_does_not_sign_in(fields, password):
    UserFactory(username="lan.nguyen", **fields)

    assert authenticate(None, username="lan.nguyen", password=password) is None


# The verbs of the work, written out a second time too: who does it, to what.
VERBS = {
    ("coordinate", "programme.programme"): {Role.COORDINATOR},
    ("review", "tasks.progressupdate"): {Role.COORDINATOR, Role.OFFICE},
    ("urge", "tasks.progressupdate"): {Role.LEADER},
    ("close", "tasks.explanation"): {Role.LEADER},
    ("oversee", "meetings.assignment"): {Role.LEADER, Role.OFFICE},
    ("urge", "meetings.assignment"): {Role.LEADER},
    ("confirm", "meetings.answer"): {Role.OFFICE},
    ("decide", "meetings.extension"): {Role.OFFICE},
    ("answer", "meetings.finding"): {Role.OFFICER, Role.COORDINATOR, Role.OFFICE},
    ("close", "meetings.finding"): {Role.COORDINATOR, Role.OFFICE},
}


def test_verbs_of_the_work_are_given_to_whoever_does_it():
    given = {(verb, record) for record, roles in RIGHTS.items() for verbs in roles.values() for verb in verbs}

    assert {pair: roles_that(*pair) for pair in given if pair[0] not in ACTIONS} == VERBS


@pytest.mark.parametrize("role", Role)
def test_person_may_do_what_the_table_gives_to_the_role(role):
    user = UserFactory.build(role=role)

    assert {pair for pair in VERBS if user.may(*pair)} == {pair for pair, roles in VERBS.items() if role in roles}
