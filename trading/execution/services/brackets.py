"""What the platform holds for orders by hand at exchanges: entries until their moment, and what moves a stop.

The stop itself rests at the venue, and with it the last target where the venue takes pairs. Other targets, trailing,
break-even and the time stop are looked at here by the rules of `trading.fills` as each candle closes, and become exits
and a new price for the stop, which the trader then replaces. Where they stand is kept with the entry's order, so that a
restart changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import cast
from uuid import UUID

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.bulk import query, write
from cryptouniverse.kernel.ids import derived_id
from cryptouniverse.kernel.market import Instrument, Side
from trading.exchanges.types import OrderKind, TimeInForce
from trading.execution.models import Intent
from trading.execution.requests import AT_ONCE, Asked
from trading.execution.services.record import record_intents, tell_trader
from trading.execution.services.refusing import end_intents
from trading.execution.types import Candle, IntentDraft
from trading.fills import Bar, Bracket, BracketState, Costs, OrderState, read_spec, read_state, start, step
from trading.fills.groups import states_of
from trading.fills.orders import legs_of
from trading.fills.states import FILLED

_COSTS = Costs()
_HELD_BACK = """
    SELECT id, portfolio_id, instrument_id, limit_price, spec FROM trading_execution_intent
    WHERE held AND state = 'recorded' AND instrument_id = ANY(%s) AND slot_ms < %s AND line IS NULL
      AND NOT jsonb_exists(spec, 'after')
    ORDER BY id FOR NO KEY UPDATE
"""
_STANDS = """
    UPDATE trading_execution_intent AS i
    SET spec = g.spec::jsonb, held = g.held, limit_price = g.limit_price,
        released_at = CASE WHEN g.held THEN NULL ELSE %s END
    FROM unnest(%s::bigint[], %s::text[], %s::boolean[], %s::numeric[]) AS g (id, spec, held, limit_price)
    WHERE i.id = g.id
"""
_PASSED = """
    UPDATE trading_execution_intent AS i SET unwanted = 'expired'
    FROM unnest(%s::text[], %s::numeric[]) AS c (instrument_id, low)
    WHERE i.instrument_id = c.instrument_id AND i.purpose = 'entry' AND i.state = 'acked' AND i.unwanted = ''
      AND i.spec->'venue'->>'kind' = 'trailing' AND i.slot_ms < %s AND c.low <= i.stop_price
    RETURNING i.portfolio_id
"""
_FOLLOWED = """
    SELECT s.id, s.public_id, s.portfolio_id, s.bot_id, s.instrument_id, s.quantity, s.entry_price, s.stop_price, o.id,
           i.spec, o.working, EXISTS (
        SELECT 1 FROM trading_execution_intent x
        WHERE x.position_id = s.id AND x.purpose = 'exit' AND x.state IN ('recorded', 'sending', 'acked')),
        EXISTS (
        SELECT 1 FROM trading_execution_intent x JOIN trading_execution_order y ON y.intent_id = x.id
        JOIN trading_execution_leg l ON l.order_id = y.id AND l.cause = 'target'
        WHERE x.position_id = s.id AND x.purpose = 'protect' AND x.state = 'acked')
    FROM trading_portfolio_position s
    JOIN trading_portfolio_portfolio p ON p.id = s.portfolio_id AND p.connection_id IS NOT NULL
    JOIN trading_execution_intent i ON i.position_id = s.id AND i.purpose = 'entry' AND jsonb_exists(i.spec, 'order')
    JOIN trading_execution_order o ON o.intent_id = i.id
    WHERE s.closed_slot_ms IS NULL AND s.instrument_id = ANY(%s) AND s.opened_slot_ms < %s
    ORDER BY s.id FOR NO KEY UPDATE OF s
"""
_MOVE = """
    UPDATE trading_portfolio_position AS s SET stop_price = g.stop_price, target_price = g.target_price
    FROM unnest(%s::bigint[], %s::numeric[], %s::numeric[]) AS g (id, stop_price, target_price) WHERE s.id = g.id
"""
_KEEP = """
    UPDATE trading_execution_order AS o SET working = g.working::jsonb
    FROM unnest(%s::bigint[], %s::text[]) AS g (id, working) WHERE o.id = g.id
