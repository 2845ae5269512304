"""What protects an open position, and new terms for it by a person. On paper.

A bot's position is protected by a plain order with a stop and a target. Once a person says something else, it becomes
an order that the platform holds, as those of people are: the same order, with a specification.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.db import OperationalError, transaction

from accounts.teams.selectors import on_behalf
from cryptouniverse.kernel.bulk import query, write
from cryptouniverse.kernel.market import Instrument
from tenants.audit.services import record
from trading.execution.errors import JustNow, NoPriceNow, UnknownOrder
from trading.execution.services.held import SHOW_LEVELS
from trading.execution.services.loosening import require_room_for
from trading.execution.services.record import tell_trader
from trading.execution.services.settle import PAPER_COSTS
from trading.execution.tickets import Protection, changed, in_units, protected, protection_of
from trading.execution.types import Protected
from trading.fills import Bracket, BracketState, OrderSpec, OrderState, Target, as_json, read_spec, read_state
from trading.fills.amending import Said, amend
from trading.fills.states import FILLED
from trading.marketdata.selectors import feed_state, instruments, prices_at
from trading.risk.selectors import lock_limits

if TYPE_CHECKING:
    from accounts.users.models import User
    from trading.portfolio.models import Portfolio

ATTEMPTS = 10
_FACTS = """
    SELECT i.id, o.id, s.id, s.public_id, s.bot_id, s.instrument_id, s.quantity, s.entry_price, s.stop_price,
           s.target_price, s.opened_slot_ms, i.spec, o.working
    FROM trading_portfolio_position s
    JOIN trading_execution_intent i ON i.position_id = s.id
      AND (i.purpose = 'protect' AND i.state = 'acked' OR i.purpose = 'entry')
    JOIN trading_execution_order o ON o.intent_id = i.id
      AND (o.venue = 'paper' AND o.state = 'open' OR o.venue <> 'paper' AND i.purpose = 'entry')
    WHERE s.portfolio_id = %s AND s.public_id = %s AND s.closed_slot_ms IS NULL
    ORDER BY jsonb_exists(i.spec, 'order') DESC NULLS LAST, i.id LIMIT 1
"""
_LOCK_INTENT = """
    SELECT i.id FROM trading_execution_intent i JOIN trading_portfolio_position s ON s.id = i.position_id
    WHERE s.portfolio_id = %s AND s.public_id = %s
      AND (i.purpose = 'protect' AND i.state = 'acked' OR i.purpose = 'entry')
    ORDER BY i.id FOR NO KEY UPDATE OF i
