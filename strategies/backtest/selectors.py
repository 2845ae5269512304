"""Runs over stored candles, and runs that are kept. Everything here reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import numpy as np
from django.db.models import QuerySet

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.market import DAY_MS, FUNDING_KNOWN_MS, Bars, Instrument, Timeframe
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.backtest.engine.deciding import ask, unless_vetoed
from strategies.backtest.engine.definitions import DEFINITIONS, Definition
from strategies.backtest.engine.managing.inventory import inventory_of
from strategies.backtest.engine.managing.study import study_managed
from strategies.backtest.engine.markets import TICKS_MAX, Market, Markets
from strategies.backtest.engine.study import CANDLES, Study, study
from strategies.backtest.engine.swings import looks_back
from strategies.backtest.engine.terms import CAPITAL_MAX, Terms, bounded, minor
from strategies.backtest.errors import BadMarket, BadTerms, NoCandles, UnknownRun
from strategies.backtest.keeping import KeptArrays, KeptBooks, Point, unpacked
from strategies.backtest.models import Run
from strategies.backtest.plans import read_any_plan, read_terms
from strategies.backtest.showing import ladder_as_json
from strategies.backtest.shown import shown_until
from strategies.backtest.telling import told_trades
from strategies.backtest.types import AnyPlan, Plan, Studied
from strategies.builder.selectors import strategy_named
from strategies.catalog.asking import day_of, history_days
from strategies.catalog.beside import Beside, Needs, laid_beside
from strategies.catalog.errors import MissingInput
from strategies.catalog.managing import Manager, Start
from strategies.catalog.settings import Resolved
from strategies.catalog.types import Strategy
from trading.fills.types import Costs
from trading.marketdata.errors import UnknownInstrument
from trading.marketdata.selectors import (
    bars_of_many,
    coverage,
    funding_of_many,
    funding_spans,
    instruments,
    require_spot,
)

if TYPE_CHECKING:
    from accounts.users.models import User

POINTS_MAX: Final = 2_000


def instruments_named(names: Iterable[str]) -> tuple[str, ...]:
    """Ids of instruments that are named by id ("binance:BTC/USDT") or by symbol ("BTC/USDT"), sorted.

    Raises UnknownInstrument, and BadMarket for a symbol that several markets list.
    """
    listed = instruments()
    found = set()
    for name in names:
        fitting = [one for one in listed if name in {one, one.partition(":")[2]}]
        if not fitting:
            said = _("No instrument is called %(instrument)s; there are %(instruments)s.")
            raise UnknownInstrument(said, instrument=name, instruments=", ".join(sorted(listed)) or "-")
        if len(fitting) > 1:
            said = _("Several markets list %(instrument)s: say one of %(instruments)s.")
            raise BadMarket(said, instrument=name, instruments=", ".join(sorted(fitting)))
        found.add(fitting[0])
    return tuple(sorted(found))


def span_of(ids: Iterable[str], timeframe: Timeframe) -> tuple[int, int]:
    """From when to when any of these instruments has candles, UTC ms, the end not in. Raises NoCandles."""
    spans = [(name, coverage(name, timeframe)) for name in ids]
    for name, span in spans:
        if not span.count:
            raise _nothing(name, timeframe)
    return min(span.first_ms for _, span in spans), max(span.last_ms for _, span in spans) + timeframe.ms


def checked(plan: Plan, *, owner: User | None = None) -> tuple[Plan, int]:
    """The plan with all of its parameters, and how many candles it goes over, as far as they are stored and, of a
    simulated market, have been shown.

    owner: whose rule sets it may name. Raises UnknownStrategy, MissingInput, BadParameter, UnknownInstrument,
    NoCandles, BadTerms: what a run would be refused for.
    """
    chosen, ids = strategy_named(plan.strategy, owner), instruments_named(plan.instruments)
    plan = replace(plan, end_ms=shown_until(ids, plan.end_ms))
    count = sum(_candles(name, plan) for name in ids)
    for name in sorted(set(_references(chosen, ids).values()) - set(ids)):
        _candles(name, plan)
    _require_funding(chosen, replace(plan, instruments=ids))
    _require_finer(chosen, replace(plan, instruments=ids))
    return replace(plan, parameters=chosen.resolve(plan.parameters), instruments=ids), count


@dataclass(frozen=True, slots=True)
class Lined:
    """The markets of a plan's range; and for each, in their order, its candles with those before the range that warm
    the strategy up, and what is read beside those.
    """

    markets: Markets
    bars: tuple[Bars, ...]
    beside: tuple[Beside, ...]

    @property
    def unfunded(self) -> dict[str, int]:
        """By instrument, how many of the range's candles knew no funding rate; nothing where none is read."""
        each = zip(self.markets.each, self.beside, strict=True)
        shown = ((one.instrument.id, beside.funding, len(one.bars)) for one, beside in each)
        return {name: int(np.isnan(rates[-count:]).sum()) for name, rates, count in shown if rates is not None}


