"""Tasks, cache keys and log lines carry their tenant, and nothing of another's."""

import io
import json
import logging
import logging.config
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

import pytest
import redis
from django.conf import settings
from django.core.cache import caches

from aiengine.autopilot.models import CycleRun
from aiengine.autopilot.tasks import run_cycles
from cryptouniverse.api.models import IdempotencyRecord
from cryptouniverse.api.tasks import forget_idempotency_keys
from cryptouniverse.celery import app
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.errors import NoTenant, NotFound
from cryptouniverse.kernel.tasks import TenantTask
from cryptouniverse.kernel.tenancy import in_tenant
from cryptouniverse.logs import logging_config
from tests.tenants.canaries import answers, given_person
from tests.web.stage import given_market

pytestmark = [pytest.mark.prove, pytest.mark.timeout(300)]


@pytest.fixture
def people(acme_ctx, bolt_ctx):
    given_market()
    return [given_person(acme_ctx, "alice"), given_person(bolt_ctx, "bob")]


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
    """Lines of one tenant, or of none, in which somebody of another is named."""
    return [
        line
        for line in lines
        for person in people
        if json.loads(line)["tenant"] != person.tenant.slug and any(canary in line for canary in person.own)
    ]


def test_every_task_of_a_tenant_refuses_to_run_without_one(db):
    tasks = tenant_tasks()

    assert {run_cycles.name, forget_idempotency_keys.name} <= {task.name for task in tasks}
    for task in tasks:
        with pytest.raises(NoTenant):
            task()
        with pytest.raises(NotFound):
            task(tenant_id=str(uuid4()))


def test_a_task_touches_only_its_tenant(people):
    old = {"fingerprint": "f", "status": 200, "body": "{}", "created_at": clock.now() - timedelta(days=9)}
    alice, bob = people
    for person in people:
        with in_tenant(person.tenant):
            IdempotencyRecord.objects.create(caller=uuid4(), key="old", **old)

    forget_idempotency_keys(tenant_id=str(alice.tenant.id))
    run_cycles(tenant_id=str(alice.tenant.id))

    with in_tenant(alice.tenant):
        assert not IdempotencyRecord.objects.exists() and CycleRun.objects.exists()
    with in_tenant(bob.tenant):
        assert IdempotencyRecord.objects.exists() and not CycleRun.objects.exists()


def test_every_cache_key_has_its_tenant_and_what_is_everybodys_names_nobody(people):
    for person in people:
        list(answers(person.browser(), person.ids[:1]))
        with in_tenant(person.tenant):
            caches["default"].set("theme", person.name)

    kept = _cached()

    known = tuple(f"t:{person.tenant.id}:" for person in people)
    assert [key for key in kept if not key.startswith((*known, "g:"))] == []
    shared = "".join(f"{key}{value!r}" for key, value in kept.items() if key.startswith("g:"))
    assert [canary for person in people for canary in person.own if canary in shared] == []
    for person in people:
        with in_tenant(person.tenant):
            assert caches["default"].get("theme") == person.name


def test_log_lines_name_their_tenant_and_nobody_of_another(people):
    alice, bob = people
    with written_log() as log:
        for person, other in ((alice, bob), (bob, alice)):
            list(answers(person.browser(), [*person.ids[:2], "no-such-id"]))
            assert other.name != person.name
            run_cycles(tenant_id=str(person.tenant.id))

    lines = log.getvalue().splitlines()
    assert {json.loads(line)["tenant"] for line in lines} >= {"acme", "bolt"}
    assert all(json.loads(line)["correlation_id"] for line in lines)
    assert strangers_in(lines, people) == []


def test_a_planted_line_about_somebody_elses_is_found(people):
    alice, bob = people
    with written_log() as log, in_tenant(alice.tenant):
        logging.getLogger("planted").warning("met %s", max(bob.own))

    assert len(strangers_in(log.getvalue().splitlines(), people)) == 1


def _cached():
    """Every key that caches wrote, and what stands there. The broker's and the channel layer's have their own names."""
    with redis.Redis.from_url(settings.REDIS_URL) as server:
        keys = [key.decode() for key in server.scan_iter("*")]
        others = ("_kombu", "cu", "unacked")
        return {key: server.get(key) for key in keys if not key.startswith(others) and server.type(key) == b"string"}
