"""A line says what somebody who was not there understands: no keys, no digests, no hours of another country."""

import re
from html import unescape

import pytest
from django.urls import reverse
from django.utils.timezone import localtime

from meetings.models import FeedAddress
from meetings.operations.calendar_feeds import make_address, revoke_address
from programme.models import Role, StoredFile
from smartcity.audit.changes.filters import ChangesForm
from smartcity.lib.records.history import user_action
from tests.factories import (
    StoredFileFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def auditor():
    return UserFactory(role=Role.AUDITOR, agency=None)


@pytest.fixture
def said(client_of, auditor):
    """The page, the file and the history of one record as an auditor reads them, joined."""

    def said(reader=None, **asked):
        browser = client_of(reader or auditor)
        page = browser.get(reverse("change_log"), asked)
        file = browser.get(reverse("change_log_export", args=["csv"]), asked)
        assert page.status_code == 200
        html = page.text.partition('id="nhat-ky"')[2] + b"".join(file.streaming_content).decode()
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).replace("\u00a0", " ").split())

    return said


def test_address_of_a_calendar_tells_no_digest_and_hours_by_the_clock_on_the_wall(said, auditor):
    person = UserFactory()
    with user_action(by=person):
        make_address(person)
        revoke_address(person)
    address = FeedAddress.objects.get()

    words = said(loai="meetings.feedaddress")

    assert address.digest not in words
    assert "Mã của địa chỉ" not in words
    for at in (address.made_at, address.revoked_at):
        assert f"{localtime(at):%H:%M ngày %d/%m/%Y}" in words
    assert "+00:00" not in words
    offered = dict(ChangesForm({}, auditor).fields["truong"].choices)
    assert "meetings.feedaddress.digest" not in dict(offered["Địa chỉ lịch"])


def test_file_tells_when_it_came_and_not_where_it_lies_on_disk(said):
    stored = StoredFile.objects.get(pk=StoredFileFactory().pk)

    words = said(loai="programme.storedfile")

    assert f"{localtime(stored.uploaded_at):%H:%M ngày %d/%m/%Y}" in words
    assert stored.content.name not in words
    assert "Nơi lưu" not in words
