"""Ladders over the price, as SVG numbers: the closes of late, and a line for each order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from cryptouniverse.kernel.market import Timeframe
from cryptouniverse.web.lab_charts import Plot, plot_of
from trading.marketdata.errors import NoMarket
from trading.marketdata.selectors import bars_of, feed_state

if TYPE_CHECKING:
    from strategies.managing.types import DeskShown

CANDLES: Final = 240
Level = tuple[Decimal, str]  # price, what it is: buy, sell, stop, waits, average or fails


@dataclass(frozen=True, slots=True)
class Drawn:
    """plot: the grid. price: the path of the closes. levels: (path, what it is)."""

    plot: Plot
    price: str
    levels: tuple[tuple[str, str], ...]


def drawn_ladder(
    instrument_id: str, timeframe: Timeframe, orders: Sequence[Mapping[str, Any]], fails_at: Decimal
) -> Drawn | None:
    """A ladder that is not laid yet; None without candles."""
    levels = [(Decimal(order["price"]), order["side"]) for order in orders]
    exits = {Decimal(order["exit"]) for order in orders if order["exit"]}
    return _drawn(instrument_id, timeframe, [*levels, *((price, "sell") for price in exits), (fails_at, "fails")])


def drawn_desk(desk: DeskShown, timeframe: str) -> Drawn | None:
    """A desk as it stands; None without candles."""
    kinds = {"stop": "stop"}
    levels = [
        (order.price, "waits" if order.waits else kinds.get(order.kind, order.side))
        for order in desk.orders
        if order.price is not None
    ]
    average = [(desk.average, "average")] if desk.average is not None else []
    return _drawn(desk.instrument_id, Timeframe(timeframe), [*levels, *average])


def _drawn(instrument_id: str, timeframe: Timeframe, levels: Sequence[Level]) -> Drawn | None:
    try:
        feed = feed_state()
    except NoMarket:
        return None
    since_ms = feed.cursor_ms - (CANDLES - 1) * timeframe.ms
    bars = bars_of(instrument_id, timeframe, start_ms=since_ms, end_ms=feed.cursor_ms + 1)
    if len(bars) < 2:
        return None
    at_ms, close = bars.open_ms.tolist(), bars.close_f.tolist()
    ends = [at_ms[0], at_ms[-1]]
    plot = plot_of([(at_ms, close), *((ends, [float(price)] * 2) for price, _kind in levels)])
    paths = tuple((path, kind) for path, (_price, kind) in zip(plot.paths[1:], levels, strict=True))
    return Drawn(plot, plot.paths[0], paths)