def lined_up(plan: Plan, chosen: Strategy | Manager, *, warmup: int | None) -> Lined:
    """What a plan goes over, with the candles before it that `warmup` bars need, none for None.

    Raises UnknownInstrument, OnlyAtBooks, NoCandles, BadMarket, BadTerms, MissingInput.
    """
    require_spot(plan.instruments)
    _require_finer(chosen, plan)
    ids = sorted(plan.instruments)
    read_beside, reads_funding = _references(chosen, ids), _require_funding(chosen, plan)
    since = plan.start_ms
    if warmup is not None:
        since = day_of(since) - history_days(warmup, plan.timeframe) * DAY_MS
        since = min(since, plan.start_ms - looks_back(plan.terms.size) * plan.timeframe.ms)
    names = sorted({*ids, *read_beside.values()})
    stored = bars_of_many(names, plan.timeframe, start_ms=since, end_ms=plan.end_ms)
    listed, finer = instruments(ids), _finer(plan)
    markets = Markets(
        [Market(listed[name], _from(stored[name], plan), history=stored[name], finer=finer.get(name)) for name in ids]
    )
    bars = [stored[one.instrument.id] for one in markets.each]
    funding = funding_of_many(ids, start_ms=since, end_ms=plan.end_ms) if reads_funding else {}
    beside = [
        laid_beside(
            chosen.needs if isinstance(chosen, Strategy) else (),
            own,
            other=stored.get(read_beside.get(own.instrument_id, "")),
            funding=funding.get(own.instrument_id),
        )
        for own in bars
    ]
    return Lined(markets, tuple(bars), tuple(beside))


def studied(
    plan: Plan,
    *,
    owner: User | None = None,
    is_cancelled: Callable[[], bool] = lambda: False,
    tell: Callable[[str], None] = lambda _step: None,
) -> Studied:
    """Run a plan, with its baselines and other costs. owner: whose rule sets it may name. tell: is told the name of
    each of STEPS as it begins.

    Raises UnknownStrategy, BadParameter, LadderRefused, UnknownInstrument, NoCandles, MissingInput, BadMarket,
    StrategyFailed, RunOverflow or RunCancelled; nothing is kept then, as it is not otherwise.
    """
    tell(CANDLES)
    chosen = strategy_named(plan.strategy, owner)
    parameters = chosen.resolve(plan.parameters)
    warmup = chosen.warmup(parameters) if isinstance(chosen, Strategy) else None
    lined = lined_up(plan, chosen, warmup=warmup)
    markets = lined.markets
    done = _study(chosen, parameters, lined, plan, is_cancelled, tell)
    return Studied(
        plan=plan,
        parameters=parameters,
        code_hash=chosen.code_hash,
        candles={market.instrument.id: len(market.bars) for market in markets.each},
        missing={market.instrument.id: market.missing for market in markets.each},
        unfunded=lined.unfunded,
        study=done,
        inventory=inventory_of(done.result) if isinstance(chosen, Manager) else None,
        sizing=chosen.sizing["method"] if isinstance(chosen, Strategy) else "",
    )


def _study(
    chosen: Strategy | Manager,
    parameters: Mapping[str, Any],
    lined: Lined,
    plan: Plan,
    is_cancelled: Callable[[], bool],
    tell: Callable[[str], None],
) -> Study:
    """The study of either kind."""
    markets, terms = lined.markets, plan.terms
    if isinstance(chosen, Manager):
        return study_managed(chosen, parameters, markets, terms, is_cancelled=is_cancelled, tell=tell)
    said = partial(ask, chosen, parameters, start_ms=plan.start_ms, shorts=terms.shorts, is_cancelled=is_cancelled)
    asked = [
        unless_vetoed(said(bars, beside=beside), bars, plan.vetoes.get(bars.instrument_id, ()))
        for bars, beside in zip(lined.bars, lined.beside, strict=True)
    ]
    return study(markets, asked, terms, is_cancelled=is_cancelled, tell=tell)


