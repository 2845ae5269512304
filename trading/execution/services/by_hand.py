"""Orders by hand: judged by the gate, shown before they are placed, cancelled while they wait.

On paper the platform holds them. At an exchange each becomes an order of its own there, as far as the venue has that
kind; what it has not, the platform holds back until its moment comes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Q

from accounts.teams.selectors import on_behalf
from cryptouniverse.kernel.market import Instrument, Side
from cryptouniverse.kernel.words import gettext_noop as _
from cryptouniverse.kernel.words import said, told
from tenants.audit.services import record
from trading.execution.asking import asked_at
from trading.execution.errors import NoPriceNow, NotCancellable, RefusedByRisk, UnknownOrder
from trading.execution.market import price_age_s
from trading.execution.models import Intent
from trading.execution.requests import Asked
from trading.execution.selectors import IN_FLIGHT, standing_books
from trading.execution.services.leaving import BY_HAND
from trading.execution.services.place import place_drafts
from trading.execution.services.record import record_intents
from trading.execution.services.stop import cancel_entries
from trading.execution.tickets import Ticket, bracket_of
from trading.execution.types import IntentDraft
from trading.fills import Bracket, Costs
from trading.fills.reading import as_json
from trading.marketdata.selectors import feed_state, prices_at
from trading.risk.gate import judge
from trading.risk.selectors import meaning_of, read_sizing
from trading.risk.types import Approved, Proposal, Refusal

if TYPE_CHECKING:
    from accounts.users.models import User
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
class _Judged:
    """venue: the exchange, None on paper. asked: as what it is sent there, None where the platform holds it back."""

    preview: Preview
    bracket: Bracket
    last: int
    slot_ms: int
    answer: Approved | Refusal
    venue: str | None
    asked: Asked | None


@transaction.atomic
def preview_by_hand(*, portfolio: Portfolio, instrument_id: str, ticket: Ticket) -> Preview:
    """What `place_by_hand` would come to now; nothing is recorded. Raises as it does, but for the gate's refusals."""
    return _judge(portfolio, instrument_id, ticket).preview


@transaction.atomic
def place_by_hand(*, portfolio: Portfolio, actor: User, instrument_id: str, ticket: Ticket, key: str) -> Intent:
    """Place an order, once per `key`; audited as "order.placed". The same gate as a bot's stands before it.

    On paper it has its order at once; at an exchange the trader sends it. Raises BadTicket, NoPriceNow, VenueCannot, or
    RefusedByRisk where the gate allows less than all of it.
    """
    intent_id = uuid5(portfolio.public_id, key)
    placed = Intent.objects.select_related("order").filter(public_id=intent_id)
    if found := placed.first():
        return found
    judged = _judge(portfolio, instrument_id, ticket)
    if found := placed.first():  # by a twin that held the locks
        return found
    seen = judged.preview
    if not isinstance(judged.answer, Approved) or seen.allowed < seen.quantity:
        facts = {"rule": seen.rule, "limit": told(seen.limit), "value": told(seen.value), "level": seen.level}
        meaning = said(meaning_of(seen.rule))
        allows = _("The limits allow %(nearest)s of %(asked)s. %(meaning)s")
        raise RefusedByRisk(allows, **facts, meaning=meaning, asked=f"{seen.quantity:f}", nearest=f"{seen.allowed:f}")
    targets = judged.bracket.targets
    draft = IntentDraft(
        id=intent_id,
        portfolio_pk=portfolio.pk,
        purpose=Intent.Purpose.ENTRY,
        side=Side.BUY,
        instrument_id=instrument_id,
        quantity=seen.quantity,
        limit_price=seen.worst_price,
        stop_price=ticket.stop_price,
        target_price=seen.instrument.price_of(targets[0].ticks) if targets else None,
        reserved=judged.answer.reserved,
        spec=json.dumps(_spec(judged)),
        held=judged.venue is not None and judged.asked is None,
    )
    if judged.venue is None:
        place_drafts(drafts=[draft], slot_ms=judged.slot_ms)
    else:
        record_intents(drafts=[draft], slot_ms=judged.slot_ms)
    intent = placed.get()
    after = {"instrument": instrument_id, "kind": ticket.kind, "quantity": f"{seen.quantity:f}"}
    whose = on_behalf(actor=actor, owner_id=portfolio.owner.public_id)
    record(actor=actor, action="order.placed", object=intent, after={**after, **whose})
    return intent


