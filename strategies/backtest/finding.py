"""Runs over order books: what a plan goes over, and what it comes to. Everything here reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import Final

from cryptouniverse.kernel.market import Instrument
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.backtest.engine.finding.running import Ran, begin
from strategies.backtest.engine.finding.study import Piece, study_finder
from strategies.backtest.engine.study import BOOKS
from strategies.backtest.engine.terms import CAPITAL_MAX, bounded
from strategies.backtest.errors import BadTerms, NoBooks, TooManyBooks
from strategies.backtest.shown import shown_until
from strategies.backtest.types import FindingPlan as FindingPlan  # noqa: PLC0414 - who runs a plan makes it
from strategies.backtest.types import Found
from strategies.catalog.errors import UnknownStrategy
from strategies.catalog.finding import Finder
from strategies.catalog.markets import contracts_of
from strategies.catalog.registry import all_finders
from trading.fills.types import BPS
from trading.marketdata.selectors import books_between, books_count, books_cuts, books_span, funding_set, instruments

BOOKS_MAX: Final = 500_000
PIECE_BOOKS: Final = 20_000  # read at once: about 20 MB
DELAY_MAX: Final = 60_000


def finder_named(name: str) -> Finder | None:
    """The strategy of this name that compares markets; None where it is of another kind, or none."""
    return all_finders().get(name)


def checked_finding(plan: FindingPlan) -> tuple[FindingPlan, int]:
    """The plan with all of its parameters and its range, and how many books it goes over, as far as they are stored
    and, of a simulated market, have been shown.

    Raises UnknownStrategy, UnknownInstrument, BadTerms, TooManyBooks and what `Finder.require_markets` raises, NoBooks:
    what a run would be refused for.
    """
    finder = _finder(plan)
    plan = _ranged(replace(plan, parameters=finder.resolve(plan.parameters)))
    assert plan.start_ms is not None and plan.end_ms is not None  # noqa: S101  # for the type checker
    plan = replace(plan, end_ms=shown_until(plan.instruments, plan.end_ms))
    return plan, _counted(plan)


def walked(plan: FindingPlan) -> Ran:
    """Run a plan over the stored books, with nothing beside it.

    Raises BadParameter for markets that it is not made for, BadTerms, NoBooks, TooManyBooks.
    """
    finder, ranged = _finder(plan), _ranged(plan)
    _counted(ranged)
    listed = list(instruments(plan.instruments).values())
    walk = begin(finder, plan.parameters, listed, plan.terms, funding=_funding(listed, ranged))
    for books, start_ms, end_ms in _pieces(ranged):
        walk.over(books, start_ms=start_ms, end_ms=end_ms)
    ran = walk.ran()
    if not ran.equity:
        raise _nothing(plan)
    return ran


def found(
    plan: FindingPlan,
    *,
    is_cancelled: Callable[[], bool] = lambda: False,
    tell: Callable[[str], None] = lambda _step: None,
) -> Found:
    """Run a plan over the stored books, with its baselines and other fees. tell: is told the name of each of BOOK_STEPS
    as it begins.

    Raises what `walked` raises, RunOverflow and RunCancelled; nothing is kept then, as it is not otherwise.
    """
    tell(BOOKS)
    finder, ranged = _finder(plan), _ranged(plan)
    count = _counted(ranged)
    listed = list(instruments(plan.instruments).values())
    try:
        study = study_finder(
            finder,
            plan.parameters,
            listed,
            plan.terms,
            lambda: _pieces(ranged),
            funding=_funding(listed, ranged),
            is_cancelled=is_cancelled,
            tell=tell,
        )
    except NoBooks:
        raise _nothing(plan) from None
    return Found(plan=ranged, books=count, study=study)


def _finder(plan: FindingPlan) -> Finder:
    """Raises what a plan is refused for before any book is read."""
    finder, terms = finder_named(plan.strategy), plan.terms
    if finder is None:
        raise UnknownStrategy(_("There is no strategy named %(strategy)s."), strategy=plan.strategy)
    finder.require_markets(list(instruments(plan.instruments).values()))
    bounded("capital", terms.capital, Decimal("0.01"), CAPITAL_MAX)
    bounded("stop_bps", terms.loss_bps, 1, BPS - 1)
    bounded("delay_ms", terms.delay_ms, 0, DELAY_MAX)
    if terms.costs.slippage_bps:
        said = _("An order book says itself what a taker pays: leave %(field)s out.")
        raise BadTerms(said, field="costs.slippage_bps")
    return finder


def _ranged(plan: FindingPlan) -> FindingPlan:
    """The plan with the times that were left out: from and to where all of its markets have books. Raises NoBooks."""
    span = books_span(plan.instruments)
    if span is None:
        raise _nothing(plan)
    first_ms, last_ms = span
    start_ms = first_ms if plan.start_ms is None else plan.start_ms
    end_ms = last_ms + plan.terms.delay_ms if plan.end_ms is None else plan.end_ms
    return replace(plan, start_ms=start_ms, end_ms=end_ms)


def _counted(plan: FindingPlan) -> int:
    """How many books a plan with a range goes over. Raises NoBooks, TooManyBooks."""
    start_ms, end_ms = plan.start_ms or 0, plan.end_ms or 0
    count = books_count(plan.instruments, start_ms=start_ms, end_ms=end_ms)
    if not count:
        raise _nothing(plan)
    if count > BOOKS_MAX:
        raise TooManyBooks(books=count, limit=BOOKS_MAX)
    return count


def _funding(listed: Sequence[Instrument], plan: FindingPlan) -> dict[str, list[tuple[int, Decimal]]]:
    """The funding rates of what contracts are on, exact: those that were set before the end of the plan's range."""
    return funding_set({one.underlying for one in contracts_of(listed)}, end_ms=plan.end_ms or 0)


def _pieces(plan: FindingPlan) -> Iterator[Piece]:
    """The books of a plan with a range, some thousands at a time: a run of any length holds no more of them."""
    start_ms, end_ms, delay_ms = plan.start_ms or 0, plan.end_ms or 0, plan.terms.delay_ms
    cuts = books_cuts(plan.instruments, start_ms=start_ms + 1, end_ms=end_ms, every=PIECE_BOOKS)
    for at_ms, until_ms in pairwise([start_ms, *cuts, end_ms]):
        since_ms = at_ms if at_ms == start_ms else at_ms - delay_ms
        yield books_between(plan.instruments, start_ms=since_ms, end_ms=until_ms), at_ms, until_ms


def _nothing(plan: FindingPlan) -> NoBooks:
    said = _("There are no books of %(instruments)s there: fetch them by a bot, or import them by import_books.")
    return NoBooks(said, instruments=", ".join(plan.instruments))
