"""A study as plain JSON and as text: for the command, the API, exports. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cryptouniverse.kernel.market import MINOR_PER_UNIT, Instrument
from cryptouniverse.kernel.words import Translate, gettext_noop
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.backtest.engine.definitions import DEFINITIONS, Unit
from strategies.backtest.engine.metrics import Measured
from strategies.backtest.engine.result import CAUSES, Result
from strategies.backtest.engine.study import BUY_AND_HOLD, CASH, RANDOM_ENTRY
from strategies.backtest.engine.terms import Sizing
from strategies.backtest.types import Studied

_HEADINGS: Final = {
    "result": _("strategy"),
    BUY_AND_HOLD: _("buy and hold"),
    RANDOM_ENTRY: _("random entry"),
    CASH: _("cash"),
    0: _("no costs"),
    2: _("twice the costs"),
}
_INVENTORY: Final = _(
    "%(instrument)s: %(profit_at_limits)s earned by %(sales)s sales at limits, %(profit_otherwise)s by other sales; "
    "%(held)s still held, cost %(cost)s, %(unrealised)s unrealised."
)


def as_json(done: Studied) -> dict[str, Any]:
    """Everything but the arrays: what was run, metrics, other costs, baselines, months, and the hash of the result."""
    plan, study = done.plan, done.study
    result = study.result
    return {
        "strategy": plan.strategy,
        "code_hash": done.code_hash,
        "parameters": dict(done.parameters),
        "instruments": [one.id for one in result.instruments],
        "timeframe": plan.timeframe.value,
        "from": moment_as_text(result.markets.begin_ms),
        "to": moment_as_text(result.markets.end_ms),
        "candles": dict(done.candles),
        "missing": dict(done.missing),
        "unfunded": dict(done.unfunded),
        "simulated": any(one.simulated for one in result.instruments),
        "capital": f"{plan.terms.capital:f}",
        "sizing": plan.terms.size.sizing.value,
        "sizing_of_bots": _sizing_of_bots(done),
        "equity": _amount(int(result.equity[-1])),
        "seed": plan.terms.seed,
        "entries": result.entries,
        "refused": result.refused,
        "finer": plan.finer.value if plan.finer else None,
        "both": {"exits": result.both, "settled": result.settled},
        "metrics": metrics_as_json(study.metrics),
        "at_costs": {str(times): metrics_as_json(found) for times, found in study.at_costs.items()},
        "baselines": {name: metrics_as_json(found) for name, found in study.baselines.items()},
        "random_returns": list(study.random.returns),
        "random_beaten": study.random.beaten,
        "monthly": [{"year": year, "month": month, "return": value} for year, month, value in study.monthly],
        "hash": result.hash,
    } | ({} if done.inventory is None else {"inventory": _inventory(done)})


def _inventory(done: Studied) -> dict[str, Any]:
    listed = {one.id: one for one in done.study.result.instruments}
    return {
        name: {
            "profit_at_limits": _amount(one.at_limits),
            "profit_otherwise": _amount(one.otherwise),
            "unrealised": _amount(one.unrealised),
            "held": f"{listed[name].quantity_of(one.held):f}",
            "cost": _amount(one.cost),
            "sales": one.sales,
            "rounds": one.rounds,
        }
        for name, one in (done.inventory or {}).items()
    }


def trades_as_json(result: Result) -> list[dict[str, Any]]:
    """Every trade with its times, prices and amounts as exact text; what is still open comes last."""
    markets = result.markets
    return told_trades(result.trades, result.instruments, begin_ms=markets.begin_ms, bar_ms=markets.timeframe.ms)


def told_trades(
    trades: NDArray[np.void], instruments: Sequence[Instrument], *, begin_ms: int, bar_ms: int
) -> list[dict[str, Any]]:
    """Rows of `Result.trades` in words; instruments: as their assets count them."""
    return list(_trades(trades, instruments, begin_ms, bar_ms))


def _trades(
    trades: NDArray[np.void], instruments: Sequence[Instrument], begin_ms: int, bar_ms: int
) -> Iterator[dict[str, Any]]:
    for row in trades.tolist():
        trade = dict(zip(trades.dtype.names or (), row, strict=True))
        instrument, is_open = instruments[trade["asset"]], trade["exit_bar"] < 0
        unit = instrument.minor_per_tick_step * trade["steps"]
        yield {
            "instrument": instrument.id,
            "side": "long" if trade["side"] > 0 else "short",
            "quantity": f"{instrument.quantity_of(trade['steps']):f}",
            "entered": moment_as_text(begin_ms + trade["entry_bar"] * bar_ms),
            "left": None if is_open else moment_as_text(begin_ms + trade["exit_bar"] * bar_ms),
            "entry_price": f"{instrument.price_of(trade['entry_ticks']):f}",
            "exit_price": f"{instrument.price_of(trade['exit_ticks']):f}",
            "fees": _amount(trade["entry_fee"] + trade["exit_fee"]),
            "funding": _amount(trade["funding"]),
            "profit": _amount(trade["profit"]),
            "mae": _amount(trade["mae_ticks"] * unit),
            "mfe": _amount(trade["mfe_ticks"] * unit),
            "cause": CAUSES[trade["cause"]],
            "minutes": None if is_open else (trade["exit_bar"] - trade["entry_bar"]) * bar_ms // 60_000,
        }


def as_text(done: Studied, translate: Translate = gettext_noop) -> str:
    """A table: each metric of the strategy, of the baselines, and at other costs; then what there is to know."""
    study, result = done.study, done.study.result
    columns: dict[Any, Mapping[str, Measured]] = {"result": study.metrics, **study.baselines}
    lines = metrics_as_lines(columns | {times: study.at_costs[times] for times in (0, 2)}, translate)
    if result.refused:
        refused = ", ".join(f"{name} {count}" for name, count in result.refused.items())
        lines.append(translate(_("Entries that came to nothing: %(refused)s.")) % {"refused": refused})
    if result.both:
        said = translate(_("Exits in a candle that reached stop and target: %(both)s; finer candles told %(settled)s."))
        lines.append(said % {"both": result.both, "settled": result.settled})
    if missing := {name: count for name, count in done.missing.items() if count}:
        said = translate(_("Missing candles, in which nothing trades: %(missing)s."))
        lines.append(said % {"missing": ", ".join(f"{name} {count}" for name, count in missing.items())})
    if unfunded := {name: count for name, count in done.unfunded.items() if count}:
        said = translate(_("Candles without a known funding rate, after which nothing is entered: %(unfunded)s."))
        lines.append(said % {"unfunded": ", ".join(f"{name} {count}" for name, count in unfunded.items())})
    if done.unfunded:
        lines.append(translate(_("Funding rates are read and not paid: these markets are spot.")))
    for name, one in _inventory(done).items():
        lines.append(translate(_INVENTORY) % {"instrument": name, **one})
    if (usual := _sizing_of_bots(done)) != done.plan.terms.size.sizing:
        said = translate(_("Sized by %(sizing)s; bots of this strategy are sized by %(usual)s unless told otherwise."))
        lines.append(said % {"sizing": done.plan.terms.size.sizing.value, "usual": usual})
    if study.random.beaten is not None:
        said = translate(_("Better than %(share)s of %(count)s random entries."))
        lines.append(said % {"share": f"{study.random.beaten:.0%}", "count": len(study.random.returns)})
    return "\n".join([*lines, *edges(study.metrics, translate), f"hash {result.hash}"])


def metrics_as_lines(columns: Mapping[Any, Mapping[str, Measured]], translate: Translate) -> list[str]:
    """A table with a line a metric. columns: metrics by "result", a baseline's name, or how many times the costs."""
    rows = [["", *(translate(_HEADINGS[name]) for name in columns)]]
    for name, definition in DEFINITIONS.items():
        cells = [_cell(found[name], definition.unit) for found in columns.values()]
        rows.append([translate(definition.title), *cells])
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return [_line(row, widths) for row in rows]


