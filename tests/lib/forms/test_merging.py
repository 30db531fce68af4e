"""Two editors of one record: what is taken over, what is asked about, and that nothing is overwritten unseen."""

from datetime import UTC, date, datetime

import pytest
from django.http import QueryDict

from programme.models import Agency, DocumentKind, LegalDocument, Revision
from smartcity.lib.forms.merging import MINE, THEIRS, say_merged
from smartcity.lib.forms.record_forms import VersionedForm
from smartcity.lib.records.history import signed_save
from smartcity.lib.records.typed_fields import TypedDay, TypedMoney
from tests.factories import AgencyFactory, LegalDocumentFactory, RevisionFactory, UserFactory

pytestmark = pytest.mark.django_db


class DocumentForm(VersionedForm):
    effective_on = TypedDay(label="Ngày có hiệu lực", required=False)

    class Meta:
        model = LegalDocument
        fields = ["kind", "issuer", "subject", "signer", "effective_on", "note"]


class BudgetForm(VersionedForm):
    error_places = {"declared_budget_vnd": "budget"}
    budget = TypedMoney(label="Tổng kinh phí", required=False)

    class Meta:
        model = Revision
        fields = ["name", "task_list_is_partial"]

    def shown(self, record, upto):
        return {"budget": record.declared_budget_vnd}

    def clean_budget(self):
        self.instance.declared_budget_vnd = self.cleaned_data["budget"]
        return self.instance.declared_budget_vnd


@pytest.fixture
def lan():
    return UserFactory(full_name="Nguyễn Thị Lan")


@pytest.fixture
def document():
    return LegalDocumentFactory(
        subject="Về đề án", signer="Trần A", effective_on=date(2020, 1, 1), note="Dòng 1\nDòng 2"
    )


def opened(form) -> QueryDict:
    """What a browser sends of a page that nobody touches: its line breaks are those of the web."""
    data = QueryDict(mutable=True)
    for bound in form:
        value = bound.field.widget.format_value(bound.value())
        for one in value if isinstance(value, list) else [value]:
            if one not in (None, False, ""):
                data.appendlist(bound.html_name, str(one).replace("\n", "\r\n"))
    return data


def stored(record):
    return type(record).objects.get(pk=record.pk)


def change(record, by, **fields):
    record = stored(record)
    for name, value in fields.items():
        setattr(record, name, value)
    return signed_save(record, by=by, reason="Đính chính")


def send(record, seen, form_class=DocumentForm, **typed):
    data = seen.copy()
    data.update({name: value for name, value in typed.items() if name not in data})
    for name, value in typed.items():
        data[name] = value
    return form_class(data, instance=stored(record))


def test_what_each_of_two_changed_is_kept(document, lan):
    seen = opened(DocumentForm(instance=document))
    change(document, lan, subject="Về đề án sửa đổi", effective_on=date(2021, 2, 3))

    form = send(document, seen, signer="Lê B")

    assert form.is_valid(), form.errors
    saved = form.save(commit=False)
    assert (saved.subject, saved.effective_on, saved.signer) == ("Về đề án sửa đổi", date(2021, 2, 3), "Lê B")
    assert [(one.label, one.value, one.who) for one in form.merged] == [
        ("Trích yếu", "Về đề án sửa đổi", lan),
        ("Ngày có hiệu lực", "03/02/2021", lan),
    ]
    assert "signer" in form.changed_data
    assert not {"subject", "effective_on"} & set(form.changed_data)


def test_what_was_taken_over_is_told_in_one_sentence_for_each_of_the_others(document, lan):
    minh = UserFactory(full_name="Trần Văn Minh")
    seen = opened(DocumentForm(instance=document))
    for by, fields in ((lan, {"subject": "A", "signer": "B"}), (minh, {"effective_on": None})):
        record = stored(document)
        record._history_date = datetime(2024, 4, 3, 3, 5, tzinfo=UTC)
        for name, value in fields.items():
            setattr(record, name, value)
        signed_save(record, by=by)

    form = send(document, seen, note="Khác")

    assert form.is_valid()
    assert say_merged(form.merged) == [
        "Trong lúc bạn nhập, Nguyễn Thị Lan đã sửa “Trích yếu”, “Người ký” lúc 10:05 ngày 03/04/2024; "
        "thay đổi đó được giữ cùng với nội dung của bạn.",
        "Trong lúc bạn nhập, Trần Văn Minh đã sửa “Ngày có hiệu lực” lúc 10:05 ngày 03/04/2024; "
        "thay đổi đó được giữ cùng với nội dung của bạn.",
    ]
    assert say_merged(form.merged, reader=lan)[0].startswith("Trong lúc bạn nhập, chính bạn (ở một trang khác) đã sửa")


