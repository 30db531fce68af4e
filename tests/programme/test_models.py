import unicodedata
from datetime import date
from pathlib import Path

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from programme.models import (
    Agency,
    DocumentKind,
    LegalDocument,
    Measure,
    Programme,
    Province,
    RelationKind,
    Revision,
    RevisionState,
    Role,
    StatedFigure,
    StepKind,
    User,
)
from smartcity.exchange.programme_files import system_account
from smartcity.lib.language.money import MoneyKind
from smartcity.lib.log.guard import recorded
from smartcity.lib.records.history import signed_save
from tests.factories import (
    AgencyFactory,
    AgencySuccessionFactory,
    CoordinationTransferFactory,
    DocumentRelationFactory,
    LegalDocumentFactory,
    MembershipFactory,
    ObjectiveFactory,
    PeriodFactory,
    ProgrammeFactory,
    ProvinceFactory,
    RevisionFactory,
    RevisionStepFactory,
    StatedFigureFactory,
    UserFactory,
    adopt,
    adopted_revision,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


# Constraints


def test_each_constraint_of_the_app_is_broken_here():
    here = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    constraints = {
        constraint.name
        for model in apps.get_app_config("programme").get_models()
        for constraint in model._meta.constraints
    }

    assert {name for name in constraints if f'"{name}"' not in here} == set()


@pytest.mark.parametrize(
    ("factory", "rule", "code", "change"),
    [
        pytest.param(
            ProvinceFactory,
            "province_ends_after_it_begins",
            "in_force_to",
            {"in_force_from": date(2025, 7, 1), "in_force_to": date(2025, 6, 30)},
            id="a province that ends before it begins",
        ),
        pytest.param(
            AgencyFactory,
            "agency_ends_after_it_begins",
            "in_force_to",
            {"in_force_from": date(2025, 3, 1), "in_force_to": date(2025, 2, 28)},
            id="an agency that ends before it begins",
        ),
        pytest.param(
            LegalDocumentFactory,
            "document_with_a_number_has_its_day",
            "signed_on",
            {"number": 112, "signed_on": None, "year": None},
            id="a number without a day",
        ),
        pytest.param(
            LegalDocumentFactory,
            "document_has_an_issuer_and_a_report_a_publisher",
            "issuer",
            {"issuer": None},
            id="a resolution that nobody issued",
        ),
        pytest.param(
            LegalDocumentFactory,
            "document_has_an_issuer_and_a_report_a_publisher",
            "issuer",
            {"kind": DocumentKind.PRESS, "number": None, "publisher": ""},
            id="a report that nobody published",
        ),
        pytest.param(
            LegalDocumentFactory,
            "document_has_an_issuer_and_a_report_a_publisher",
            "issuer",
            {"kind": DocumentKind.PRESS, "number": 112, "publisher": "Báo Hải Dương"},
            id="a report with a number",
        ),
        pytest.param(
            LegalDocumentFactory,
            "document_takes_effect_after_it_is_signed",
            "effective_on",
            {"signed_on": date(2019, 12, 13), "effective_on": date(2019, 12, 12)},
            id="a document in force before it is signed",
        ),
        pytest.param(
            RevisionFactory,
            "revision_adopted_by_a_document_from_a_day",
            "document",
            {"state": RevisionState.ADOPTED},
            id="an adoption without a document and a day",
        ),
        pytest.param(
            RevisionFactory,
            "revision_adopted_by_a_document_from_a_day",
            "document",
            {"state": RevisionState.ADOPTED, "effective_on": date(2020, 1, 1)},
            id="an adoption without a document",
        ),
        pytest.param(RevisionFactory, "revision_numbers_begin_at_one", None, {"number": 0}, id="a revision number 0"),
        pytest.param(
            RevisionFactory,
            "revision_budget_is_not_negative",
            "declared_budget_vnd",
            {"declared_budget_vnd": -1, "declared_budget_kind": MoneyKind.ESTIMATE},
            id="a negative budget",
        ),
        pytest.param(
            RevisionFactory,
            "revision_budget_says_its_kind",
            "declared_budget_kind",
            {"declared_budget_vnd": 3_470_000_000_000},
            id="a budget of no kind",
        ),
        pytest.param(
            RevisionFactory,
            "revision_budget_says_its_kind",
            "declared_budget_kind",
            {"declared_budget_kind": MoneyKind.ESTIMATE},
            id="a kind of no budget",
        ),
        pytest.param(
            RevisionStepFactory,
            "step_follows_its_meeting",
            "meeting_on",
            {"on": date(2023, 6, 16), "meeting_on": date(2023, 6, 17)},
            id="a step before its meeting",
        ),
        pytest.param(
            PeriodFactory,
            "period_ends_after_it_begins",
            "last_day",
            {"first_day": date(2020, 1, 1), "last_day": date(2019, 12, 31)},
            id="a period that ends before it begins",
        ),
        pytest.param(
            ObjectiveFactory, "objective_year_is_a_year", "target_year", {"target_year": 1944}, id="a year too early"
        ),
        pytest.param(
            ObjectiveFactory, "objective_year_is_a_year", "target_year", {"target_year": 2100}, id="a year too late"
        ),
        pytest.param(
            StatedFigureFactory, "stated_figure_is_not_negative", "value", {"value": -1}, id="a negative figure"
        ),
        pytest.param(
            StatedFigureFactory,
            "stated_figure_money_says_its_kind",
            "money_kind",
            {"measure": Measure.BUDGET, "money_kind": ""},
            id="a stated budget of no kind",
        ),
        pytest.param(
            StatedFigureFactory,
            "stated_figure_money_says_its_kind",
            "money_kind",
            {"measure": Measure.TASKS_TOTAL, "money_kind": MoneyKind.ESTIMATE},
            id="tasks of a kind of money",
        ),
        pytest.param(
            MembershipFactory,
            "membership_ends_after_it_begins",
            "last_day",
            {"first_day": date(2025, 3, 1), "last_day": date(2025, 2, 28)},
            id="work that ends before it begins",
        ),
    ],
)
def test_record_is_refused_when(factory, rule, code, change, assert_refused):
    record = factory()

    assert_refused(record, rule, code, **change)


def test_document_year_is_that_of_its_day():
    document = LegalDocumentFactory(signed_on=date(2019, 12, 13))

    with pytest.raises(IntegrityError, match="document_year_is_that_of_its_day"), transaction.atomic(), recorded():
        LegalDocument.objects.filter(pk=document.pk).update(year=2020)

    document.year = 2020
    with pytest.raises(ValidationError) as refusal:
        document.validate_constraints()
    [error] = refusal.value.error_dict["__all__"]
    assert (error.message, error.code) == ("Năm của văn bản phải là năm ban hành.", "signed_on")


def test_document_year_and_class_follow_from_what_is_typed():
    document = LegalDocumentFactory(symbol="2019/NQ-HĐND", signed_on=date(2019, 12, 12))

    assert document.year == 2019
    assert document.is_normative
    assert document.code == f"{document.number:02d}/2019/NQ-HĐND"


def test_agency_has_one_living_name_in_a_province(assert_refused):
    province = ProvinceFactory()
    AgencyFactory(province=province, name="Sở Y tế")
    other = AgencyFactory(province=province, name="Sở Du lịch")

    assert_refused(other, "agency_one_living_name_in_a_province", "name", name="Sở Y tế")


def test_central_agency_has_one_living_name(assert_refused):
    AgencyFactory(province=None, name="Bộ Thông tin và Truyền thông")
    other = AgencyFactory(province=None, name="Bộ Xây dựng")

    assert_refused(other, "agency_one_living_central_name", "name", name="Bộ Thông tin và Truyền thông")


def test_document_is_known_once_by_issuer_kind_number_and_year(assert_refused):
    first = LegalDocumentFactory(number=112, signed_on=date(2019, 12, 13))
    other = LegalDocumentFactory(issuer=first.issuer, number=113, signed_on=date(2019, 12, 14))

    assert_refused(other, "document_known_once_by_issuer_kind_number_year", "code", number=112)


def test_relation_is_stated_once(assert_refused):
    first = DocumentRelationFactory(kind=RelationKind.CITES)
    other = DocumentRelationFactory(document=first.document, target=first.target, kind=RelationKind.AMENDS)

    assert_refused(other, "relation_stated_once", "target", kind=RelationKind.CITES)


def test_relation_joins_two_documents(assert_refused):
    relation = DocumentRelationFactory()

    assert_refused(relation, "relation_joins_two_documents", "target", target=relation.document)


def test_revision_number_is_given_once_in_a_programme(assert_refused):
    first = RevisionFactory(number=1)
    other = RevisionFactory(programme=first.programme, number=2)

    assert_refused(other, "revision_number_once_in_a_programme", None, number=1)


def test_one_revision_is_adopted_for_a_day(assert_refused):
    first = adopted_revision(effective_on=date(2019, 12, 13))
    other = adopted_revision(first.programme, effective_on=date(2023, 7, 1))

    assert_refused(other, "revision_one_adopted_for_a_day", "effective_on", effective_on=date(2019, 12, 13))


def test_a_document_adopts_one_revision_of_a_programme(assert_refused):
    first = adopted_revision(effective_on=date(2019, 12, 13))
    other = adopted_revision(first.programme, effective_on=date(2023, 7, 1))

    assert_refused(other, "revision_adopted_by_a_document_of_its_own", "document", document=first.document)


def test_revision_is_not_its_own_base(assert_refused):
    revision = RevisionFactory()

    assert_refused(revision, "revision_is_not_its_own_base", None, base=revision)


def test_period_label_is_given_once_in_a_revision(assert_refused):
    first = PeriodFactory(label="2020–2022")
    other = PeriodFactory(revision=first.revision, label="2023–2024")

    assert_refused(other, "period_label_once_in_a_revision", "label", label="2020–2022")


def test_objective_position_is_given_once_in_a_revision(assert_refused):
    first = ObjectiveFactory(position=1)
    other = ObjectiveFactory(revision=first.revision, position=2)

    assert_refused(other, "objective_position_once_in_a_revision", "position", position=1)


def test_figure_is_stated_once_in_a_document(assert_refused):
    first = StatedFigureFactory(measure=Measure.TASKS_TOTAL)
    other = StatedFigureFactory(
        programme=first.programme, document=first.document, as_of=first.as_of, measure=Measure.TASKS_COMPLETE
    )

    assert_refused(other, "stated_figure_once_in_a_document", "measure", measure=Measure.TASKS_TOTAL)


def test_province_merged_has_its_last_day(assert_refused):
    province, city = ProvinceFactory.create_batch(2)

    assert_refused(province, "province_merged_has_its_last_day", "in_force_to", merged_into=city)


def test_merge_document_speaks_of_a_merger(assert_refused):
    province, document = ProvinceFactory(), LegalDocumentFactory()

    assert_refused(province, "province_merge_document_speaks_of_a_merger", "merged_into", merge_document=document)


def test_province_is_not_merged_into_itself(assert_refused):
    province = ProvinceFactory(in_force_to=date(2025, 6, 30))

    assert_refused(province, "province_is_not_merged_into_itself", "merged_into", merged_into=province)


def test_person_has_one_open_membership(assert_refused):
    first = MembershipFactory(first_day=date(2025, 3, 1))
    other = MembershipFactory(user=first.user, last_day=date(2025, 2, 28))

    assert_refused(other, "membership_one_open_of_a_person", "last_day", last_day=None)


def test_succession_is_stated_once(assert_refused):
    first = AgencySuccessionFactory(function="chuyển đổi số")
    other = AgencySuccessionFactory(predecessor=first.predecessor, successor=first.successor, function="báo chí")

    assert_refused(other, "succession_stated_once", "successor", function="chuyển đổi số")


def test_succession_joins_two_agencies(assert_refused):
    succession = AgencySuccessionFactory()

    assert_refused(succession, "succession_joins_two_agencies", "successor", successor=succession.predecessor)


def test_coordination_is_transferred_once_a_day(assert_refused):
    first = CoordinationTransferFactory(effective_on=date(2025, 3, 10))
    other = CoordinationTransferFactory(programme=first.programme, effective_on=date(2025, 3, 11))

    assert_refused(other, "coordination_transfer_once_a_day", "effective_on", effective_on=date(2025, 3, 10))


def test_coordination_transfer_joins_two_agencies(assert_refused):
    transfer = CoordinationTransferFactory()

    assert_refused(transfer, "coordination_transfer_joins_two_agencies", "to_agency", to_agency=transfer.from_agency)


def test_two_accounts_cannot_share_a_name():
    UserFactory(username="lan.nguyen")

    with pytest.raises(ValidationError, match="Tên đăng nhập này đã có người dùng"):
        signed_save(UserFactory.build(username="lan.nguyen"), by=system_account())


# Which records are the same


@pytest.mark.parametrize("province", [pytest.param(False, id="central"), pytest.param(True, id="of a province")])
@pytest.mark.parametrize(
    "name",
    [
        pytest.param("Sở Y tế", id="same"),
        pytest.param(unicodedata.normalize("NFD", "Sở Y tế"), id="decomposed"),
        pytest.param("Sở Y\u200b tế", id="zero-width space"),
        pytest.param("Sở\u00a0Y\u00a0tế", id="no-break space"),
        pytest.param("Sở Y tế ", id="trailing blank"),
    ],
)
def test_agency_that_looks_the_same_is_refused(name, province):
    province = ProvinceFactory() if province else None
    AgencyFactory(name="Sở Y tế", province=province)

    with pytest.raises(ValidationError, match="đang hoạt động mang tên đó"):
        signed_save(AgencyFactory.build(name=name, province=province), by=system_account())

    assert Agency.objects.filter(province=province).count() == 1


def test_agency_name_is_free_elsewhere_and_after_the_agency_ended():
    ended = AgencyFactory(name="Sở Y tế", in_force_to=date(2025, 2, 28))

    AgencyFactory(name="Sở Y tế", province=ended.province)
    AgencyFactory(name="Sở Y tế")

    assert Agency.objects.filter(name="Sở Y tế").count() == 3


@pytest.mark.parametrize(
    "difference",
    [
        pytest.param({"signed_on": date(2020, 12, 13)}, id="another year"),
        pytest.param({"number": 113}, id="another number"),
        pytest.param({"kind": DocumentKind.DECISION}, id="another kind"),
        pytest.param({"symbol": "2019/NQ-HĐND"}, id="normative, numbered apart"),
        pytest.param({"number": None}, id="not numbered yet"),
    ],
)
def test_document_is_another_one_with(difference):
    first = LegalDocumentFactory(number=112, symbol="NQ-HĐND", signed_on=date(2019, 12, 13))
    same = {"issuer": first.issuer, "number": 112, "symbol": "NQ-HĐND", "signed_on": date(2019, 12, 13)}

    other = LegalDocumentFactory(**same | difference)

    assert other.pk != first.pk


def test_document_with_the_same_number_of_another_issuer_is_another_one():
    first = LegalDocumentFactory(number=112)

    other = LegalDocumentFactory(number=112)

    assert other.issuer != first.issuer


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        pytest.param(
            {"number": 112, "symbol": "NQ-HĐND", "signed_on": date(2019, 12, 13)},
            "Nghị quyết số 112/NQ-HĐND ngày 13/12/2019",
            id="issued",
        ),
        pytest.param({"number": None, "signed_on": None}, "Nghị quyết chưa có số", id="not issued"),
        pytest.param(
            {"press": True, "publisher": "Báo Hải Dương", "signed_on": date(2024, 5, 8)},
            "Báo Hải Dương, 08/05/2024",
            id="press",
        ),
    ],
)
def test_document_is_cited_as_people_do(fields, text):
    document = LegalDocumentFactory(**fields)

    assert str(document) == text


