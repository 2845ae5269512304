"""More than one row of everything that is listed, for Olga of the stage."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from accounts.apikeys.services import create_key
from accounts.scim.models import DirectoryToken
from accounts.scim.selectors import digest_of
from accounts.teams import services as teams
from accounts.teams.types import ShareAccess, TeamRole
from accounts.webhooks.models import Delivery, Endpoint
from aiengine.autopilot.models import DecisionRecord
from aiengine.consensus.models import VerdictRecord
from credits.ledger.services import top_up
from credits.metering.models import MeteredProfit, ProfitMark
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.context import current_tenant
from cryptouniverse.kernel.market import Side, Timeframe
from cryptouniverse.kernel.money import Credits
from strategies.backtest.services import ask_for_run, cancel_run
from strategies.backtest.types import FindingPlan
from strategies.bots.models import Bot
from strategies.bots.services import create_bot
from strategies.builder.services import create_rule_set, save_version
from strategies.catalog.types import canonical
from strategies.finding.models import FoundTrade
from strategies.hooks.services import send_test
from strategies.lab.models import Optimisation, TrialRecord
from strategies.lab.services import stop_optimisation
from strategies.signals.models import SignalRecord
from tenants.regions.models import RegionRule
from tenants.support.models import SupportGrant
from tests.access.stage import BTC, ETH, Stage, given_day, given_optimisation, given_run, given_signals
from tests.accounts.webhooks_stage import given_endpoint
from tests.people import member
from tests.strategies.rule_documents import RULES
from trading.connections.services import create_connection
from trading.connections.types import Kind
from trading.execution.models import Fill, Intent, Order, Template
from trading.execution.over_time import OverTime
from trading.execution.services import begin_over_time
from trading.portfolio.models import Portfolio, Position
from trading.portfolio.services import delegate_portfolio, share_portfolio, transfer_cash

ROWS = 3
TWAP = {"duration_s": 7_200, "interval_s": 3_600}
TICKET = {"kind": "market", "quantity": "1", "stop_price": "1"}
TERMS = {"kind": "market", "size_quote": "50", "stop_pct": "-5"}


def given_plenty(stage: Stage) -> None:
    """A few more rows of each list."""
    for number in range(ROWS):
        _people(stage, number)
        _books(stage, number)
        _trades(stage, number)
        _rules(stage, number)
        Template.objects.create(
            owner=stage.people["owner"], name=f"Template {number}", terms=TERMS, created_at=clock.now()
        )
        begin_over_time(
            portfolio=stage.portfolio, actor=stage.people["owner"], instrument_id=ETH, key=str(number),
            asked=OverTime("twap", Side.BUY, Decimal("0.1"), stop_price=Decimal(1_000), parameters=TWAP),
        )  # fmt: skip
        Intent.objects.create(
            portfolio=stage.portfolio, instrument_id=BTC, purpose="entry", side="buy", quantity=1, limit_price=1,
            slot_ms=0, client_order_id=f"cuw{number}", state="acked", recorded_at=clock.now(), spec={"ticket": TICKET},
        )  # fmt: skip
        _ways_in_and_out(stage, number)
        given_run(stage.people["owner"])
        given_day(stage.people["owner"], number + 1)
        given_signals(stage.people["owner"], number + 1)
        _searches(stage, number)
    over_books = ask_for_run(actor=stage.people["owner"], plan=FindingPlan("book_pressure", {}, (BTC,)))
    cancel_run(actor=stage.people["owner"], run_id=over_books.public_id)


def _searches(stage: Stage, number: int) -> None:
    owner, ids = stage.people["owner"], stage.ids
    stop_optimisation(actor=owner, optimisation_id=given_optimisation(owner).public_id)
    TrialRecord.objects.create(
        optimisation=Optimisation.objects.get(public_id=ids["optimisation_id"]),
        number=number, point=[number], parameters={"entry": 24}, state="done", metrics={"sharpe": 1.0}, returns=b"",
    )  # fmt: skip


def _rules(stage: Stage, number: int) -> None:
    owner, changed = stage.people["owner"], {**RULES, "stop_bps": 100 + number}
    create_rule_set(actor=owner, document=RULES)
    rule_set_id = UUID(stage.ids["rule_set_id"])
    save_version(actor=owner, rule_set_id=rule_set_id, document=changed, based_on=number + 1)


def _people(stage: Stage, number: int) -> None:
    owner, friend = stage.people["owner"], member(f"friend{number}@acme.example")
    team = teams.create_team(founder=owner, name=f"Team {number}")
    share_portfolio(portfolio=stage.portfolio, team=team, access=ShareAccess.READ, actor=owner)
    theirs = teams.create_team(founder=friend, name=f"Their {number}")
    teams.invite(team=theirs, email=owner.email, role=TeamRole.VIEWER, actor=friend)
    soon = clock.now() + timedelta(days=3)
    given = delegate_portfolio(
        portfolio=stage.portfolio, email=friend.email, permissions=["trading:read"], until=soon, actor=owner
    )
    teams.accept(delegation=given, user=friend)


def _books(stage: Stage, number: int) -> None:
    owner = stage.people["owner"]
    aside = Portfolio.objects.get(public_id=stage.ids["sub_account_id"])
    transfer_cash(source=stage.portfolio, target=aside, amount=Decimal(1), key=f"t{number}", actor=owner)
    top_up(user=owner, amount=Credits(1), currency="PRACTICE", idempotency_key=f"k{number}", reason="more")
    mark, _ = ProfitMark.objects.get_or_create(owner=owner, currency="PRACTICE")
    MeteredProfit.objects.create(
        mark=mark, fill_id=uuid4(), sequence=number, profit=1, above_mark=0, consumed=0, free=0,
        occurred_at=clock.now(),
    )  # fmt: skip
    create_connection(owner=owner, venue="binance", kind=Kind.PAPER, label=f"Paper {number}")


def _ways_in_and_out(stage: Stage, number: int) -> None:
    owner, tenant = stage.people["owner"], current_tenant()
    create_key(owner=owner, actor=owner, name=f"Key {number}", scopes=["trading:read"])
    given_endpoint(owner)
    Delivery.objects.create(
        endpoint=Endpoint.objects.get(public_id=stage.ids["webhook_id"]), event_id=uuid4(), type="credits.topped_up",
        body="{}", state="dead", ended_at=clock.now(),
    )  # fmt: skip
    RegionRule.objects.create(tenant_id=tenant.id, kind="network", value=f"203.0.113.{number}/32", verdict="allow")
    DirectoryToken.objects.create(
        name=f"Okta {number}", hint=f"scim_{number}", digest=digest_of(f"{number}"), default_role="viewer",
        created_by=owner.public_id,
    )  # fmt: skip
    SupportGrant.objects.create(
        tenant_id=tenant.id, operator_id=uuid4(), operator_name="root", reason="a ticket", minutes=10
    )  # fmt: skip


def _trades(stage: Stage, number: int) -> None:
    owner, portfolio, now = stage.people["owner"], stage.portfolio, clock.now()
    create_bot(
        owner=owner, portfolio=portfolio, strategy="donchian_breakout", parameters={}, timeframe=Timeframe.H1,
        instruments=[BTC],
    )  # fmt: skip
    FoundTrade.objects.create(
        public_id=uuid4(), bot=Bot.objects.get(public_id=stage.ids["bot_id"]), at_ms=number, kind="leg",
        currency="USDT", orders=[],
    )  # fmt: skip
    signals = Bot.objects.get(public_id=stage.ids["signal_bot_id"])
    send_test(bot=signals, actor=owner, instrument_id=BTC)
    price, bot_id = Decimal(100), uuid4()
    position = Position.objects.create(
        portfolio=portfolio, instrument_id=BTC, bot_id=bot_id, quantity=1, cost=price, entry_price=price,
        stop_price=90, mark_price=price, mark_slot_ms=0, opened_slot_ms=number,
    )  # fmt: skip
    intent = Intent.objects.create(
        portfolio=portfolio, bot_id=bot_id, instrument_id=BTC, purpose="entry", side="buy", quantity=1,
        limit_price=price, slot_ms=number, client_order_id=f"cu{number}", state="filled", recorded_at=now,
    )  # fmt: skip
    order = Order.objects.create(intent=intent, portfolio=portfolio, state="filled", placed_at=now)
    Fill.objects.create(
        order=order, portfolio=portfolio, position=position, bot_id=bot_id, instrument_id=BTC, side="buy",
        cause="entry", price=price, quantity=1, fee=0, fee_currency="USDT", slot_ms=number, sequence=number + 1,
        venue_trade_id=f"v{number}", booked_at=now,
    )  # fmt: skip
    verdict = VerdictRecord.objects.create(
        signal_id=uuid4(), instrument_id=BTC, slot_ms=number, side="buy", confidence="0.9", policy="unanimous",
        reason="vote.all_hold", by_rules=True, decided_at=now,
    )  # fmt: skip
    DecisionRecord.objects.create(
        portfolio=portfolio, instrument_id=BTC, bot_id=bot_id, strategy="donchian_breakout", slot_ms=number,
        signal_id=verdict.signal_id, verdict_id=verdict.public_id, outcome="taken", decided_at=now,
    )  # fmt: skip
    parameters = canonical(Bot.objects.filter(owner=owner).first().parameters)
    SignalRecord.objects.create(
        public_id=uuid4(), strategy="donchian_breakout", code_hash="test", parameters=parameters, instrument_id=BTC,
        timeframe="1h", slot_ms=number, action="enter_long",
    )  # fmt: skip