def test_same_field_changed_to_the_same_value_is_no_conflict(document, lan):
    seen = opened(DocumentForm(instance=document))
    change(document, lan, effective_on=date(2024, 4, 3))

    form = send(document, seen, effective_on="3/4/2024")

    assert form.is_valid()
    assert not form.conflicts


def test_field_that_both_changed_is_asked_about_in_words(document, lan):
    ministry = AgencyFactory(province=None, name="Bộ Xây dựng")
    seen = opened(DocumentForm(instance=document))
    newest = change(
        document, lan, kind=DocumentKind.DECISION, issuer=ministry, effective_on=None, note="Một\n\nHai"
    ).history.latest("history_id")

    form = send(document, seen, kind=DocumentKind.PLAN, issuer="", effective_on="03/04/2024", note="Ba\r\nBốn")

    assert not form.is_valid()
    assert {one.field: (one.mine, one.theirs) for one in form.conflicts} == {
        "kind": (DocumentKind.PLAN.label, DocumentKind.DECISION.label),
        "issuer": ("(trống)", "Bộ Xây dựng"),
        "effective_on": ("03/04/2024", "(trống)"),
        "note": ("Ba\nBốn", "Một\n\nHai"),
    }
    assert {(one.who, one.at) for one in form.conflicts} == {(lan, newest.history_date)}
    [told] = form.errors["effective_on"]
    assert told.startswith("Nguyễn Thị Lan đã sửa thành «(trống)» lúc ")
    assert "bạn nhập «03/04/2024»" in told
    assert stored(document).note == "Một\n\nHai"


def test_money_and_ticks_are_told_in_words(lan):
    revision = RevisionFactory(declared_budget_vnd=2 * 10**9, declared_budget_kind="estimate")
    seen = opened(BudgetForm(instance=revision))
    change(revision, lan, declared_budget_vnd=3 * 10**9, task_list_is_partial=True)

    form = send(revision, seen, BudgetForm, budget="4 tỷ đồng")

    assert not form.is_valid()
    [conflict] = form.conflicts
    assert (conflict.mine, conflict.theirs.replace("\u00a0", " ")) == ("4 tỷ đồng", "3 tỷ đồng")
    assert [(one.value, one.who) for one in form.merged] == [("có", lan)]
    assert form["task_list_is_partial"].value()


@pytest.mark.parametrize(("answer", "kept"), [(MINE, "Của tôi"), (THEIRS, "Của Lan")])
def test_answer_decides_which_value_is_saved(document, lan, answer, kept):
    seen = opened(DocumentForm(instance=document))
    change(document, lan, subject="Của Lan")
    asked = send(document, seen, subject="Của tôi", signer="Lê B")
    [conflict] = asked.conflicts if not asked.is_valid() else [None]

    form = send(document, asked.data, hoi="subject", **{conflict.question: answer})

    assert form.is_valid(), form.errors
    saved = form.save(commit=False)
    assert (saved.subject, saved.signer) == (kept, "Lê B")


def test_conflict_without_an_answer_is_asked_about_again(document, lan):
    seen = opened(DocumentForm(instance=document))
    change(document, lan, subject="Của Lan")
    asked = send(document, seen, subject="Của tôi")
    assert not asked.is_valid()

    again = send(document, asked.data, hoi="subject")

    assert not again.is_valid()
    assert [(one.mine, one.theirs, one.who) for one in again.conflicts] == [("Của tôi", "Của Lan", lan)]


@pytest.mark.parametrize("answer", [MINE, THEIRS])
def test_change_of_a_third_person_is_asked_about_whatever_was_answered(document, lan, answer):
    third = UserFactory(full_name="Trần Văn Minh")
    seen = opened(DocumentForm(instance=document))
    change(document, lan, subject="Của Lan")
    asked = send(document, seen, subject="Của tôi")
    assert not asked.is_valid()
    change(document, third, subject="Của Minh")

    again = send(document, asked.data, hoi="subject", **{asked.conflicts[0].question: answer})

    assert not again.is_valid()
    assert [(one.mine, one.theirs, one.who) for one in again.conflicts] == [("Của tôi", "Của Minh", third)]


