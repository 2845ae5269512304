"""What a whole tenant may call in a day: counted for all of its people together, refused in words that say so."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from cryptouniverse.api.limits import Window, count
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.context import TenantCtx
from cryptouniverse.kernel.daily import left_of_day, requests_today
from cryptouniverse.kernel.errors import Unavailable
from tenants.provisioning.selectors import forget_hosts
from tenants.provisioning.services import quotas, set_quotas
from tests.api.limits_stage import low_limits, redis_away
from tests.people import browser, member

PING = "/api/v1/health/ping"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ROOMY = Window("user:ann", 1_000, 900)


@pytest.fixture
def three_a_day(acme):
    set_quotas(slug="acme", numbers={"api_requests_day": 3}, reason="as agreed in the contract")
    forget_hosts()
    yield
    forget_hosts()


def counted(tenant, *, at=NOON, a_day=3):
    return count(tenant=tenant, address="198.51.100.7", windows=[ROOMY], a_day=a_day, now=at)


def test_all_people_of_a_tenant_share_its_day(three_a_day):
    ann, bob = browser(member("ann@acme.example")), browser(member("bob@acme.example"))

    answers = [ann.get(PING), bob.get(PING), ann.get(PING), bob.get(PING)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[1]["RateLimit-Limit"] == "3" and answers[1]["RateLimit-Remaining"] == "1"
    assert "3 calls that it has for a day" in answers[3].json()["detail"]
    assert 0 < int(answers[3]["Retry-After"]) <= 86_400


def test_pages_the_stop_switch_and_other_tenants_go_on(three_a_day, bolt_ctx):
    ann = browser(member("ann@acme.example"))
    stop = reverse("api_stop", kwargs={"portfolio_id": "01890000-0000-7000-8000-000000000000"})
    assert [ann.get(PING).status_code for _ in range(4)] == [200, 200, 200, 429]

    assert ann.get("/").status_code == 200
    assert ann.post(stop, {"reason": "storm"}, content_type="application/json").status_code == 404  # it ran
    assert browser(host="bolt.localhost").get(PING).status_code == 200


def test_the_administrator_sees_how_much_is_used(three_a_day):
    root = browser(member("root@acme.example", role="admin"))
    root.get(PING)

    shown = root.get("/api/v1/tenant/quotas").json()["quotas"]

    assert {"name": "api_requests_day", "used": 2, "most": 3, "own": True, "of_one": False} in shown


def test_the_next_day_of_utc_begins_anew():
    tenant = uuid4()
    today = [counted(tenant).admitted for _ in range(4)]
    tomorrow = NOON + timedelta(hours=12)

    assert today == [True, True, True, False]
    assert counted(tenant, at=tomorrow - timedelta(seconds=1)).admitted is False
    assert counted(tenant, at=tomorrow).admitted


def test_a_day_that_others_used_up_holds_no_address_short():
    tenant = uuid4()
    with low_limits(faults=3):
        answers = [counted(tenant, a_day=0) for _ in range(5)]

    assert not any(answer.short for answer in answers)


def test_what_is_refused_takes_no_place():
    tenant = uuid4()
    refused = Window("user:bob", 0, 900)
    count(tenant=tenant, address="198.51.100.7", windows=[refused], a_day=1, now=NOON)

    assert counted(tenant, a_day=1).admitted


def test_the_count_says_when_the_day_ends():
    answer = counted(uuid4(), at=NOON, a_day=1)

    assert (answer.of_day, answer.limit, answer.remaining, answer.reset_s) == (True, 1, 0, 12 * 3600)
    assert left_of_day(NOON) == timedelta(hours=12)


def test_a_tenant_without_room_for_any_call_makes_none():
    assert counted(uuid4(), a_day=0).admitted is False


def test_without_redis_the_usage_is_not_made_up(acme):
    with redis_away(), pytest.raises(Unavailable):
        quotas()


def test_only_what_was_let_in_is_counted(acme_ctx):
    tenant = TenantCtx(uuid4(), "of-its-own", acme_ctx.schema)
    for _ in range(5):
        counted(tenant.id, at=clock.now())

    assert requests_today(tenant) == 3