@pytest.mark.parametrize(
    ("fields", "is_issued"),
    [
        pytest.param({"number": 112, "signed_on": date(2019, 12, 13)}, True, id="number and day"),
        pytest.param({"number": None, "signed_on": date(2019, 12, 13)}, False, id="no number"),
        pytest.param({"number": None, "signed_on": None}, False, id="neither"),
    ],
)
def test_document_is_issued_with_number_and_day(fields, is_issued):
    document = LegalDocumentFactory(**fields)

    assert document.is_issued == is_issued


def test_coordinating_agency_is_of_the_province():
    with pytest.raises(ValidationError, match="phải thuộc tỉnh của đề án"):
        ProgrammeFactory(coordinating_agency=AgencyFactory())

    assert not Programme.objects.exists()


# What belongs to a decided revision


@pytest.mark.parametrize("factory", [PeriodFactory, ObjectiveFactory])
@pytest.mark.parametrize("state", [RevisionState.PROPOSED, RevisionState.ADOPTED, RevisionState.REJECTED])
def test_plan_of_a_frozen_revision_takes_nothing_new(factory, state):
    document = LegalDocumentFactory()
    revision = RevisionFactory(state=state, document=document, effective_on=date(2020, 1, 1))

    with pytest.raises(ValidationError, match="nên không sửa được"):
        factory(revision=revision)

    assert not factory._meta.model.objects.exists()


