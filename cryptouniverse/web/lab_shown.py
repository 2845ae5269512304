"""A run as its page and its report show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.words import told
from cryptouniverse.templatetags.figures import UNKNOWN, figure
from cryptouniverse.web.lab_charts import Mark, Plot, fall_of, from_one_start, marks_of, plot_of, thinned
from cryptouniverse.web.lab_forms import SIZES
from strategies.backtest.engine.study import BOOK_STEPS, STEPS
from strategies.backtest.selectors import definitions, line_of, plan_of
from strategies.backtest.types import Plan
from strategies.builder.selectors import name_of_version, rule_sets_of
from strategies.catalog.errors import UnknownStrategy
from strategies.catalog.records import REGIMES, record_of
from strategies.catalog.registry import all_managers, entry
from trading.marketdata.selectors import bars_of

if TYPE_CHECKING:
    from accounts.users.models import User
    from strategies.backtest.models import Run

FIRST: Final = (
    "total_return", "cagr", "sharpe", "sortino", "max_drawdown", "calmar", "trades", "win_rate", "profit_factor",
    "expectancy", "in_market", "fees",
)  # fmt: skip
RETURNS: Final = {"total_return", "cagr"}
COMPARED: Final = ("total_return", "sharpe", "max_drawdown", "profit_factor", "trades")
BASELINES: Final = {"buy_and_hold": _("Buy and hold"), "random_entry": _("Random entries"), "cash": _("Cash")}
STEP_NAMES: Final = {
    "candles": _("Candles"), "books": _("Order books"), "backtest": _("Backtest"), "costs": _("Other costs"),
    "baselines": _("Baselines"),
}  # fmt: skip
PRICE_POINTS, TRADES_SHOWN, MARKS_MAX = 900, 20, 400
MONTHS: Final = range(1, 13)


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric: what it is called, what it means, its value as text, and what to think of it."""

    title: str
    meaning: str
    value: str
    edge: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One month: its return in percent as text, and how deep its colour is, hp1 to hp3, hn1 to hn3, "" for none."""

    text: str
    kind: str


def names_of(owner: User) -> dict[str, str]:
    """What a person's rule sets are called, by the beginning of the names that their versions have as strategies."""
    return {name_of_version(one, 0)[:-1]: one.name for one in rule_sets_of(owner)}


def name_of(name: str, own: Mapping[str, str]) -> str:
    """A strategy's title, or its name where it is not shipped any more. own: as `names_of` has it."""
    begin, _colon, version = name.rpartition(":")
    if f"{begin}:" in own:
        return f"{own[f'{begin}:']} {version}"
    try:
        return gettext(entry(name).title)
    except UnknownStrategy:
        return name


def result_of(run: Run) -> dict[str, Any]:
    """Of a run that is done."""
    found: dict[str, Any] = run.result or {}
    return found


def error_of(run: Run) -> str:
    """Why it failed, in the reader's language."""
    return told(run.error["said"], gettext) if run.error else ""


def steps_of(run: Run) -> list[tuple[str, str]]:
    """(what, "done", "now" or "") of each step of a run that is being worked."""
    names = list(BOOK_STEPS if run.timeframe is None else STEPS)
    at = names.index(run.step) if run.step in names else -1
    return [
        (str(STEP_NAMES[name]), "done" if number < at else "now" if number == at else "")
        for number, name in enumerate(names)
    ]


def metrics_of(found: Mapping[str, Any], names: Sequence[str] | None = None) -> list[Metric]:
    """Metrics as text, in the order of `names` or of their definitions."""
    known = definitions()
    return [
        Metric(
            gettext(known[name].title),
            gettext(known[name].meaning),
            shown_value(name, found[name]["value"]),
            gettext(found[name]["edge"]) if found[name]["edge"] else "",
        )
        for name in names or known
        if name in found
    ]


def shown_value(name: str, value: float | None) -> str:
    """A metric's value as people write it: a return with its sign, other shares without."""
    unit = definitions()[name].unit
    if value is None:
        return UNKNOWN
    number = Decimal(str(value))
    if unit == "ratio":
        return figure(number * 100, 1, signed=name in RETURNS) + "%"
    return figure(number, 0 if unit == "count" else 2)


def row_of(title: str, found: Mapping[str, Any]) -> dict[str, Any]:
    """A line of a table of results: its title, its return as a number, and the other figures as text."""
    return {
        "title": title,
        "change": percent_of(found["total_return"]["value"]),
        "cells": [shown_value(name, found[name]["value"]) for name in COMPARED[1:]],
    }


def _no_row(title: str) -> dict[str, Any]:
    """The line of what has no meaning for the run."""
    return {"title": title, "change": None, "cells": [UNKNOWN] * len(COMPARED[1:])}


