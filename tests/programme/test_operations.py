from datetime import date
from functools import partial

import pytest
from django.core.exceptions import ValidationError

from programme.models import RelationKind, Revision, RevisionState, RevisionStep, StepKind
from programme.operations.deciding import (
    DocumentNotIssued,
    EffectiveBeforeBase,
    StaleBase,
    StateMovedOn,
    StepOutOfOrder,
    record_step,
)
from programme.operations.drafting import draft_revision
from smartcity.lib.records.history import signed_save, user_action
from tests.factories import (
    DocumentRelationFactory,
    LegalDocumentFactory,
    ProgrammeFactory,
    ProvinceFactory,
    RevisionFactory,
    UserFactory,
    adopted_revision,
    coordinator_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

TODAY = date(2024, 4, 10)
# What can be recorded of a revision in each state, and the state that it is in afterwards.
POSSIBLE = {
    (RevisionState.DRAFT, StepKind.DRAFTED): RevisionState.DRAFT,
    (RevisionState.DRAFT, StepKind.CONSIDERED): RevisionState.PROPOSED,
    (RevisionState.DRAFT, StepKind.AGREED): RevisionState.PROPOSED,
    (RevisionState.DRAFT, StepKind.SUBMITTED): RevisionState.PROPOSED,
    (RevisionState.DRAFT, StepKind.ADOPTED): RevisionState.ADOPTED,
    (RevisionState.PROPOSED, StepKind.CONSIDERED): RevisionState.PROPOSED,
    (RevisionState.PROPOSED, StepKind.AGREED): RevisionState.PROPOSED,
    (RevisionState.PROPOSED, StepKind.SUBMITTED): RevisionState.PROPOSED,
    (RevisionState.PROPOSED, StepKind.ADOPTED): RevisionState.ADOPTED,
    (RevisionState.PROPOSED, StepKind.REJECTED): RevisionState.REJECTED,
    (RevisionState.DRAFT, StepKind.WITHDRAWN): RevisionState.WITHDRAWN,
    (RevisionState.PROPOSED, StepKind.WITHDRAWN): RevisionState.WITHDRAWN,
}
IMPOSSIBLE = [(state, kind) for state in RevisionState for kind in StepKind if (state, kind) not in POSSIBLE]


def unchanged(revision):
    """Whether nothing was kept of a refused step."""
    stored = Revision.objects.get(pk=revision.pk)
    return (
        (stored.state, stored.document, stored.effective_on)
        == (revision.state, revision.document, revision.effective_on)
        and stored.history.count() == 1
        and not RevisionStep.objects.exists()
        and not RevisionStep.history.exists()
    )


# draft_revision


def test_draft_revision_begins_a_draft_and_signs_its_history():
    programme = ProgrammeFactory()
    person = coordinator_of(programme)

    revision = draft_revision(programme, name="Đề án đô thị thông minh", by=person, reason="Nghị quyết giao")

    stored = Revision.objects.get()
    assert revision == stored
    assert (stored.number, stored.state, stored.base) == (1, RevisionState.DRAFT, None)
    assert stored.name == "Đề án đô thị thông minh"
    record = stored.history.get()
    assert record.history_user == person
    assert record.history_change_reason == "Nghị quyết giao"


def test_draft_revision_is_numbered_after_the_last_one_of_its_programme():
    first = adopted_revision()
    rejected = RevisionFactory(programme=first.programme, number=2, state=RevisionState.REJECTED)
    RevisionFactory(number=7)

    revision = draft_revision(first.programme, name="Đề án", base=first, by=UserFactory())

    assert rejected.number == 2
    assert revision.number == 3
    assert revision.base == first


def test_draft_revision_refuses_what_breaks_a_rule_and_keeps_nothing():
    programme = ProgrammeFactory()

    with pytest.raises(ValidationError, match="Có số tiền thì phải ghi loại kinh phí"):
        draft_revision(programme, name="Đề án", declared_budget_vnd=3_470_000_000_000, by=UserFactory())

    assert not Revision.objects.exists()
    assert not Revision.history.exists()


@pytest.mark.django_db(transaction=True)
def test_draft_revision_gives_two_people_at_once_two_numbers(at_once):
    programme, one, other = ProgrammeFactory(), UserFactory(), UserFactory()

    revisions = at_once(
        partial(draft_revision, programme, name="Đề án A", by=one),
        partial(draft_revision, programme, name="Đề án B", by=other),
    )

    assert {revision.number for revision in revisions} == {1, 2}


# record_step


@pytest.mark.parametrize(
    ("before", "kind", "after"),
    [
        pytest.param(before, kind, after, id=f"{before.value}-{kind.value}-{after.value}")
        for (before, kind), after in POSSIBLE.items()
    ],
)
def test_record_step_moves_the_revision_on(before, kind, after):
    revision = RevisionFactory(state=before)
    document = LegalDocumentFactory(signed_on=date(2019, 12, 13))
    effective_on = date(2019, 12, 23) if kind == StepKind.ADOPTED else None

    step = record_step(
        revision,
        kind,
        on=date(2019, 12, 13),
        document=document,
        effective_on=effective_on,
        by=UserFactory(),
        today=TODAY,
    )

    stored = Revision.objects.get()
    assert stored.state == after
    assert stored.effective_on == effective_on
    assert stored.document == (document if kind == StepKind.ADOPTED else None)
    assert (step.revision, step.kind, step.on, step.document) == (stored, kind, date(2019, 12, 13), document)


@pytest.mark.parametrize(
    ("state", "kind"),
    [pytest.param(state, kind, id=f"{state.value}-{kind.value}") for state, kind in IMPOSSIBLE],
)
def test_record_step_refuses_a_step_out_of_order(state, kind):
    document = LegalDocumentFactory(signed_on=date(2019, 12, 13))
    decided = {"document": document, "effective_on": date(2020, 1, 1)} if state == RevisionState.ADOPTED else {}
    revision = RevisionFactory(state=state, **decided)

    with pytest.raises(StepOutOfOrder, match="không ghi được") as refusal:
        record_step(
            revision,
            kind,
            on=date(2023, 6, 16),
            document=document,
            effective_on=date(2023, 7, 1),
            by=UserFactory(),
            today=TODAY,
        )

    assert set(refusal.value.error_dict) == {"kind"}
    assert unchanged(revision)


def test_record_step_signs_one_action_on_the_ground_of_the_document():
    revision, person = RevisionFactory(), UserFactory()
    document = LegalDocumentFactory(signed_on=date(2019, 12, 13))

    step = record_step(
        revision,
        StepKind.ADOPTED,
        on=date(2019, 12, 13),
        document=document,
        effective_on=date(2019, 12, 13),
        meeting_on=date(2019, 12, 12),
        by=person,
        today=date(2019, 12, 13),
    )

    of_the_revision, of_the_step = revision.history.latest(), step.history.get()
    assert of_the_revision.history_user == of_the_step.history_user == person
    assert of_the_revision.history_document == of_the_step.history_document == document
    assert of_the_revision.history_action == of_the_step.history_action
    assert of_the_revision.history_change_reason == "HĐND thông qua ngày 13/12/2019"


def test_record_step_gives_the_note_as_the_reason():
    revision = RevisionFactory()

    step = record_step(
        revision,
        StepKind.AGREED,
        on=date(2023, 6, 16),
        note="Đề nghị bổ sung Báo cáo đánh giá.",
        by=UserFactory(),
        today=TODAY,
    )

    assert step.note == "Đề nghị bổ sung Báo cáo đánh giá."
    assert revision.history.latest().history_change_reason == "Đề nghị bổ sung Báo cáo đánh giá."
    assert step.history.get().history_change_reason == "Đề nghị bổ sung Báo cáo đánh giá."


def test_record_step_takes_a_draft_through_its_whole_life():
    revision, document = RevisionFactory(), LegalDocumentFactory(signed_on=date(2023, 12, 8))

    for kind, on in (
        (StepKind.DRAFTED, date(2023, 5, 4)),
        (StepKind.AGREED, date(2023, 6, 16)),
        (StepKind.CONSIDERED, date(2023, 7, 3)),
        (StepKind.AGREED, date(2023, 11, 1)),
        (StepKind.SUBMITTED, date(2023, 11, 1)),
        (StepKind.ADOPTED, date(2023, 12, 8)),
    ):
        effective_on = date(2023, 12, 18) if kind == StepKind.ADOPTED else None
        record_step(revision, kind, on=on, document=document, effective_on=effective_on, by=UserFactory(), today=TODAY)

    stored = Revision.objects.get()
    assert stored.state == RevisionState.ADOPTED
    assert stored.steps.count() == 6
    assert stored.history.count() == 7


def test_record_step_refuses_a_day_to_come():
    revision = RevisionFactory()

    with pytest.raises(StepOutOfOrder, match="chưa đến") as refusal:
        record_step(revision, StepKind.AGREED, on=date(2024, 4, 11), by=UserFactory(), today=date(2024, 4, 10))

    assert set(refusal.value.error_dict) == {"on"}
    assert unchanged(revision)


def test_record_step_refuses_a_day_before_the_last_step():
    revision = RevisionFactory()
    record_step(revision, StepKind.AGREED, on=date(2023, 6, 16), by=UserFactory(), today=TODAY)

    with pytest.raises(StepOutOfOrder, match="UBND thống nhất trình ngày 16/06/2023") as refusal:
        record_step(revision, StepKind.SUBMITTED, on=date(2023, 6, 15), by=UserFactory(), today=TODAY)

    assert set(refusal.value.error_dict) == {"on"}
    assert revision.steps.count() == 1


def test_record_step_refuses_a_meeting_after_the_step_and_keeps_nothing():
    revision = RevisionFactory()

    with pytest.raises(ValidationError, match="Ngày họp không thể sau"):
        record_step(
            revision,
            StepKind.AGREED,
            on=date(2023, 6, 16),
            meeting_on=date(2023, 6, 17),
            by=UserFactory(),
            today=TODAY,
        )

    assert unchanged(revision)


# Adoption


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param(None, id="no document"),
        pytest.param({"number": None, "signed_on": None}, id="a draft"),
        pytest.param({"number": None, "signed_on": date(2019, 12, 13)}, id="no number"),
        pytest.param({"press": True}, id="a report by the press"),
    ],
)
def test_adoption_refuses_a_document_that_is_not_issued(fields):
    revision = RevisionFactory()
    document = LegalDocumentFactory(**fields) if fields else None

    with pytest.raises(DocumentNotIssued, match="phải có văn bản đã ban hành") as refusal:
        record_step(
            revision,
            StepKind.ADOPTED,
            on=date(2019, 12, 13),
            document=document,
            effective_on=date(2019, 12, 13),
            by=UserFactory(),
            today=TODAY,
        )

    assert set(refusal.value.error_dict) == {"document"}
    assert unchanged(revision)


