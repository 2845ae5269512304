"""Where an order over time stands, and what it cost against the market, in the units that people read."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from trading.algorithms import Candle, Parent, Report, State, parent_from, report_of, state_from
from trading.execution.market import bars_until_now
from trading.execution.models import ParentOrder
from trading.marketdata.errors import NoMarket
from trading.marketdata.selectors import feed_state, instrument

CANDLES_MAX = 2_000


@dataclass(frozen=True, slots=True)
class Progress:
    """An order over time now. Quantities in base units; slippage in basis points, positive is worse.

    paused: why nothing is sent; finish: why it will send nothing more; None where it is not so. rule, limit, value,
    level: why the gate let through less than the last child asked for, "" where it did not.
    """

    row: ParentOrder
    done: Decimal
    left: Decimal
    in_flight: Decimal
    average_price: Decimal | None
    children: int
    paused: str | None
    finish: str | None
    arrival_bps: Decimal | None
    vwap_bps: Decimal | None
    twap_bps: Decimal | None
    share_bps: Decimal | None
    rule: str = ""
    limit: str = ""
    value: str = ""
    level: str = ""

    @property
    def percent(self) -> int:
        """How much of it is filled, rounded down."""
        return int(self.done * 100 / self.row.quantity)


def progress_of(row: ParentOrder) -> Progress:
    """The order's progress with its report, by the market's candles in its time."""
    unit, parent, state = instrument(row.instrument_id), parent_from(row.terms), state_from(row.state)
    seen = _report(row, parent, state, unit.step)
    average = None if seen.average_ticks is None else seen.average_ticks * unit.tick
    return Progress(
        row=row,
        done=unit.quantity_of(seen.done_steps),
        left=unit.quantity_of(seen.left_steps),
        in_flight=unit.quantity_of(seen.in_flight_steps),
        average_price=average,
        children=seen.children,
        paused=state.paused,
        finish=seen.finish.value if seen.finish else None,
        arrival_bps=seen.arrival_bps,
        vwap_bps=seen.vwap_bps,
        twap_bps=seen.twap_bps,
        share_bps=seen.share_bps,
        **row.refusal,
    )


def _report(row: ParentOrder, parent: Parent, state: State, step: Decimal) -> Report:
    try:
        feed = feed_state()
    except NoMarket:
        return report_of(parent, state)
    bars = bars_until_now(row.instrument_id, feed)(parent.start_ms - feed.timeframe.ms)[-CANDLES_MAX:]
    columns = (bars.open_ms, bars.open, bars.high, bars.low, bars.close, bars.volume)
    candles = [
        Candle(int(ms), int(o), int(h), int(low), int(c), int(Decimal(v) / step))
        for ms, o, h, low, c, v in zip(*columns, strict=True)
    ]
    return report_of(parent, state, candles, candle_ms=feed.timeframe.ms)