def _spec(judged: _Judged) -> dict[str, object]:
    asked = {} if judged.asked is None else {"venue": judged.asked.as_json()}
    return {"order": as_json(judged.bracket), "last": judged.last, **asked}


@transaction.atomic
def cancel_by_hand(*, portfolio: Portfolio, order_id: UUID, actor: User) -> Intent:
    """Cancel an entry by hand that waits; audited as "order.cancelled". Again is harmless.

    On paper its cash is free again at once; at an exchange once its end is known there, and it may fill before.
    order_id: of what was placed, or of its order. Raises UnknownOrder; NotCancellable for what protects a position.
    """
    named = Q(public_id=order_id) | Q(order__public_id=order_id)
    found = Intent.objects.filter(named, portfolio=portfolio).first()
    if found is None or (found.bot_id is not None and found.state in IN_FLIGHT):
        raise UnknownOrder(order=str(order_id))
    if found.purpose != Intent.Purpose.ENTRY:
        raise NotCancellable(order=str(order_id))
    if cancel_entries([portfolio.pk], BY_HAND, intent_pks=[found.pk]):
        whose = on_behalf(actor=actor, owner_id=portfolio.owner.public_id)
        record(actor=actor, action="order.cancelled", object=found, after=whose)
    return Intent.objects.select_related("order").get(pk=found.pk)


@transaction.atomic
def cancel_all_by_hand(*, portfolio: Portfolio, actor: User) -> int:
    """Cancel every entry by hand that waits; how many. Audited as "order.cancelled"."""
    waiting = Intent.objects.filter(portfolio=portfolio, purpose=Intent.Purpose.ENTRY, bot_id=None, spec__isnull=False)
    count = cancel_entries([portfolio.pk], BY_HAND, intent_pks=list(waiting.values_list("pk", flat=True)))
    whose = on_behalf(actor=actor, owner_id=portfolio.owner.public_id)
    record(actor=actor, action="order.cancelled", object=portfolio, after={"orders": count, **whose})
    return count


def _judge(portfolio: Portfolio, instrument_id: str, ticket: Ticket) -> _Judged:
    """Under the locks of the gate's books, until the caller's transaction ends."""
    venue = portfolio.connection.venue if portfolio.connection is not None else None
    feed = feed_state()
    found = prices_at([instrument_id], feed.timeframe, slot_ms=feed.cursor_ms).get(instrument_id)
    if found is None:
        raise NoPriceNow(instrument=instrument_id)
    instrument, (*_, last) = found
    book, limits = standing_books([portfolio.pk], slot_ms=feed.cursor_ms, candle_ms=feed.timeframe.ms)[portfolio.pk]
    bracket = bracket_of(ticket, instrument, last=last, collar_bps=limits.collar_bps)
    worst, price = instrument.price_of(bracket.entry.limit_ticks), instrument.price_of(last)
    asked = None if venue is None else asked_at(venue, bracket, instrument)
    proposal = Proposal(
        bot_id=None,
        instrument=instrument,
        price=price,
        price_age_s=price_age_s(feed, by_the_wall=book.real is not None),
        stop_bps=0,
        target_bps=0,
        allocation=Decimal(0),
        fee_ppm=_COSTS.taker_ppm,
        by_rules=False,
        slot_ms=feed.cursor_ms,
        candle_ms=feed.timeframe.ms,
        by_hand=True,
        limit_price=worst,
        stop_price=ticket.stop_price,
        sizing=read_sizing({"method": "fixed", "amount": ticket.quantity * worst}),
    )
    answer = judge(proposal, book, limits)
    shown = _preview(ticket, instrument, price, worst, answer)
    return _Judged(shown, bracket, last, feed.cursor_ms, answer, venue, asked)


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
