"""Accounts of the training province see nothing real, all others nothing of it, and neither can name the other's."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from programme.models import Agency, LegalDocument, Membership, Programme, Province, Role, User
from programme.removed_records import removed_rows
from smartcity.lib.log.models import RecordShape
from smartcity.lib.records.history import signed_save
from smartcity.simulation.places import signer
from tasks.models import PlannedTask, RouteStep, Task
from tests.factories import AgencyFactory, LegalDocumentFactory, UserFactory
from tests.two_worlds import COUNTERPART, ROLES, kinds, pointers

pytestmark = pytest.mark.django_db

WITH_RULE = [model for model in kinds() if hasattr(model._default_manager, "visible_to")]


@pytest.fixture(scope="module")
def worlds(worlds, django_db_blocker):
    """With people of each world whose office is the whole country."""
    with django_db_blocker.unblock():
        for role in (Role.AUDITOR, Role.ADMINISTRATOR):
            UserFactory(username=f"moi-tinh-{role}", agency=None, role=role)
            UserFactory(username=f"moi-tinh-mo-phong-{role}", agency=None, role=role, is_simulated=True)
        return worlds


def people(is_simulated):
    return list(User.objects.get_queryset().filter(is_simulated=is_simulated).order_by("pk"))


def of(worlds, is_simulated, model):
    made_here = set(User.objects.get_queryset().filter(username__startswith="moi-tinh").values_list("pk", flat=True))
    rows = worlds.simulated[model] if is_simulated else worlds.real[model]
    return rows | made_here if model is User else rows


@pytest.mark.both_databases
@pytest.mark.parametrize("is_simulated", [False, True], ids=["real", "simulated"])
def test_nobody_sees_a_row_of_the_other_world(worlds, is_simulated):
    others = {model: worlds.real[model] if is_simulated else worlds.simulated[model] for model in WITH_RULE}
    persons = people(is_simulated)

    leaks = {
        (person.username, model.__name__)
        for person in persons
        for model in WITH_RULE
        if set(model._default_manager.visible_to(person).values_list("pk", flat=True)) & others[model]
    }

    assert {person.role for person in persons} == ROLES
    assert leaks == set()


@pytest.mark.parametrize("is_simulated", [False, True], ids=["real", "simulated"])
def test_whose_office_is_the_whole_country_sees_all_of_one_world(worlds, is_simulated):
    name = f"moi-tinh-{'mo-phong-' if is_simulated else ''}{Role.AUDITOR}"
    auditor = User.objects.get(username=name)

    unseen = {
        model.__name__: missing
        for model in WITH_RULE
        if model is not User
        and (
            missing := of(worlds, is_simulated, model)
            - set(model._default_manager.visible_to(auditor).values_list("pk", flat=True))
        )
    }

    assert unseen == {}


def test_no_row_and_no_history_points_into_the_other_world(worlds):
    crossing = [
        (model.__name__, key, field.name)
        for model in kinds()
        for field in pointers(model)
        # What columns a table has is of no world.
        if field.related_model is not RecordShape
        for key, to in model._base_manager.exclude(**{field.name: None}).values_list("pk", field.attname)
        if (key in worlds.real[model] and to in worlds.simulated[field.related_model])
        or (key in worlds.simulated[model] and to in worlds.real[field.related_model])
    ]

    assert crossing == []


def test_accounts_are_of_the_world_that_they_work_in(worlds):
    work = Membership.objects.values_list("user__is_simulated", "agency__province__is_simulated").distinct()

    assert {(own, bool(of_agency)) for own, of_agency in work} == {(False, False), (True, True)}


def test_nobody_works_in_the_other_world(worlds):
    trainee = User.objects.get(username="tap-huan-quan-tri")
    real = Agency.objects.get(province__code="ba-ria-vung-tau", short_name="Sở TT&TT")
    membership = Membership(user=User.objects.get(username="moi-tinh-mo-phong-auditor"), agency=real)

    with pytest.raises(ValidationError, match="tỉnh mô phỏng"):
        signed_save(membership, by=trainee)


def test_whom_an_administrator_of_the_training_province_enters_is_of_it(worlds, client_of):
    agency = Agency.objects.get(province__code="tinh-mau", short_name="Sở YT")
    typed = {"full_name": "Học viên", "username": "hoc-vien", "new_password": "mật khẩu của học viên"}
    typed |= {"role": Role.OFFICER, "agency": agency.pk, "is_active": "on", "first_day": "", "email": "", "title": ""}

    answer = client_of("tap-huan-quan-tri").post(reverse("admin:programme_user_add"), typed)

    trainee = User.objects.get(username="hoc-vien")
    assert answer.status_code == 302
    assert trainee.is_simulated
    assert trainee.agency == agency


def test_provinces_of_two_worlds_do_not_merge(worlds):
    sample = Province.objects.get(code="tinh-mau")
    sample.in_force_to, sample.merged_into = date(2030, 1, 1), Province.objects.get(code="hai-duong")

    with pytest.raises(ValidationError, match="không hợp nhất"):
        signed_save(sample, by=signer())


def test_what_central_bodies_issued_is_real(worlds):
    decree = LegalDocumentFactory(issuer=AgencyFactory(province=None), subject="Nghị định về định danh điện tử")
    sample = Province.objects.get(code="tinh-mau")

    assert decree not in LegalDocument.objects.visible_to(User.objects.get(username="tap-huan-dau-moi"))
    assert decree not in LegalDocument.objects.cited_in(sample)
    assert not sample.may_name(None)
    assert decree in LegalDocument.objects.visible_to(User.objects.get(username="lanh-dao"))


def test_what_was_removed_is_told_in_its_own_world(worlds):
    dropped = "Trạm sạc và điểm dừng xe buýt thông minh"
    names = ("moi-tinh-auditor", "kiem-toan", "moi-tinh-mo-phong-auditor", "tap-huan-kiem-toan")

    told = {
        name: dropped in {row.name for row in removed_rows(PlannedTask, User.objects.get(username=name))}
        for name in names
    }

    assert list(told.values()) == [False, False, True, True]


# Who would enter it, on which form, under which name, and what of the other world they send.
FORGED = [
    ("tap-huan-quan-tri", "admin:programme_agency_add", "province", Province, "hai-duong"),
    ("moi-tinh-administrator", "admin:programme_agency_add", "province", Province, "tinh-mau"),
    ("moi-tinh-administrator", "admin:programme_user_add", "agency", Agency, "Sở YT"),
    ("tap-huan-dau-moi", "admin:tasks_budgetentry_add", "task", Task, "BRVT-DTTM"),
    ("tap-huan-dau-moi", "admin:programme_legaldocument_add", "issuer", Agency, "Sở TT&TT"),
    ("tap-huan-van-phong", "finding_add", "body", Agency, "KTNN"),
    ("tap-huan-van-phong", "finding_add", "document", LegalDocument, "ba-ria-vung-tau"),
]
FOUND_BY = {Province: "code", Agency: "short_name", Task: "programme__code", LegalDocument: "province__code"}


@pytest.mark.parametrize(
    ("name", "form", "field", "model", "known"), FORGED, ids=lambda one: getattr(one, "__name__", one)
)
def test_no_form_takes_a_key_of_the_other_world(worlds, client_of, name, form, field, model, known):
    others = model.objects.filter(**{FOUND_BY[model]: known}).order_by("pk").values_list("pk", flat=True)
    browser = client_of(name)

    answer = browser.post(reverse(form), {field: others[0]})

    context = answer.context
    filled = context["adminform"].form if "adminform" in context else context["form"]
    assert answer.status_code == 400
    assert field in filled.errors


@pytest.mark.parametrize("name", ["tap-huan-lanh-dao", "moi-tinh-mo-phong-auditor"])
def test_a_page_of_the_other_world_is_not_there(worlds, client_of, name):
    browser = client_of(name)
    plan = PlannedTask.objects.filter(revision__programme__code="BRVT-DTTM").first()

    addresses = [
        *(programme.get_absolute_url() for programme in Programme.objects.filter(province__is_simulated=False)),
        plan.task.get_absolute_url(),
        reverse("admin:tasks_task_history", args=[plan.task_id]),
        reverse("api_programme_figures", args=["BRVT-DTTM"]),
    ]

    assert {browser.get(address).status_code for address in addresses} == {404}


def test_counterparts_have_the_role_of_those_they_stand_for(worlds):
    assert {
        name: User.objects.get(username=other).role == User.objects.get(username=name).role
        for name, other in COUNTERPART.items()
    } == dict.fromkeys(COUNTERPART, True)
    assert RouteStep.objects.visible_to(User.objects.get(username="tap-huan-dau-moi")).exists()
