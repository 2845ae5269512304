"""Tasks, cache keys and log lines carry their tenant, and nothing of another's."""

import json
import logging
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import caches
from django.db import transaction

from aiengine.autopilot.models import CycleRun
from aiengine.autopilot.tasks import run_cycles
from cryptouniverse.api.models import IdempotencyRecord
from cryptouniverse.api.tasks import forget_idempotency_keys
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.errors import NoTenant, NotFound
from cryptouniverse.kernel.tenancy import in_tenant
from tenants.provisioning.selectors import tenant_by_slug
from tests.tenants.canaries import Person, answers, given_person
from tests.tenants.channels import cached, strangers_in, tenant_tasks, written_log
from tests.web.stage import given_market

pytestmark = [pytest.mark.prove, pytest.mark.timeout(300)]


@pytest.fixture
def people(acme_ctx, bolt_ctx):
    given_market()
    return [given_person(acme_ctx, "alice"), given_person(bolt_ctx, "bob")]


@dataclass(frozen=True)
class Walk:
    """What two people left behind: lines of the log, what caches keep, and what each then finds under one name."""

    people: list[Person]
    lines: list[str]
    cached: dict[str, object]
    themes: list[str]


@pytest.fixture(scope="session")
def walk(django_db_setup, django_db_blocker):
    """Alice and Bob of two tenants ask every route, with ids of their own and one that nobody has."""
    with django_db_blocker.unblock(), transaction.atomic():
        given_market()
        people = [given_person(tenant_by_slug("acme"), "alice"), given_person(tenant_by_slug("bolt"), "bob")]
        assert len({person.name for person in people}) == 2
        with written_log() as log:
            for person in people:
                list(answers(person.browser(), [*person.ids[:2], "no-such-id"]))
                run_cycles(tenant_id=str(person.tenant.id))
                with in_tenant(person.tenant):
                    caches["default"].set("theme", person.name)
        themes = [_theme_of(person) for person in people]
        transaction.set_rollback(True)
        return Walk(people, log.getvalue().splitlines(), cached(), themes)


def _theme_of(person):
    with in_tenant(person.tenant):
        return caches["default"].get("theme")


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


@pytest.mark.xdist_group("walk")  # one process: the walk is made once
def test_every_cache_key_has_its_tenant_and_what_is_everybodys_names_nobody(walk):
    known = tuple(f"t:{person.tenant.id}:" for person in walk.people)
    assert [key for key in walk.cached if not key.startswith((*known, "g:"))] == []
    shared = "".join(f"{key}{value!r}" for key, value in walk.cached.items() if key.startswith("g:"))
    assert [canary for person in walk.people for canary in person.own | person.hidden if canary in shared] == []
    assert walk.themes == [person.name for person in walk.people]


@pytest.mark.xdist_group("walk")  # one process: the walk is made once
def test_log_lines_name_their_tenant_and_nobody_of_another(walk):
    assert {json.loads(line)["tenant"] for line in walk.lines} >= {"acme", "bolt"}
    assert all(json.loads(line)["correlation_id"] for line in walk.lines)
    assert strangers_in(walk.lines, walk.people) == []


def test_a_planted_line_about_somebody_elses_is_found(people):
    alice, bob = people
    with written_log() as log, in_tenant(alice.tenant):
        logging.getLogger("planted").warning("met %s", max(bob.own))

    assert len(strangers_in(log.getvalue().splitlines(), people)) == 1