"""


@dataclass(frozen=True, slots=True)
class _Followed:
    """A position at an exchange and what was asked for it. working: where that stands; None: it begins. rests: its
    target is an order at the venue.
    """

    pk: int
    public_id: UUID
    portfolio_pk: int
    bot_id: UUID | None
    instrument_id: str
    quantity: Decimal
    entry_price: Decimal
    stop_price: Decimal
    order_pk: int
    spec: str
    working: str | None
    leaving: bool
    rests: bool


@dataclass(frozen=True, slots=True)
class _After:
    """A followed position after its candle. exit_steps: to be sold for `reason`; 0: nothing."""

    position: _Followed
    instrument: Instrument
    spec: Bracket
    state: BracketState
    exit_steps: int = 0
    reason: str = ""

    @property
    def stop_price(self) -> Decimal:
        """Where the stop should be now."""
        return self.instrument.price_of(self.state.stop)

    @property
    def target_price(self) -> Decimal | None:
        """The next target, for people to see."""
        ahead = self.spec.targets[self.state.hit :]
        return self.instrument.price_of(ahead[0].ticks) if ahead else None


def release_held(*, slot_ms: int, candles: Mapping[str, Candle]) -> int:
    """Let go of entries whose moment came in this candle: they are sent as limit orders now; how many.

    What fills by the rules, or is triggered, is sent; what it gets is the venue's word. A trailing entry that waits at
    the venue while the price falls to its own stop is given up. In the caller's transaction, in which
    `lock_paper_orders` locked them.
    """
    lows = [candle.instrument.price_of(candle.low) for candle in candles.values()]
    tell_trader({pk for (pk,) in query(_PASSED, [list(candles), lows, slot_ms])})
    rows, gone, released = [], [], 0
    for pk, portfolio_pk, instrument_id, limit_price, raw in query(_HELD_BACK, [list(candles), slot_ms]):
        candle, told = candles[instrument_id], json.loads(raw)
        spec = cast("Bracket", read_spec(told["order"]))
        state = read_state(told["state"]) if "state" in told else start(spec, told["last"])
        entry = cast("BracketState", step(spec, state, _bar(candle), _COSTS)[0]).entry
        legs = enumerate(states_of(entry))
        met = next((leg for leg, each in legs if each.triggered or each.status == FILLED), None)
        if met is not None:
            limit_ticks = legs_of(spec.entry)[met].limit_ticks
            told["venue"] = (Asked(OrderKind.LIMIT, TimeInForce.GTC) if limit_ticks else AT_ONCE).as_json()
            limit_price = min(limit_price, candle.instrument.price_of(limit_ticks)) if limit_ticks else limit_price
            released += 1
            tell_trader([portfolio_pk])
        elif not entry.is_open:
            gone.append((pk, "expired", "expired"))
        told["state"] = BracketState(entry=entry).as_json()
        rows.append((pk, json.dumps(told), met is None, limit_price))
    if rows:
        write(_STANDS, [clock.now(), *(list(column) for column in zip(*rows, strict=True))])
    end_intents(gone)
    return released


def follow_brackets(*, slot_ms: int, candles: Mapping[str, Candle]) -> int:
    """Let each position by hand at an exchange meet its candle; how many exits were recorded.

    In the caller's transaction. The candle in which it was entered counts by its close alone: the rest of it may have
    been before. What the stop gets is the venue's word, so a candle that touches it says nothing here.
    """
    rows = query(_FOLLOWED, [list(candles), slot_ms])
    met = [after for row in rows if (after := _meet(one := _Followed(*row), candles[one.instrument_id])) is not None]
    if not met:
        return 0
    write(_KEEP, [[one.position.order_pk for one in met], [json.dumps(one.state.as_json()) for one in met]])
    shown = [[one.position.pk for one in met], [one.stop_price for one in met], [one.target_price for one in met]]
    write(_MOVE, shown)
    if moved := {one.position.portfolio_pk for one in met if one.stop_price != one.position.stop_price}:
        tell_trader(moved)
    drafts = [_exit(one, slot_ms) for one in met if one.exit_steps]
    return len(record_intents(drafts=drafts, slot_ms=slot_ms))


def _meet(position: _Followed, candle: Candle) -> _After | None:
    """None where the stop is met: that is the venue's to say."""
    instrument = candle.instrument
    spec = cast("Bracket", read_spec(json.loads(position.spec)["order"]))
    state = _standing(position, spec, instrument)
    bar = _bar(candle) if position.working else Bar(candle.close, candle.close, candle.close, candle.close)
    asked = replace(spec, targets=()) if position.rests else spec
    if position.leaving:
        asked = replace(spec, targets=(), time_stop_bars=0)
    after, fills = step(asked, state, bar, _COSTS)
    if any(fill.cause == "stop" for fill in fills):
        return None
    reason = fills[-1].cause if fills else ""
    return _After(position, instrument, spec, cast("BracketState", after), sum(fill.steps for fill in fills), reason)


def _standing(position: _Followed, spec: Bracket, instrument: Instrument) -> BracketState:
    """Where it stands, with what is held now: it may have grown, and some may have been sold since."""
    if position.working:
        state = cast("BracketState", read_state(json.loads(position.working)))
    else:
        entry = OrderState(status=FILLED, filled=spec.steps)
        state = BracketState(entry=entry, entry_ppm=_COSTS.taker_ppm, stop=spec.stop_ticks)
    held, entered = instrument.steps_down(position.quantity), instrument.ticks_nearest(position.entry_price)
    return replace(state, left=held, entry_ticks=entered)


def _exit(one: _After, slot_ms: int) -> IntentDraft:
    position, part = one.position, one.state.left > 0
    return IntentDraft(
        id=derived_id(one.reason, position.public_id, slot_ms),
        portfolio_pk=position.portfolio_pk,
        purpose=Intent.Purpose.EXIT,
        side=Side.SELL,
        instrument_id=position.instrument_id,
        quantity=one.instrument.quantity_of(one.exit_steps) if part else position.quantity,
        bot_id=position.bot_id,
        position_pk=position.pk,
        reason=one.reason,
        partial=part,
    )


def _bar(candle: Candle) -> Bar:
    return Bar(candle.open, candle.high, candle.low, candle.close)
