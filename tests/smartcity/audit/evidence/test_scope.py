"""No kind of record is forgotten: whatever can lead to a programme is asked for, whatever is added later too."""

import pytest

from meetings.models import FeedAddress
from programme.models import Agency, AgencySuccession, DocumentRelation, LegalDocument, Membership, Province, User
from smartcity.audit.evidence.scope import CITED, LEADING, OF_WHOLE_MEETINGS, Scope
from smartcity.lib.log.tracked import tracked_tables
from tasks.models import Dataset, DatasetObservation
from tests.factories import ProgrammeFactory, UserFactory

pytestmark = pytest.mark.django_db

# What leads to no programme, and is taken with everything that may be read.
OF_NO_PROGRAMME = {Dataset, DatasetObservation, AgencySuccession, DocumentRelation, Membership}
# The secret address of one person is shown on no page of another; it is in a package of the whole database alone.
NOBODY_ELSES = {FeedAddress}


def kinds():
    return {one.model for one in tracked_tables().values()}


def test_package_of_a_programme_asks_for_every_kind_that_can_lead_to_it():
    parts = {part.model for part in Scope(ProgrammeFactory()).parts()}

    assert parts == kinds() - OF_NO_PROGRAMME - NOBODY_ELSES - set(CITED)


def test_package_of_everything_that_may_be_read_asks_for_every_kind():
    scope = Scope(reader=UserFactory(role="auditor", agency=None))

    parts = {part.model for part in (*scope.parts(), *scope.cited({}))}

    assert parts == kinds() - NOBODY_ELSES


def test_package_of_all_there_is_asks_for_every_kind():
    assert {part.model for part in Scope().parts()} == kinds()


def test_each_key_by_which_a_kind_leads_is_one_of_its_own():
    for model, keys in LEADING:
        for name, owner in keys:
            assert model._meta.get_field(name).related_model is owner
    for model in OF_WHOLE_MEETINGS:
        assert model._meta.get_field("meeting")


def test_what_rows_name_is_of_these_kinds():
    assert {LegalDocument, Agency, User, Province} < set(CITED)
