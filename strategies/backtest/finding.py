"""Runs over order books: a plan, what it comes to, and how that is told. Nothing of them is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from cryptouniverse.kernel.clock import from_ms
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.backtest.engine.finding.running import FindingTerms, Ran, run_finder, trade_told
from strategies.backtest.engine.finding.trades import LEG
from strategies.backtest.engine.terms import CAPITAL_MAX, bounded
from strategies.backtest.errors import NoBooks
from strategies.catalog.markets import contracts_of
from strategies.catalog.registry import all_finders
from trading.fills.types import BPS
from trading.marketdata.selectors import books_between, books_span, funding_set, instruments

_LAST: Final = 10  # trades of a text


@dataclass(frozen=True, slots=True)
class FindingPlan:
    """What names a run over books. start_ms, end_ms: UTC; None: from and to where all instruments have books."""

    strategy: str
    parameters: Mapping[str, object]
    instruments: tuple[str, ...]
    terms: FindingTerms = field(default_factory=FindingTerms)
    start_ms: int | None = None
    end_ms: int | None = None


def walked(plan: FindingPlan) -> Ran:
    """Run a plan over the stored books.

    Raises BadParameter for markets that it is not made for, BadTerms, NoBooks.
    """
    finder, terms = all_finders()[plan.strategy], plan.terms
    listed = instruments(plan.instruments)
    finder.require_markets(list(listed.values()))
    bounded("capital", terms.capital, Decimal("0.01"), CAPITAL_MAX)
    bounded("stop_bps", terms.loss_bps, 1, BPS - 1)
    span = books_span(plan.instruments)
    start_ms = plan.start_ms if plan.start_ms is not None or span is None else span[0]
    end_ms = plan.end_ms if plan.end_ms is not None or span is None else span[1] + terms.delay_ms
    ran = None
    if start_ms is not None and end_ms is not None:
        books = books_between(plan.instruments, start_ms=start_ms, end_ms=end_ms)
        funding = funding_set({one.underlying for one in contracts_of(list(listed.values()))}, end_ms=end_ms)
        markets, within = list(listed.values()), {"start_ms": start_ms, "end_ms": end_ms}
        ran = run_finder(finder, plan.parameters, markets, books, terms, **within, funding=funding)
    if ran is None or not ran.equity:
        said = _("There are no books of %(instruments)s there: fetch them by a bot, or import them by import_books.")
        raise NoBooks(said, instruments=", ".join(plan.instruments))
    return ran


def ran_as_json(ran: Ran, *, trades: bool) -> dict[str, Any]:
    """A run as plain JSON, amounts as text. trades: every trade with its orders and fills, and the equity."""
    told = {
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
        "hash": ran.hash,
    }
    if trades:
        told["trades"] = [trade_told(trade) for trade in ran.trades]
        told["equity"] = [[at_ms, _text(worth)] for at_ms, worth in ran.equity]
    return told


def ran_as_text(ran: Ran, say: Callable[[str], str]) -> str:
    """A run in lines for people."""
    told = ran_as_json(ran, trades=True)
    lines = [
        say(_("%(strategy)s on %(instruments)s: %(moments)s moments of books"))
        % {**told, "instruments": ", ".join(told["instruments"])},
        say(_("capital %(capital)s, worth %(worth)s, profit %(profit)s, fees %(fees)s")) % told,
        say(_("%(found)s trades found, %(one_sided)s one-sided; %(quotes)s quotes placed")) % told,
    ]
    if told["simulated"]:
        lines.append(say(_("The books are simulated: they say nothing about a real market.")))
    if told["ended"]:
        lines.append(say(_("It lost as much as it may, sold what it had and ended.")))
    for row in told["balances"]:
        lines.append(say(_("  at %(venue)s: %(free)s %(currency)s")) % row)
    for trade in told["trades"][-_LAST:]:
        orders = ", ".join(_order_said(order) for order in trade["orders"])
        profit = "" if trade["profit"] is None else f" -> {trade['profit']}"
        lines.append(f"  {from_ms(trade['at_ms']):%F %T} {trade['kind']}: {orders}{profit}")
    return "\n".join([*lines, say(_("hash %(hash)s")) % told])


def _order_said(order: dict[str, Any]) -> str:
    got = " + ".join(f"{fill['size']} @ {fill['price']}" for fill in order["fills"]) or "-"
    return f"{order['side']} {order['instrument']} {got}"


def _text(amount: Decimal) -> str:
    return format(amount.normalize(), "f")
