"""Debian's Chromium, and people who sign in with it."""

import shutil
from io import StringIO

import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.management import call_command
from django.db import connections
from django.test import Client

from meetings.operations.extended_days import count_extended_differences
from programme.models import Programme, User
from tasks.operations.task_days import count_differences
from tests import kept_rows


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    chromium = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    assert chromium, "Chromium is missing; make test installs it"
    # The tests may run as root in a container, where Chromium's own sandbox cannot start.
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    return {**browser_type_launch_args, "executable_path": chromium, "args": flags}


@pytest.fixture(scope="session")
def playwright(playwright):
    """While its event loop runs, Django keeps other connections in this thread; they end with it."""
    yield playwright
    connections.close_all()


@pytest.fixture
def plain_static_names(settings, monkeypatch):
    """The test server looks files up under their plain names; production's carry a hash, and stay in the browser."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    serve = StaticFilesHandler.serve

    def kept(handler, request):
        response = serve(handler, request)
        response["Cache-Control"] = "max-age=3600"
        return response

    monkeypatch.setattr(StaticFilesHandler, "serve", kept)


@pytest.fixture(scope="session")
def rows_of_the_site():
    """The rows that ``site`` begins with; the first test that asks for them loads them."""
    return {}


@pytest.fixture
def site(transactional_db, plain_static_names, live_server, rows_of_the_site):
    """The address of a running site with both real programmes and the demonstration's accounts."""

    def load():
        call_command("load_programmes", stdout=StringIO())
        call_command("make_demo_accounts", stdout=StringIO())

    kept_rows.fill(rows_of_the_site, load)
    yield live_server.url
    # Whatever people did, what is derived of tasks on days and of extensions follows from it.
    assert {
        key: found for key in Programme.objects.values_list("pk", flat=True) if (found := count_differences(key))
    } == {}
    assert count_extended_differences() == 0


def session_of(username):
    """Signed in without the form, which the tests of what is typed before it fill in (``test_unsaved.py``)."""
    browser = Client()
    browser.force_login(User.objects.get(username=username))
    return browser.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.fixture
def page_of(site, new_context):
    """Open a page as somebody, in a browser of their own; a script's or the policy's complaint fails the test."""
    complaints = []

    def hear(page, message):
        # A page that shows what a form refused has that status; the browser notes it, and nothing is wrong.
        refused = "status of 400" in message.text and message.location["url"] == page.url
        if message.type == "error" and not refused:
            complaints.append(message.text)

    def sign_in(username, width=1366, height=768):
        context = new_context(
            viewport={"width": width, "height": height}, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh"
        )
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: hear(page, message))
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session_of(username), "url": site}])
        # It leads whoever is signed in to where signing in leads.
        page.goto(f"{site}/dang-nhap/")
        assert "dang-nhap" not in page.url
        return page

    yield sign_in
    assert not complaints, complaints[:5]