def test_answer_stays_when_a_third_person_changes_something_else(document, lan):
    seen = opened(DocumentForm(instance=document))
    change(document, lan, subject="Của Lan")
    asked = send(document, seen, subject="Của tôi")
    assert not asked.is_valid()
    change(document, UserFactory(), signer="Lê B")

    form = send(document, asked.data, hoi="subject", **{asked.conflicts[0].question: MINE})

    assert form.is_valid()
    saved = form.save(commit=False)
    assert (saved.subject, saved.signer) == ("Của tôi", "Lê B")


def test_what_was_taken_over_can_be_changed_back_after_it_was_read(document, lan):
    seen = opened(DocumentForm(instance=document))
    change(document, lan, subject="Của Lan", signer="Lê B")
    asked = send(document, seen, subject="Của tôi")
    assert not asked.is_valid()
    assert asked["signer"].value() == "Lê B"

    form = send(document, asked.data, signer="Trần A", hoi="subject", **{asked.conflicts[0].question: MINE})

    assert form.is_valid()
    assert form.save(commit=False).signer == "Trần A"


def test_who_changed_a_field_is_whoever_changed_it_last(document, lan):
    seen = opened(DocumentForm(instance=document))
    change(document, lan, subject="Của Lan")
    change(document, UserFactory(), signer="Lê B")

    form = send(document, seen, subject="Của tôi")

    assert not form.is_valid()
    assert [one.who for one in form.conflicts] == [lan]


def test_newest_version_is_the_last_written_when_the_clock_is_set_back(document, lan):
    ahead = stored(document)
    ahead.subject, ahead._history_date = "Đồng hồ nhanh", datetime(2030, 1, 1, 10, tzinfo=UTC)
    signed_save(ahead, by=UserFactory())
    seen = opened(DocumentForm(instance=stored(document)))
    back = stored(document)
    back.subject, back._history_date = "Đồng hồ lùi", datetime(2030, 1, 1, 8, tzinfo=UTC)
    signed_save(back, by=lan)

    form = send(document, seen, subject="Của tôi")

    assert not form.is_valid()
    assert [(one.theirs, one.who) for one in form.conflicts] == [("Đồng hồ lùi", lan)]
    assert form.newest.subject == "Đồng hồ lùi"


@pytest.mark.parametrize("seen_version", ["", "0", "abc", "1.2", "99999999999999999999"])
def test_page_of_an_unknown_version_saves_nothing_unasked(document, seen_version):
    form = send(document, opened(DocumentForm(instance=document)), seen_version=seen_version, subject="Của tôi")

    assert not form.is_valid()
    assert [(one.mine, one.theirs) for one in form.conflicts] == [("Của tôi", "Về đề án")]
    assert "Trong lúc bạn nhập" in form.errors["__all__"][0]


def test_version_of_another_record_is_no_version_of_this_one(document):
    other = LegalDocumentFactory()
    stranger = other.history.latest("history_id").history_id

    form = send(document, opened(DocumentForm(instance=document)), seen_version=str(stranger))

    assert not form.is_valid()


def test_untouched_page_takes_over_everything(document, lan):
    seen = opened(DocumentForm(instance=document))
    change(document, lan, subject="A", signer="B", note="C\n\nD", effective_on=None)

    form = send(document, seen)

    assert form.is_valid()
    saved = form.save(commit=False)
    assert (saved.subject, saved.signer, saved.note, saved.effective_on) == ("A", "B", "C\n\nD", None)


def test_page_shows_the_version_that_it_names(document, lan):
    read_before = stored(document)
    newest = change(document, lan, subject="Của Lan", signer="Lê B").history.latest("history_id")

    form = DocumentForm(instance=read_before)

    assert form["seen_version"].value() == str(newest.history_id)
    assert (form["subject"].value(), form["signer"].value()) == ("Của Lan", "Lê B")


def test_new_record_has_nobody_to_be_merged_with():
    agency = AgencyFactory(province=None)
    form = DocumentForm({"kind": DocumentKind.PLAN, "issuer": agency.pk, "subject": "Mới"})

    assert (form.merged, form.conflicts) == ([], [])
    assert Agency.objects.filter(pk=agency.pk).exists()