@pytest.mark.parametrize(
    "effective_on",
    [
        pytest.param(None, id="no day of effect"),
        pytest.param(date(2019, 12, 12), id="in effect before it is signed"),
    ],
)
def test_adoption_refuses_a_wrong_day_of_effect(effective_on):
    revision = RevisionFactory()

    with pytest.raises(DocumentNotIssued) as refusal:
        record_step(
            revision,
            StepKind.ADOPTED,
            on=date(2019, 12, 13),
            document=LegalDocumentFactory(signed_on=date(2019, 12, 13)),
            effective_on=effective_on,
            by=UserFactory(),
            today=TODAY,
        )

    assert set(refusal.value.error_dict) == {"effective_on"}
    assert unchanged(revision)


@pytest.mark.parametrize(
    "effective_on",
    [pytest.param(date(2019, 12, 22), id="before its base"), pytest.param(date(2019, 12, 23), id="on the same day")],
)
def test_adoption_refuses_an_effect_not_after_that_of_its_base(effective_on):
    base = adopted_revision(effective_on=date(2019, 12, 23))
    revision = RevisionFactory(programme=base.programme, base=base)

    with pytest.raises(EffectiveBeforeBase, match="Ban hành lần đầu có hiệu lực từ 23/12/2019") as refusal:
        record_step(
            revision,
            StepKind.ADOPTED,
            on=date(2019, 12, 13),
            document=LegalDocumentFactory(signed_on=date(2019, 12, 13)),
            effective_on=effective_on,
            by=UserFactory(),
            today=TODAY,
        )

    assert set(refusal.value.error_dict) == {"effective_on"}
    assert not revision.steps.exists()
    assert Revision.objects.get(pk=revision.pk).state == RevisionState.DRAFT


