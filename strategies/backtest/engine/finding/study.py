"""A run over books with all that a person should see beside it: metrics, baselines, and what other fees make of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final

import numpy as np

from cryptouniverse.kernel.market import Instrument
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.backtest.engine.finding.holding import Holding, held_of
from strategies.backtest.engine.finding.measuring import Line, Monthly, line_of, measure_line, measure_ran
from strategies.backtest.engine.finding.moments import Moment
from strategies.backtest.engine.finding.running import NO_RATES, FindingTerms, Ran, Watch, begin
from strategies.backtest.engine.finding.turning import Finding
from strategies.backtest.engine.metrics import Measured
from strategies.backtest.engine.study import BACKTEST, BUY_AND_HOLD, CASH, COST_TIMES, COSTS, RANDOM_ENTRY
from strategies.backtest.errors import NoBooks, RunCancelled
from strategies.catalog.finding import Finder, Rate
from trading.fills import Book, Costs
from trading.fills.types import PPM

NO_RANDOM: Final = _(
    "A random entry buys at some moment and holds on. A strategy at order books trades where books contradict each "
    "other or lean, for a moment: there is nothing that could be drawn by chance. Compare it with cash."
)
_LOOK_EVERY: Final = 500  # moments
Piece = tuple[Mapping[str, Sequence[Book]], int, int]  # books, from when, until when its orders arrive


@dataclass(frozen=True, slots=True)
class FindingStudy:
    """ran: at the costs of its terms. metrics: of it. at_costs: metrics by how many times the fees were taken; the
    finder knows them, and finds other trades with others. baselines: metrics by BUY_AND_HOLD and CASH; without: why
    there is none of the others, in a marked sentence. line, held: its worth and that of buying and holding.
    """

    ran: Ran
    metrics: Mapping[str, Measured]
    at_costs: Mapping[int, Mapping[str, Measured]]
    baselines: Mapping[str, Mapping[str, Measured]]
    without: Mapping[str, str]
    line: Line
    held: Line
    monthly: Monthly


@dataclass(slots=True)
class _Beside:
    """What is counted at each moment beside the run, and whether to go on."""

    is_cancelled: Callable[[], bool]
    holding: Holding | None = None
    exposed: list[float] = field(default_factory=list)

    def at(self, moment: Moment, finding: Finding) -> None:
        if len(self.exposed) % _LOOK_EVERY == 0:
            _go_on(self.is_cancelled, len(self.exposed))
        if self.holding is not None:
            self.holding.at(moment)
        worth = finding.worth(moment.known)
        held = held_of(finding.purse, finding.instruments, moment.known)
        self.exposed.append(float(held / worth) if worth > 0 else 0.0)


def study_finder(
    finder: Finder,
    parameters: Mapping[str, object],
    instruments: Sequence[Instrument],
    terms: FindingTerms,
    pieces: Callable[[], Iterable[Piece]],
    *,
    funding: Mapping[str, Sequence[Rate]] = NO_RATES,
    is_cancelled: Callable[[], bool] = lambda: False,
    tell: Callable[[str], None] = lambda _step: None,
) -> FindingStudy:
    """Run it, and everything that it is held against. pieces: the books from the first to the last, anew at each call.

    funding: as in `run_finder`. tell: is told the name of each of BOOK_STEPS but the first as it begins. Raises
    BadParameter, NoBooks, RunOverflow, RunCancelled.
    """

    def walked(on: FindingTerms, watch: Watch) -> tuple[Ran, Line]:
        walk = begin(finder, parameters, instruments, on, funding=funding)
        for books, start_ms, end_ms in pieces():
            walk.over(books, start_ms=start_ms, end_ms=end_ms, watch=watch)
        return _line(walk.ran())

    tell(BACKTEST)
    holding = Holding(sorted(instruments, key=lambda one: one.id), terms)
    beside = _Beside(is_cancelled, holding)
    ran, line = walked(terms, beside.at)
    held = line_of([at_ms for at_ms, _worth in ran.equity], holding.worth, terms.capital)
    baselines = {
        BUY_AND_HOLD: measure_line(held, fees=holding.fees, exposed=holding.exposed),
        CASH: measure_line(_kept(line), fees=Decimal(0), exposed=np.zeros(len(line.worth))),
    }
    metrics = measure_ran(ran, line, np.array(beside.exposed))
    del holding, beside  # they are as long as the run
    tell(COSTS)

    def at(times: int) -> Mapping[str, Measured]:
        other = _Beside(is_cancelled)
        found, worth = walked(_at_cost(terms, times), other.at)
        return measure_ran(found, worth, np.array(other.exposed))

    at_costs = {times: metrics if times == 1 else at(times) for times in COST_TIMES}
    return FindingStudy(ran, metrics, at_costs, baselines, {RANDOM_ENTRY: NO_RANDOM}, line, held, line.monthly())


def _line(ran: Ran) -> tuple[Ran, Line]:
    if not ran.equity:
        raise NoBooks(_("At no moment there is a book of each of these markets."))
    at_ms, worth = [at_ms for at_ms, _worth in ran.equity], [worth for _at_ms, worth in ran.equity]
    return ran, line_of(at_ms, worth, ran.terms.capital)


def _kept(line: Line) -> Line:
    """Nothing bought, at the same moments."""
    return Line(line.at_ms, np.full_like(line.worth, line.capital), line.capital)


def _go_on(is_cancelled: Callable[[], bool], done: int) -> None:
    if is_cancelled():
        said = _("The run was cancelled after %(done)s moments of books; nothing of it is kept.")
        raise RunCancelled(said, done=done)


def _at_cost(terms: FindingTerms, times: int) -> FindingTerms:
    maker, taker = (min(each * times, PPM) for each in (terms.costs.maker_ppm, terms.costs.taker_ppm))
    return replace(terms, costs=Costs(maker, taker, 0))
