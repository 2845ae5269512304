"""Portfolios with caps on three levels, and what workers try in them, at once, over every way that there is."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from aiengine.autopilot.cycle import act
from aiengine.autopilot.models import DecisionRecord
from aiengine.autopilot.slots import run_due_cycles
from aiengine.autopilot.types import CycleReport, Slot, Wish
from aiengine.consensus.types import Verdict
from cryptouniverse.kernel.context import current_tenant
from cryptouniverse.kernel.ids import new_id
from cryptouniverse.kernel.market import Side
from strategies.signals.types import Action, Signal
from tests.proofs.storm import bot_of
from tests.trading.desk import HOUR, trader
from trading.ceilings.types import Level, Mode
from trading.execution.errors import BadTicket, RefusedByRisk
from trading.execution.models import Intent, Order
from trading.execution.selectors import candles_at
from trading.execution.services import (
    cancel_by_hand,
    place_by_hand,
    place_recorded,
    resume_for,
    resume_level,
    stop_for,
    stop_level,
)
from trading.execution.tickets import Ticket
from trading.execution.types import Candle
from trading.marketdata.models import Feed
from trading.marketdata.selectors import feed_state
from trading.portfolio.errors import NotEnoughCash
from trading.portfolio.models import Portfolio
from trading.portfolio.services import open_sub_account, transfer_cash
from trading.risk.services import change_ceiling, set_limits

OWNERS = 6
STOP_SHARE = Decimal("0.9")
WAITS_AT = Decimal("0.98")  # of the last price: a limit order there is not met at once


@dataclass(frozen=True)
class Desk:
    """A portfolio, and of its caps those that hold: the strictest of portfolio, person and organisation."""

    portfolio: Portfolio
    positions: int
    order: Decimal
    held: Decimal
    loss_pct: Decimal


@dataclass(frozen=True)
class Refused:
    """An attempt that the gate refused. asked: the least that it would have taken, in the quote currency."""

    portfolio_pk: int
    instrument_id: str
    rule: str
    asked: Decimal


def given_desks() -> list[Desk]:
    """Two portfolios each of some people; which level's cap is the strictest differs from one to the next."""
    dice = random.Random(64)  # noqa: S311  # a repeatable choice, not a secret
    everybody = {"order_notional_max": Decimal(700), "open_positions_max": 30}
    desks = []
    for number in range(OWNERS):
        first = trader(f"trader{number}@example.com", cash="20000", practice="100000")
        own = {} if number % 2 else {"position_notional_max": Decimal(1_500), "open_positions_max": 12}
        if own:
            change_ceiling(level=Level.USER, subject=first.owner.public_id, actor=first.owner, **own)
        second = open_sub_account(owner=first.owner, name="Second")
        _move(first, second, dice.choice([2_500, 10_000]), "first")
        desks += [_desk(portfolio, dice, own, everybody) for portfolio in (first, second)]
    change_ceiling(level=Level.TENANT, subject=current_tenant().id, actor=desks[0].portfolio.owner, **everybody)
    return desks


def _move(source: Portfolio, target: Portfolio, amount: int, key: str) -> None:
    transfer_cash(source=source, target=target, amount=Decimal(amount), key=key, actor=source.owner)


def _desk(portfolio: Portfolio, dice: random.Random, own: dict[str, Any], everybody: dict[str, Any]) -> Desk:
    limits = {
        "open_positions_max": dice.choice([8, 20, 40]),
        "order_notional_max": Decimal(dice.choice([150, 400, 5_000])),
        "position_notional_max": Decimal(dice.choice([900, 4_000])),
        "daily_loss_pct_max": Decimal(dice.choice([2, 20])),
    }
    set_limits(portfolio=portfolio, **limits, risk_per_trade_pct=5, position_pct_max=100, quote_age_s_max=86_400)
    strictest = {name: min(at[name] for at in (limits, own, everybody) if name in at) for name in limits}
    return Desk(
        portfolio,
        positions=strictest["open_positions_max"],
        order=strictest["order_notional_max"],
        held=strictest["position_notional_max"],
        loss_pct=strictest["daily_loss_pct_max"],
    )


