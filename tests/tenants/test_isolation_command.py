"""The crawl as a command finds nothing; what is planted in sockets, caches and tasks, it finds."""

import json
import os
import subprocess
import sys
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.conf import settings
from django.core.cache import caches

from cryptouniverse.kernel.context import TenantCtx
from tests.routes import http_routes
from tests.tenants import crawler
from tests.tenants.canaries import Person
from tests.tenants.crawled_sockets import strangers_heard
from tests.tenants.crawler import Report, look_at_caches, look_at_tasks

REQUESTS = 200_000 if os.environ.get("CU_SOAK") else 10_000


def somebody(name: str) -> Person:
    tenant = TenantCtx(id=UUID(int=len(name)), slug=name, schema=f"t_{name}")
    return Person(name, tenant, SimpleNamespace(role="trader"), frozenset({f"zq{name}"}), frozenset(), ())


@pytest.mark.prove
@pytest.mark.timeout(0)
def test_three_tenants_and_three_users_in_one_see_nothing_of_each_other():
    command = [sys.executable, "manage.py", "isolation_crawl", "--json", "--requests", str(REQUESTS)]
    done = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)

    report = json.loads(done.stdout.splitlines()[-1])
    assert (done.returncode, report["found"], report["broken"]) == (0, [], [])
    assert report["requests"] == REQUESTS and report["seen_by_owner"] == report["planted"] > 40
    assert {"answers", "files", "sockets", "tasks", "cache", "logs"} <= {*report["channels"]}
    assert report["routes"] > len(http_routes()) - 5 and report["credentials"] == 27


def test_a_planted_hint_on_somebody_elses_socket_is_found_and_so_is_a_deaf_one():
    ann, bob = somebody("ann"), somebody("robert")

    assert strangers_heard([ann, bob], {"ann": "portfolio:zqann", "robert": "portfolio:zqrobert"}) == []
    assert len(strangers_heard([ann, bob], {"ann": "zqann", "robert": "zqrobert zqann"})) == 1
    assert strangers_heard([ann, bob], {"ann": "", "robert": "zqrobert"}) == ["ann did not hear what is theirs"]


def test_a_planted_value_in_everybodys_cache_is_found():
    report = Report()
    caches["global"].set("planted", "zqann")
    look_at_caches([somebody("ann"), somebody("robert")], report)

    assert report.canaries == 1 and "ann" in report.found[0]


def test_a_planted_task_that_runs_for_no_tenant_is_found(monkeypatch):
    def anybodys(**_tenant: str) -> None:
        """Runs for whom it may."""

    anybodys.name = "planted"
    report = Report()
    monkeypatch.setattr(crawler, "tenant_tasks", lambda: [anybodys])
    look_at_tasks(report)

    assert report.canaries == 2 and not report.holds


def test_a_crawl_whose_eye_is_blind_does_not_hold():
    assert Report(planted=2, seen_by_owner=2).holds
    assert not Report(planted=2, seen_by_owner=1).holds and not Report().holds
