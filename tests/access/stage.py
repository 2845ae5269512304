"""Olga, what is hers, and those whom she gave a part in it: a team with a viewer and a trader, and two delegates, of
whom one's time is over. And a stranger.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from accounts.apikeys.services import create_key
from accounts.teams import services as teams
from accounts.teams.models import Delegation
from accounts.teams.types import ShareAccess, TeamRole
from accounts.users.models import User
from accounts.webhooks.models import Delivery
from aiengine.autopilot.models import DecisionRecord
from aiengine.consensus.models import VerdictRecord
from credits.ledger.services import top_up
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.market import Side, Timeframe
from cryptouniverse.kernel.money import Credits
from strategies.backtest import types as backtest
from strategies.backtest.models import Run
from strategies.backtest.selectors import instruments_named, span_of
from strategies.backtest.services import ask_for_run
from strategies.bots.models import Bot
from strategies.bots.services import create_bot
from strategies.builder.selectors import name_of_version
from strategies.builder.services import create_rule_set, save_version
from strategies.catalog.registry import strategy
from strategies.catalog.types import canonical
from strategies.feed.models import SignalNotice, SignalSubscription
from strategies.feed.services import follow_strategy, make_address
from strategies.lab.models import Optimisation
from strategies.lab.services import start_optimisation
from strategies.lab.types import Checks, Method, SearchPlan
from strategies.monitoring.models import BotDay, DriftAlarm
from strategies.monitoring.types import PARTS as GAP_PARTS
from strategies.scanner.models import Opportunity, Scan, TrackRecord
from strategies.scanner.types import NO_TRACK
from tenants.regions.models import RegionRule
from tenants.regions.services import add_rule
from tenants.regions.types import RuleKind, Verdict
from tests.accounts.webhooks_stage import given_deliveries, given_endpoint
from tests.people import member
from tests.strategies.hooks_stage import given_hook, said, send
from tests.strategies.rule_documents import RULES
from tests.web.stage import given_market
from trading.connections.services import create_connection
from trading.connections.types import Kind
from trading.execution.over_time import OverTime
from trading.execution.services import (
    begin_over_time,
    place_by_hand,
    place_recorded,
    record_intents,
    save_template,
)
from trading.execution.templates import Terms
from trading.execution.tickets import Ticket
from trading.execution.types import IntentDraft
from trading.marketdata.models import Instrument
from trading.portfolio.models import Portfolio, Position
from trading.portfolio.services import delegate_portfolio, open_portfolio, open_sub_account, share_portfolio
from trading.risk.services import set_limits

BTC, ETH = "sim:BTC/USDT", "sim:ETH/USDT"
PARTS = ("owner", "team_viewer", "team_trader", "delegate", "expired", "stranger")


@dataclass(frozen=True)
class Stage:
    """people: by their part. ids: what routes and bodies name."""

    people: dict[str, User]
    portfolio: Portfolio
    ids: dict[str, str]

    def anew(self) -> Stage:
        """The same, read from the database again."""
        rows = User.objects.in_bulk([person.pk for person in self.people.values()])
        people = {part: rows[person.pk] for part, person in self.people.items()}
        return Stage(people, Portfolio.objects.get(pk=self.portfolio.pk), dict(self.ids))


def given_stage() -> Stage:
    """In the active tenant, with a simulated market."""
    given_market()
    people = {part: member(f"{part.replace('_', '-')}@acme.example", display_name=part) for part in PARTS}
    member("boss@acme.example", role="admin")  # so that nobody's role is the last administrator's
    owner = people["owner"]
    portfolio = open_portfolio(owner=owner, cash=Decimal(10_000))
    set_limits(portfolio=portfolio, quote_age_s_max=86_400)  # whatever time the tests take
    top_up(user=owner, amount=Credits(100), currency="PRACTICE", idempotency_key="olga", reason="practice credits")
    ids = {
        **_team(people, portfolio),
        **_delegations(people, portfolio),
        **_trades(owner, portfolio),
        "portfolio_id": portfolio.public_id,
        "sub_account_id": open_sub_account(owner=owner, name="Aside").public_id,
        "connection_id": create_connection(owner=owner, venue="binance", kind=Kind.PAPER, label="Olga's").public_id,
        "instrument_id": Instrument.objects.get(name=BTC).public_id,
        "user_id": people["stranger"].public_id,
        "key_id": create_key(owner=owner, actor=owner, name="Hers", scopes=["trading:read"])[0].public_id,
        "rule_id": _region_rule(owner).public_id,
        **_webhook(owner),
        "run_id": given_run(owner).public_id,
        "date": given_day(owner, 0).day,
        "rule_set_id": create_rule_set(actor=owner, document=RULES).public_id,
        "number": 1,
        "optimisation_id": given_optimisation(owner).public_id,
        **_signals(owner),
        "name": "donchian_breakout",
        "venue": "binance",
        "code": "request.invalid",
        "key": uuid4(),
        "until": (clock.now() + timedelta(days=9)).isoformat(),
        "day": (clock.now() + timedelta(days=9)).date(),
    }
    return Stage(people, portfolio, {name: str(value) for name, value in ids.items()})


SIDE = {
    "quantity": "1", "entry_price": "100", "exit_price": "105", "ended": "open", "ended_ms": None, "profit": "5",
}  # fmt: skip
TRADE = {
    "instrument": BTC, "decided_ms": None, "expected": SIDE, "actual": {**SIDE, "profit": "4"}, "gap": "-1",
    "parts": {**dict.fromkeys(GAP_PARTS, "0"), "fills": "-1"},
}  # fmt: skip
REFUSAL = {"instrument": BTC, "decided_ms": 1_704_153_600_000, "why": "no_verdict"}


def given_signals(owner: User, number: int = 0) -> SignalSubscription:
    """Something that is followed, a signal of it that came, and an opportunity that stands."""
    given_opportunity(number)
    parameters = canonical(strategy("donchian_breakout").resolve({}))
    facts = {"strategy": "donchian_breakout", "parameters": parameters, "instrument_id": BTC, "timeframe": "1h"}
    SignalNotice.objects.create(
        owner=owner, kind="signal", signal_id=uuid4(), slot_ms=number, action="enter_long", price=1, stop=None,
        delivered_at=clock.now(), **facts,
    )  # fmt: skip
    return follow_strategy(
        actor=owner, strategy="donchian_breakout", parameters={"entry": 30 + number}, instrument_id=BTC,
        timeframe=Timeframe.H1,
    )  # fmt: skip


def given_opportunity(number: int = 0) -> Opportunity:
    """One that stands in the newest scan."""
    scan = Scan.objects.order_by("-pk").first() or Scan.objects.create(
        market="simulated", timeframe="1h", cursor_ms=0, strategies=1, markets=1, tried=1, simulated=True,
        started_at=clock.now(), ended_at=clock.now(),
    )  # fmt: skip
    facts = {"strategy": "donchian_breakout", "code_hash": "0", "instrument_id": BTC, "timeframe": "1h"}
    record, _made = TrackRecord.objects.get_or_create(
        parameters="{}", day=number, **facts,
        defaults={"since_ms": 0, "fingerprint": 0, "asked": b"", "computed_at": clock.now(), "track": asdict(NO_TRACK)},
    )  # fmt: skip
    return Opportunity.objects.create(
        scan=scan, record=record, signal_id=uuid4(), rank=scan.opportunities.count() + 1, family="breakout",
        verdict={"deflated": None, "reasons": []},
        parameters="{}", slot_ms=0, age=0, entry=2, stop=1, risk_pct=50, risk_of_100=50, validated=False, **facts,
    )  # fmt: skip


def _signals(owner: User) -> dict[str, Any]:
    followed = given_signals(owner)
    return {
        "subscription_id": followed.public_id,
        "opportunity_id": Opportunity.objects.order_by("-pk")[0].public_id,
        "feed_token": make_address(actor=owner)[1].reveal(),
    }


def given_run(owner: User) -> Run:
    """A backtest that waits."""
    ids = instruments_named([BTC])
    first, end = span_of(ids, Timeframe.H1)
    return ask_for_run(
        actor=owner, plan=backtest.Plan("donchian_breakout", {}, ids, Timeframe.H1, first, end, backtest.Terms())
    )


def given_day(owner: User, number: int) -> BotDay:
    """A day of her bot on which it was a bit behind; the first with an alarm."""
    bot, parts = Bot.objects.filter(owner=owner).earliest("pk"), dict.fromkeys(GAP_PARTS, Decimal(0))
    day = date(2024, 1, 2) + timedelta(days=number)
    if not number:
        DriftAlarm.objects.create(bot=bot, day=day, rule="behind", standing={}, paused=False, raised_at=clock.now())
    return BotDay.objects.create(
        bot=bot, day=day, expected=5, actual=4, money=100, replayed_at=clock.now(), trades=[TRADE], refusals=[REFUSAL],
        **{**parts, "fills": Decimal(-1)},
    )  # fmt: skip


def given_optimisation(owner: User) -> Optimisation:
    """One that waits."""
    ids = instruments_named([BTC])
    first, end = span_of(ids, Timeframe.H1)
    plan = backtest.Plan("donchian_breakout", {}, ids, Timeframe.H1, first, end, backtest.Terms())
    asked = SearchPlan(plan, method=Method.RANDOM, trials=5, checks=Checks(folds=0))
    return start_optimisation(actor=owner, asked=asked)


def _webhook(owner: User) -> dict[str, Any]:
    row, _secret = given_endpoint(owner)
    given_deliveries(owner)
    return {"webhook_id": row.public_id, "delivery_id": Delivery.objects.get(endpoint=row).public_id}


def _team(people: dict[str, User], portfolio: Portfolio) -> dict[str, Any]:
    """Olga keeps it; another team asks her to join."""
    owner = people["owner"]
    team = teams.create_team(founder=owner, name="Desk")
    for part, role in (("team_viewer", TeamRole.VIEWER), ("team_trader", TeamRole.TRADER)):
        asked = teams.invite(team=team, email=people[part].email, role=role, actor=owner)
        teams.join(invitation=asked, user=people[part])
    waiting = teams.invite(team=team, email="waiting@acme.example", role=TeamRole.TRADER, actor=owner)
    share = share_portfolio(portfolio=portfolio, team=team, access=ShareAccess.TRADE, actor=owner)
    other = teams.create_team(founder=people["stranger"], name="Elsewhere")
    asked = teams.invite(team=other, email=owner.email, role=TeamRole.VIEWER, actor=people["stranger"])
    return {
        "team_id": team.public_id,
        "member_id": waiting.public_id,
        "share_id": share.public_id,
        "invitation_id": asked.public_id,
    }


def _delegations(people: dict[str, User], portfolio: Portfolio) -> dict[str, Any]:
    """Olga's to the delegate and to the one whose time is over; and one that somebody offers to Olga."""
    soon = clock.now() + timedelta(days=30)
    rights = ["trading:execute", "trading:write"]
    for part in ("delegate", "expired"):
        given = delegate_portfolio(
            portfolio=portfolio, email=people[part].email, permissions=rights, until=soon, actor=people["owner"]
        )
        teams.accept(delegation=given, user=people[part])
    past = clock.now() - timedelta(days=2)
    Delegation.objects.filter(delegate=people["expired"]).update(begins_at=past, until=past + timedelta(days=1))
    friend = member("friend@acme.example")
    theirs = open_portfolio(owner=friend, cash=Decimal(1))
    offered = delegate_portfolio(
        portfolio=theirs, email=people["owner"].email, permissions=rights, until=soon, actor=friend
    )
    return {"delegation_id": offered.public_id}


