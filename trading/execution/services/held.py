"""Orders that the platform holds on paper: each meets its candle by `trading.fills`, entry, stop and targets alike.

Until it is entered, such an order is the intent of an entry; from then on the intent of a position's protection, with
the same specification and the state that it has come to. Whatever is filled is booked where it belongs.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, cast

from cryptouniverse.kernel.bulk import query, write
from cryptouniverse.kernel.ids import derived_id
from cryptouniverse.kernel.market import Side, Timeframe
from trading.execution.models import Intent
from trading.execution.selectors import held_orders
from trading.execution.services.closing import book_held, close_orders
from trading.execution.services.place import place_drafts
from trading.execution.types import Candle, HeldOrder, IntentDraft, WorkingOrder
from trading.fills import Bar, Bracket, BracketState, Costs, Fill, cost_of, read_spec, read_state, start, step
from trading.portfolio.types import BookedFill, Execution

ENTRY_LEG = 0
_CAUSES = {"entry": "entry", "stop": "stop", "target": "target", "time_stop": "exit"}
_KEEP = """
    UPDATE trading_execution_order AS o SET working = g.working::jsonb, executed = o.executed + g.executed
    FROM unnest(%s::bigint[], %s::text[], %s::numeric[]) AS g (id, working, executed) WHERE o.id = g.id
"""
SHOW_LEVELS = """
    UPDATE trading_portfolio_position AS p SET stop_price = g.stop_price, target_price = g.target_price
    FROM unnest(%s::bigint[], %s::numeric[], %s::numeric[]) AS g (id, stop_price, target_price) WHERE p.id = g.id