def edges(metrics: Mapping[str, Measured], translate: Translate) -> list[str]:
    """What to think of values that there are."""
    return sorted({translate(found.edge) for found in metrics.values() if found.edge and found.value is not None})


def _sizing_of_bots(done: Studied) -> str:
    """How a new bot of the strategy is sized, in the words of a run where it has one for that; as the run was, of one
    that keeps orders.
    """
    if not done.sizing:
        return done.plan.terms.size.sizing.value
    return {"percent": Sizing.SHARE.value}.get(done.sizing, done.sizing)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [
        cell.ljust(width) if at == 0 else cell.rjust(width)
        for at, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    return "  ".join(cells).rstrip()


def _cell(found: Measured, unit: Unit) -> str:
    if found.value is None:
        return "–"
    if unit is Unit.RATIO:
        return f"{found.value:.2%}"
    return f"{found.value:,.0f}" if unit is Unit.COUNT else f"{found.value:,.2f}"


def metrics_as_json(found: Mapping[str, Measured]) -> dict[str, Any]:
    """Each with its value, None where it is undefined, and why or what to think of it."""
    return {name: {"value": one.value, "edge": one.edge} for name, one in found.items()}


def moment_as_text(moment_ms: int) -> str:
    """UTC, to the second."""
    return datetime.fromtimestamp(moment_ms / 1000, tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _amount(minor: int) -> str:
    sign, whole = ("-" if minor < 0 else ""), abs(minor)
    return f"{sign}{whole // MINOR_PER_UNIT}.{whole % MINOR_PER_UNIT:08d}"
