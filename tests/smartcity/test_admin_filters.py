"""Filters of the admin by a related record: links while these are few, a field to type in where they are many."""

import re
from html import unescape

import pytest
from django.contrib import admin

from programme.models import Role
from smartcity.exchange.exports.changelists import listing_of
from smartcity.lib.admin import VisibleFilter
from smartcity.lib.admin.filters import MOST_CHOICES
from tests.factories import (
    AgencyFactory,
    DatasetFactory,
    LegalDocumentFactory,
    ProgrammeFactory,
    ProvinceFactory,
    ReportingDutyFactory,
    UserFactory,
    coordinator_of,
)
from tests.forms_read import url

pytestmark = pytest.mark.django_db

FILTERS = [
    (model_admin.opts.label_lower, path)
    for model_admin in admin.site._registry.values()
    for path, filter_class in (one for one in model_admin.list_filter if isinstance(one, tuple))
    if filter_class is VisibleFilter
]


@pytest.fixture
def province():
    return ProvinceFactory(code="hai-duong", name="Tỉnh Hải Dương")


@pytest.fixture
def many(province):
    """More programmes than are listed; each has a duty to report."""
    return make_programmes(province, MOST_CHOICES + 5)


@pytest.fixture
def reader(client_of, province):
    return client_of(UserFactory(role=Role.LEADER, agency=AgencyFactory(province=province)))


def make_programmes(province, count, code="HD"):
    agency = AgencyFactory(province=province)
    made = [
        ProgrammeFactory(province=province, code=f"{code}-{number:02d}", coordinating_agency=agency)
        for number in range(count)
    ]
    for programme in made:
        ReportingDutyFactory(programme=programme)
    return made


def opened(reader, record="tasks.reportingduty", **query):
    response = reader.get(url(record, "changelist", **query))
    assert response.status_code == 200
    return response


def rows_of(response):
    return sorted(duty.programme.code for duty in response.context["cl"].result_list)


def links_of(response):
    """What the filters offer, in order, by what it is called; and what of it is chosen."""
    html = response.text[response.text.index('id="changelist-filter"') :]
    return re.findall(r'<a class="text-link" href="([^"]*)"( aria-current="true")?>([^<]*)</a>', html)


def test_few_are_offered_one_beside_the_other_in_vietnamese_order(client_of):
    province = ProvinceFactory()
    committee = AgencyFactory(province=province, name="Ủy ban")
    document = LegalDocumentFactory(issuer=committee)
    for name in ["Sở Ánh", "Sở An", "Sở Ăn", "Sở Đất", "Sở Dân"]:
        DatasetFactory(agency=AgencyFactory(province=province, name=name), document=document)
    reader = client_of(UserFactory(role=Role.LEADER, agency=committee))

    response = opened(reader, "tasks.dataset")

    [spec] = [one for one in response.context["cl"].filter_specs if isinstance(one, VisibleFilter)]
    assert [label for _, label in spec.lookup_choices] == [
        "Sở An",
        "Sở Ánh",
        "Sở Ăn",
        "Sở Dân",
        "Sở Đất",
        "Ủy ban",
    ]
    assert 'type="search" id="loc-agency"' not in response.text


def test_many_are_not_listed_but_typed(reader, many):
    response = opened(reader)

    assert 'type="search" id="loc-programme" name="programme__tim"' in response.text
    assert [label for _, _, label in links_of(response)] == ["Tất cả"]
    assert len(rows_of(response)) == MOST_CHOICES + 5


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("HD-07", ["HD-07"]),
        ("hd 07", ["HD-07"]),
        ("HD-4", ["HD-04", "HD-14", "HD-24", "HD-34", *(f"HD-4{digit}" for digit in range(5))]),
        ("không có", []),
    ],
)
def test_what_is_typed_narrows_the_list_and_offers_what_it_finds(reader, many, typed, found):
    response = opened(reader, programme__tim=typed)

    assert rows_of(response) == found
    assert [(bool(chosen), unescape(label)) for _, chosen, label in links_of(response)] == [
        (False, "Tất cả"),
        (True, f"có chữ «{typed}»"),
        *((False, code) for code in found),
    ]
    assert ("Không có mục nào được gọi như vậy" in response.text) == (not found)