def percent_of(value: float | None) -> Decimal | None:
    """A ratio in percent."""
    return None if value is None else Decimal(str(value)) * 100


def rows_of(run: Run) -> list[dict[str, Any]]:
    """The strategy beside what it is held against."""
    result = result_of(run)
    others = [
        row_of(str(title), found) if (found := result["baselines"][name]) else _no_row(str(title))
        for name, title in BASELINES.items()
    ]
    return [{**row_of(gettext("This strategy"), result["metrics"]), "own": True}, *others]


def costs_of(run: Run) -> list[dict[str, Any]]:
    """The same run with no costs, with its costs, and with twice as many."""
    titles = {"0": gettext("No costs"), "1": gettext("These costs"), "2": gettext("Twice the costs")}
    return [
        {**row_of(title, result_of(run)["at_costs"][times]), "own": times == "1"} for times, title in titles.items()
    ]


def months_of(run: Run) -> list[tuple[int, list[Cell], Decimal]]:
    """(year, twelve cells, return of the year in percent)."""
    years: dict[int, dict[int, float]] = {}
    for month in result_of(run)["monthly"]:
        years.setdefault(month["year"], {})[month["month"]] = month["return"]
    found = []
    for year, months in sorted(years.items()):
        whole = 1.0
        for value in months.values():
            whole *= 1 + value
        found.append((year, [_cell(months.get(month)) for month in MONTHS], Decimal(str(whole - 1)) * 100))
    return found


def _cell(value: float | None) -> Cell:
    if value is None:
        return Cell(UNKNOWN, "none")
    depth = 1 if abs(value) < 0.025 else 2 if abs(value) < 0.07 else 3
    return Cell(figure(Decimal(str(value)) * 100, 1, signed=True), f"h{'p' if value >= 0 else 'n'}{depth}")


def lines_of(run: Run) -> tuple[Plot, Plot]:
    """Equity with buying and holding, and the drawdown."""
    points = line_of(run, 1_000)
    at = [point.at for point in points]
    lines = [(at, [float(point.equity) for point in points]), (at, [float(point.held) for point in points])]
    return plot_of(lines), fall_of(at, [point.drawdown for point in points])


def side_by_side(runs: Sequence[Run]) -> tuple[Plot, bool]:
    """Equity of several runs, and whether each is drawn from its own beginning, since their times do not meet."""
    each = [line_of(run, 1_000) for run in runs]
    lines = [([point.at for point in points], [float(point.equity) for point in points]) for points in each]
    apart = max(at[0] for at, _ in lines) >= min(at[-1] for at, _ in lines)
    return (from_one_start(lines) if apart else plot_of(lines)), apart


