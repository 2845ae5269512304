"""The metrics of a run over books, by the same published definitions as those of runs over candles.

Moments of books come when they come: a day's worth is that of its last moment, and what a day without one is worth is
what the day before it was. What has no meaning for a trade at books is None, and says why. Floats describe.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Final

import numpy as np

from cryptouniverse.kernel.contracts import ContractKind
from cryptouniverse.kernel.market import DAY_MS, INT64_MAX, MINOR_PER_UNIT, Floats, Ints
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.backtest.engine import definitions as why
from strategies.backtest.engine.finding.running import Ran
from strategies.backtest.engine.finding.trades import FUNDING, LEG, QUOTE
from strategies.backtest.engine.metrics import YEAR_DAYS, Measured, of_days, of_profits
from strategies.backtest.errors import RunOverflow
from strategies.catalog.markets import contracts_of

NO_DAY: Final = _("It takes a range of a day: less says nothing of a year.")
SHORT: Final = _("Less than a month: a year that is told from it is a guess.")
NOT_HELD: Final = _("A trade at order books is some orders at one moment: it has no entry and exit to measure between.")
NO_ROUNDS: Final = _("Its quotes fill one by one, and no single one has a profit: look at the equity.")
NOT_YET: Final = _("It holds contracts, and a trade earns later what it was made for: look at the equity.")
NO_FUNDING: Final = _("There is no perpetual among these markets: nobody pays funding there.")
_MONTH: Final = 30  # days
_OF_ROUNDS: Final = (
    "win_rate", "expectancy", "profit_factor", "expectancy_ratio", "sqn", "best_trade", "worst_trade",
)  # fmt: skip
Monthly = list[tuple[int, int, float]]


@dataclass(frozen=True, slots=True)
class Line:
    """Worth by moments. at_ms: UTC, rising; worth: minor units of the home currency, rounded down; capital: what it
    began with, in the same.
    """

    at_ms: Ints
    worth: Ints
    capital: int

    @property
    def peak(self) -> Ints:
        """The highest worth up to each moment; the first peak is the capital."""
        return np.maximum(np.maximum.accumulate(self.worth), self.capital)

    def daily(self) -> Floats:
        """The returns from one UTC midnight to the next, up to where nothing is left; of all days from the first on."""
        days = self.at_ms // DAY_MS
        last = days.searchsorted(np.arange(days[0], days[-1] + 1), side="right") - 1
        worth = np.concatenate(([self.capital], self.worth[last])).astype(np.float64)
        if len(gone := np.flatnonzero(worth <= 0)):
            worth = worth[: gone[0] + 1]
        returns: Floats = worth[1:] / worth[:-1] - 1
        return returns

    def monthly(self) -> Monthly:
        """(year, month, return) of every UTC month that has a moment; the first counts from the capital."""
        months = self.at_ms.astype("datetime64[ms]").astype("datetime64[M]").astype(np.int64)
        last = np.concatenate((np.flatnonzero(np.diff(months)), [len(months) - 1]))
        found, before = Monthly(), float(self.capital)
        for at in last.tolist():
            now, month = float(self.worth[at]), int(months[at])
            if before > 0:
                found.append((1970 + month // 12, month % 12 + 1, now / before - 1))
            before = now
        return found


def line_of(at_ms: Sequence[int], worth: Sequence[Decimal], capital: Decimal) -> Line:
    """A line of exact amounts. Raises RunOverflow for what leaves 64 bits."""
    minor = [int((each * MINOR_PER_UNIT).to_integral_value(rounding=ROUND_DOWN)) for each in (capital, *worth)]
    if max(minor) > INT64_MAX or min(minor) < -INT64_MAX:
        raise RunOverflow(_("The worth of the run cannot be counted in 64 bits any more."))
    return Line(np.array(at_ms, dtype=np.int64), np.array(minor[1:], dtype=np.int64), minor[0])


def measure_ran(ran: Ran, line: Line, exposed: Floats) -> dict[str, Measured]:
    """Every metric of a run. exposed: what it held in coins at each moment, as a ratio of its worth."""
    found = measure_line(line, fees=ran.fees, exposed=exposed)
    if ran.finder.rests:
        filled = sum(trade.kind == QUOTE for trade in ran.trades)
        return found | {"trades": Measured(float(filled))} | dict.fromkeys(_OF_ROUNDS, Measured(None, NO_ROUNDS))
    legs = [(trade.profit, trade.found.capital) for trade in ran.trades if trade.kind == LEG and trade.found]
    if contracts := contracts_of(ran.instruments):
        if any(one.contract is not None and one.contract.kind is ContractKind.PERPETUAL for one in contracts):
            earned = sum((trade.profit or Decimal(0) for trade in ran.trades if trade.kind == FUNDING), Decimal(0))
            found["funding"] = Measured(float(earned))
        return found | {"trades": Measured(float(len(legs)))} | dict.fromkeys(_OF_ROUNDS, Measured(None, NOT_YET))
    profits = np.array([float(profit or 0) for profit, _capital in legs], dtype=np.float64)
    return found | of_profits(profits, np.array([float(capital) for _profit, capital in legs], dtype=np.float64))


def measure_line(line: Line, *, fees: Decimal, exposed: Floats) -> dict[str, Measured]:
    """Every metric of `DEFINITIONS`, in its order, of a line without trades."""
    nothing = np.zeros(0)
    found = {
        **_growth(line),
        **of_days(line.daily()),
        **_of_drawdown(line),
        **of_profits(nothing, nothing),
        **dict.fromkeys(("held_days", "mae", "mfe"), Measured(None, NOT_HELD)),
        "exposure": Measured(float(exposed.mean())),
        "in_market": Measured(float(np.count_nonzero(exposed) / len(exposed))),
        "fees": Measured(float(fees)),
        "funding": Measured(None, NO_FUNDING),
    }
    cagr, deepest = found["cagr"], found["max_drawdown"].value
    if cagr.value is None:
        found["calmar"] = cagr
    else:
        found["calmar"] = Measured(cagr.value / deepest, cagr.edge) if deepest else Measured(None, why.NO_DRAWDOWN)
    return {name: found[name] for name in why.DEFINITIONS}


def _growth(line: Line) -> dict[str, Measured]:
    end, days = int(line.worth[-1]), int(line.at_ms[-1] - line.at_ms[0]) / DAY_MS
    if days < 1:
        cagr = Measured(None, NO_DAY)
    elif end <= 0:
        cagr = Measured(-1.0)
    else:
        power = YEAR_DAYS / days * math.log(end / line.capital)
        short = SHORT if days < _MONTH else ""
        cagr = Measured(math.expm1(power), short) if power < 700 else Measured(None, why.NO_TIME)
    profit = (end - line.capital) / MINOR_PER_UNIT
    return {"total_return": Measured(end / line.capital - 1), "profit": Measured(profit), "cagr": cagr}


def _of_drawdown(line: Line) -> dict[str, Measured]:
    peak = line.peak
    below = peak - line.worth
    drawdown = below / peak
    valley = int(drawdown.argmax())
    deepest = float(drawdown[valley])
    at_peak = np.flatnonzero(below == 0)
    marks = np.concatenate(([-1], at_peak, [len(below)]))
    first, again = (marks[:-1] + 1)[np.diff(marks) > 1], marks[1:][np.diff(marks) > 1]
    longest = (line.at_ms[np.minimum(again, len(below) - 1)] - line.at_ms[first]).max(initial=0)
    back = at_peak[at_peak > valley]
    if not deepest:
        recovery = Measured(None, why.NO_DRAWDOWN)
    elif len(back):
        recovery = Measured(float(line.at_ms[back[0]] - line.at_ms[valley]) / DAY_MS)
    else:
        recovery = Measured(None, why.NOT_RECOVERED)
    return {
        "max_drawdown": Measured(deepest),
        "max_drawdown_amount": Measured(int(below.max()) / MINOR_PER_UNIT),
        "drawdown_days": Measured(float(longest) / DAY_MS),
        "recovery_days": recovery,
    }