def test_adoption_refuses_a_draft_whose_base_is_no_longer_the_newest():
    base = adopted_revision(effective_on=date(2019, 12, 23))
    adopted_revision(base.programme, effective_on=date(2023, 7, 1), base=base)
    revision = RevisionFactory(programme=base.programme, base=base)

    with pytest.raises(StaleBase, match="đã được thông qua, có hiệu lực từ 01/07/2023"):
        record_step(
            revision,
            StepKind.ADOPTED,
            on=date(2023, 7, 1),
            document=LegalDocumentFactory(signed_on=date(2023, 7, 1)),
            effective_on=date(2023, 7, 1),
            by=UserFactory(),
            today=TODAY,
        )

    assert not revision.steps.exists()
    assert Revision.objects.get(pk=revision.pk).state == RevisionState.DRAFT


def test_adoption_may_take_effect_on_a_day_to_come():
    revision = RevisionFactory()

    record_step(
        revision,
        StepKind.ADOPTED,
        on=date(2024, 4, 10),
        document=LegalDocumentFactory(signed_on=date(2024, 4, 10)),
        effective_on=date(2024, 4, 20),
        by=UserFactory(),
        today=date(2024, 4, 10),
    )

    assert not Revision.objects.in_force(date(2024, 4, 19)).exists()
    assert list(Revision.objects.in_force(date(2024, 4, 20))) == [revision]


