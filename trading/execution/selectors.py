"""Reads of intents, orders and fills."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection
from django.db.models import F

from cryptouniverse.kernel.market import Side, Timeframe
from trading.execution.models import Fill, Intent, Order
from trading.execution.types import Candle, Flight, WorkingOrder
from trading.marketdata.selectors import bars_of_many, instruments
from trading.portfolio.selectors import instruments_held

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from trading.portfolio.models import Portfolio

IN_FLIGHT = (Intent.State.RECORDED, Intent.State.ACKED)
_ORDER_COLUMNS = (
    "pk",
    "public_id",
    "intent_id",
    "portfolio_id",
    "intent__position_id",
    "intent__bot_id",
    "intent__instrument_id",
    "intent__purpose",
    "intent__quantity",
    "intent__limit_price",
    "intent__stop_price",
    "intent__target_price",
    "intent__reserved",
    "intent__slot_ms",
)
_TOUCHED = """
    SELECT o.id FROM trading_execution_order o
    JOIN trading_execution_intent i ON i.id = o.intent_id
    JOIN unnest(%s::text[], %s::numeric[], %s::numeric[]) AS c (instrument_id, high, low)
      ON c.instrument_id = i.instrument_id
    WHERE o.state = 'open' AND i.purpose = 'protect' AND (c.low <= i.stop_price OR c.high > i.target_price)
    ORDER BY o.id
"""


def candles_at(timeframe: Timeframe, slot_ms: int, *, instrument_ids: Collection[str]) -> dict[str, Candle]:
    """Instrument id -> its candle of slot `slot_ms`. Instruments without one are left out: they have no price now."""
    listed = instruments(sorted({*instrument_ids, *instruments_held()}))
    bars = bars_of_many(listed, timeframe, start_ms=slot_ms, end_ms=slot_ms + timeframe.ms)
    return {
        name: Candle(listed[name], int(b.open[0]), int(b.high[0]), int(b.low[0]), int(b.close[0]))
        for name, b in bars.items()
        if len(b)
    }


def lock_market_orders() -> int:
    """Hold the intents behind the tenant's open entries and exits until the transaction ends; how many.

    Whoever withdraws entries takes the same locks, in the same order: an order is filled or withdrawn, never both.
    """
    working = Intent.objects.filter(order__state=Order.State.OPEN).exclude(purpose=Intent.Purpose.PROTECT)
    return len(working.select_for_update(of=("self",), no_key=True).order_by("pk").values_list("pk", flat=True))


def market_orders_working() -> list[WorkingOrder]:
    """Open entries and exits of the tenant, in the order in which they were placed."""
    rows = Order.objects.filter(state=Order.State.OPEN).exclude(intent__purpose=Intent.Purpose.PROTECT)
    return _working(rows)


def protections_touched(candles: Mapping[str, Candle]) -> list[WorkingOrder]:
    """Open stops and targets whose level lies in their instrument's candle; only those, however many rest."""
    prices = [(i, c.instrument.price_of(c.high), c.instrument.price_of(c.low)) for i, c in candles.items()]
    if not prices:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_TOUCHED, [list(column) for column in zip(*prices, strict=True)])
        touched = [row[0] for row in cursor.fetchall()]
    return _working(Order.objects.filter(pk__in=touched)) if touched else []


def entries_in_flight(portfolio_pks: Collection[int]) -> list[Flight]:
    """Entries recorded or working, at the worst price they may get."""
    rows = Intent.objects.filter(
        portfolio__in=portfolio_pks, purpose=Intent.Purpose.ENTRY, state__in=IN_FLIGHT
    ).annotate(notional=F("quantity") * F("limit_price"))
    return [Flight(*row) for row in rows.values_list("portfolio_id", "bot_id", "instrument_id", "notional")]


def entering(bot_ids: Collection[UUID]) -> set[tuple[UUID, str]]:
    """(bot, instrument) of the entries that are recorded or working."""
    rows = Intent.objects.filter(bot_id__in=bot_ids, purpose=Intent.Purpose.ENTRY, state__in=IN_FLIGHT)
    return {(bot_id, instrument_id) for bot_id, instrument_id in rows.values_list("bot_id", "instrument_id") if bot_id}


def leaving(bot_ids: Collection[UUID]) -> set[int]:
    """Keys of the positions of these bots that already have an exit on the way."""
    rows = Intent.objects.filter(bot_id__in=bot_ids, purpose=Intent.Purpose.EXIT, state__in=IN_FLIGHT)
    return {pk for pk in rows.values_list("position_id", flat=True) if pk}


def orders_of(portfolio: Portfolio) -> QuerySet[Order]:
    """Orders of a portfolio with their intents, newest first."""
    return Order.objects.filter(portfolio=portfolio).select_related("intent").order_by("-pk")


def fills_of(portfolio: Portfolio) -> QuerySet[Fill]:
    """Fills of a portfolio, newest first."""
    return Fill.objects.filter(portfolio=portfolio).order_by("-sequence")


def _working(rows: QuerySet[Order]) -> list[WorkingOrder]:
    return [WorkingOrder(*row) for row in rows.order_by("pk").values_list(*_ORDER_COLUMNS)]


def side_of(order: WorkingOrder) -> Side:
    """Entries buy; every way out sells (spot, long only)."""
    return Side.BUY if order.purpose == Intent.Purpose.ENTRY else Side.SELL
