"""The metrics of a result, by their published definitions (definitions.py). What is undefined is None, and says why.

Floats describe: they are made of the exact arrays and nothing is paid with them.
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cryptouniverse.kernel.market import DAY_MS, MINOR_PER_UNIT, Floats, Ints
from strategies.backtest.engine import definitions as why
from strategies.backtest.engine.result import Result

YEAR_DAYS: Final = 365
TAIL: Final = 0.05
SQN_TRADES_MAX: Final = 100
_STILL: Final = 1e-12  # a deviation of less is rounding


class Measured(NamedTuple):
    """A metric's value, None where it is undefined; edge: why, or what to think of it, a marked sentence or ""."""

    value: float | None
    edge: str = ""


def measure(result: Result, *, exposure: bool = True) -> dict[str, Measured]:
    """Every metric of `DEFINITIONS`, in its order. exposure: with what was held at each close; searches leave it out,
    for it takes longer than the run and is neither good nor bad.
    """
    held = _exposure(result) if exposure else {}
    found = _growth(result) | held | of_days(daily_returns(result)) | _of_drawdown(result) | _of_trades(result)
    cagr, deepest = found["cagr"].value, found["max_drawdown"].value
    if cagr is None:
        found["calmar"] = Measured(None, why.NO_TIME)
    else:
        found["calmar"] = Measured(cagr / deepest) if deepest else Measured(None, why.NO_DRAWDOWN)
    return {name: found[name] for name in why.DEFINITIONS if name in found}


def daily_returns(result: Result) -> Floats:
    """The returns of equity from one UTC midnight to the next, up to where nothing is left."""
    at = _day_ends(result)
    worth = np.concatenate(([result.terms.capital_minor], result.equity[at])).astype(np.float64)
    if len(gone := np.flatnonzero(worth <= 0)):
        worth = worth[: gone[0] + 1]
    returns: Floats = worth[1:] / worth[:-1] - 1
    return returns


