"""What the risk gate says of orders by hand, one after the other, under its locks; nothing is recorded here."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from cryptouniverse.kernel.market import Instrument, Side
from cryptouniverse.kernel.words import gettext_noop as _
from cryptouniverse.kernel.words import said, told
from trading.execution.asking import asked_at
from trading.execution.errors import NoPriceNow, RefusedByRisk
from trading.execution.market import price_age_s
from trading.execution.models import Intent
from trading.execution.requests import Asked
from trading.execution.selectors import standing_books
from trading.execution.tickets import Kept, Ticket, bracket_of
from trading.execution.types import IntentDraft
from trading.fills import Bracket, Costs
from trading.fills.reading import as_json
from trading.marketdata.selectors import feed_state, prices_at, require_spot
from trading.marketdata.types import FeedState
from trading.risk.gate import judge
from trading.risk.selectors import meaning_of, read_sizing
from trading.risk.types import Approved, Book, Limits, Proposal, Refusal

if TYPE_CHECKING:
    from trading.portfolio.models import Portfolio

PPM = Decimal(1_000_000)
BPS = Decimal(10_000)
BY_RISK = "risk_per_trade"
_COSTS = Costs()
_MINOR = Decimal("0.00000001")


@dataclass(frozen=True, slots=True)
class Preview:
    """What an order would cost and what the gate says of it. Amounts in the quote currency.

    allowed: the quantity that the gate lets through, 0 where it refuses. worst_price: the most that is paid. cost: at
    the worst price. fee: on top. slippage: what is expected to be paid above the last price. at_risk: what is lost at
    the stop, fees not counted. rule, limit, value, level: what refused or reduced it.
    """

    instrument: Instrument
    price: Decimal
    quantity: Decimal
    allowed: Decimal
    worst_price: Decimal
    cost: Decimal
    fee: Decimal
    slippage: Decimal
    at_risk: Decimal
    rule: str = ""
    limit: str = ""
    value: str = ""
    level: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """A ticket with the gate's answer. asked: as what it is sent to the exchange, None where the platform holds it."""

    ticket: Ticket
    preview: Preview
    bracket: Bracket
    last: int
    answer: Approved | Refusal
    on_paper: bool
    asked: Asked | None
    working: Mapping[str, Any] | None = None

    def approved(self) -> Approved:
        """The gate's approval of all of it. Raises RefusedByRisk where it allows less."""
        seen = self.preview
        if isinstance(self.answer, Approved) and seen.allowed >= seen.quantity:
            return self.answer
        facts = {"rule": seen.rule, "limit": told(seen.limit), "value": told(seen.value), "level": seen.level}
        meaning = said(meaning_of(seen.rule))
        allows = _("The limits allow %(nearest)s of %(asked)s. %(meaning)s")
        raise RefusedByRisk(allows, **facts, meaning=meaning, asked=f"{seen.quantity:f}", nearest=f"{seen.allowed:f}")

    def draft(self, portfolio_pk: int, *, intent_id: UUID, amends: UUID | None = None) -> IntentDraft:
        """The intent that it is recorded as. Raises RefusedByRisk."""
        seen, targets = self.preview, self.bracket.targets
        asked = {} if self.asked is None else {"venue": self.asked.as_json()}
        spec = {"order": as_json(self.bracket), "last": self.last, "ticket": self.ticket.as_json(), **asked}
        return IntentDraft(
            id=intent_id,
            portfolio_pk=portfolio_pk,
            purpose=Intent.Purpose.ENTRY,
            side=Side.BUY,
            instrument_id=seen.instrument.id,
            quantity=seen.quantity,
            limit_price=seen.worst_price,
            stop_price=self.ticket.stop_price,
            target_price=seen.instrument.price_of(targets[0].ticks) if targets else None,
            reserved=self.approved().reserved,
            spec=json.dumps(spec),
            held=not self.on_paper and self.asked is None,
            amends=amends,
        )


@dataclass(frozen=True, slots=True)
class Desk:
    """A portfolio that is ordered in, its gate's books locked until the caller's transaction ends."""

    venue: str | None
    feed: FeedState
    prices: Mapping[str, tuple[Instrument, tuple[int, int, int, int]]]
    book: Book
    limits: Limits

    def judge(self, instrument_id: str, ticket: Ticket, kept: Kept | None = None) -> Judged:
        """What the gate says of a ticket; `book.reserve` counts it for those that follow. kept: an entry that goes on.

        Raises OnlyAtBooks, BadTicket, NoPriceNow, VenueCannot.
        """
        require_spot([instrument_id])
        if instrument_id not in self.prices:
            raise NoPriceNow(instrument=instrument_id)
        instrument, (*_, last) = self.prices[instrument_id]
        bracket = bracket_of(ticket, instrument, last=last, collar_bps=self.limits.collar_bps, kept=kept)
        worst, price = instrument.price_of(bracket.worst_ticks), instrument.price_of(last)
        asked = None if self.venue is None else asked_at(self.venue, bracket, instrument)
        proposal = Proposal(
            bot_id=None,
            instrument=instrument,
            price=price,
            price_age_s=price_age_s(self.feed, by_the_wall=self.book.real is not None),
            stop_bps=0,
            target_bps=0,
            allocation=Decimal(0),
            fee_ppm=_COSTS.taker_ppm,
            by_rules=False,
            slot_ms=self.feed.cursor_ms,
            candle_ms=self.feed.timeframe.ms,
            by_hand=True,
            limit_price=worst,
            stop_price=ticket.stop_price,
            sizing=read_sizing({"method": "fixed", "amount": ticket.quantity * worst}),
        )
        answer = judge(proposal, self.book, self.limits)
        shown = _preview(ticket, instrument, price, worst, answer)
        begun, working = (last, None) if kept is None else (kept.last, kept.working)
        return Judged(ticket, shown, bracket, begun, answer, self.venue is None, asked, working)


def desk_of(portfolio: Portfolio, instrument_ids: Collection[str]) -> Desk:
    """Where the portfolio and these markets stand, under the locks of the gate's books. A handful of queries."""
    feed = feed_state()
    prices = prices_at(instrument_ids, feed.timeframe, slot_ms=feed.cursor_ms)
    book, limits = standing_books([portfolio.pk], slot_ms=feed.cursor_ms, candle_ms=feed.timeframe.ms)[portfolio.pk]
    venue = portfolio.connection.venue if portfolio.connection is not None else None
    return Desk(venue, feed, prices, book, limits)


def _preview(
    ticket: Ticket, instrument: Instrument, price: Decimal, worst: Decimal, answer: Approved | Refusal
) -> Preview:
    cost = ticket.quantity * worst
    allowed = answer.quantity if isinstance(answer, Approved) else Decimal(0)
    rule = answer.rule or (BY_RISK if allowed < ticket.quantity else "")
    takes = ticket.kind != "limit" or worst >= price
    return Preview(
        instrument=instrument,
        price=price,
        quantity=ticket.quantity,
        allowed=allowed,
        worst_price=worst,
        cost=cost,
        fee=(cost * (_COSTS.taker_ppm if takes else _COSTS.maker_ppm) / PPM).quantize(_MINOR, rounding=ROUND_UP),
        slippage=ticket.quantity * price * _COSTS.slippage_bps / BPS if takes else Decimal(0),
        at_risk=ticket.quantity * (worst - ticket.stop_price),
        rule=rule,
        limit=answer.limit,
        value=answer.value,
        level=answer.level,
    )