@pytest.mark.django_db(transaction=True)
def test_adoption_recorded_by_two_people_at_once_is_recorded_once(at_once):
    revision, one, other = RevisionFactory(), UserFactory(), UserFactory()
    adopt = partial(
        record_step,
        revision,
        StepKind.ADOPTED,
        on=date(2019, 12, 13),
        document=LegalDocumentFactory(signed_on=date(2019, 12, 13)),
        effective_on=date(2019, 12, 13),
        today=TODAY,
    )

    outcomes = at_once(partial(adopt, by=one), partial(adopt, by=other))

    assert {type(outcome) for outcome in outcomes} == {RevisionStep, StateMovedOn}
    assert revision.steps.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_amendments_adopted_at_once_one_is_and_the_other_is_told(at_once):
    first = adopted_revision()
    programme = first.programme
    drafts = [RevisionFactory(programme=programme, base=first, number=number) for number in (2, 3)]
    document = LegalDocumentFactory(issuer__province=programme.province, signed_on=date(2024, 4, 1))

    outcomes = at_once(
        *(
            partial(
                record_step,
                draft,
                StepKind.ADOPTED,
                on=date(2024, 4, 1),
                document=document,
                effective_on=date(2024, 4, 1),
                by=UserFactory(),
                today=TODAY,
            )
            for draft in drafts
        )
    )

    assert {type(outcome) for outcome in outcomes} == {RevisionStep, StaleBase}
    assert programme.revisions.filter(state=RevisionState.ADOPTED).count() == 2
    assert first.document.incoming_relations.count() == 1


@pytest.mark.parametrize("later", [False, True], ids=["its successor", "the successor's successor"])
def test_council_of_the_province_that_the_territory_went_to_adopts(later):
    city = ProvinceFactory()
    between = ProvinceFactory(in_force_to=date(2023, 6, 30), merged_into=city) if later else city
    province = ProvinceFactory(in_force_to=date(2022, 6, 30), merged_into=between)
    revision = RevisionFactory(programme__province=province)
    document = LegalDocumentFactory(issuer__province=city, signed_on=date(2024, 4, 1))

    record_step(
        revision,
        StepKind.ADOPTED,
        on=date(2024, 4, 1),
        document=document,
        effective_on=date(2024, 4, 1),
        by=UserFactory(),
        today=TODAY,
    )

    assert list(Revision.objects.in_force(date(2024, 4, 1))) == [revision]


