"""Many directives are entered in a row: each page leads to the next, and offers first whom the meeting named."""

import pytest

from meetings.models import Conclusion, Directive
from tests.factories import AgencyFactory
from tests.meeting_pages import errors_of, page, secretary_of, send
from tests.meetings.factories import AssignmentFactory, ConclusionFactory, DirectiveFactory, MeetingFactory
from tests.reading import text_of

pytestmark = pytest.mark.django_db

AND_ON = {"y-kien-tiep": "1"}


@pytest.fixture
def conclusion():
    return ConclusionFactory(number=1)


@pytest.fixture
def lead(conclusion):
    return AgencyFactory(province=conclusion.meeting.province, name="Sở Xây dựng")


@pytest.fixture
def office(client_of, conclusion):
    return client_of(secretary_of(conclusion.meeting.province))


def given(lead, **typed):
    return {"text": "Trình hồ sơ.", "leads": [lead.pk], "kind": "none"} | typed


def test_button_for_the_next_directive_saves_and_opens_an_empty_page(office, conclusion, lead):
    response = send(office, "directive_add", conclusion, **given(lead), **AND_ON)

    assert response.redirect_chain == [(page("directive_add", conclusion), 302)]
    assert "Đã thêm ý kiến chỉ đạo 1.1: Trình hồ sơ." in text_of(response.text)
    assert not response.context["form"].is_bound
    assert Directive.objects.get().text == "Trình hồ sơ."


def test_second_directive_follows_the_first(office, conclusion, lead):
    send(office, "directive_add", conclusion, **given(lead), **AND_ON)
    send(office, "directive_add", conclusion, **given(lead, text="Báo cáo tiến độ."))

    texts = conclusion.directives.order_by("position").values_list("position", "text")
    assert list(texts) == [(1, "Trình hồ sơ."), (2, "Báo cáo tiến độ.")]


def test_button_for_the_next_directive_keeps_what_is_wrong_on_the_page(office, conclusion, lead):
    response = send(office, "directive_add", conclusion, **given(lead, text=""), **AND_ON)

    assert errors_of(response)["text"] == "Ghi nội dung giao."
    assert not Directive.objects.exists()


def test_new_conclusion_leads_to_its_first_directive(office, conclusion):
    response = send(office, "conclusion_add", conclusion.meeting, heading="Về kinh phí", **AND_ON)

    made = Conclusion.objects.get(heading="Về kinh phí")
    assert response.redirect_chain == [(page("directive_add", made), 302)]
    assert "Đã thêm kết luận 2." in text_of(response.text)


def test_pages_offer_the_way_on(office, conclusion):
    assert "Lưu, thêm ý kiến tiếp" in text_of(office.get(page("directive_add", conclusion)).text)
    assert "Lưu, thêm ý kiến chỉ đạo" in text_of(office.get(page("conclusion_add", conclusion.meeting)).text)


def test_agencies_that_the_meeting_named_before_stand_first(office, conclusion, lead):
    province = conclusion.meeting.province
    first, last = (AgencyFactory(province=province, name=name) for name in ("A-Sở", "Ủy ban nhân dân thành phố"))
    AssignmentFactory(directive=DirectiveFactory(conclusion=conclusion), agency=last)
    elsewhere = DirectiveFactory(conclusion__meeting=MeetingFactory(province=province))
    AssignmentFactory(directive=elsewhere, agency=lead)

    form = office.get(page("directive_add", conclusion)).context["form"]

    for name in ("leads", "coordinating"):
        offered = [pk for pk, _ in form.fields[name].choices]
        assert offered[0] == last.pk
        assert offered.index(first.pk) < offered.index(lead.pk)
