"""What a first start sets up: the operators' tenant, the demo tenant, its trader, and three bots on paper."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction

from credits.ledger.services import top_up
from credits.ledger.types import Currency
from cryptouniverse.kernel.context import TenantCtx
from cryptouniverse.kernel.money import Credits
from cryptouniverse.kernel.tenancy import in_tenant
from strategies.bots.selectors import bots_for
from strategies.bots.services import create_bot, move_bots
from strategies.catalog.registry import all_strategies
from tenants.provisioning.errors import UnknownTenant
from tenants.provisioning.selectors import tenant_by_slug
from tenants.provisioning.services import create_tenant
from trading.marketdata.selectors import feed_state, market_instruments
from trading.portfolio.services import open_portfolio
from trading.risk.services import set_limits

START_CASH = Decimal(25_000)
PRACTICE_CREDITS = Credits(1_000)
TENANTS = {"platform": "CryptoUniverse operators", "demo": "Demo"}


@dataclass(frozen=True, slots=True)
class Credential:
    """A password that is shown once."""

    where: str
    email: str
    password: str


def ensure_tenants() -> dict[str, TenantCtx]:
    """The tenants `platform` and `demo`, made if they are not there."""
    return {slug: _ensure_tenant(slug, name) for slug, name in TENANTS.items()}


def ensure_people(tenants: dict[str, TenantCtx]) -> list[Credential]:
    """An operator and a demo trader; the passwords of those just made."""
    made = []
    with in_tenant(tenants["platform"]):
        made += _ensure_user("platform", "/admin/", operator=True)
    with in_tenant(tenants["demo"]):
        made += _ensure_user("demo", "/", operator=False)
    return made


def ensure_bots(tenant: TenantCtx) -> None:
    """The demo trader's paper portfolio, limits and practice credits, and one bot per strategy on the market shown."""
    feed = feed_state()
    instruments = sorted(market_instruments(feed.source, feed.timeframe))
    with in_tenant(tenant), transaction.atomic():
        user = get_user_model().objects.get(email=_email("demo"))
        portfolio = open_portfolio(owner=user, cash=START_CASH)
        set_limits(portfolio=portfolio)
        key = "demo:first-practice-credits"
        top_up(user=user, amount=PRACTICE_CREDITS, currency=Currency.PRACTICE, idempotency_key=key, reason="practice")
        for strategy in () if bots_for(user).exists() else all_strategies().values():
            create_bot(
                owner=user,
                portfolio=portfolio,
                strategy=strategy.name,
                parameters={},
                timeframe=feed.timeframe,
                instruments=instruments,
            )
        move_bots(owner=user, timeframe=feed.timeframe, instruments=instruments)


def _ensure_tenant(slug: str, name: str) -> TenantCtx:
    try:
        return tenant_by_slug(slug)
    except UnknownTenant:
        return create_tenant(slug=slug, name=name, hosts=(f"{slug}.{settings.CU.cu_base_domain}",))


def _email(slug: str) -> str:
    return f"{slug}@example.com"


def _ensure_user(slug: str, path: str, *, operator: bool) -> list[Credential]:
    users = get_user_model().objects
    if users.filter(email=_email(slug)).exists():
        return []
    password = secrets.token_urlsafe(12)
    make = users.create_superuser if operator else users.create_user
    make(_email(slug), password, display_name="Operator" if operator else "Demo trader")
    where = f"http://{slug}.{settings.CU.cu_base_domain}:{settings.CU.cu_port}{path}"
    return [Credential(where, _email(slug), password)]