@pytest.mark.parametrize(
    ("number", "title"),
    [(1, "Ban hành lần đầu"), (2, "Điều chỉnh lần 1"), (3, "Điều chỉnh lần 2")],
)
def test_revision_is_titled_by_its_number(number, title):
    assert Revision(number=number).title == title


# Which rows on which day


@pytest.mark.parametrize(
    ("on", "number"),
    [
        pytest.param(date(2019, 12, 12), None, id="before the first"),
        pytest.param(date(2019, 12, 13), 1, id="first day"),
        pytest.param(date(2023, 6, 30), 1, id="last day of the first"),
        pytest.param(date(2023, 7, 1), 2, id="first day of the second"),
        pytest.param(date(2030, 1, 1), 2, id="long after"),
    ],
)
def test_one_revision_is_in_force_on_a_day(on, number):
    first = adopted_revision(effective_on=date(2019, 12, 13))
    adopted_revision(first.programme, effective_on=date(2023, 7, 1), base=first)
    RevisionFactory(programme=first.programme, base=first)

    in_force = Revision.objects.in_force(on)

    assert [revision.number for revision in in_force] == ([number] if number else [])


@pytest.mark.parametrize(
    ("on", "is_pending"),
    [
        pytest.param(date(2023, 6, 15), False, id="before the proposal"),
        pytest.param(date(2023, 6, 16), True, id="proposed"),
        pytest.param(date(2023, 7, 14), True, id="adopted, not in effect"),
        pytest.param(date(2023, 7, 15), False, id="in effect"),
    ],
)
def test_revision_is_pending_from_its_proposal_to_its_effect(on, is_pending):
    revision = RevisionFactory()
    RevisionStepFactory(revision=revision, kind=StepKind.AGREED, on=date(2023, 6, 16))
    document = LegalDocumentFactory(signed_on=date(2023, 7, 5))
    adopt(revision, document=document, effective_on=date(2023, 7, 15))

    assert Revision.objects.pending(on).exists() == is_pending


