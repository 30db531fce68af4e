from datetime import date
from functools import partial
from itertools import pairwise

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from programme.models import DocumentKind, DocumentRelation, LegalDocument, RelationKind, StatedFigure
from programme.operations.documents import AlreadyIssued, NotYetIssued, issue_document, note_stated_figure
from smartcity.exchange.programme_files import system_account
from smartcity.lib.language.document_code import DocumentCode
from smartcity.lib.records.history import signed_delete, signed_save
from tests.factories import (
    AgencyFactory,
    DocumentRelationFactory,
    LegalDocumentFactory,
    RevisionStepFactory,
    StatedFigureFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

TODAY = date(2024, 6, 30)


def refusal_of(function, field):
    with pytest.raises(ValidationError) as refusal:
        function()
    return " ".join(refusal.value.message_dict[field])


def amended_in_a_row(count):
    """So many resolutions of one day, each amended by the next."""
    documents = LegalDocumentFactory.create_batch(count)
    for older, newer in pairwise(documents):
        DocumentRelationFactory(document=newer, target=older, kind=RelationKind.AMENDS)
    return documents


@pytest.mark.parametrize("kind", [RelationKind.AMENDS, RelationKind.REPLACES, RelationKind.REPEALS])
@pytest.mark.parametrize("length", [2, 3, 5])
def test_amendments_do_not_go_round_in_a_circle(kind, length):
    documents = amended_in_a_row(length)

    told = refusal_of(
        partial(DocumentRelationFactory, document=documents[0], target=documents[-1], kind=kind), "target"
    )

    assert "tạo thành vòng" in told
    assert all(document.code in told for document in documents)
    assert "Kiểm tra lại chiều" in told
    assert DocumentRelation.objects.count() == length - 1


@pytest.mark.parametrize("kind", [RelationKind.IMPLEMENTS, RelationKind.BASED_ON, RelationKind.CITES])
def test_documents_may_cite_each_other(kind):
    first, second = amended_in_a_row(2)

    relation = DocumentRelationFactory(document=first, target=second, kind=kind)

    assert relation.pk


def test_two_documents_may_amend_the_same_one():
    first, second = amended_in_a_row(2)
    third = LegalDocumentFactory()
    DocumentRelationFactory(document=third, target=second, kind=RelationKind.AMENDS)

    assert DocumentRelationFactory(document=third, target=first, kind=RelationKind.AMENDS).pk


def test_document_does_not_amend_one_that_was_issued_later():
    older = LegalDocumentFactory(signed_on=date(2019, 12, 13))
    newer = LegalDocumentFactory(signed_on=date(2020, 1, 1))

    told = refusal_of(
        partial(DocumentRelationFactory, document=older, target=newer, kind=RelationKind.AMENDS), "target"
    )

    assert f"{older} ban hành trước {newer}" in told


def test_draft_without_a_day_may_amend_any_document():
    draft = LegalDocumentFactory(unissued=True)

    assert DocumentRelationFactory(document=draft, kind=RelationKind.AMENDS).pk


def test_relation_entered_the_wrong_way_round_can_be_turned():
    relation = DocumentRelationFactory(kind=RelationKind.AMENDS)

    relation.document, relation.target = relation.target, relation.document
    signed_save(relation, by=system_account(), reason="Ghi ngược")

    assert DocumentRelation.objects.get().document == relation.document


def test_relation_can_be_taken_away():
    relation = DocumentRelationFactory(kind=RelationKind.AMENDS)

    signed_delete(relation, by=system_account(), reason="Ghi nhầm")

    assert not DocumentRelation.objects.exists()
    assert DocumentRelation.history.filter(history_type="-").count() == 1


def test_document_does_not_get_a_day_before_that_of_what_it_amends():
    draft = LegalDocumentFactory(unissued=True)
    DocumentRelationFactory(
        document=draft, target=LegalDocumentFactory(signed_on=date(2019, 12, 13)), kind=RelationKind.AMENDS
    )

    told = refusal_of(partial(issue, draft, signed_on=date(2019, 12, 1)), "signed_on")

    assert "không thể ban hành trước" in told
    assert LegalDocument.objects.get(pk=draft.pk).number is None


def issue(document, *, by=None, **given):
    given = {"code": DocumentCode(45, "TB-UBND"), "signed_on": date(2024, 4, 15), "today": TODAY} | given
    return issue_document(document, by=by or system_account(), **given)


def test_document_gets_its_number_and_keeps_what_rests_on_it():
    notice = LegalDocumentFactory(unissued=True, kind=DocumentKind.NOTICE, symbol="TB-UBND", signer="Trần Hữu Phúc")
    relation = DocumentRelationFactory(document=notice)
    step = RevisionStepFactory(document=notice)
    person = UserFactory()

    issue(notice, effective_on=date(2024, 4, 16), reason="Văn thư cấp số", by=person)

    notice.refresh_from_db()
    assert str(notice) == "Thông báo số 45/TB-UBND ngày 15/04/2024"
    assert (notice.effective_on, notice.signer) == (date(2024, 4, 16), "Trần Hữu Phúc")
    newest = notice.history.order_by("-history_id").first()
    assert (newest.history_user, newest.history_change_reason) == (person, "Văn thư cấp số")
    assert newest.prev_record.number is None
    relation.refresh_from_db()
    step.refresh_from_db()
    assert relation.document == step.document == notice


@pytest.mark.parametrize(
    ("fields", "given", "refusal", "field"),
    [
        pytest.param({"number": 12}, {}, AlreadyIssued, "code", id="it has a number"),
        pytest.param({"press": True, "signed_on": None}, {}, AlreadyIssued, "code", id="a report of the press"),
        pytest.param(
            {"unissued": True}, {"code": DocumentCode(None, "TB-UBND")}, NotYetIssued, "code", id="no number given"
        ),
        pytest.param({"unissued": True}, {"signed_on": date(2024, 7, 1)}, NotYetIssued, "signed_on", id="day to come"),
        pytest.param(
            {"unissued": True}, {"effective_on": date(2024, 4, 1)}, ValidationError, "__all__", id="effect before"
        ),
        pytest.param(
            {"unissued": True}, {"code": DocumentCode(45, "2023/QĐ-UBND")}, ValidationError, "symbol", id="other year"
        ),
    ],
)
def test_document_is_not_issued(fields, given, refusal, field):
    document = LegalDocumentFactory(**fields)

    with pytest.raises(refusal) as raised:
        issue(document, **given)

    assert field in raised.value.message_dict
    assert document.history.count() == 1


def test_number_that_another_document_has_is_refused():
    agency = AgencyFactory()
    LegalDocumentFactory(
        issuer=agency, kind=DocumentKind.NOTICE, number=45, symbol="TB-UBND", signed_on=date(2024, 1, 2)
    )
    notice = LegalDocumentFactory(issuer=agency, kind=DocumentKind.NOTICE, unissued=True, symbol="TB-UBND")

    with pytest.raises(ValidationError) as refusal:
        issue(notice)

    assert [error.code for error in refusal.value.error_dict["__all__"]] == ["code"]


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_give_a_document_one_number(at_once):
    notice = LegalDocumentFactory(unissued=True)
    by = system_account()

    outcomes = at_once(
        partial(issue, notice, by=by, code=DocumentCode(45, "TB-UBND")),
        partial(issue, notice, by=by, code=DocumentCode(46, "TB-UBND")),
    )

    assert [type(outcome) for outcome in outcomes].count(AlreadyIssued) == 1
    assert not any(isinstance(outcome, IntegrityError) for outcome in outcomes)
    assert notice.history.count() == 2


def test_report_without_its_day_is_named_by_what_it_says_of_it():
    report = LegalDocumentFactory(press=True, signed_on=None, date_as_written="tháng 6/2022")

    assert str(report) == "Báo địa phương, tháng 6/2022"


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("112/nq-hđnd", id="code"),
        pytest.param("do thi thong minh", id="no accents"),
        pytest.param("ĐÔ THỊ 112", id="words of both"),
    ],
)
def test_document_is_found_by_what_it_says(typed):
    document = LegalDocumentFactory(number=112, subject="Về việc thông qua Đề án phát triển đô thị thông minh")
    LegalDocumentFactory(number=7, subject="Về lĩnh vực khác")

    assert list(LegalDocument.objects.mentioning(typed)) == [document]


def test_documents_without_a_day_come_before_the_newest():
    old = LegalDocumentFactory(signed_on=date(2019, 1, 1))
    draft = LegalDocumentFactory(unissued=True)
    new = LegalDocumentFactory(signed_on=date(2024, 1, 1))

    assert list(LegalDocument.objects.newest_first()) == [draft, new, old]


def test_figure_gets_a_note_and_its_history():
    figure = StatedFigureFactory(value=9)
    person = UserFactory()

    note_stated_figure(figure, note="Đã hỏi tòa soạn.", reason="Đối chiếu quý II", by=person)

    stored = StatedFigure.objects.get()
    assert (stored.value, stored.note) == (9, "Đã hỏi tòa soạn.")
    newest = stored.history.order_by("-history_id").first()
    assert (newest.history_user, newest.history_change_reason) == (person, "Đối chiếu quý II")
