"""Documents, agencies and people that are found."""

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.urls import reverse

from programme.models import Agency, LegalDocument, Membership, User
from smartcity.lib.language.dates import say_day
from smartcity.search.hits import Hit, Kind, hit, place
from smartcity.search.matching import Search, best_first, cited_documents, found, has_words


def _documents(search: Search) -> QuerySet[LegalDocument]:
    """By what it is about, how it is called, who signed it; or as it is cited."""
    visible = LegalDocument.objects.visible_to(search.user)
    by_words = visible.none() if search.asked.is_a_place else visible.filter(has_words(search.asked.words))
    exact = cited_documents(search)
    rows = best_first(found(by_words, exact), search.asked, F("signed_on").desc(nulls_last=True), exact=exact)
    return rows.select_related("issuer", "province")


def _tell_document(document: LegalDocument, search: Search) -> Hit:
    # A report by the press has its publisher and day in its name.
    issuer = document.issuer.name if document.issuer else None
    return hit(
        search,
        document.get_absolute_url(),
        str(document),
        texts=[document.subject, document.signer],
        about=document.subject,
        told=[issuer, place(document.province, search)],
    )


def _agencies(search: Search) -> QuerySet[Agency]:
    """By full or short name; those that still work first."""
    visible = Agency.objects.visible_to(search.user)
    rows = found(visible.filter(has_words(search.asked.words)))
    rows = best_first(rows, search.asked, F("in_force_to").desc(nulls_first=True), "name", name="name")
    return rows.select_related("province")


def _tell_agency(agency: Agency, search: Search) -> Hit:
    ended = f"hoạt động đến hết {say_day(agency.last_day)}" if agency.last_day and agency.has_ended(search.on) else None
    told = [agency.short_name, place(agency.province, search), ended]
    return hit(search, agency.get_absolute_url(), agency.name, told=told)


def _people(search: Search) -> QuerySet[User]:
    """By name, title or account; those whose account is open first."""
    visible = User.objects.visible_to(search.user)
    rows = found(visible.filter(has_words(search.asked.words)))
    works = Membership.objects.filter(user=OuterRef("pk")).overlapping(search.on, search.on)
    rows = rows.annotate(works_at=Subquery(works.values("agency__name")[:1]))
    return best_first(rows, search.asked, F("is_active").desc(), "full_name", name="full_name")


def _tell_person(person, search: Search) -> Hit:
    locked = None if person.is_active else "tài khoản đã khóa"
    told = [person.title, person.works_at, person.get_role_display(), locked]
    address = reverse("admin:programme_user_change", args=[person.pk])
    return hit(search, address, str(person), texts=[person.username], told=told)


DOCUMENTS = Kind("van-ban", "Văn bản", _documents, _tell_document)
AGENCIES = Kind("co-quan", "Cơ quan", _agencies, _tell_agency)
PEOPLE = Kind("nguoi-dung", "Người dùng", _people, _tell_person)