def monthly_returns(result: Result) -> list[tuple[int, int, float]]:
    """(year, month, return) of every UTC month that the run touches; the first counts from the capital."""
    closes = (result.open_ms + result.markets.timeframe.ms - 1).astype("datetime64[ms]").astype("datetime64[M]")
    last = np.concatenate((np.flatnonzero(np.diff(closes.astype(np.int64))), [len(closes) - 1]))
    found, before = [], float(result.terms.capital_minor)
    for at in last:
        now, month = float(result.equity[at]), int(closes[at].astype(np.int64))
        if before > 0:
            found.append((1970 + month // 12, month % 12 + 1, now / before - 1))
        before = now
    return found


def _day_ends(result: Result) -> Ints:
    """The bars that close at a UTC midnight, and the last one."""
    begin, each, count = result.markets.begin_ms, result.markets.timeframe.ms, len(result.equity)
    first = (DAY_MS - begin % DAY_MS) // each - 1
    ends = np.arange(first, count, DAY_MS // each, dtype=np.int64)
    return ends if len(ends) and ends[-1] == count - 1 else np.append(ends, count - 1)


def _growth(result: Result) -> dict[str, Measured]:
    capital, end = result.terms.capital_minor, int(result.equity[-1])
    days = (result.markets.end_ms - result.markets.begin_ms) / DAY_MS
    if end <= 0:
        cagr = Measured(-1.0)
    else:
        power = YEAR_DAYS / days * math.log(end / capital)
        cagr = Measured(math.expm1(power)) if power < 700 else Measured(None, why.NO_TIME)
    trades = result.trades
    return {
        "total_return": Measured(end / capital - 1),
        "profit": Measured(_quote(end - capital)),
        "cagr": cagr,
        "fees": Measured(_quote(int(trades["entry_fee"].sum() + trades["exit_fee"].sum()))),
        "funding": Measured(_quote(int(trades["funding"].sum()))),
    }


def _exposure(result: Result) -> dict[str, Measured]:
    return {
        "exposure": Measured(float(result.exposed.mean())),
        "in_market": Measured(float(np.count_nonzero(result.exposure) / len(result.equity))),
    }


def of_days(returns: Floats) -> dict[str, Measured]:
    """The metrics of daily returns."""
    names = ("volatility", "sharpe", "sortino", "var_95", "var_95_normal", "cvar_95", "psr")
    if len(returns) < 2:
        return dict.fromkeys(names, Measured(None, why.NO_DAYS))
    mean, spread, year = float(returns.mean()), float(returns.std(ddof=1)), math.sqrt(YEAR_DAYS)
    fall = math.sqrt(float((np.minimum(returns, 0) ** 2).sum()) / len(returns))
    tail = float(np.quantile(returns, TAIL, method="linear"))
    few = why.FEW_DAYS if len(returns) < 100 else ""
    still = spread < _STILL
    return {
        "volatility": Measured(spread * year),
        "sharpe": Measured(None, why.STILL) if still else Measured(mean / spread * year),
        "sortino": Measured(mean / fall * year) if fall > _STILL else Measured(None, why.NO_LOSSES),
        "var_95": Measured(tail, few),
        "var_95_normal": Measured(mean + spread * NormalDist().inv_cdf(TAIL), few),
        "cvar_95": Measured(float(returns[returns <= tail].mean()), few),
        "psr": Measured(None, why.STILL) if still else probabilistic_sharpe(returns),
    }


def probabilistic_sharpe(returns: Floats, *, benchmark: float = 0.0) -> Measured:
    """The probability that the true Sharpe of one period is above `benchmark`: Φ((S − B)·√(n − 1) / √(1 − γ₃·S +
    (γ₄ − 1)/4·S²)), with kurtosis γ₄ non-excess. returns: two or more, which vary.
    """
    sharpe = float(returns.mean() / returns.std(ddof=1))
    standard = (returns - returns.mean()) / returns.std()
    skew, kurtosis = float((standard**3).mean()), float((standard**4).mean())
    shape = 1 - skew * sharpe + (kurtosis - 1) / 4 * sharpe**2
    if shape <= 0:
        return Measured(None, why.ODD_SHAPE)
    few = why.FEW_DAYS if len(returns) < 100 else ""
    return Measured(NormalDist().cdf((sharpe - benchmark) * math.sqrt(len(returns) - 1) / math.sqrt(shape)), few)


def _of_drawdown(result: Result) -> dict[str, Measured]:
    drawdown, bar_days = result.drawdown, result.markets.timeframe.ms / DAY_MS
    below = result.peak - result.equity
    valley = int(drawdown.argmax())
    deepest = float(drawdown[valley])
    at_peak = np.flatnonzero(below == 0)
    marks = np.concatenate(([-1], at_peak, [len(below)]))
    longest = int(np.diff(marks).max()) - 1
    back = at_peak[at_peak > valley]
    if not deepest:
        recovery = Measured(None, why.NO_DRAWDOWN)
    else:
        recovery = Measured(float(back[0] - valley) * bar_days) if len(back) else Measured(None, why.NOT_RECOVERED)
    return {
        "max_drawdown": Measured(deepest),
        "max_drawdown_amount": Measured(_quote(int(below.max()))),
        "drawdown_days": Measured(longest * bar_days),
        "recovery_days": recovery,
    }


def _of_trades(result: Result) -> dict[str, Measured]:
    trades = result.closed
    profits = trades["profit"] / MINOR_PER_UNIT
    found = of_profits(profits, _risked(result, trades))
    if not len(trades):
        return found | dict.fromkeys(("held_days", "mae", "mfe"), Measured(None, why.NO_TRADES))
    entry = trades["entry_ticks"]
    return {
        **found,
        "held_days": Measured(
            float((trades["exit_bar"] - trades["entry_bar"]).mean()) * result.markets.timeframe.ms / DAY_MS
        ),
        "mae": Measured(float((trades["mae_ticks"] / entry).mean())),
        "mfe": Measured(float((trades["mfe_ticks"] / entry).mean())),
    }


def of_profits(profits: Floats, risked: Floats) -> dict[str, Measured]:
    """The metrics of trades that are over. profits: net, quote currency; risked: what each stood to lose, above 0."""
    count = len(profits)
    names = ("win_rate", "expectancy", "profit_factor", "expectancy_ratio", "sqn", "best_trade", "worst_trade")
    if not count:
        return {"trades": Measured(0.0), **dict.fromkeys(names, Measured(None, why.NO_TRADES))}
    won, lost = profits[profits > 0], profits[profits < 0]
    return {
        "trades": Measured(float(count)),
        "win_rate": Measured(len(won) / count),
        "expectancy": Measured(float(profits.mean())),
        "profit_factor": Measured(float(won.sum() / -lost.sum())) if len(lost) else Measured(None, why.NO_LOST_TRADES),
        "expectancy_ratio": _expectancy_ratio(won, lost, count),
        "sqn": _sqn(profits / risked),
        "best_trade": Measured(float(profits.max())),
        "worst_trade": Measured(float(profits.min())),
    }


def _expectancy_ratio(won: Floats, lost: Floats, count: int) -> Measured:
    if not len(lost):
        return Measured(None, why.NO_LOST_TRADES)
    if not len(won):
        return Measured(-1.0)
    return Measured((1 + float(won.mean() / -lost.mean())) * len(won) / count - 1)


def _risked(result: Result, trades: NDArray[np.void]) -> Floats:
    """What each trade risked to its first stop; its cost where it had none. Quote currency."""
    unit = np.array([one.minor_per_tick_step for one in result.instruments])[trades["asset"]] / MINOR_PER_UNIT
    stop = trades["stop_ticks"]
    distance = np.where(stop > 0, np.abs(trades["entry_ticks"] - stop), trades["entry_ticks"])
    risked: Floats = np.maximum(distance, 1) * trades["steps"] * unit
    return risked


def _sqn(ratios: Floats) -> Measured:
    if len(ratios) < 2 or (spread := float(ratios.std(ddof=1))) < _STILL:
        return Measured(None, why.SAME_TRADES)
    counted = math.sqrt(min(len(ratios), SQN_TRADES_MAX))
    return Measured(counted * float(ratios.mean()) / spread, why.FEW_TRADES if len(ratios) < 30 else "")


def _quote(amount: int) -> float:
    return amount / MINOR_PER_UNIT
