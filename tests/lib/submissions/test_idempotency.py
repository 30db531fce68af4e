"""A form that is sent several times takes effect once."""

import re
from datetime import timedelta
from functools import partial

import pytest
from django.contrib.messages import get_messages
from django.core import signing
from django.core.management import call_command
from django.db import DatabaseError
from django.test import Client
from django.urls import path, reverse
from django.utils.timezone import localtime, now

from programme.models import LegalDocument
from smartcity.lib.submissions import token as tokens
from smartcity.models import SentForm
from smartcity.urls import urlpatterns as site
from tests.examples import examples
from tests.factories import LegalDocumentFactory, ProgrammeFactory, UserFactory, coordinator_of, rewrite
from tests.forms_read import Page
from tests.reading import text_of
from tests.sent_document import ADD, new_document

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

CLICKS = examples(10, all_of_them=100)


def save_and_fail(request):
    document = LegalDocumentFactory(subject="Dở dang")
    raise DatabaseError(f"a mistake after saving {document}")


urlpatterns = [path("hong/", save_and_fail), *site]


@pytest.fixture
def programme():
    return ProgrammeFactory()


@pytest.fixture
def person(programme):
    return coordinator_of(programme)


def told(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def saved_before(token):
    at = localtime(SentForm.objects.get(token=tokens.read_token(token).id).sent_at)
    return f"Nội dung này đã được lưu lúc {at:%H:%M} ngày {at:%d/%m/%Y}; lần gửi sau không ghi thêm."


def test_second_sending_is_led_where_the_first_was_and_told_when_it_was_saved(client_of, person):
    browser = client_of(person)
    form = new_document(browser, person)

    first = browser.post(ADD, form)
    again = browser.post(ADD, form)

    assert (first.status_code, again.status_code, again.url) == (302, 302, first.url)
    assert saved_before(form["slip"]) in told(again)
    assert LegalDocument.objects.filter(subject="Kế hoạch").count() == 1
    assert LegalDocument.objects.get(subject="Kế hoạch").history.count() == 1


def test_going_back_to_change_what_was_saved_saves_nothing_more(client_of, person):
    browser = client_of(person)
    form = new_document(browser, person)
    browser.post(ADD, form)

    browser.post(ADD, form | {"code": "13/QĐ-UBND"})

    assert list(LegalDocument.objects.filter(subject="Kế hoạch").values_list("number", flat=True)) == [12]


def test_form_that_was_refused_is_sent_again_with_the_same_token(client_of, person):
    browser = client_of(person)
    form = new_document(browser, person, signed_on="31/02/2021")
    refused = browser.post(ADD, form)

    shown = Page(refused.text).values
    mended = browser.post(ADD, shown | {"signed_on": "03/02/2021", "_save": ""})
    # The page from before the refusal, two steps back.
    back = browser.post(ADD, form | {"signed_on": "04/02/2021"})

    assert refused.status_code == 400
    assert shown["slip"] == form["slip"]
    assert (mended.status_code, back.url) == (302, mended.url)
    assert LegalDocument.objects.filter(subject="Kế hoạch").count() == 1


def test_each_opening_of_a_form_is_another_sending(client_of, person):
    browser = client_of(person)

    for code in ("12/QĐ-UBND", "13/QĐ-UBND"):
        browser.post(ADD, new_document(browser, person, code=code))

    assert LegalDocument.objects.filter(subject="Kế hoạch").count() == 2


def test_answer_that_only_explains_a_refusal_is_not_told_as_saved(client_of, programme, person):
    document = LegalDocumentFactory(issuer=person.agency, province=programme.province, number=None, symbol="TB-UBND")
    browser, address = client_of(person), reverse("document_issue", args=[document.pk])
    token = token_of(browser.get(address))
    rewrite(document, number=45)

    answers = [browser.post(address, {"slip": token, "code": "45/TB-UBND"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert all(f'href="{document.get_absolute_url()}"' in answer.text for answer in answers)
    assert not any("đã được lưu" in answer.text for answer in answers)


@pytest.mark.urls(__name__)
def test_failure_leaves_nothing_and_the_token_unused(client_of, person):
    browser = client_of(person)
    browser.raise_request_exception = False

    response = browser.post("/hong/", {"slip": tokens.new_token(person)})

    assert response.status_code == 500
    assert not LegalDocument.objects.filter(subject="Dở dang").exists()
    assert not SentForm.objects.exists()


def token_of(page):
    return re.search(r'name="slip" value="([^"]+)"', page.text)[1]


@pytest.mark.parametrize("whose", ["somebody else's", "nobody's", "an old one"])
def test_token_that_is_not_good_saves_nothing(client_of, person, monkeypatch, whose):
    browser = client_of(person)
    form = new_document(browser, person)
    if whose == "somebody else's":
        form["slip"] = tokens.new_token(UserFactory())
    elif whose == "nobody's":
        form["slip"] = signing.Signer().sign(f"{person.pk}.x")
    else:
        monkeypatch.setattr(tokens, "GOOD_FOR", timedelta(0))

    response = browser.post(ADD, form)

    assert response.status_code == 403
    assert "Trang đã cũ" in text_of(response.text)
    assert not LegalDocument.objects.filter(subject="Kế hoạch").exists()


@pytest.mark.parametrize(
    "address",
    [ADD, "/quan-tri/programme/programme/add/", "/quan-tri/programme/statedfigure/add/"],
)
def test_form_of_the_admin_carries_one_token(client_of, person, address):
    html = client_of(person).get(address).text

    assert len(re.findall(r'name="slip" value="', html)) == 1


def test_notes_are_forgotten_after_the_tokens_are_too_old(person, capsys):
    today = now()
    for days in (6, 8):
        SentForm.objects.create(
            token=tokens.uuid.uuid4(), user=person, path="/", sent_at=today - timedelta(days=days), outcome="/"
        )

    call_command("forget_sent_forms")

    assert capsys.readouterr().out == "Đã xóa 1 ghi nhớ.\n"
    assert (today - SentForm.objects.get().sent_at).days == 6


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_double_clicks_make_a_row_each(client_of, at_once):
    person = coordinator_of(ProgrammeFactory())
    browser = client_of(person)
    form = new_document(browser, person)

    def press(number):
        same_browser = Client()
        same_browser.cookies = browser.cookies.copy()
        return same_browser.post(ADD, form | {"code": f"{number}/QĐ-UBND", "slip": token}).status_code

    for number in range(1, CLICKS + 1):
        token = tokens.new_token(person)
        answers = at_once(partial(press, number), partial(press, number))
        assert answers == [302, 302], number

    assert LegalDocument.objects.filter(subject="Kế hoạch").count() == CLICKS
    assert SentForm.objects.count() == CLICKS
