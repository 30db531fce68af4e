"""What a search of the admin finds: whatever way the database goes, the rows that joining every record would give."""

import pytest
from django.contrib import admin
from django.db.models import Q
from django.test import RequestFactory
from django.urls import reverse

from programme.models import Role
from smartcity.lib.language.text import words_to_find
from tests.factories import (
    AgencyFactory,
    AgencySuccessionFactory,
    LegalDocumentFactory,
    PlannedTaskFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    RevisionFactory,
    TaskFactory,
    UserFactory,
)
from tests.meetings.factories import AssignmentFactory, FindingFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

SEARCHED = [model_admin for model_admin in admin.site._registry.values() if model_admin.search_fields]
TERMS = [
    "bệnh án",
    "BENH AN",
    "an benh",
    "bệnh camera",
    "kho kho",
    "100%",
    "%",
    "_",
    "a_b",
    "\\",
    "'",
    "",
    "   ",
    "sở y tế",
    "so y te camera",
    "y",
    "không có đâu",
]
NAMES = ["Bệnh án điện tử", "Camera giám sát 100% tuyến", "Kho dữ liệu a_b", "Kho dữ liệu axb, 100 tuyến", "Ký số \\ '"]


@pytest.fixture
def mixed_data():
    """Tasks under another name in each plan, some in none; each name also in what was directed, found and decided."""
    programmes = ProgrammeFactory.create_batch(2)
    tasks = [TaskFactory(programme=programmes[number % 2]) for number in range(6)]
    for number in range(4):
        revision = RevisionFactory(programme=programmes[number % 2], name=NAMES[number])
        for place, task in enumerate(one for one in tasks[:-1] if one.programme_id == revision.programme_id):
            PlannedTaskFactory(revision=revision, task=task, name=NAMES[(number + place) % len(NAMES)], field="Y tế")
    for task in tasks:
        ProgressUpdateFactory.create_batch(2, task=task, submitted=True)
    agencies = [AgencyFactory(name=name) for name in ("Sở Y tế", "Sở Camera a_b", "Sở Bệnh 100%")]
    for agency, name in zip(agencies, NAMES, strict=False):
        AssignmentFactory(agency=agency, directive__text=name, directive__conclusion__meeting__title=name)
        AssignmentFactory(agency=agency, directive__text="Giao Sở Y tế")
        FindingFactory(agency=agency, province=agency.province, subject=name)
        AgencySuccessionFactory(predecessor=agency, successor__name="Sở Kho dữ liệu")
        LegalDocumentFactory(subject=name)
    return UserFactory(role=Role.AUDITOR, agency=None)


def joined(model_admin, queryset, term):
    for word in words_to_find(term):
        found = Q()
        for path in model_admin.search_fields:
            found |= Q(**{f"{path}__contains": word})
        queryset = queryset.filter(pk__in=model_admin.model._default_manager.filter(found).order_by().values("pk"))
    return queryset


@pytest.mark.parametrize("model_admin", SEARCHED, ids=lambda model_admin: model_admin.opts.label_lower)
def test_search_finds_the_rows_that_joining_every_record_gives(mixed_data, model_admin):
    request = RequestFactory().get("/")
    request.user, request.resolver_match = mixed_data, None
    rows, found = model_admin.get_queryset(request), {}

    for term in TERMS:
        searched, may_have_duplicates = model_admin.get_search_results(request, rows, term)
        found[term] = sorted(searched.values_list("pk", flat=True))
        assert (found[term], may_have_duplicates) == (
            sorted(joined(model_admin, rows, term).values_list("pk", flat=True)),
            False,
        )

    assert found[""] == sorted(rows.values_list("pk", flat=True))
    assert any(found[""] != some != [] for some in found.values())


def test_words_may_stand_in_different_plans_of_a_task(client_of):
    task = TaskFactory()
    for number, name in enumerate(("Bệnh án điện tử", "Kho dữ liệu"), start=1):
        PlannedTaskFactory(revision=RevisionFactory(programme=task.programme, number=number), task=task, name=name)
    update = ProgressUpdateFactory(task=task, submitted=True)
    browser = client_of(UserFactory(role=Role.AUDITOR, agency=None))

    shown = browser.get("/quan-tri/tasks/progressupdate/", {"q": "bệnh án kho"}).context["cl"].result_list

    assert list(shown) == [update]


def test_list_that_offers_no_search_shows_its_rows_whatever_is_asked(client_of):
    administrator = UserFactory(role=Role.ADMINISTRATOR, agency=None)
    browser, request = client_of(administrator), RequestFactory().get("/")
    request.user = administrator
    without = [
        one for one in admin.site._registry.values() if not one.search_fields and one.has_view_permission(request)
    ]
    addresses = [reverse(f"admin:{one.opts.app_label}_{one.opts.model_name}_changelist") for one in without]

    assert addresses
    assert {browser.get(address, {"q": "bệnh án"}).status_code for address in addresses} == {200}