def ladder_start(*, symbol: str, units: tuple[Decimal, Decimal], price: Decimal, funds: Decimal, costs: Costs) -> Start:
    """Where a ladder is shown from. symbol: an instrument by id or symbol; "": none, with `units`, its tick and step.

    Raises UnknownInstrument, BadMarket, BadTerms for a price or funds that are none.
    """
    listed = instruments(instruments_named([symbol])) if symbol else {}
    require_spot(listed)
    one = next(iter(listed.values()), Instrument("any:BASE/QUOTE", "BASE", "QUOTE", *units))
    bounded("price", price, one.tick, one.tick * TICKS_MAX)
    bounded("funds", funds, Decimal("0.01"), CAPITAL_MAX)
    return Start(one, one.ticks_nearest(price), minor(funds), costs, Terms().collar_bps)


def start_now(symbol: str, timeframe: str, funds: str) -> Start:
    """Where a ladder is shown from: the last stored close of an instrument. timeframe: as "1h".

    Raises UnknownInstrument, BadMarket, NoCandles, BadTerms for funds that are none.
    """
    [name] = instruments_named([symbol])
    if timeframe not in set(Timeframe):
        raise BadTerms(_("%(field)s must be one of %(all)s."), field="timeframe", all=", ".join(Timeframe))
    frame = Timeframe(timeframe)
    span = coverage(name, frame)
    if not span.count:
        raise _nothing(name, frame)
    last = bars_of_many([name], frame, start_ms=span.last_ms, end_ms=span.last_ms + frame.ms)[name]
    price = instruments([name])[name].price_of(int(last.close[-1]))
    try:
        amount = Decimal(funds)
    except InvalidOperation:
        raise BadTerms(_("%(field)s must be a number."), field="capital") from None
    return ladder_start(symbol=name, units=(Decimal(1), Decimal(1)), price=price, funds=amount, costs=Costs())


def ladder_told(chosen: Manager, parameters: Resolved, start: Start) -> dict[str, Any]:
    """What a manager would place, as plain JSON. Raises LadderRefused."""
    return ladder_as_json(chosen.ladder(parameters, start), chosen, parameters)


def runs_of(owner: User) -> QuerySet[Run]:
    """A person's kept runs without their arrays, newest first."""
    return Run.objects.filter(owner=owner).defer("arrays").order_by("-pk")


def runs_by(prefix: str) -> int:
    """How many kept runs name a strategy that begins so."""
    return Run.objects.filter(strategy__startswith=prefix).count()


def access_run(user: User, run_id: UUID, *, lock: bool = False) -> Run:
    """One of the caller's own runs, without its arrays. Raises UnknownRun, whoever else has one of this id."""
    found = runs_of(user).filter(public_id=run_id)
    run = (found.select_for_update() if lock else found).first()
    if run is None:
        raise UnknownRun(run=str(run_id))
    return run


def plan_for(
    *,
    strategy_name: str,
    parameters: Mapping[str, object],
    names: Iterable[str],
    timeframe: Timeframe,
    since_ms: int | None,
    until_ms: int | None,
    terms: Terms,
    finer: Timeframe | None = None,
) -> Plan:
    """A plan over instruments by id or symbol; without a beginning or an end, over all candles that there are.

    Raises UnknownInstrument, OnlyAtBooks, BadMarket, NoCandles.
    """
    ids = instruments_named(names)
    require_spot(ids)
    first_ms, end_ms = span_of(ids, timeframe)
    start, end = first_ms if since_ms is None else since_ms, end_ms if until_ms is None else until_ms
    return Plan(strategy_name, parameters, ids, timeframe, start, end, terms, finer)


def terms_of(raw: Mapping[str, Any]) -> Terms:
    """Terms of what was said; the rest as they are for a new bot on paper. Raises BadTerms."""
    return read_terms(raw)


def plan_of(run: Run) -> AnyPlan:
    """What a run is named by."""
    return read_any_plan(run.plan)


def line_of(run: Run, points: int = POINTS_MAX) -> list[Point]:
    """The closes of a run that is done, thinned to `points` at most; nothing of another."""
    kept = arrays_of(run)
    return [] if kept is None else kept.thinned(points, capital=minor(plan_of(run).terms.capital))


def trades_of(run: Run) -> list[dict[str, Any]]:
    """The trades of a run that is done, as `telling.trades_as_json` has them, of one over order books as `trade_told`
    has them; nothing of another.
    """
    kept, ids = arrays_of(run), sorted(run.plan["instruments"])
    if kept is None or isinstance(kept, KeptBooks):
        return [] if kept is None else kept.trades
    listed = instruments(ids)
    return told_trades(kept.trades, [listed[name] for name in ids], begin_ms=kept.begin_ms, bar_ms=kept.bar_ms)


