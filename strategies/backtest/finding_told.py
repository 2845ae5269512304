"""A run over order books as plain JSON, as text and as rows: for the command, the API, exports. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from cryptouniverse.kernel.clock import from_ms
from cryptouniverse.kernel.words import Translate, gettext_noop
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.backtest.engine.finding.running import Ran, trade_told
from strategies.backtest.engine.finding.trades import LEG
from strategies.backtest.engine.metrics import Measured
from strategies.backtest.telling import edges, metrics_as_json, metrics_as_lines, moment_as_text
from strategies.backtest.types import Found

_LAST: Final = 10  # trades of a text
_NOT_DRAWN: Final[dict[str, Any]] = {"random_returns": [], "random_beaten": None}
ROW: Final = (
    "trade", "at", "kind", "expected", "capital", "profit", "one_sided", "order", "instrument", "side", "cause",
    "limit", "size", "price", "filled", "fee", "fee_currency",
)  # fmt: skip


def found_as_json(done: Found) -> dict[str, Any]:
    """Everything but the trades and the line: what was run, metrics, other fees, baselines, months, balances, the hash.

    without: by the name of a baseline that has no meaning here why there is none, in a marked sentence.
    """
    study, ran = done.study, done.study.ran
    return {
        **_ran_as_json(ran),
        "timeframe": None,
        "from": moment_as_text(ran.equity[0][0]),
        "to": moment_as_text(ran.equity[-1][0]),
        "books": done.books,
        "equity": _text(ran.worth),
        "metrics": metrics_as_json(study.metrics),
        "at_costs": {str(times): metrics_as_json(found) for times, found in study.at_costs.items()},
        "baselines": {name: metrics_as_json(found) for name, found in study.baselines.items()}
        | dict.fromkeys(study.without),
        "without": dict(study.without),
        **_NOT_DRAWN,
        "monthly": [{"year": year, "month": month, "return": value} for year, month, value in study.monthly],
        "hash": ran.hash,
    }


def found_trades_as_json(ran: Ran) -> list[dict[str, Any]]:
    """Every trade with its orders and fills, amounts as text."""
    return [trade_told(trade) for trade in ran.trades]


def found_as_text(done: Found, translate: Translate = gettext_noop) -> str:
    """The metrics beside baselines and other fees as a table, what there is to know, and the last trades."""
    study, told, ran = done.study, found_as_json(done), done.study.ran
    facts = {**told, "instruments": ", ".join(told["instruments"])}
    columns: dict[Any, Mapping[str, Measured]] = {
        "result": study.metrics,
        **study.baselines,
        0: study.at_costs[0],
        2: study.at_costs[2],
    }
    lines = [
        translate(_("%(strategy)s on %(instruments)s: %(books)s books, %(moments)s moments")) % facts,
        *metrics_as_lines(columns, translate),
        translate(_("capital %(capital)s, worth %(worth)s, profit %(profit)s, fees %(fees)s")) % told,
        translate(_("%(found)s trades found, %(one_sided)s one-sided; %(quotes)s quotes placed")) % told,
    ]
    if told["simulated"]:
        lines.append(translate(_("The books are simulated: they say nothing about a real market.")))
    if told["ended"]:
        lines.append(translate(_("It lost as much as it may, sold what it had and ended.")))
    lines += [translate(_("  at %(venue)s: %(free)s %(currency)s")) % row for row in told["balances"]]
    for trade in found_trades_as_json(ran)[-_LAST:]:
        orders = ", ".join(_order_said(order) for order in trade["orders"])
        profit = "" if trade["profit"] is None else f" -> {trade['profit']}"
        lines.append(f"  {from_ms(trade['at_ms']):%F %T} {trade['kind']}: {orders}{profit}")
    lines += [*map(translate, study.without.values()), *edges(study.metrics, translate)]
    return "\n".join([*lines, translate(_("hash %(hash)s")) % told])


def trade_rows(trades: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """A row a fill, as ROW names its columns; an order that got nothing has one row without a price."""
    for number, trade in enumerate(trades, 1):
        of_trade = {name: trade[name] for name in ("kind", "expected", "capital", "profit", "one_sided")}
        of_trade |= {"trade": number, "at": from_ms(trade["at_ms"]).isoformat(timespec="milliseconds")}
        for place, order in enumerate(trade["orders"], 1):
            of_order = {name: order[name] for name in ("instrument", "side", "cause", "limit", "size")}
            for fill in order["fills"] or [{}]:
                got = {"filled": fill["size"], **{k: fill[k] for k in ("price", "fee", "fee_currency")}} if fill else {}
                yield {**of_trade, "order": place, **of_order, **got}


def _ran_as_json(ran: Ran) -> dict[str, Any]:
    return {
        "strategy": ran.finder.name,
        "parameters": dict(ran.parameters),
        "instruments": [one.id for one in ran.instruments],
        "simulated": any(one.simulated for one in ran.instruments),
        "code_hash": ran.finder.code_hash,
        "capital": _text(ran.terms.capital),
        "worth": _text(ran.worth),
        "profit": _text(ran.worth - ran.terms.capital),
        "fees": _text(ran.fees),
        "moments": len(ran.equity),
        "quotes": ran.quotes,
        "found": sum(trade.kind == LEG for trade in ran.trades),
        "one_sided": sum(trade.one_sided for trade in ran.trades),
        "ended": ran.ended,
        "balances": [
            {"venue": venue, "currency": currency, "free": _text(amount)}
            for (venue, currency), amount in sorted(ran.purse.items())
        ],
    }


def _order_said(order: dict[str, Any]) -> str:
    got = " + ".join(f"{fill['size']} @ {fill['price']}" for fill in order["fills"]) or "-"
    return f"{order['side']} {order['instrument']} {got}"


def _text(amount: Decimal) -> str:
    return format(amount.normalize(), "f")