def _trades(owner: User, portfolio: Portfolio) -> dict[str, Any]:
    """A bot, a position, and a decision with its verdict."""
    bot = create_bot(
        owner=owner, portfolio=portfolio, strategy="donchian_breakout", parameters={}, timeframe=Timeframe.H1,
        instruments=[BTC], name="Olga's bot",
    )  # fmt: skip
    price = Decimal(100)
    position = Position.objects.create(
        portfolio=portfolio, instrument_id=BTC, bot_id=bot.public_id, quantity=1, cost=price, entry_price=price,
        stop_price=90, mark_price=price, mark_slot_ms=0, opened_slot_ms=0,
    )  # fmt: skip
    verdict = VerdictRecord.objects.create(
        signal_id=uuid4(), instrument_id=BTC, slot_ms=0, side="buy", confidence="0.9", policy="unanimous",
        reason="vote.all_hold", by_rules=True, decided_at=clock.now(),
    )  # fmt: skip
    DecisionRecord.objects.create(
        portfolio=portfolio, instrument_id=BTC, bot_id=bot.public_id, strategy=bot.strategy, slot_ms=0,
        signal_id=verdict.signal_id, verdict_id=verdict.public_id, outcome="taken", decided_at=clock.now(),
    )  # fmt: skip
    stop = IntentDraft(
        id=uuid4(), portfolio_pk=portfolio.pk, purpose="protect", side=Side.SELL, instrument_id=BTC,
        quantity=Decimal(1), bot_id=bot.public_id, position_pk=position.pk, stop_price=Decimal(90),
    )  # fmt: skip
    record_intents(drafts=[stop], slot_ms=0)
    place_recorded()
    order = place_by_hand(
        portfolio=portfolio, actor=owner, instrument_id=ETH, key="olga",
        ticket=Ticket("limit", Decimal("0.1"), stop_price=Decimal(1_000), limit_price=Decimal(1_100)),
    )  # fmt: skip
    slow = begin_over_time(
        portfolio=portfolio, actor=owner, instrument_id=ETH, key="olga",
        asked=OverTime(
            "twap", Side.BUY, Decimal("0.1"), stop_price=Decimal(1_000),
            parameters={"duration_s": 7_200, "interval_s": 3_600},
        ),
    )  # fmt: skip
    terms = Terms(kind="market", size_quote=Decimal(50), stop_pct=Decimal(-5))
    template = save_template(actor=owner, name="Olga's", terms=terms)
    return {
        "parent_id": slow.public_id,
        "template_id": template.public_id,
        "bot_id": bot.public_id,
        **_by_rules(owner, portfolio),
        **_from_outside(portfolio),
        "verdict_id": verdict.public_id,
        "position_id": position.public_id,
        "order_id": order.public_id,
    }


def _from_outside(portfolio: Portfolio) -> dict[str, Any]:
    """A bot with signals from outside, and an alert of it that waits."""
    bot, hook, secrets = given_hook(portfolio, [BTC], name="Olga's alerts")
    send(hook, said(secrets))
    return {"signal_bot_id": bot.public_id, "hook_id": hook.public_id}


def _by_rules(owner: User, portfolio: Portfolio) -> dict[str, Any]:
    """A bot by the first of two versions, and the name of the second one."""
    made = create_rule_set(actor=owner, document=RULES)
    save_version(actor=owner, rule_set_id=made.public_id, document={**RULES, "stop_bps": 99}, based_on=1)
    bot = create_bot(
        owner=owner, portfolio=portfolio, strategy=name_of_version(made, 1), parameters={}, timeframe=Timeframe.H1,
        instruments=[BTC], name="Olga's rules",
    )  # fmt: skip
    return {"rules_bot_id": bot.public_id, "rules_version": name_of_version(made, 2)}


def _region_rule(actor: User) -> RegionRule:
    verdict, kind = Verdict.DENY, RuleKind.NETWORK
    return add_rule(actor=actor, address="127.0.0.1", kind=kind, value="203.0.113.0/24", verdict=verdict)
