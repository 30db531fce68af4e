"""Who asks for pages: over the network, as people do, or inside this process, where what a page does can be counted."""

import http.client
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection
from django.db.models.signals import post_init
from django.test import Client
from django.test.utils import CaptureQueriesContext

from programme.models import User

CSRF = "bench" * 6 + "ab"


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    location: str

    @property
    def text(self) -> str:
        return self.body.decode()


class NetworkBrowser:
    """One person at one connection, which stays open."""

    def __init__(self, user: User, port: int):
        self.user = user
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        cookies = f"{settings.SESSION_COOKIE_NAME}={_session_of(user)}; {settings.CSRF_COOKIE_NAME}={CSRF}"
        self._headers = {"Cookie": cookies, "X-CSRFToken": CSRF}

    def get(self, address: str) -> Answer:
        return self._ask("GET", address, None, {})

    def post(self, address: str, values: dict) -> Answer:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", address, urlencode(values), form)

    def _ask(self, method: str, address: str, body: str | None, headers: dict) -> Answer:
        try:
            self._connection.request(method, address, body, self._headers | headers)
            response = self._connection.getresponse()
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            # The server closes what nobody uses for two seconds.
            self._connection.close()
            self._connection.request(method, address, body, self._headers | headers)
            response = self._connection.getresponse()
        return Answer(response.status, response.read(), response.headers.get("Location", ""))

    def close(self) -> None:
        self._connection.close()


class InnerBrowser:
    """Counts the queries that answers took, and the objects that were made of rows."""

    def __init__(self, user: User):
        self.user, self.queries, self.objects = user, 0, 0
        self._client = Client(headers={"host": "localhost"})
        self._client.force_login(user)

    def get(self, address: str) -> Answer:
        return self._ask(self._client.get, address)

    def post(self, address: str, values: dict) -> Answer:
        return self._ask(self._client.post, address, values)

    def _ask(self, method: Callable, *given: object) -> Answer:
        post_init.connect(self._count)
        try:
            with CaptureQueriesContext(connection) as asked:
                response = method(*given)
                body = b"".join(response.streaming_content) if response.streaming else response.content
                # What marks a place in a transaction asks nothing.
                marks = ("SAVEPOINT", "RELEASE", "ROLLBACK")
                self.queries += sum(not query["sql"].startswith(marks) for query in asked.captured_queries)
        finally:
            post_init.disconnect(self._count)
        return Answer(response.status_code, body, urlsplit(response.headers.get("Location", "")).path)

    def _count(self, **_: object) -> None:
        self.objects += 1


def _session_of(user: User) -> str:
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return session.session_key
