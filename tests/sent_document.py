"""A new document as its form sends it."""

from programme.models import DocumentKind
from tests.forms_read import Page

ADD = "/quan-tri/programme/legaldocument/add/"


def new_document(browser, person, **typed):
    """The add form as the browser would send it, with one document typed into it."""
    values = Page(browser.get(ADD).text).values
    document = {"kind": DocumentKind.DECISION, "code": "12/QĐ-UBND", "signed_on": "03/02/2021", "subject": "Kế hoạch"}
    return values | document | {"issuer": person.agency.pk, "province": person.province_id, "_save": ""} | typed