def price_of(plan: Plan, name: str, made: Sequence[Mapping[str, Any]]) -> tuple[Plot, list[Mark], int] | None:
    """The price of an instrument with the run's trades on it, and how many there are; None without candles now."""
    bars = bars_of(name, plan.timeframe, start_ms=plan.start_ms, end_ms=plan.end_ms)
    if len(bars) < 2:
        return None
    at, close = thinned(bars.open_ms + plan.timeframe.ms, bars.close_f, PRICE_POINTS)
    low, high = min(close), max(close)
    plot = plot_of([(at, close)])
    trades = [trade for trade in made if trade["instrument"] == name]
    points = []
    for trade in trades[-MARKS_MAX // 2 :]:
        points.append((_ms(trade["entered"]), float(trade["entry_price"]), "entry", _told(trade, "entry")))
        if trade["left"]:
            points.append((_ms(trade["left"]), float(trade["exit_price"]), _way(trade), _told(trade, "exit")))
    inside = [(min(max(at_ms, at[0]), at[-1]), min(max(price, low), high), *rest) for at_ms, price, *rest in points]
    return plot, marks_of(inside, plot, at, low, high), len(trades)  # type: ignore[arg-type]  # four of each


def _told(trade: Mapping[str, Any], which: str) -> str:
    if which == "entry":
        return f"{_moment(trade['entered'])}: {trade['side']} {trade['quantity']} @ {trade['entry_price']}"
    return f"{_moment(trade['left'])}: {trade['cause']} @ {trade['exit_price']}, {trade['profit']}"


def _moment(text: str) -> str:
    return text[:16].replace("T", " ")


def _way(trade: Mapping[str, Any]) -> str:
    return str(trade["cause"]) if trade["cause"] in {"stop", "target"} else "exit"


def _ms(moment: str) -> int:
    return clock.to_ms(datetime.fromisoformat(moment.replace("Z", "+00:00")))


def facts_of(run: Run) -> list[tuple[str, str]]:
    """What was run, as pairs of words."""
    plan = plan_of(run)
    assert isinstance(plan, Plan)  # noqa: S101  # who asks knows
    terms, result = plan.terms, run.result or {}
    span = f"{clock.from_ms(plan.start_ms):%d %b %Y} – {clock.from_ms(plan.end_ms):%d %b %Y}"
    facts = [
        (gettext("Instruments"), ", ".join(name.partition(":")[2] for name in plan.instruments)),
        (gettext("Candles"), f"{plan.timeframe.value}, {sum((result.get('candles') or {}).values()):,}"),
        (gettext("Time"), span),
        (gettext("Capital"), f"{terms.capital:,f}"),
        *([] if plan.strategy in all_managers() else _facts_of_bars(plan)),
        (gettext("Fee, slippage"), f"{Decimal(terms.costs.taker_ppm) / 10_000:f}% / {_bps(terms.costs.slippage_bps)}"),
        *((name, str(value)) for name, value in plan.parameters.items()),
    ]
    if plan.bot:
        facts.append((gettext("Refused by its panel"), str(sum(map(len, plan.vetoes.values())))))
    both = result.get("both") or {"exits": 0}
    if both["exits"]:
        told = gettext("%(exits)s, order known of %(settled)s") % both
        facts.append((gettext("Exits in a candle that reached stop and target"), told))
    counted = {"missing": gettext("Missing candles"), "unfunded": gettext("Candles without a funding rate")}
    if result.get("unfunded"):
        facts.append((gettext("Funding"), gettext("read and not paid: these markets are spot")))
    counts = [(label, sum((result.get(name) or {}).values())) for name, label in counted.items()]
    return [*facts, *((label, str(count)) for label, count in counts if count)]


def _facts_of_bars(plan: Plan) -> list[tuple[str, str]]:
    """The terms of what decides on bars; what keeps orders has its own in its parameters."""
    terms = plan.terms
    size = f"{terms.size.amount:f}" if terms.size.sizing == "fixed" else f"{terms.size.percent.normalize():f}%"
    protection = " / ".join(map(_bps, (terms.stop_bps, terms.target_bps, terms.trail_bps)))
    return [
        (gettext("Size"), f"{size}, {dict(SIZES)[terms.size.sizing]}"),
        (gettext("Largest position"), f"{terms.position_pct.normalize():f}%"),
        (gettext("Stop, target, trail"), protection),
        (gettext("Sides"), gettext("long and short") if terms.shorts else gettext("long")),
        *([(gettext("Finer candles"), plan.finer.value)] if plan.finer else []),
    ]


def _bps(bps: int) -> str:
    return f"{Decimal(bps) / 100:f}%" if bps else UNKNOWN


def verdict_of(run: Run) -> tuple[str, str]:
    """("ok", "cut" or "no", a sentence): what to make of a single run, which never proves a strategy."""
    result = result_of(run)
    metrics = result["metrics"]
    trades = int(metrics["trades"]["value"] or 0)
    own, held = (found["total_return"]["value"] for found in (metrics, result["baselines"]["buy_and_hold"]))
    beaten, dear = result["random_beaten"], result["at_costs"]["2"]["total_return"]["value"]
    if trades < 30:
        return "cut", gettext("Too few trades to say anything: %(trades)s, and 30 are the least.") % {"trades": trades}
    if own <= 0:
        return "no", gettext("It lost money over this time, after its costs.")
    if beaten is None or beaten < 0.95:
        said = gettext("It is no better than chance would be: it beat %(share)s of random entries.")
        return "cut", said % {"share": f"{beaten or 0:.0%}"}
    if dear <= 0:
        return "cut", gettext("It earns only while costs are low: at twice the costs nothing is left.")
    if own < held:
        return "cut", gettext("It earned, but less than buying and holding did over the same time.")
    return "ok", gettext(
        "It earned, beat buying and holding and random entries, and bears twice the costs. One run proves nothing yet: "
        "vary time and parameters."
    )


def record_shown(name: str) -> dict[str, Any] | None:
    """A strategy's record by regime, for its table; None where it was not measured."""
    found = record_of(name)
    if found is None:
        return None
    regimes = [
        {
            "title": gettext(REGIMES[one.name]),
            "span": " – ".join(date_format(date.fromisoformat(day), "M y") for day in (one.start, one.end)),
            "change": Decimal(str(one.total_return)) * 100,
            "held": Decimal(str(one.held)) * 100,
            "drawdown": "–" if one.max_drawdown is None else f"{one.max_drawdown:.1%}",
            "trades": one.trades,
        }
        for one in found.regimes
    ]
    quote = found.symbols[0].partition("/")[2]
    return {
        "symbols": ", ".join(found.symbols),
        "timeframe": found.timeframe,
        "regimes": regimes,
        "capacity": f"{found.capacity:,} {quote}" if found.capacity else "",
        "checked": found.checked,
    }
