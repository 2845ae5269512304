"""The paper venue's matching: one order against one candle, by the rules of `trading.fills`. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from cryptouniverse.kernel.market import Side
from trading.execution.types import Candle, WorkingOrder
from trading.fills import rules
from trading.fills.types import Costs
from trading.portfolio.types import Execution

_CAUSES = {rules.STOP: "stop", rules.TARGET: "target"}


@dataclass(frozen=True, slots=True)
class NoFill:
    """The order gets nothing in this bar, and why."""

    reason: str


def fill_at_open(order: WorkingOrder, candle: Candle, slot_ms: int, costs: Costs) -> Execution | NoFill:
    """A market order at the bar's open, slipped against it; an entry that would pay above its limit gets nothing."""
    side = Side.BUY if order.purpose == "entry" else Side.SELL
    ticks = rules.market_at_open(1 if side is Side.BUY else -1, candle.open, costs)
    if order.limit_price is not None and candle.instrument.price_of(ticks) > order.limit_price:
        return NoFill("price_collar")
    return _execution(order, candle, side, order.purpose, ticks, slot_ms, costs.taker_ppm)


def fill_protection(order: WorkingOrder, candle: Candle, slot_ms: int, costs: Costs) -> Execution | None:
    """The stop or the target of a long position inside the bar, if either is reached; the stop first if both are."""
    stop, target = _ticks(order.stop_price, candle), _ticks(order.target_price, candle)
    leg, ticks = rules.protect_in_bar(1, stop, target, candle.open, candle.high, candle.low, costs)
    if leg == rules.NO_LEG:
        return None
    fee_ppm = costs.taker_ppm if leg == rules.STOP else costs.maker_ppm
    return _execution(order, candle, Side.SELL, _CAUSES[leg], ticks, slot_ms, fee_ppm)


def _ticks(price: Decimal | None, candle: Candle) -> int:
    return candle.instrument.ticks_nearest(price) if price else 0


def _execution(
    order: WorkingOrder, candle: Candle, side: Side, cause: str, ticks: int, slot_ms: int, fee_ppm: int
) -> Execution:
    steps = candle.instrument.steps_down(order.quantity)
    notional = rules.notional_minor(ticks, steps, candle.instrument.minor_per_tick_step)
    return Execution(
        order_pk=order.pk,
        order_id=order.public_id,
        portfolio_pk=order.portfolio_pk,
        position_pk=order.position_pk,
        bot_id=order.bot_id,
        instrument=candle.instrument,
        side=side,
        cause=cause,
        price=candle.instrument.price_of(ticks),
        quantity=candle.instrument.quantity_of(steps),
        notional_minor=notional,
        fee_minor=rules.fee_minor(notional, fee_ppm),
        slot_ms=slot_ms,
        reserved=order.reserved,
        stop_price=order.stop_price or Decimal(0),
        target_price=order.target_price,
    )