"""
_LOCK_POSITION = "SELECT id FROM trading_portfolio_position WHERE public_id = %s FOR NO KEY UPDATE NOWAIT"
_AMEND = "UPDATE trading_execution_intent SET spec = %s::jsonb, stop_price = %s, target_price = %s WHERE id = %s"
_STANDS = "UPDATE trading_execution_order SET working = %s::jsonb WHERE id = %s"


@dataclass(frozen=True, slots=True)
class _Held:
    intent_pk: int
    order_pk: int
    position_pk: int
    position_id: UUID
    bot_id: UUID | None
    instrument: Instrument
    quantity: Decimal
    raw: dict[str, Any]
    spec: Bracket
    state: BracketState

    def shown(self) -> Protected:
        protection = protection_of(self.spec, self.state, self.instrument)
        bars, even = self.state.bars, self.state.even
        return Protected(self.position_id, self.instrument, self.quantity, protection, bars, even)


def protection_at(*, portfolio: Portfolio, position_id: UUID) -> Protected:
    """What protects an open position of the portfolio now. Raises UnknownOrder."""
    return _held(portfolio, position_id).shown()


@transaction.atomic
def protect_by_hand(*, portfolio: Portfolio, position_id: UUID, actor: User, changes: Mapping[str, Any]) -> Protected:
    """Give an open position other protection; audited as "protection.amended". changes: fields of a `Protection`.

    What is not said goes on, the level that a trail has reached included; a new stop or trail starts it anew. Terms
    that it has already change nothing. Raises BadTicket for a stop on the wrong side of the market and all else that
    contradicts itself, RefusedByRisk for one that is moved away and would lose more than the risk of one trade,
    UnknownOrder, NoPriceNow, JustNow. At an exchange the trader then replaces the stop that rests.
    """
    lock_limits([portfolio.pk])  # first, as whoever decides does
    held = _locked(portfolio, position_id)
    before = held.shown().protection
    wanted = changed(before, changes)
    steps = held.state.left
    bracket = protected(wanted, held.spec.entry, held.instrument, steps)
    standing = protected(before, held.spec.entry, held.instrument, steps)
    said = Said(
        stop=bracket.stop_ticks != standing.stop_ticks,
        targets=bracket.targets != standing.targets,
        trail=bracket.trail != standing.trail,
        break_even=bracket.break_even != standing.break_even,
    )
    if bracket == standing:
        return held.shown()
    with in_units(held.instrument):
        spec, state = amend(held.spec, held.state, bracket, _last(held.instrument), said)
    after = replace(held, spec=spec, state=state)
    require_room_for(
        after.shown().protection.stop_price,
        before=before.stop_price,
        portfolio=portfolio,
        bot_id=held.bot_id,
        instrument=held.instrument,
        quantity=held.quantity,
        entry=held.instrument.price_of(held.state.entry_ticks),
    )
    _keep(after)
    tell_trader([portfolio.pk])
    _say(before, after.shown().protection, held.position_id, portfolio, actor)
    return after.shown()


def _held(portfolio: Portfolio, position_id: UUID) -> _Held:
    rows = query(_FACTS, [portfolio.pk, position_id])
    if not rows:
        raise UnknownOrder(order=str(position_id))
    intent_pk, order_pk, position_pk, public_id, bot_id, name, quantity, entry, stop, target, opened, spec, working = (
        rows[0]
    )
    instrument = instruments({name})[name]
    raw: dict[str, Any] = json.loads(spec) if spec else {}
    bracket, state = _plain(instrument, quantity, entry, stop, target, opened)
    if "order" in raw:
        bracket = cast("Bracket", read_spec(raw["order"]))
        state = cast("BracketState", read_state(json.loads(working))) if working else state
        state = replace(state, left=instrument.steps_down(quantity))  # some of it may have been sold since
    return _Held(intent_pk, order_pk, position_pk, public_id, bot_id, instrument, quantity, raw, bracket, state)


def _plain(
    instrument: Instrument, quantity: Decimal, entry: Decimal, stop: Decimal, target: Decimal | None, opened_ms: int
) -> tuple[Bracket, BracketState]:
    """What protects a bot's position, as the fill rules hold it."""
    feed, steps = feed_state(), instrument.steps_down(quantity)
    targets = (Target(instrument.ticks_nearest(target), steps),) if target else ()
    stop_ticks = instrument.ticks_nearest(stop)
    state = BracketState(
        entry=OrderState(status=FILLED, filled=steps),
        entry_ticks=instrument.ticks_nearest(entry),
        entry_ppm=PAPER_COSTS.taker_ppm,
        left=steps,
        stop=stop_ticks,
        bars=max((feed.cursor_ms - opened_ms) // feed.timeframe.ms + 1, 1),
    )
    return Bracket(OrderSpec("market", 1, steps), stop_ticks, targets), state


def _locked(portfolio: Portfolio, position_id: UUID) -> _Held:
    """The position and its protection, locked. Whoever settles may hold either first: nobody is waited for twice."""
    for _attempt in range(ATTEMPTS):
        try:
            with transaction.atomic():
                query(_LOCK_INTENT, [portfolio.pk, position_id])
                query(_LOCK_POSITION, [position_id])
                return _held(portfolio, position_id)
        except OperationalError:  # whoever has the position will want its protection: let go, and wait for that
            continue
    raise JustNow(position=str(position_id))


def _last(instrument: Instrument) -> int:
    feed = feed_state()
    found = prices_at([instrument.id], feed.timeframe, slot_ms=feed.cursor_ms).get(instrument.id)
    if found is None:
        raise NoPriceNow(instrument=instrument.id)
    return found[1][-1]


def _keep(after: _Held) -> None:
    """The order with its new specification and where it stands, and its levels on the position for people to see."""
    shown = after.shown().protection
    target = shown.targets[0][0] if shown.targets else None
    raw = {**after.raw, "order": as_json(after.spec), "last": after.raw.get("last", after.state.entry_ticks)}
    write(_AMEND, [json.dumps(raw), shown.stop_price, target, after.intent_pk])
    write(_STANDS, [json.dumps(after.state.as_json()), after.order_pk])
    write(SHOW_LEVELS, [[after.position_pk], [shown.stop_price], [target]])


def _say(before: Protection, after: Protection, position_id: UUID, portfolio: Portfolio, actor: User) -> None:
    old, new = before.as_json(), after.as_json()
    names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    whose = on_behalf(actor=actor, owner_id=portfolio.owner.public_id)
    record(
        actor=actor,
        action="protection.amended",
        object=("position", position_id),
        before={name: old.get(name) for name in names},
        after={**{name: new.get(name) for name in names}, **whose},
    )
