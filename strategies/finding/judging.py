"""What the limits say of what a finder wants to buy: the risk gate, asked for each buy, whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_DOWN, Decimal
from typing import Final

from cryptouniverse.kernel.market import Instrument, Side
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.backtest.engine.finding.trades import Quote
from strategies.bots.types import BotRow, BotStatus
from strategies.catalog.finding import Leg
from trading.execution.services import BookOrder
from trading.fills import BUY
from trading.fills.lots import freed
from trading.risk.gate import judge
from trading.risk.types import BPS, Approved, Book, Limits, Proposal, Sizing

Why = tuple[str, str, str, str]  # rule, limit, value, level
PAUSED: Final[Why] = ("paused", _("a bot that is on"), _("paused"), "")
NO_ENTRIES: Final[Why] = ("tenant", _("an organisation that takes entries"), _("it takes none now"), "")
_MINOR: Final = Decimal("1e-8")


@dataclass(slots=True)
class Gate:
    """The gate for one bot in one turn, its books locked; what the bot does is counted on `book` at once.

    held, collateral: by instrument. home: the currency of its money. refusal: what held back the last trade that was,
    None since one passed. reserved: of the last buy that passed, its cash.
    """

    bot: BotRow
    book: Book
    limits: Limits
    by_id: Mapping[str, Instrument]
    held: dict[str, Decimal]
    collateral: dict[str, Decimal]
    home: str
    takes_entries: bool
    slot_ms: int
    candle_ms: int
    price_age_s: Decimal
    refusal: Why | None = None
    reserved: Decimal = field(default=Decimal(0))

    def allows(self, legs: Sequence[Leg]) -> bool:
        """Whether all buys among these legs pass, and what is sold short, one after the other, each with its whole
        size. Other sells always do, and so does what is paid with coins that a leg before it bought.
        """
        buys = [leg for leg in legs if leg.margin or (leg.side == BUY and self.by_id[leg.market].quote == self.home)]
        if not buys:
            return True
        if self.bot.status is not BotStatus.ACTIVE or not self.takes_entries:
            self.refusal = NO_ENTRIES if self.bot.status is BotStatus.ACTIVE else PAUSED
            return False
        tried = replace(self.book, exposure=dict(self.book.exposure))
        for leg in buys:
            answer = judge(self._proposal(leg), tried, self.limits)
            if not isinstance(answer, Approved) or answer.quantity < leg.size:
                self.refusal = answer.rule or "risk_per_trade", answer.limit, answer.value, answer.level
                return False
            tried.reserve(answer)
            tried.open_positions -= bool(self.held.get(leg.market))
            self.reserved = answer.reserved
        self.refusal = None
        return True

    def count(self, order: BookOrder) -> None:
        """What an order got, as it is booked."""
        for part in order.parts:
            one, way = part.instrument, 1 if part.side is Side.BUY else -1
            before = self.held.get(one.id, Decimal(0))
            self.held[one.id] = after = before + part.quantity * way - part.base_fee
            kept = self.collateral.get(one.id, Decimal(0))
            free = freed(kept, part.quantity, -before) if before < 0 < way else -part.collateral
            self.collateral[one.id] = kept - free
            self.book.cash_free += free - (part.notional_minor * way + part.fee_minor) * _MINOR
            self._expose(one, part.notional_minor * (1 if abs(after) > abs(before) else -1) * _MINOR)
            self.book.open_positions += bool(after) - bool(before)

    def rests(self, quote: Quote, reserved: Decimal, *, way: int = 1) -> None:
        """A quote that buys stands, or with way -1 it has ended: what it set aside, and the most that it may hold."""
        if quote.side == BUY:
            one = quote.instrument
            self.book.cash_free -= reserved * way
            self._expose(one, one.quantity_of(quote.steps) * one.price_of(quote.limit) * way)
            self.book.open_positions += way * (not self.held.get(one.id))

    def _expose(self, one: Instrument, worth: Decimal) -> None:
        self.book.exposure[one.id] = max(self.book.exposure.get(one.id, Decimal(0)) + worth, Decimal(0))

    def _proposal(self, leg: Leg) -> Proposal:
        one, bot = self.by_id[leg.market], self.bot
        below = leg.limit * (BPS - bot.stop_bps) / BPS  # what its stop leaves of this order
        stop = max((below / one.tick).to_integral_value(rounding=ROUND_DOWN) * one.tick, one.tick)
        return Proposal(
            bot_id=bot.public_id,
            instrument=one,
            price=leg.limit,
            price_age_s=self.price_age_s,
            stop_bps=bot.stop_bps,
            target_bps=0,
            allocation=Decimal(0),
            slot_ms=self.slot_ms,
            candle_ms=self.candle_ms,
            adds=bool(self.held.get(one.id)),
            limit_price=leg.limit,
            stop_price=stop,
            sizing=Sizing("fixed", {"amount": leg.size * leg.limit}),
            margin=leg.margin,
        )
