"""Measures what `strategies.catalog.records` tells of each strategy, over stored candles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, Final

import numpy as np

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.errors import Invalid
from cryptouniverse.kernel.market import MINOR_PER_UNIT, Timeframe
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.backtest.engine.baselines import buy_and_hold
from strategies.backtest.engine.deciding import ask
from strategies.backtest.engine.managing.running import manage
from strategies.backtest.engine.metrics import measure
from strategies.backtest.engine.result import Result
from strategies.backtest.engine.running import run
from strategies.backtest.engine.terms import Size, Terms
from strategies.backtest.selectors import Lined, lined_up
from strategies.backtest.types import Plan
from strategies.catalog.bias import look_ahead
from strategies.catalog.errors import MissingInput
from strategies.catalog.managing import Manager
from strategies.catalog.records import NO_FUNDING_RATES, SHARE_OF_VOLUME
from strategies.catalog.registry import all_managers, all_strategies
from strategies.catalog.types import Strategy
from trading.marketdata.selectors import funding_spans
from trading.risk.selectors import read_sizing

CAPITAL: Final = Decimal(100_000)
_DIGITS: Final = 4
_METRICS: Final = ("total_return", "max_drawdown", "profit_factor", "sharpe")


def recorded(
    ids: Sequence[str], timeframe: Timeframe, regimes: Mapping[str, tuple[str, str]], *, names: Sequence[str] = ()
) -> dict[str, Any]:
    """The records as they are kept: plain JSON. regimes: the first day and the one after the last, "2021-11-10".

    names: of which strategies; all that decide on bars and keep orders where none is named. Of one that reads funding
    where none is stored of these instruments there is no record, and `without` says so. Raises UnknownInstrument,
    NoCandles, BadMarket, and Invalid for a strategy that looks ahead.
    """
    every: dict[str, Strategy | Manager] = {**all_strategies(), **all_managers()}
    asked = {name: one for name, one in sorted(every.items()) if name in names or not names}
    without = {name: NO_FUNDING_RATES for name, one in asked.items() if not _is_fed(one, ids)}
    chosen = {name: one for name, one in asked.items() if name not in without}
    spans = {name: [_day_ms(day) for day in days] for name, days in regimes.items()}
    held: dict[str, float] = {}
    told = {}
    for name, one in chosen.items():
        results, found = {}, {}
        for regime, (start_ms, end_ms) in spans.items():
            plan = Plan(name, one.resolve({}), tuple(ids), timeframe, start_ms, end_ms, _terms(one, len(ids)))
            lined = lined_up(plan, one, warmup=one.warmup(plan.parameters) if isinstance(one, Strategy) else None)
            results[regime] = result = _result(one, plan, lined)
            metrics = measure(result, exposure=False)
            found[regime] = {each: _told(metrics[each].value) for each in _METRICS} | {"trades": len(result.closed)}
            held[regime] = _told(measure(buy_and_hold(result), exposure=False)["total_return"].value) or 0.0
        told[name] = {
            "code": one.code_hash,
            "regimes": found,
            "capacity": _capacity(results.values()),
            "checked": _checked(one, lined) if isinstance(one, Strategy) else 0,
        }
    return {
        "symbols": [name.partition(":")[2] for name in ids],
        "timeframe": timeframe.value,
        "regimes": {name: list(days) for name, days in regimes.items()},
        "held": held,
        "strategies": told,
        "without": without,
    }


def _is_fed(one: Strategy | Manager, ids: Sequence[str]) -> bool:
    """Whether what it reads is stored of all of these instruments."""
    if not isinstance(one, Strategy):
        return True
    try:
        one.require_fed(ids, funding_spans)
    except MissingInput:
        return False
    return True


def _terms(one: Strategy | Manager, markets: int) -> Terms:
    """As a bot begins, but that it may hold all that it has: in each market an equal part."""
    each = Terms(capital=CAPITAL, order_max=CAPITAL, position_pct=Decimal(100) / markets)
    if isinstance(one, Manager):
        return each
    size = Size.of_bot(read_sizing(one.sizing))
    return replace(each, size=size, stop_bps=one.stop_bps, target_bps=one.target_bps)


def _result(one: Strategy | Manager, plan: Plan, lined: Lined) -> Result:
    if isinstance(one, Manager):
        return manage(one, plan.parameters, lined.markets, plan.terms)
    asked = [
        ask(one, one.resolve({}), bars, start_ms=plan.start_ms, beside=beside)
        for bars, beside in zip(lined.bars, lined.beside, strict=True)
    ]
    return run(lined.markets, asked, plan.terms)


def _capacity(results: Any) -> int | None:
    """See `Record.capacity`; two digits of it, for it is no more exact than that."""
    most: list[float] = []
    for result in results:
        trades = result.trades[result.trades["entry_bar"] > 0]
        for a, market in enumerate(result.markets.each):
            mine = trades[trades["asset"] == a]
            at = market.bars.open_ms.searchsorted(result.markets.open_ms[mine["entry_bar"]]) - 1
            one = market.instrument
            cost = mine["steps"] * mine["entry_ticks"] * one.minor_per_tick_step / MINOR_PER_UNIT
            share = cost / (result.equity[mine["entry_bar"] - 1] / MINOR_PER_UNIT)
            traded = market.bars.volume[at] * market.bars.close_f[at]
            most += (SHARE_OF_VOLUME * traded / share).tolist()
    return int(float(f"{np.percentile(most, 5):.1e}")) if most else None


def _checked(one: Strategy, lined: Lined) -> int:
    """At how many ends it was asked again. Raises Invalid for a strategy that answered otherwise."""
    count = 0
    for bars, beside in zip(lined.bars, lined.beside, strict=True):
        found = look_ahead(one, bars, one.resolve({}), beside)
        if found.candles or not found.deterministic:
            raise Invalid(_("%(strategy)s looks ahead."), strategy=one.name)
        count += found.cuts
    return count


def _day_ms(day: str) -> int:
    return clock.to_ms(datetime.combine(date.fromisoformat(day), time(), UTC))


def _told(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)
