"""The page of who may do what says all that the table of rights has, and nothing else."""

from collections import Counter

import pytest
from django.urls import reverse

from programme.models import Role
from programme.rights import RIGHTS, roles_that
from smartcity.accounts.rights_in_words import ACTS, KEPT_BY_ACTS
from tests.factories import AgencyFactory, UserFactory
from tests.reading import Reader, text_of

TOLD = [one for _, acts in ACTS for one in acts]
GIVEN = {(verb, record) for record, roles in RIGHTS.items() for verbs in roles.values() for verb in verbs}


def test_every_right_has_its_words_once():
    assert Counter(right for one in TOLD for right in one.rights) == Counter(GIVEN)


def test_every_record_without_a_right_of_its_own_has_its_words():
    assert set(KEPT_BY_ACTS) == {record for record, roles in RIGHTS.items() if not roles}


@pytest.mark.parametrize("act", TOLD, ids=lambda act: act.words[:40])
def test_rights_told_as_one_act_are_those_of_the_same_roles(act):
    assert {right: roles_that(*right) for right in act.rights} == dict.fromkeys(act.rights, act.roles)
    assert act.words[0].isupper()
    assert act.whose.endswith(".")


def test_no_two_acts_are_called_the_same():
    assert [words for words, count in Counter(one.words for one in TOLD).items() if count > 1] == []


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
def test_everybody_reads_it_with_their_own_role_marked(client_of, role):
    browser = client_of(UserFactory(role=role, agency=AgencyFactory()))

    page = browser.get(reverse("who_may_do_what")).text

    assert f"{role.label} (bạn)" in page
    assert page.count("(bạn)</th>") == len(ACTS)
    assert page.count('class="own">được</td>') == sum(role in one.roles for one in TOLD)
    assert page.count(">được</td>") == sum(len(one.roles) for one in TOLD)
    assert [one.words for one in TOLD if one.words not in text_of(page)] == []
    assert Reader(page).inline == []


@pytest.mark.django_db
def test_every_page_leads_to_it(client_of):
    browser = client_of(UserFactory(role=Role.LEADER, agency=AgencyFactory()))

    assert (reverse("who_may_do_what"), "Ai được làm gì") in Reader(browser.get("/").text).links


@pytest.mark.django_db
def test_it_is_only_read(client_of):
    browser = client_of(UserFactory(agency=AgencyFactory()))

    assert browser.post(reverse("who_may_do_what")).status_code == 405


@pytest.mark.django_db
@pytest.mark.both_databases
def test_it_asks_for_who_reads_alone(client_of, django_assert_num_queries):
    browser = client_of(UserFactory(agency=AgencyFactory()))

    with django_assert_num_queries(2):
        browser.get(reverse("who_may_do_what"))