class Attempts:
    """What one worker tries, one attempt after the other, each at a portfolio of its dice's choice."""

    def __init__(self, desks: list[Desk], names: list[str], phase: int, worker: int) -> None:
        self.desks, self.names, self.phase, self.worker = desks, names, phase, worker
        self.dice = random.Random(phase * 1_000 + worker)  # noqa: S311  # repeatable, not a secret
        self.number = 0
        self.refused: list[Refused] = []

    def rush(self, count: int) -> list[Refused]:
        """Entries alone, of bots and by hand: room for more only shrinks."""
        return self._each(count, {self.enter: 7, self.enter_by_hand: 3})

    def storm(self, count: int) -> list[Refused]:
        """Everything: entries, cancels, candles that fill, and modes that come and go on every level."""
        ways = {self.enter: 16, self.enter_by_hand: 8, self.cancel: 5}
        ways |= {self.move_cash: 2, self.let_time_pass: 2, self.flip: 1}
        return self._each(count, ways)

    def _each(self, count: int, ways: dict[Callable[[Desk], None], int]) -> list[Refused]:
        for way in self.dice.choices(list(ways), list(ways.values()), k=count):
            self.number += 1
            way(self.dice.choice(self.desks))
        return self.refused

    def enter(self, desk: Desk) -> None:
        """A bot's wish on which the panel agrees, through the cycle's last step; what it recorded is placed."""
        name, slot_ms = self.dice.choice(self.names), feed_state().cursor_ms
        candles = candles_at(HOUR, slot_ms, instrument_ids=[name])
        bot = bot_of(desk.portfolio.pk, self.phase * 10**7 + self.worker * 10**4 + self.number)
        signal = Signal(bot.key_for(name), slot_ms, Action.ENTER_LONG, new_id())
        verdict = Verdict(new_id(), signal.id, name, slot_ms, Side.BUY, Decimal(1), "unanimous", "", (), by_rules=True)
        slot = Slot(HOUR, slot_ms, f"{self.phase}.{self.worker}.{self.number}")  # the work of nobody else
        act(CycleReport(), slot, [Wish(bot, signal, None)], {signal.id: verdict}, candles, Decimal(0))
        place_recorded()
        answer = DecisionRecord.objects.get(signal_id=signal.id)
        if answer.outcome == DecisionRecord.Outcome.REFUSED:
            least = candles[name].instrument.min_notional
            self.refused.append(Refused(desk.portfolio.pk, name, answer.rule, least))

    def enter_by_hand(self, desk: Desk) -> None:
        """A limit order below the market, which waits."""
        name, slot_ms = self.dice.choice(self.names), feed_state().cursor_ms
        candle = candles_at(HOUR, slot_ms, instrument_ids=[name])[name]
        ticket = _ticket(candle, Decimal(self.dice.choice([60, 140, 390])))
        key = f"{self.phase}.{self.worker}.{self.number}"
        facts = {"portfolio": desk.portfolio, "actor": desk.portfolio.owner, "instrument_id": name, "key": key}
        try:
            place_by_hand(**facts, ticket=ticket)
        except BadTicket:
            return  # the market has moved on since the price was looked at
        except RefusedByRisk as refusal:
            cost = ticket.quantity * (ticket.limit_price or 0)
            self.refused.append(Refused(desk.portfolio.pk, name, str(refusal.facts["rule"]), cost))

    def cancel(self, desk: Desk) -> None:
        """One of the person's orders that wait, whichever; it may be filled or withdrawn meanwhile."""
        by_hand = {"portfolio": desk.portfolio, "intent__purpose": "entry", "intent__bot_id": None}
        if found := Order.objects.filter(**by_hand, state="open").order_by("?").first():
            cancel_by_hand(portfolio=desk.portfolio, order_id=found.intent.public_id, actor=desk.portfolio.owner)

    def move_cash(self, desk: Desk) -> None:
        """Some of what is free goes to the person's other portfolio."""
        [other] = [one.portfolio for one in self.desks if one.portfolio.owner == desk.portfolio.owner and one != desk]
        with suppress(NotEnoughCash):
            _move(desk.portfolio, other, 100, f"{self.phase}.{self.worker}.{self.number}")

    def let_time_pass(self, desk: Desk) -> None:
        """The next candle closes; whoever is first works its cycle: it fills, stops out, marks and meters."""
        Feed.objects.update(cursor_ms=feed_state().cursor_ms + HOUR.ms)
        run_due_cycles()

    def flip(self, desk: Desk) -> None:
        """A mode is set on one of three levels, carried out, and lifted again."""
        level = self.dice.choice((Level.PORTFOLIO, Level.USER, Level.TENANT))
        mode = self.dice.choice((Mode.NO_ENTRIES, Mode.CLOSE_ONLY, Mode.FLATTEN))
        actor = desk.portfolio.owner
        if level is Level.PORTFOLIO:
            stop_for(portfolio=desk.portfolio, actor=actor, reason="storm", mode=mode)
            place_recorded()
            resume_for(portfolio=desk.portfolio, actor=actor, reason="over")
            return
        subject: UUID = current_tenant().id if level is Level.TENANT else actor.public_id
        asked = {"level": level, "subject": subject, "actor": actor, "by_admin": False}
        stop_level(**asked, reason="storm", mode=Mode.CLOSE_ONLY)
        resume_level(**asked, reason="over")


def _ticket(candle: Candle, cost: Decimal) -> Ticket:
    instrument = candle.instrument
    limit = instrument.price_of(int(candle.close * WAITS_AT))
    return Ticket(
        kind="limit",
        quantity=instrument.quantity_of(instrument.steps_down(cost / limit)),
        limit_price=limit,
        stop_price=instrument.price_of(int(candle.close * STOP_SHARE)),
    )


def on_their_way(portfolio: Portfolio) -> Any:
    """Entries that count against the caps and are not positions yet."""
    states = ("recorded", "sending", "acked")
    return Intent.objects.filter(portfolio=portfolio, purpose="entry", state__in=states)