def definitions() -> Mapping[str, Definition]:
    """What each metric is called, means and counts, by name."""
    return DEFINITIONS


def arrays_of(run: Run) -> KeptArrays | KeptBooks | None:
    """Trades and lines of a run that is done; None of another."""
    return unpacked(bytes(run.arrays)) if run.arrays is not None else None


def _references(chosen: Strategy | Manager, ids: Iterable[str]) -> dict[str, str]:
    return chosen.references(ids) if isinstance(chosen, Strategy) else {}


def _require_funding(chosen: Strategy | Manager, plan: Plan) -> bool:
    """Whether it reads funding. Raises MissingInput where an instrument has none that counts in the plan's range."""
    if not isinstance(chosen, Strategy) or Needs.FUNDING not in chosen.needs:
        return False
    spans = funding_spans(plan.instruments)
    chosen.require_fed(plan.instruments, lambda _ids: spans)
    for name, span in sorted(spans.items()):
        if span.last_ms + FUNDING_KNOWN_MS <= plan.start_ms or span.first_ms > plan.end_ms:
            told = _("%(instrument)s has no funding rates in %(wanted)s; there are some in %(there)s.")
            wanted = f"{_day(plan.start_ms)} – {_day(plan.end_ms)}"
            facts = {"wanted": wanted, "there": f"{_day(span.first_ms)} – {_day(span.last_ms)}"}
            raise MissingInput(told, strategy=chosen.name, needs=Needs.FUNDING.value, instrument=name, **facts)
    return True


def _require_finer(chosen: Strategy | Manager, plan: Plan) -> None:
    """Raises BadTerms for finer candles where none can tell anything, NoCandles where there are none."""
    if plan.finer is None:
        return
    if isinstance(chosen, Manager):
        said = _("%(strategy)s keeps orders: finer candles tell nothing of them. Leave them out.")
        raise BadTerms(said, strategy=chosen.name)
    if plan.finer.ms >= plan.timeframe.ms or plan.timeframe.ms % plan.finer.ms:
        said = _("Candles of %(finer)s are not finer than those of %(timeframe)s: say shorter ones that divide them.")
        raise BadTerms(said, finer=plan.finer.value, timeframe=plan.timeframe.value)
    for name in plan.instruments:
        _candles(name, replace(plan, timeframe=plan.finer))


def _finer(plan: Plan) -> dict[str, Bars]:
    if plan.finer is None:
        return {}
    return bars_of_many(plan.instruments, plan.finer, start_ms=plan.start_ms, end_ms=plan.end_ms)


def _candles(name: str, plan: Plan) -> int:
    """How many candles of an instrument a plan goes over, at most. Raises NoCandles."""
    span, each = coverage(name, plan.timeframe), plan.timeframe.ms
    first, end = max(span.first_ms, plan.start_ms), min(span.last_ms + each, plan.end_ms)
    if not span.count or (count := (span.first_ms - first) // each - (span.first_ms - end) // each) < 1:
        raise _nothing(name, plan.timeframe, plan, last_ms=shown_until([name], span.last_ms))
    return count


def _from(bars: Bars, plan: Plan) -> Bars:
    """The bars of the plan's range. Raises NoCandles, saying what there is."""
    shown = bars[int(bars.open_ms.searchsorted(plan.start_ms)) :]
    if not len(shown):
        raise _nothing(bars.instrument_id, plan.timeframe, plan)
    return shown


def _nothing(name: str, timeframe: Timeframe, plan: Plan | None = None, *, last_ms: int | None = None) -> NoCandles:
    span = coverage(name, timeframe)
    facts = {"instrument": name, "timeframe": timeframe.value}
    if not span.count:
        return NoCandles(_("%(instrument)s has no candles of %(timeframe)s: import them, or say another."), **facts)
    there = f"{_day(span.first_ms)} – {_day(span.last_ms if last_ms is None else last_ms)}"
    said = _("%(instrument)s has no candles of %(timeframe)s in %(wanted)s; there are some in %(there)s.")
    return NoCandles(said, wanted=plan and f"{_day(plan.start_ms)} – {_day(plan.end_ms)}", there=there, **facts)


def _day(moment_ms: int) -> str:
    return f"{clock.from_ms(moment_ms):%Y-%m-%d}" if moment_ms < 2**48 else "…"
