"""Secrets that must not turn up anywhere, and eyes on every place where one could.

    with watching(settings) as watch:
        key = watch.plant()
        ...
    assert watch.hits() == []

A canary is looked for raw, in base64 (wherever it stands in a longer text), in hex, URL-encoded and HTML-escaped; its
first 16 characters are enough. Watched while it runs: what is logged at DEBUG, every answer (pages, API, admin), every
task that is published, every command that Redis gets. Looked at when it ends: audit, outbox, every table.
"""

from __future__ import annotations

import base64
import html
import io
import logging
import secrets
import string
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import redis
from celery.signals import before_task_publish
from django.conf import settings as django_settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from psycopg import sql

from cryptouniverse.logs import logging_config

CHANNELS = ("log", "page", "api", "admin", "task", "redis", "audit", "event", "dump", "other")
PREFIX = 16
_SIGNS = "+/=&%"  # so that URL-encoding and escaping change something
_ALPHABET = string.ascii_letters + string.digits
_ANSWERS: list[Watch] = []
_LAST_WORD = "canary-watch-ends"


@dataclass(frozen=True, slots=True)
class Canary:
    """A made-up secret. name: what a report calls it."""

    name: str
    text: str

    @classmethod
    def fresh(cls, name: str, length: int = 64) -> Canary:
        """Random, with signs among its first 16 characters."""
        rest = "".join(secrets.choice(_ALPHABET) for _ in range(length - 2 * len(_SIGNS)))
        woven = "".join(sign + letter for sign, letter in zip(_SIGNS, rest, strict=False))
        return cls(name, woven + rest[len(_SIGNS) :] + "x" * len(_SIGNS))

    def forms(self) -> dict[str, str]:
        """Form to the text that gives it away, in lower case: made of the first 16 characters."""
        start = self.text[:PREFIX]
        encoded = {f"base64+{shift}": _base64_within(start, shift) for shift in range(3)}
        safe = {f"url-safe {form}": text.replace("+", "-").replace("/", "_") for form, text in encoded.items()}
        others = {
            "raw": start,
            "hex": start.encode().hex(),
            "url": quote(start, safe=""),
            "url of url": quote(quote(start, safe=""), safe=""),
            "url path": quote(start),
            "html": html.escape(start),
        }
        return {form: text.lower() for form, text in (others | encoded | safe).items()}


@dataclass
class Watch:
    """What was seen, by channel, and the canaries that should not be in it."""

    canaries: list[Canary] = field(default_factory=list)
    seen: dict[str, list[str]] = field(default_factory=lambda: {channel: [] for channel in CHANNELS})

    def plant(self, name: str = "") -> str:
        """A fresh secret that must not be seen again."""
        self.canaries.append(Canary.fresh(name or f"canary {len(self.canaries) + 1}"))
        return self.canaries[-1].text

    def note(self, channel: str, what: object) -> None:
        """Something went out through `channel`."""
        self.seen[channel].append(what.decode(errors="replace") if isinstance(what, bytes) else str(what))

    def hits(self) -> list[str]:
        """A line for each canary and form that was seen in a channel. Never the secret itself."""
        found = []
        for channel, texts in self.seen.items():
            said = "\n".join(texts).lower()
            for canary in self.canaries:
                found += [f"{channel}: {canary.name} {form}" for form, text in canary.forms().items() if text in said]
        return found

    def channels_hit(self) -> set[str]:
        """The channels that something leaked through."""
        return {hit.partition(":")[0] for hit in self.hits()}


@contextmanager
def watching(settings: Any = django_settings) -> Iterator[Watch]:
    """Watch everything that happens inside; at the end look at all that is stored (before a test rolls it back)."""
    watch = Watch()
    with ExitStack() as stack:
        for eye in (_logs, _answers, _tasks, _redis):
            stack.enter_context(eye(watch, settings))
        yield watch
        watch_tables(watch)


def watch_tables(watch: Watch) -> None:
    """Audit and outbox by name, and then every table there is, as a dump has it: bytes in hex."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
            " ORDER BY 1, 2"
        )
        tables = cursor.fetchall()
        for schema, table in tables:
            name = sql.SQL("{}.{}").format(sql.Identifier(schema), sql.Identifier(table))
            with cursor.copy(sql.SQL("COPY (SELECT * FROM {}) TO STDOUT").format(name)) as rows:
                content = b"".join(bytes(row) for row in rows)
            watch.note("dump", content)
            if table == "tenants_audit_auditrecord":
                watch.note("audit", content)
            if table == "cryptouniverse_events_outboxevent":
                watch.note("event", content)


class Answers:
    """A middleware outside all others: every answer of the product, headers and body, goes to who watches."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        channel = next((name for name in ("api", "admin") if request.path.startswith(f"/{name}/")), "page")
        content = b"" if answer.streaming else answer.content
        for watch in _ANSWERS:
            watch.note(channel, f"{request.path} {answer.headers} {answer.cookies.output()}")
            watch.note(channel, content)
        return answer


@contextmanager
def _logs(watch: Watch, _settings: Any) -> Iterator[None]:
    """Every line at DEBUG as production writes it, tracebacks among it, on the loggers' own levels."""
    form = logging_config(level="DEBUG", form="json")["formatters"]["structured"]
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(form["()"](**{name: value for name, value in form.items() if name != "()"}))
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
        watch.note("log", _unescaped(stream.getvalue()))


@contextmanager
def _answers(watch: Watch, settings: Any) -> Iterator[None]:
    outermost = f"{__name__}.Answers"
    _ANSWERS.append(watch)
    try:
        with override_settings(MIDDLEWARE=[outermost, *settings.MIDDLEWARE]):
            yield
    finally:
        _ANSWERS.remove(watch)


@contextmanager
def _tasks(watch: Watch, _settings: Any) -> Iterator[None]:
    def published(sender: Any = None, body: Any = None, headers: Any = None, **_: Any) -> None:
        watch.note("task", f"{sender} {body} {headers}")

    before_task_publish.connect(published, weak=False)
    try:
        yield
    finally:
        before_task_publish.disconnect(published)


@contextmanager
def _redis(watch: Watch, _settings: Any) -> Iterator[None]:
    """All that Redis is told meanwhile: queues, cache, channel layer, limits."""
    begun = threading.Event()

    def listen() -> None:
        with redis.Redis.from_url(django_settings.REDIS_URL) as server, server.monitor() as monitor:
            begun.set()
            for command in monitor.listen():
                watch.note("redis", command["command"])
                if _LAST_WORD in command["command"]:
                    return

    thread = threading.Thread(target=listen)
    thread.start()
    assert begun.wait(10)
    try:
        yield
    finally:
        with redis.Redis.from_url(django_settings.REDIS_URL) as server:
            server.echo(_LAST_WORD)
        thread.join(10)
        assert not thread.is_alive()


def _base64_within(text: str, shift: int) -> str:
    """The base64 of `text` as it reads after `shift` other bytes, without the characters that those decide."""
    encoded = base64.b64encode(b"\0" * shift + text.encode()).decode().rstrip("=")
    first, bits = -(-shift * 8 // 6), (shift + len(text)) * 8
    return encoded[first : bits // 6]


def _unescaped(text: str) -> str:
    """JSON lines as they were before: what is escaped there would hide."""
    return text + "\n" + text.replace('\\"', '"').replace("\\\\", "\\").replace("\\/", "/")
