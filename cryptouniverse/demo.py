"""What a first start sets up: the operators' tenant, the demo tenant, its trader, three bots on paper, and one on the
practice exchange.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction

from accounts.security.services.door import set_sign_up
from credits.ledger.services import top_up
from credits.ledger.types import Currency
from cryptouniverse.kernel.context import TenantCtx
from cryptouniverse.kernel.money import Credits
from cryptouniverse.kernel.tenancy import in_tenant
from strategies.bots.selectors import bots_for
from strategies.bots.services import create_bot, move_bots
from tenants.provisioning.errors import UnknownTenant
from tenants.provisioning.selectors import tenant_by_slug
from tenants.provisioning.services import create_tenant
from trading.connections.errors import SandboxUnavailable
from trading.connections.selectors import connections_for
from trading.connections.services import activate, open_sandbox_account
from trading.connections.types import Kind
from trading.exchanges.errors import ExchangeUnavailable
from trading.execution.services.opening import portfolio_of_connection
from trading.marketdata.selectors import feed_state, market_pairs
from trading.portfolio.services import open_portfolio
from trading.risk.services import set_limits

if TYPE_CHECKING:
    from accounts.users.models import User
    from trading.connections.models import Connection

START_CASH = Decimal(25_000)
PRACTICE_CREDITS = Credits(1_000)
PRACTICE_LABEL, PRACTICE_BOT = "Practice exchange", "Practice: moving averages"
DEMO_STRATEGIES = ("donchian_breakout", "moving_average_cross", "rsi_reversion")
PRACTICE_STRATEGY = "moving_average_cross"
PRACTICE_SYMBOLS = {f"{base}/USDT" for base in ("BTC", "ETH", "SOL", "XRP", "DOGE", "LTC", "LINK", "AVAX", "BNB")}
PRACTICE_WITHIN_S = 10.0
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
        new = _ensure_user("demo", "/", operator=False)
        if new:
            set_sign_up(is_open=True, actor=None)
        made += new
    return made


def ensure_bots(tenant: TenantCtx) -> None:
    """The demo trader's paper portfolio, limits and practice credits, and three bots on the market shown."""
    feed = feed_state()
    instruments = sorted(market_pairs(feed.source, feed.timeframe))
    with in_tenant(tenant), transaction.atomic():
        user = get_user_model().objects.get(email=_email("demo"))
        portfolio = open_portfolio(owner=user, cash=START_CASH)
        set_limits(portfolio=portfolio)
        key = "demo:first-practice-credits"
        top_up(user=user, amount=PRACTICE_CREDITS, currency=Currency.PRACTICE, idempotency_key=key, reason="practice")
        for strategy in () if bots_for(user).exists() else DEMO_STRATEGIES:
            create_bot(
                owner=user,
                portfolio=portfolio,
                strategy=strategy,
                parameters={},
                timeframe=feed.timeframe,
                instruments=instruments,
            )
        move_bots(owner=user, timeframe=feed.timeframe, instruments=instruments)


def ensure_practice(tenant: TenantCtx) -> bool:
    """The demo trader's connection to the practice exchange, with a portfolio and one bot there; whether it is there.

    The exchange starts beside us and is waited for. Without it the rest of the platform starts all the same.
    """
    feed = feed_state()
    listed = market_pairs(feed.source, feed.timeframe)
    instruments = sorted(name for name, value in listed.items() if value.symbol in PRACTICE_SYMBOLS)
    with in_tenant(tenant):
        user = get_user_model().objects.get(email=_email("demo"))
        if connections_for(user).filter(kind=Kind.SANDBOX).exists() or not instruments:
            return bool(instruments)
        connection = _practice_account(user)
        if connection is None:
            return False
        with transaction.atomic():
            activate(connection=connection, actor=user)
            portfolio = portfolio_of_connection(connection_pk=connection.pk, cash=START_CASH)
            create_bot(
                owner=user,
                portfolio=portfolio,
                strategy=PRACTICE_STRATEGY,
                parameters={},
                timeframe=feed.timeframe,
                instruments=instruments,
                name=PRACTICE_BOT,
            )
    return True


def _practice_account(user: User) -> Connection | None:
    deadline = time.monotonic() + PRACTICE_WITHIN_S
    while True:
        try:
            return open_sandbox_account(owner=user, label=PRACTICE_LABEL, balances={"USDT": START_CASH})
        except (SandboxUnavailable, ExchangeUnavailable):
            if time.monotonic() > deadline:
                return None
            time.sleep(0.2)


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