def test_withdrawn_revision_is_not_pending():
    revision = RevisionFactory()
    RevisionStepFactory(revision=revision, kind=StepKind.AGREED, on=date(2023, 6, 16))
    RevisionStepFactory(revision=revision, kind=StepKind.WITHDRAWN, on=date(2023, 6, 20))

    assert Revision.objects.pending(date(2023, 6, 19)).exists()
    assert not Revision.objects.pending(date(2023, 6, 20)).exists()


@pytest.mark.parametrize(
    ("on", "told"),
    [
        pytest.param(date(2020, 6, 7), set(), id="before it was stated"),
        pytest.param(date(2020, 6, 8), {3_470_000_000_000}, id="the day it was stated"),
        pytest.param(date(2023, 10, 20), {3_470_000_000_000, 2_030_000_000_000}, id="a later figure"),
        pytest.param(date(2024, 1, 1), {3_470_000_000_000, 2_030_000_000_000, 12}, id="the day of another measure"),
        pytest.param(date(2024, 1, 2), {3_470_000_000_000, 2_030_000_000_000}, id="the day after"),
    ],
)
def test_a_day_is_told_of_by_its_figures_and_by_the_budgets_until_then(on, told):
    programme = ProgrammeFactory()
    for as_of, value in ((date(2020, 6, 8), 3_470_000_000_000), (date(2023, 10, 20), 2_030_000_000_000)):
        StatedFigureFactory(
            programme=programme, as_of=as_of, value=value, measure=Measure.BUDGET, money_kind=MoneyKind.ESTIMATE
        )
    StatedFigureFactory(programme=programme, as_of=date(2024, 1, 1), measure=Measure.TASKS_TOTAL, value=12)

    figures = StatedFigure.objects.telling_of(on)

    assert {figure.value for figure in figures} == told


