"""What exists, put in the place of what was made up: ids, and the few values that only the platform knows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from accounts.apikeys.services import create_key
from accounts.scim.services import issue_token
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.context import current_tenant
from tests.access.matrix import BACKTEST, FOLLOW, LADDER, OVER_TIME, SEARCH, TEMPLATE, TICKET
from tests.access.stage import BTC, Stage
from tests.people import PASSWORD, browser
from tests.strategies.rule_documents import RULES
from tests.tenants.branding_cast import HOST, given_domain, picture
from trading.connections.models import Connection

PORTFOLIO = "/api/v1/portfolios/{portfolio_id}"
# what is sent instead, whole, where values depend on each other
BODIES: dict[str, Any] = {
    "POST /api/v1/auth/keys": {"name": "Mine", "scopes": ["trading:read"]},
    "POST /api/v1/security/step-up": {"method": "password", "code": PASSWORD},
    "POST /api/v1/webhooks": {"url": "https://hooks.example.com/in", "events": ["credits.*"]},
    "POST /api/v1/regions/rules": {"kind": "network", "value": "198.51.100.0/24", "verdict": "allow"},
    "PUT /api/v1/regions/policy": {"otherwise": "allow"},
    "POST /api/v1/tenant/domains": {"domain": "fund.example.com"},
    "PATCH /api/v1/tenant/branding": {"name": "Fund"},
    "PUT /api/v1/tenant/branding/logo": picture(),
    f"POST {PORTFOLIO}/orders/place": TICKET,
    f"POST {PORTFOLIO}/orders/bulk": {"orders": [TICKET]},
    f"POST {PORTFOLIO}/over-time": OVER_TIME,
    "POST /api/v1/order-templates": TEMPLATE,
    "POST /api/v1/backtests": BACKTEST,
    "POST /api/v1/rule-sets": {"document": RULES},
    "POST /api/v1/rule-sets/validate": {"document": RULES},
    "POST /api/v1/rule-sets/{rule_set_id}/versions": {"document": RULES, "based_on": 1},
    "POST /api/v1/optimisations": SEARCH,
    "POST /api/v1/signals/subscriptions": FOLLOW,
}
QUERIES: dict[str, dict[str, str]] = {
    f"GET {PORTFOLIO}/orders/preview": TICKET,
    "GET /api/v1/optimisations/{optimisation_id}/map": {"x": "entry", "y": "exit"},
}


OF_A_KEY = "/api/v1/auth/keys/self"  # what only a program asks, about the key that it came by


class Links:
    """The stage's own values, for whatever names them."""

    def __init__(self, stage: Stage) -> None:
        owner, ids = stage.people["owner"], stage.ids
        given_domain(current_tenant(), owner)
        served = Connection.objects.filter(public_id=ids["connection_id"])
        served.update(status="active", served_since=clock.now())  # so that it can be switched off
        with clock.at(clock.now() - timedelta(days=29)):  # in its last week
            _, key = create_key(owner=owner, actor=owner, name="Own", scopes=["trading:read"], rotate_every_days=30)
        self.key_header = {"Authorization": f"Bearer {key.reveal()}"}
        self.bodies = {
            **BODIES,
            "POST /api/v1/bots/ladders": {**LADDER, "portfolio": ids["portfolio_id"]},
            "POST /api/v1/auth/token": {"email": owner.email, "password": PASSWORD},
        }
        self.known: dict[str, Any] = {
            **ids,
            "session_id": str(browser(owner).session.public_id),
            "token_id": str(issue_token(actor=owner, name="Directory")[0].public_id),
            "domain": HOST,
            "portfolio": ids["portfolio_id"],
            "source": ids["portfolio_id"],
            "target": ids["sub_account_id"],
            "team": ids["team_id"],
            "bot": ids["bot_id"],
            "instrument": BTC,
            "instruments": [BTC],
            "whitelist": [],
            "parameters": {},
            "strategy": "donchian_breakout",
            "kind": "paper",
            "amount": "1",
            "until": ids["until"],
            "currency": "PRACTICE",
            "If-Match": "*",
            "Idempotency-Key": "one",
        }

    def headers_of(self, operation: Any) -> dict[str, str]:
        """What a case of this operation needs beside the session: the key that some ask about."""
        return self.key_header if operation.path.startswith(OF_A_KEY) else {}

    def put_in(self, case: Any) -> Any:
        """The case with what exists in the place of what was made up, and without what would contradict it."""
        known = self.known
        case.path_parameters = {name: known.get(name, value) for name, value in (case.path_parameters or {}).items()}
        if "/legal/" in case.operation.path:
            case.path_parameters["kind"] = "terms"
        for name in set(case.headers or {}) & {"If-Match", "Idempotency-Key"}:
            case.headers[name] = known[name]
        query = dict(case.query or {})
        for name in ("starting_after", "ending_before", "since", "until"):
            query.pop(name, None)
        case.query = QUERIES.get(case.operation.label) or {
            name: known.get(name, value) for name, value in query.items()
        }
        if case.operation.label in self.bodies:
            case.body = self.bodies[case.operation.label]
        elif isinstance(case.body, dict):
            case.body = self._body(case.body)
        return case

    def _body(self, made_up: dict[str, Any]) -> dict[str, Any]:
        body = {name: self.known.get(name, value) for name, value in made_up.items()}
        if body.get("kind") == "paper":
            body = {name: value for name, value in body.items() if name not in {"api_key", "secret", "base_url"}}
        if isinstance(body.get("name"), str):
            body["name"] = body["name"].strip()[:40] or "Named"
        return body