"""
_NEW_ORDERS = "SELECT intent_id, id, public_id FROM trading_execution_order WHERE intent_id = ANY(%s)"


@dataclass(slots=True)
class _Met:
    """A held order after its candle. order: of the entry, and once it is entered of the protection."""

    order: WorkingOrder
    candle: Candle
    spec: Bracket
    raw: dict[str, Any]
    state: BracketState
    fills: tuple[Fill, ...]


def meet_held(
    intent_pks: Collection[int], *, slot_ms: int, timeframe: Timeframe, candles: Mapping[str, Candle], costs: Costs
) -> list[BookedFill]:
    """Let the held orders of these intents meet their candles; what was booked. In the transaction that locked them.

    A bot's entry that misses the open it was meant for expires, as it does without moves; a person's waits. Orders are
    kept with where they stand, so that a restart changes nothing. A handful of statements, none without held orders but
    the look at them.
    """
    found = held_orders(intent_pks, candles, slot_ms=slot_ms)
    late = [held.order for held in found if held.order.bot_id and missed_its_open(held.order, slot_ms, timeframe)]
    close_orders(expired=[(order, "missed_open") for order in late])
    met = [_meet(held, candles[held.order.instrument_id], costs) for held in found if held.order not in late]
    if not met:
        return []
    entered = [one for one in met if _is_entry(one) and one.fills]
    booked = book_held([(one.order, _execution(one, one.fills[:1], slot_ms, costs)[0]) for one in entered])
    _protect(entered, booked, slot_ms)
    close_orders(expired=[(one.order, "expired") for one in met if _is_entry(one) and not one.state.is_open])
    leaving = [one for one in met if not _is_entry(one)]
    out = [
        (one.order, execution) for one in leaving for execution in _execution(one, _ways_out(one.fills), slot_ms, costs)
    ]
    done = {one.order.pk for one in leaving if not one.state.is_open}
    booked += book_held(out, done=done)
    _keep(met)
    return booked


def missed_its_open(order: WorkingOrder, slot_ms: int, timeframe: Timeframe) -> bool:
    """Whether an entry that was decided on one candle meets a later one than the next."""
    return order.purpose == Intent.Purpose.ENTRY and slot_ms > order.slot_ms + timeframe.ms


def _meet(held: HeldOrder, candle: Candle, costs: Costs) -> _Met:
    raw = held.spec
    spec = cast("Bracket", read_spec(raw["order"]))  # what a ticket is made into
    state = read_state(held.working) if held.working else start(spec, raw["last"])
    if held.order.purpose != Intent.Purpose.ENTRY:  # some of it may have been sold since
        state = replace(cast("BracketState", state), left=candle.instrument.steps_down(held.order.quantity))
    bar = Bar(candle.open, candle.high, candle.low, candle.close)
    after, fills = step(spec, state, bar, costs)
    return _Met(held.order, candle, spec, raw, cast("BracketState", after), fills)


def _is_entry(one: _Met) -> bool:
    return one.order.purpose == Intent.Purpose.ENTRY


def _ways_out(fills: Sequence[Fill]) -> list[Fill]:
    return [fill for fill in fills if fill.leg != ENTRY_LEG]


def _execution(one: _Met, fills: Sequence[Fill], slot_ms: int, costs: Costs) -> list[Execution]:
    made = []
    for fill in fills:
        notional, fee = cost_of(fill, one.candle.instrument.minor_per_tick_step, costs)
        made.append(
            Execution(
                order_pk=one.order.pk,
                order_id=one.order.public_id,
                portfolio_pk=one.order.portfolio_pk,
                position_pk=one.order.position_pk,
                bot_id=one.order.bot_id,
                instrument=one.candle.instrument,
                side=Side.BUY if fill.leg == ENTRY_LEG else Side.SELL,
                cause=_CAUSES[fill.cause],
                price=one.candle.instrument.price_of(fill.ticks),
                quantity=one.candle.instrument.quantity_of(fill.steps),
                notional_minor=notional,
                fee_minor=fee,
                slot_ms=slot_ms,
                reserved=one.order.reserved if fill.leg == ENTRY_LEG else Decimal(0),
                stop_price=one.order.stop_price or Decimal(0),
                target_price=one.order.target_price,
            )
        )
    return made


def _protect(entered: Sequence[_Met], booked: Sequence[BookedFill], slot_ms: int) -> None:
    """What was entered is held on as its position's protection, from the same candle on."""
    drafts = [
        IntentDraft(
            id=derived_id("protect", fill.position_id),
            portfolio_pk=one.order.portfolio_pk,
            purpose=Intent.Purpose.PROTECT,
            side=Side.SELL,
            instrument_id=one.order.instrument_id,
            quantity=fill.execution.quantity,
            bot_id=one.order.bot_id,
            position_pk=fill.position_pk,
            stop_price=one.order.stop_price,
            target_price=one.order.target_price,
            spec=json.dumps(one.raw),
        )
        for one, fill in zip(entered, booked, strict=True)
    ]
    if not drafts:
        return
    recorded = place_drafts(drafts=drafts, slot_ms=slot_ms)
    made = {intent_pk: rest for intent_pk, *rest in query(_NEW_ORDERS, [[intent.pk for intent in recorded]])}
    for one, draft, intent in zip(entered, drafts, recorded, strict=True):
        pk, public_id = made[intent.pk]
        changed = {"pk": pk, "public_id": public_id, "intent_pk": intent.pk, "position_pk": draft.position_pk}
        one.order = replace(one.order, **changed, purpose=draft.purpose, reserved=Decimal(0))


def _keep(met: Sequence[_Met]) -> None:
    """Where each order stands now, and its levels on the position for people to see."""
    filled = [sum(fill.steps for fill in one.fills if (fill.leg == ENTRY_LEG) is _is_entry(one)) for one in met]
    sizes = [one.candle.instrument.quantity_of(steps) for one, steps in zip(met, filled, strict=True)]
    write(_KEEP, [[one.order.pk for one in met], [json.dumps(one.state.as_json()) for one in met], sizes])
    held = [one for one in met if one.order.position_pk and one.state.left]
    if held:
        stops = [one.candle.instrument.price_of(one.state.stop) for one in held]
        write(SHOW_LEVELS, [[one.order.position_pk for one in held], stops, [_target_of(one) for one in held]])


def _target_of(one: _Met) -> Decimal | None:
    targets = one.spec.targets[one.state.hit :]
    return one.candle.instrument.price_of(targets[0].ticks) if targets else None
