"""What carries a tenant besides an answer: tasks, lines of the log, keys of the caches."""

from __future__ import annotations

import io
import json
import logging
import logging.config
from contextlib import contextmanager

import redis
from django.conf import settings

from cryptouniverse.celery import app
from cryptouniverse.kernel.tasks import TenantTask
from cryptouniverse.logs import logging_config


def tenant_tasks():
    app.loader.import_default_modules()
    return [task for name, task in sorted(app.tasks.items()) if isinstance(task, TenantTask)]


@contextmanager
def written_log():
    """Everything that is logged inside, at DEBUG, as the production profile writes it."""
    form = logging_config(level="DEBUG", form="json")["formatters"]["structured"]
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(form["()"](**{name: value for name, value in form.items() if name != "()"}))
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield stream
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


def strangers_in(lines, people):
    """Lines of one tenant, or of none, in which somebody of another is named, and lines in which a secret stands."""
    return [line for line in lines for person in people if _is_told_of(line, person)]


def _is_told_of(line, person):
    foreign = json.loads(line)["tenant"] != person.tenant.slug
    return any(text in line for text in (person.own | person.hidden if foreign else person.hidden))


def cached():
    """Every key that caches wrote, and what stands there. The broker's and the channel layer's have their own names."""
    with redis.Redis.from_url(settings.REDIS_URL) as server:
        keys = [key.decode() for key in server.scan_iter("*")]
        others = ("_kombu", "cu", "unacked")
        return {key: server.get(key) for key in keys if not key.startswith(others) and server.type(key) == b"string"}
