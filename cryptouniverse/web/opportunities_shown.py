"""Opportunities and delivered signals as their pages show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.market import Bars, Timeframe
from cryptouniverse.templatetags.figures import UNKNOWN, figure
from cryptouniverse.web.lab_charts import Plot, plot_of
from cryptouniverse.web.lab_shown import name_of
from strategies.scanner.selectors import newest_scan, sentences, track_of_record
from trading.marketdata.errors import NoMarket
from trading.marketdata.selectors import bars_of_many, feed_state

if TYPE_CHECKING:
    from strategies.scanner.models import Opportunity, Scan

PICTURE_BARS: Final = 60
PICTURE_HEIGHT: Final = 96.0


@dataclass(frozen=True, slots=True)
class Card:
    """One opportunity. plot: paths of price, entry, stop and, where there is one, target; None without candles.

    facts: (what, value, what it means) of the trade; record: the same of the simulated record.
    """

    row: Opportunity
    name: str
    pair: str
    at: datetime
    plot: Plot | None
    facts: list[tuple[str, str, str]]
    record: list[tuple[str, str, str]]
    reasons: list[str]
    trades: int
    days: int
    loses: bool


@dataclass(frozen=True, slots=True)
class Head:
    """The last scan. at: the market's time then; behind: candles that have closed since. failed: strategies and why."""

    scan: Scan
    at: datetime
    behind: int
    failed: list[tuple[str, str]]


def head_of() -> Head | None:
    """What stands above the list; None before the first scan."""
    scan = newest_scan()
    if scan is None:
        return None
    timeframe = Timeframe(scan.timeframe)
    try:
        behind = max(feed_state().cursor_ms - scan.cursor_ms, 0) // timeframe.ms
    except NoMarket:
        behind = 0
    failed = [(name_of(one["strategy"], {}), sentences([one], gettext)[0]) for one in scan.failures]
    return Head(scan, clock.from_ms(scan.cursor_ms + timeframe.ms), behind, failed)


def cards_of(rows: Sequence[Opportunity]) -> list[Card]:
    """The rows with their pictures; the candles of each timeframe are read at once."""
    bars = _bars_of(rows)
    return [_card(row, bars.get((row.timeframe, row.instrument_id))) for row in rows]


def _bars_of(rows: Sequence[Opportunity]) -> dict[tuple[str, str], Bars]:
    found: dict[tuple[str, str], Bars] = {}
    for timeframe in sorted({row.timeframe for row in rows}):
        mine = [row for row in rows if row.timeframe == timeframe]
        scan, each = mine[0].scan, Timeframe(timeframe).ms
        end_ms = scan.cursor_ms + Timeframe(scan.timeframe).ms - each + 1
        names = sorted({row.instrument_id for row in mine})
        read = bars_of_many(names, Timeframe(timeframe), start_ms=max(end_ms - PICTURE_BARS * each, 0), end_ms=end_ms)
        found |= {(timeframe, name): bars for name, bars in read.items()}
    return found


def _card(row: Opportunity, bars: Bars | None) -> Card:
    track = track_of_record(row.record)
    return Card(
        row=row,
        name=name_of(row.strategy, {}),
        pair=row.instrument_id.partition(":")[2],
        at=clock.from_ms(row.slot_ms + Timeframe(row.timeframe).ms),
        plot=_picture(row, bars) if bars is not None and len(bars) > 1 else None,
        facts=_facts(row),
        record=_record(row),
        reasons=sentences(row.verdict["reasons"], gettext),
        trades=track.trades,
        days=track.periods,
        loses=track.expectancy_r is not None and track.expectancy_r <= 0,
    )


def _picture(row: Opportunity, bars: Bars) -> Plot:
    """The price, and the levels as lines across it, on one scale."""
    at_ms, first, last = bars.open_ms.tolist(), int(bars.open_ms[0]), int(bars.open_ms[-1])
    levels = [float(price) for price in (row.entry, row.stop, row.target) if price is not None]
    lines = [(at_ms, bars.close_f.tolist()), *(((first, last), (price, price)) for price in levels)]
    return plot_of(lines, height=PICTURE_HEIGHT)


def _facts(row: Opportunity) -> list[tuple[str, str, str]]:
    reward = UNKNOWN if row.reward_r is None else f"{figure(row.reward_r)} R"
    target = gettext("none: leaves by signal") if row.target is None else price_of(row.target)
    return [
        (gettext("In at"), price_of(row.entry), gettext("The last price: where a buyer would enter now.")),
        (gettext("Stop"), price_of(row.stop), gettext("Below this it is wrong and is sold.")),
        (gettext("Target"), target, gettext("Here the profit is taken.")),
        (gettext("Risk"), f"{figure(row.risk_pct)}%", gettext("From the entry down to the stop.")),
        (gettext("Reward"), reward, gettext("What the target brings for each unit that the stop costs (R).")),
        (
            gettext("100 risk"),
            figure(row.risk_of_100),
            gettext("What 100 that are bought lose at the stop, with costs."),
        ),
    ]


def _record(row: Opportunity) -> list[tuple[str, str, str]]:
    record = track_of_record(row.record)
    return [
        (gettext("Trades"), str(record.trades), gettext("Closed ones in the backtest.")),
        (gettext("Won"), percent(record.win_rate), gettext("Share of trades that ended with a profit.")),
        (gettext("Mean trade"), r_of(record.expectancy_r), gettext("In units of what its stop would have cost (R).")),
        (gettext("At least"), r_of(row.score), gettext("The lower 95% bound of that: what the list is ranked by.")),
        (gettext("Profit factor"), number(record.profit_factor), gettext("Profits divided by losses.")),
        (gettext("Sharpe"), number(record.sharpe), gettext("Return for its ups and downs, a year.")),
        (gettext("Drawdown"), percent(record.max_drawdown), gettext("The deepest fall from a peak.")),
        (gettext("Return"), percent(record.total_return, signed=True), gettext("Of the whole account, after costs.")),
        (gettext("Buy and hold"), percent(record.held_return, signed=True), gettext("Over the same candles.")),
    ]


def price_of(value: Decimal) -> str:
    """A price with as many places as it has."""
    places = -int(value.normalize().as_tuple().exponent)
    return figure(value, max(places, 0))


def number(value: float | Decimal | None) -> str:
    """Two places."""
    return UNKNOWN if value is None else figure(Decimal(str(value)))


def r_of(value: float | Decimal | None) -> str:
    """A result in R, with its sign."""
    return UNKNOWN if value is None else f"{figure(Decimal(str(value)), signed=True)} R"


def percent(value: float | None, *, signed: bool = False) -> str:
    """A ratio in percent."""
    return UNKNOWN if value is None else figure(Decimal(str(value)) * 100, 1, signed=signed) + "%"


def parameters_said(parameters: dict[str, Any]) -> str:
    """Parameters in a line."""
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in parameters.items())