@pytest.mark.parametrize(
    ("on", "has_ended"),
    [(date(2025, 2, 28), False), (date(2025, 3, 1), True)],
    ids=["last day", "day after"],
)
def test_agency_works_through_its_last_day(on, has_ended):
    agency = Agency(in_force_to=date(2025, 2, 28))

    assert agency.has_ended(on) == has_ended


# Who sees what


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.AUDITOR, Role.ADMINISTRATOR}])
def test_people_see_their_own_province_and_central_records(role):
    programme, foreign = ProgrammeFactory(), ProgrammeFactory()
    user = UserFactory(role=role, agency=programme.coordinating_agency)
    own_revision, _ = RevisionFactory(programme=programme), RevisionFactory(programme=foreign)
    own_document = LegalDocumentFactory(issuer=programme.coordinating_agency, province=programme.province)
    central_document = LegalDocumentFactory(issuer__province=None)
    foreign_document = LegalDocumentFactory(issuer=foreign.coordinating_agency, province=foreign.province)
    own_figure = StatedFigureFactory(programme=programme, document=own_document)
    StatedFigureFactory(programme=foreign, document=foreign_document)
    UserFactory(agency=foreign.coordinating_agency)

    assert set(Province.objects.visible_to(user)) == {programme.province}
    assert set(Agency.objects.visible_to(user)) == {programme.coordinating_agency, central_document.issuer}
    assert set(LegalDocument.objects.visible_to(user)) == {own_document, central_document}
    assert set(Programme.objects.visible_to(user)) == {programme}
    assert set(Revision.objects.visible_to(user)) == {own_revision}
    assert set(StatedFigure.objects.visible_to(user)) == {own_figure}
    # The system's own account belongs to no province; its name stands in everybody's history.
    assert set(User.objects.visible_to(user)) == {user, system_account()}


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
@pytest.mark.parametrize("agency", [pytest.param(None, id="no agency"), pytest.param("central", id="central agency")])
def test_auditors_and_administrators_of_no_province_see_all(role, agency):
    user = UserFactory(role=role, agency=AgencyFactory(province=None) if agency else None)
    ProgrammeFactory.create_batch(2)

    assert Province.objects.visible_to(user).count() == 2
    assert Programme.objects.visible_to(user).count() == 2
    assert User.objects.visible_to(user).count() == User.objects.count()


def test_auditor_of_a_province_sees_that_province_only():
    programme, _ = ProgrammeFactory(), ProgrammeFactory()
    user = UserFactory(role=Role.AUDITOR, agency=programme.coordinating_agency)

    assert list(Programme.objects.visible_to(user)) == [programme]


@pytest.mark.parametrize(
    ("role", "is_coordinating_agency", "coordinates"),
    [
        pytest.param(Role.COORDINATOR, True, True, id="coordinator of the agency"),
        pytest.param(Role.COORDINATOR, False, False, id="coordinator of another agency"),
        pytest.param(Role.OFFICER, True, False, id="officer of the agency"),
    ],
)
def test_programme_is_coordinated_by(role, is_coordinating_agency, coordinates):
    programme = ProgrammeFactory()
    agency = programme.coordinating_agency if is_coordinating_agency else AgencyFactory(province=programme.province)
    user = UserFactory(role=role, agency=agency)

    assert programme.is_coordinated_by(user) == coordinates


def test_short_name_of_a_person_is_the_given_name():
    assert User(full_name="Nguyễn Thị Lan").get_short_name() == "Lan"