def submit(revision, on, kind=StepKind.SUBMITTED):
    return record_step(revision, kind, on=on, by=UserFactory(), today=TODAY)


def test_second_amendment_is_not_proposed_while_one_is():
    base = adopted_revision()
    first, second = (RevisionFactory(programme=base.programme, base=base, number=number) for number in (2, 3))
    submit(first, date(2023, 6, 16))

    with pytest.raises(StepOutOfOrder, match="Điều chỉnh lần 1 đang trình"):
        submit(second, date(2023, 7, 1))

    submit(first, date(2023, 8, 1), StepKind.WITHDRAWN)
    # A day on which the first one was before the council stays its day.
    for on in (date(2023, 6, 1), date(2023, 6, 16), date(2023, 7, 31)):
        with pytest.raises(StepOutOfOrder, match="Ghi các lần trình theo thứ tự ngày"):
            submit(second, on)
    assert submit(second, date(2023, 8, 1)).revision == second


def test_document_that_adopted_a_revision_keeps_its_number_and_day():
    document = adopted_revision().document
    document.number = document.signed_on = document.effective_on = None

    with pytest.raises(ValidationError, match="số và ngày ban hành phải giữ đủ"):
        signed_save(document, by=UserFactory())


def test_adoption_fills_in_the_point_that_a_known_amendment_lacks():
    base = adopted_revision()
    revision = RevisionFactory(programme=base.programme, base=base)
    document = LegalDocumentFactory(issuer__province=base.programme.province, signed_on=date(2024, 4, 1))
    relation = DocumentRelationFactory(document=document, target=base.document, kind=RelationKind.AMENDS)

    record_step(
        revision,
        StepKind.ADOPTED,
        on=date(2024, 4, 1),
        document=document,
        effective_on=date(2024, 4, 1),
        pinpoint="điểm b khoản 4 Điều 1",
        by=UserFactory(),
        today=TODAY,
    )

    relation.refresh_from_db()
    assert relation.pinpoint == "điểm b khoản 4 Điều 1"
    assert document.relations.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda revision: Revision.objects.filter(pk=revision.pk).update(state=RevisionState.ADOPTED),
        lambda revision: Revision.objects.bulk_create(
            [Revision(programme=revision.programme, number=9, name="Khác", state=RevisionState.PROPOSED)]
        ),
        lambda revision: signed_save(
            Revision(programme=revision.programme, number=9, name="Khác", state=RevisionState.PROPOSED),
            by=UserFactory(),
        ),
        lambda revision: signed_save(
            RevisionStep(revision=revision, kind=StepKind.ADOPTED, on=date(2024, 4, 1)), by=UserFactory()
        ),
        lambda revision: with_values(revision, state=RevisionState.PROPOSED),
        lambda revision: with_values(revision, effective_on=date(2024, 4, 1)),
    ],
    ids=["update", "bulk create", "a new one", "a step alone", "a save", "a day of effect"],
)
def test_state_changes_only_by_a_step(change):
    revision = RevisionFactory()

    with pytest.raises(ValidationError, match="ghi nhận một bước"):
        change(revision)

    assert list(Revision.objects.values_list("state", "effective_on")) == [(RevisionState.DRAFT, None)]
    assert not RevisionStep.objects.exists()


def with_values(revision, **values):
    for name, value in values.items():
        setattr(revision, name, value)
    return signed_save(revision, by=UserFactory())


def test_save_in_somebody_s_name_past_the_signature_is_refused_all_the_same():
    revision = adopted_revision()
    revision.name = "Tên khác"
    revision._history_user = UserFactory()

    with pytest.raises(ValidationError, match="nên không sửa được"), user_action():
        revision.save()


def test_draft_does_not_amend_what_was_not_adopted():
    draft = RevisionFactory()

    with pytest.raises(ValidationError, match="chưa được thông qua"):
        RevisionFactory(programme=draft.programme, base=draft)