def test_of_very_many_found_the_first_are_offered_and_all_are_listed(reader, many):
    response = opened(reader, programme__tim="HD")

    assert len(links_of(response)) == 2 + MOST_CHOICES
    assert "Còn nữa. Gõ thêm chữ để thu hẹp." in response.text
    assert len(rows_of(response)) == len(many)


def test_what_is_offered_is_chosen_by_its_link_under_the_address_of_before(reader, many):
    [_, _, (address, _, _)] = links_of(opened(reader, programme__tim="HD-07"))

    response = reader.get(url("tasks.reportingduty", "changelist") + unescape(address))

    assert unescape(address) == f"?programme__id__exact={many[7].pk}"
    assert rows_of(response) == ["HD-07"]
    assert [(bool(chosen), label) for _, chosen, label in links_of(response)] == [(False, "Tất cả"), (True, "HD-07")]


def test_field_keeps_what_else_narrows_the_list(reader, many):
    html = opened(reader, q="kho", programme__id__exact=many[3].pk, o="1").text

    form = html[html.index('id="loc-programme"') :].partition("</form>")[0]

    assert re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', form) == [("q", "kho"), ("o", "1")]


def test_file_of_the_list_has_its_rows_and_says_what_was_typed(reader, many):
    lines = b"".join(reader.get("/quan-tri/tasks/reportingduty/danh-sach.csv?programme__tim=HD-4").streaming_content)
    listing = listing_of(opened(reader, programme__tim="HD-4").context["cl"])

    assert len(lines.decode().splitlines()) == 1 + 9
    assert "Đề án: có chữ «HD-4»" in listing.filters


def test_record_of_another_province_is_not_found(client_of, many):
    own = make_programmes(ProvinceFactory(), 1, code="HD-KHAC")[0]
    reader = client_of(coordinator_of(own))

    response = opened(reader, programme__tim="HD")

    assert rows_of(response) == ["HD-KHAC-00"]
    assert len(links_of(response)) == 3


@pytest.mark.parametrize("typed", ["Hải Dương", "hai duong", "HẢI", "hai-duong"])
def test_province_is_found_however_it_is_typed(client_of, province, typed):
    for number in range(MOST_CHOICES):
        ProvinceFactory(code=f"tinh-so-{number}")
    AgencyFactory(province=province, name="Sở Y tế")
    reader = client_of(UserFactory(role=Role.AUDITOR, agency=None))

    response = opened(reader, "programme.agency", province__tim=typed)

    assert [agency.name for agency in response.context["cl"].result_list] == ["Sở Y tế"]


@pytest.mark.parametrize("count", [3, 60])
def test_list_asks_and_reads_no_more_for_many(client_of, province, count, django_assert_num_queries):
    make_programmes(province, count)
    reader = client_of(UserFactory(role=Role.LEADER, agency=AgencyFactory(province=province)))

    with django_assert_num_queries(5):
        response = opened(reader)

    assert len(response.context["cl"].filter_specs[-1].lookup_choices) <= MOST_CHOICES


@pytest.mark.parametrize("typed", ["%", "_", "'", "\\", "\x00", "...", " ", "x" * 5000, "«»"])
def test_filter_takes_what_is_typed_as_text(reader, many, typed):
    opened(reader, programme__tim=typed, programme__id__exact="1")


def test_every_filter_takes_what_is_typed_as_text(client_of):
    reader = client_of(UserFactory(role=Role.AUDITOR, agency=None))

    for record, path in FILTERS:
        opened(reader, record, **{f"{path}__tim": "%_'\\\x00…", f"{path}__id__exact": "1"})


@pytest.mark.parametrize("query", [{}, {"programme__tim": "HD-07"}])
def test_counts_beside_other_filters_leave_the_field_as_it_is(reader, many, query):
    plain, counted = opened(reader, **query), opened(reader, _facets="True", **query)

    assert [label for _, _, label in links_of(counted)] == [label for _, _, label in links_of(plain)]
    assert rows_of(counted) == rows_of(plain)


@pytest.mark.parametrize("key", ["abc", "", "9" * 30, "-1", "²"])
def test_key_that_is_none_is_told_as_before(reader, many, key):
    response = reader.get(url("tasks.reportingduty", "changelist", programme__id__exact=key))

    assert response.status_code in {200, 302}
