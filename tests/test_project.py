"""Rules that hold for the whole code base."""

import ast
import re

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db.models import PROTECT, SET_DEFAULT, SET_NULL

from smartcity.audit.changes.models import DERIVED
from smartcity.lib.log.models import KEPT
from smartcity.lib.records.history import SignedHistory
from tests.broken_rules import BROKEN_RULES

OWN_MODELS = [
    model
    for app in ("programme", "tasks", "meetings", "smartcity")
    for model in apps.get_app_config(app).get_models()
    if not hasattr(model, "history_object")
]
# They note which form, which letter was sent, who signed in, what was taken out; what a form changed is in the
# histories of the records. Or they are derived of records, and made anew of them. Or they are the log, whose rows
# never change.
LOG = (*KEPT, *DERIVED)
KEPT_WITHOUT_HISTORY = {
    *("KeptFile", "SentForm", "SentReminder", "LastSignIn", "AccessEntry"),
    *("TaskDay", "RevisionCounts", "ProposedMove", "PaidDay", "ExtendedDay"),
    *(model.__name__ for model in LOG),
}
CONSTRAINTS = [constraint for model in OWN_MODELS for constraint in model._meta.constraints]
# Nobody types into the log, or what is derived of it, so nobody is told what it refuses.
TOLD_CONSTRAINTS = [constraint for model in OWN_MODELS if model not in LOG for constraint in model._meta.constraints]
OWN_CODE = ("programme", "tasks", "meetings", "smartcity", "tests")


@pytest.mark.both_databases
@pytest.mark.django_db
def test_migrations_are_complete():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.parametrize(
    "model",
    [model for model in OWN_MODELS if model.__name__ not in KEPT_WITHOUT_HISTORY],
    ids=lambda model: model.__name__,
)
def test_record_has_a_history_in_which_each_row_is_signed(model):
    row = model.history.model

    assert issubclass(row, SignedHistory)
    assert row._meta.get_field("history_user").remote_field.on_delete is PROTECT
    assert row._meta.get_field("history_document").remote_field.on_delete is PROTECT


@pytest.mark.parametrize("model", OWN_MODELS, ids=lambda model: model.__name__)
def test_no_foreign_key_empties_itself(model):
    """SET_NULL and SET_DEFAULT rewrite rows without saving them, so no history would be kept."""
    for field in model._meta.local_fields:
        remote = field.remote_field
        assert remote is None or remote.on_delete not in {SET_NULL, SET_DEFAULT}, field


@pytest.mark.parametrize("constraint", TOLD_CONSTRAINTS, ids=lambda constraint: constraint.name)
def test_constraint_explains_itself_in_a_vietnamese_sentence(constraint):
    sentence = constraint.get_violation_error_message()

    assert constraint.violation_error_message != constraint.default_violation_error_message
    assert re.search(r"[À-ỹ].*\.$", sentence)


@pytest.mark.parametrize("constraint", CONSTRAINTS, ids=lambda constraint: constraint.name)
def test_constraint_name_fits_postgresql(constraint):
    assert len(constraint.name) <= 63


def test_functions_live_with_the_noun_that_they_speak_about():
    names = {"utils", "helpers", "services", "selectors", "core", "common", "misc"}
    found = [
        path
        for root in OWN_CODE
        for path in (settings.BASE_DIR / root).rglob("*")
        if path.stem in names and (path.is_dir() or path.suffix == ".py")
    ]

    assert found == []


# Where a role is given to somebody, not asked for.
GIVES_ROLES = {
    "programme/rights.py",
    "programme/models/user.py",
    "smartcity/management/commands/make_demo_accounts.py",
    "smartcity/simulation/places.py",
    "smartcity/simulation/training/people.py",
}

# Assignments and attendances have a role of their own.
PEOPLE_S_ROLES = {f"{person}.role" for person in ("user", "by", "reader", "person", "request.user", "author")}


def test_what_a_role_may_is_asked_of_the_table_of_rights_alone():
    found = []
    for app in OWN_CODE[:-1]:
        for path in (settings.BASE_DIR / app).rglob("*.py"):
            place = str(path.relative_to(settings.BASE_DIR))
            if place in GIVES_ROLES or "migrations" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                names = isinstance(node, ast.Attribute) and ast.unparse(node.value) == "Role"
                compares = isinstance(node, ast.Compare) and ast.unparse(node.left) in PEOPLE_S_ROLES
                found += [f"{place}:{node.lineno}"] if names or compares else []

    assert found == []


def test_rules_that_are_broken_on_purpose_are_there():
    places = {rule: settings.BASE_DIR / rule.path for rule in BROKEN_RULES}

    assert [rule.says for rule, place in places.items() if rule.kept not in place.read_text(encoding="utf-8")] == []
