"""Settling a slot on paper: what the closed candle does to the orders that were working when it opened.

The order is that of the market: exits and entries meet the open, then stops and targets meet the rest of the bar, those
of positions just opened included. Prices come from `trading.fills`, in ticks; nothing here rounds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction

from cryptouniverse.kernel.clock import from_ms
from cryptouniverse.kernel.market import Side, Timeframe
from trading.execution.models import Intent
from trading.execution.paper import NoFill, fill_at_open, fill_protection
from trading.execution.selectors import lock_paper_orders, protections_touched
from trading.execution.services.closing import book, close_orders, protect, withdraw_exits, withdraw_protections
from trading.execution.services.held import meet_held, missed_its_open
from trading.execution.services.lines import meet_working_lines
from trading.execution.types import Candle, WorkingOrder
from trading.fills.types import Costs
from trading.portfolio.selectors import lock_every_portfolio
from trading.portfolio.services import mark_portfolios, roll_risk_day
from trading.portfolio.types import BookedFill, Execution

PAPER_COSTS = Costs()


@transaction.atomic(savepoint=False)
def settle_slot(
    *, slot_ms: int, timeframe: Timeframe, candles: Mapping[str, Candle], costs: Costs = PAPER_COSTS
) -> list[BookedFill]:
    """Fill, book and mark everything the tenant has working in slot `slot_ms`; the fills in booking order.

    candles: by instrument id, those that closed in this slot. An instrument without one keeps its orders waiting; an
    entry that misses the open it was meant for expires. No entry meets a candle that had closed when it was recorded.
    """
    # first, as the stop switch does: what it withdrew is not filled
    orders, held_pks, line_pks = lock_paper_orders(candles, slot_ms=slot_ms)
    lock_every_portfolio()  # marking writes to all of them
    roll_risk_day(day=from_ms(slot_ms).date())
    at_open = _meet_open(orders, slot_ms, timeframe, candles, costs)
    withdraw_protections([fill for fill in at_open if fill.execution.cause == "exit"])
    opened = [fill for fill in at_open if fill.execution.cause == "entry" and not fill.has_joined]
    protect(opened, slot_ms=slot_ms)
    inside = _meet_bar(slot_ms, candles, costs)
    held = meet_held(held_pks, slot_ms=slot_ms, timeframe=timeframe, candles=candles, costs=costs)
    withdraw_exits([fill for fill in held if fill.execution.side is Side.SELL])
    lines = meet_working_lines(line_pks, slot_ms=slot_ms, candles=candles, costs=costs)
    closes = {i: candle.instrument.price_of(candle.close) for i, candle in candles.items()}
    mark_portfolios(slot_ms=slot_ms, closes=closes)
    return [*at_open, *inside, *held, *lines]


def _meet_open(
    orders: Sequence[WorkingOrder], slot_ms: int, timeframe: Timeframe, candles: Mapping[str, Candle], costs: Costs
) -> list[BookedFill]:
    fills: list[tuple[WorkingOrder, Execution]] = []
    expired: list[tuple[WorkingOrder, str]] = []
    for order in _exits_first(orders):
        if order.purpose == Intent.Purpose.ENTRY and order.slot_ms >= slot_ms:
            continue  # the candle had closed already when it was asked for
        if missed_its_open(order, slot_ms, timeframe):
            expired.append((order, "missed_open"))
        elif candle := candles.get(order.instrument_id):
            outcome = fill_at_open(order, candle, slot_ms, costs)
            if isinstance(outcome, NoFill):
                expired.append((order, outcome.reason))
            else:
                fills.append((order, outcome))
    close_orders(expired=expired)
    return book(fills)


def _meet_bar(slot_ms: int, candles: Mapping[str, Candle], costs: Costs) -> list[BookedFill]:
    touched = [
        (order, execution)
        for order in protections_touched(candles)
        if (execution := fill_protection(order, candles[order.instrument_id], slot_ms, costs))
    ]
    fills = book(touched)
    withdraw_exits(fills)
    return fills


def _exits_first(orders: Sequence[WorkingOrder]) -> list[WorkingOrder]:
    return sorted(orders, key=lambda order: (order.purpose != Intent.Purpose.EXIT, order.pk))
