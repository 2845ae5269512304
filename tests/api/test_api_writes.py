"""Every route that writes leaves its audit record: each one is called here, and a new one without a call is found."""

from collections.abc import Callable
from contextlib import nullcontext
from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client

from cryptouniverse.kernel import clock
from tenants.audit.selectors import audit_records
from tests.access.matrix import WALKED_FOR_AUDIT
from tests.accounts import credential_calls, security_calls, webhook_calls
from tests.people import PASSWORD, browser, member
from tests.routes import http_routes
from tests.strategies import hook_calls
from tests.tenants import white_label_calls
from tests.trading import connection_calls
from trading.connections.models import Connection
from trading.execution.models import StrangeOrder
from trading.portfolio.services.opening import open_portfolio
from trading.risk.services import set_limits

ALICE = "alice@acme.example"


def _explained(client: Client) -> None:
    link = Connection.objects.get(label="active")
    StrangeOrder.objects.create(
        connection=link, venue_order_id="7", symbol="BTC/USDT", side="buy", quantity=1, executed=0, status="open",
        ours=True, seen_at=clock.now(),
    )  # fmt: skip
    client.post(f"/desk/connections/{link.public_id}/explain/", {"order": "7", "reason": "an old installation"})


CALLS: dict[str, Callable[[Client], object]] = {
    "accounts/login/": lambda _: browser().post("/accounts/login/", {"login": ALICE, "password": PASSWORD}),
    "accounts/logout/": lambda c: c.post("/accounts/logout/"),
    "api/v1/credits/top-ups": lambda c: c.post(
        "/api/v1/credits/top-ups",
        {"amount": "10", "currency": "PRACTICE"},
        content_type="application/json",
        headers={"Idempotency-Key": "k1"},
    ),
    "desk/stop/": lambda c: c.post("/desk/stop/", {"reason": "storm"}),
    "desk/rearm/": lambda c: c.post("/desk/rearm/", {"reason": "storm over"}),
    "desk/top-ups/": lambda c: c.post("/desk/top-ups/", {"amount": "10", "key": uuid4()}),
    "desk/connections/<uuid:connection_id>/explain/": _explained,
    **connection_calls.CALLS,
    **security_calls.CALLS,
    **white_label_calls.CALLS,
    **credential_calls.CALLS,
    **webhook_calls.CALLS,
    **hook_calls.CALLS,
}
OVER_CONNECTIONS = {*connection_calls.CALLS, "desk/connections/<uuid:connection_id>/explain/"}  # the others need none
ALSO = connection_calls.ALSO | security_calls.ALSO | credential_calls.ALSO | webhook_calls.ALSO | hook_calls.ALSO
# Directories and what sends alerts are no persons, and support takes an operator: their writes are tested in
# test_scim_sequences, test_hooks_door and test_support_access.
ELSEWHERE = ("scim/", "hooks/", "api/v1/support/")
WRITES = {r.path: r.writes() for r in http_routes() if r.writes() and not r.path.startswith(ELSEWHERE)}


def test_every_route_that_writes_is_called_here_or_walked():
    walked = {path for _, path in WALKED_FOR_AUDIT}  # test_access_audit calls those that are not called here

    assert sorted(WRITES.keys() - CALLS.keys() - walked) == []
    assert CALLS.keys() <= WRITES.keys()


@pytest.mark.parametrize("path", sorted(CALLS))
def test_a_write_leaves_the_record_that_its_rule_names(acme, path, settings):
    alice = member(ALICE, role="admin")
    set_limits(portfolio=open_portfolio(owner=alice, cash=Decimal(1000)))
    with connection_calls.connections_of(alice, settings) if path in OVER_CONNECTIONS else nullcontext():
        client, before = browser(alice), audit_records().count()

        CALLS[path](client)

    made = audit_records()[: audit_records().count() - before]
    also = ALSO.get(path, set())
    assert sorted(record.action for record in made if record.action not in also) == sorted(WRITES[path])
    if path not in security_calls.BY_NOBODY:
        assert {record.actor for record in made} == {alice.public_id}


def test_reading_leaves_none(acme):
    client = browser(member(ALICE))
    before = audit_records().count()

    client.get("/api/v1/portfolio")
    client.get("/accounts/logout/")

    assert audit_records().count() == before
