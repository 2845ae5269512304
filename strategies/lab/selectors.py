"""Reads of the lab: what is kept, how far it is, and what there is to search over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import BooleanField, Count, ExpressionWrapper, F, Q, QuerySet

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.market import DAY_MS
from cryptouniverse.kernel.words import Kept, Translate, gettext_noop, told
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.backtest.errors import RunCancelled
from strategies.backtest.selectors import checked, lined_up, studied
from strategies.backtest.types import Plan
from strategies.lab.errors import BadSearch, NothingRan, UnknownOptimisation
from strategies.lab.keeping import as_trial
from strategies.lab.models import Optimisation, TrialRecord
from strategies.lab.plans import read_search_plan, search_of
from strategies.lab.search.chunks import Search, work_chunk
from strategies.lab.search.evaluating import Ground
from strategies.lab.search.folds import walk_forward
from strategies.lab.search.objectives import read_objectives, scores, whatever
from strategies.lab.search.plateau import heat_map
from strategies.lab.search.report import best_trial, map_as_json, report
from strategies.lab.search.trials import Trial, TrialState
from strategies.lab.types import TRIALS_MOST, WORK_MAX, Progress, SearchPlan
from tenants.provisioning.services import most_of
from tenants.provisioning.types import TRIALS

if TYPE_CHECKING:
    from accounts.users.models import User

UNFINISHED = Q(state__in=[Optimisation.State.QUEUED, Optimisation.State.RUNNING])
BEST = 20
NO_TRIAL = _("there was nothing to try.")


def checked_search(asked: SearchPlan, owner: User | None = None) -> tuple[SearchPlan, Search]:
    """The search that is asked for, its instruments by their ids, if it can be done. owner: whose rules it may name.

    Raises UnknownStrategy, MissingInput, BadParameter, BadSearch, UnknownInstrument, NoCandles.
    """
    search = search_of(asked, owner)
    plan, candles = checked(replace(asked.plan, parameters={}), owner=owner)
    most = TRIALS_MOST if owner is None else most_of(TRIALS)
    if search.trials > most:
        said = _(
            "A search of your organisation has %(limit)s trials at most, not %(trials)s. Its administrator can ask for"
            " more."
        )
        raise BadSearch(said, limit=most, trials=search.trials)
    if candles * search.trials > WORK_MAX:
        said = _("%(candles)s candles times %(trials)s trials are too many: a longer timeframe, or fewer trials.")
        raise BadSearch(said, candles=candles, trials=search.trials)
    if asked.checks.folds:
        days = candles * plan.timeframe.ms // DAY_MS // len(plan.instruments)
        walk_forward(days, asked.checks.folds, anchored=asked.checks.anchored, purge=asked.checks.purge_days)
    return replace(asked, plan=replace(asked.plan, instruments=plan.instruments, end_ms=plan.end_ms)), search


def ground_of(search: Search, asked: SearchPlan) -> Ground:
    """The candles that every trial runs over, lined up. Raises UnknownInstrument, NoCandles, BadMarket."""
    lined = lined_up(asked.plan, search.space.strategy, warmup=search.space.warmup())
    return Ground(search.space, lined.bars, lined.beside, lined.markets, asked.plan.terms, search.shares())


@dataclass(frozen=True, slots=True)
class Searched:
    """A search that was done here and now. report: as `search.report.report` has it."""

    search: Search
    trials: Sequence[Trial]
    report: dict[str, Any]


def searched(
    asked: SearchPlan,
    *,
    is_cancelled: Callable[[], bool] = lambda: False,
    tell: Callable[[int, int], None] = lambda _done, _wanted: None,
) -> Searched:
    """Do a search and keep nothing. tell: is told after each chunk how many trials are done, of how many. Ctrl-C, or
    `is_cancelled`, ends it with what was found so far.

    Raises what `checked_search` raises, BadMarket, NothingRan.
    """
    asked, search = checked_search(asked)
    ground, trials, over = ground_of(search, asked), list[Trial](), True
    try:
        for chunk in range(search.chunks):
            trials += work_chunk(search, ground, chunk, trials, is_cancelled=is_cancelled)
            tell(len(trials), search.trials)
    except (KeyboardInterrupt, RunCancelled):
        over = False
    return Searched(search, trials, reported(search, asked, trials, over=over))


def reported(
    search: Search, asked: SearchPlan, trials: Sequence[Trial], *, over: bool, owner: User | None = None
) -> dict[str, Any]:
    """The report over trials in the order of their numbers; the best is run once more, by itself. Raises NothingRan."""
    best = best_trial(search, trials)
    if best is None:
        raise NothingRan(reason=Kept(trials[0].error) if trials else Kept(NO_TRIAL))
    done = studied(replace(asked.plan, parameters=search.space.parameters(best.point)), owner=owner)
    return report(search, trials, best, done, asked.checks, over=over)


def optimisations_of(owner: User) -> QuerySet[Optimisation]:
    """A person's searches, newest first."""
    return Optimisation.objects.filter(owner=owner).order_by("-pk")


def searches_by(prefix: str) -> int:
    """How many kept searches name a strategy that begins so."""
    return Optimisation.objects.filter(strategy__startswith=prefix).count()


def access_optimisation(user: User, optimisation_id: UUID, *, lock: bool = False) -> Optimisation:
    """One of the caller's own searches. Raises UnknownOptimisation, whoever else has one of this id."""
    found = optimisations_of(user).filter(public_id=optimisation_id)
    row = (found.select_for_update(no_key=True) if lock else found).first()
    if row is None:
        raise UnknownOptimisation(optimisation=str(optimisation_id))
    return row


def silent_optimisations(*, since: datetime) -> QuerySet[Optimisation]:
    """Those that are not over and that no worker was heard of since then, oldest first."""
    return Optimisation.objects.filter(UNFINISHED, beat_at__lt=since).order_by("pk")


def trials_of_search(row: Optimisation, *, below: int | None = None) -> list[Trial]:
    """The trials that are kept, in the order of their numbers; below: those with a number below it."""
    found = row.records.order_by("number")
    return [as_trial(one) for one in (found if below is None else found.filter(number__lt=below))]


def shown_trials(row: Optimisation) -> QuerySet[TrialRecord]:
    """The trials without their days, newest first."""
    return row.records.defer("returns").order_by("-pk")


def progress_of(row: Optimisation) -> Progress:
    """How far a search is."""
    counted = dict(row.records.values_list("state").annotate(count=Count("pk")))
    done = sum(counted.values())
    is_over = row.ended_at is not None
    began, left = row.started_at, None
    if began is not None and done and not is_over:
        left = (clock.now() - began).total_seconds() / done * max(row.trials - done, 0)
    return Progress(
        state=str(row.state),
        wanted=row.trials,
        done=done,
        pruned=counted.get(TrialState.PRUNED, 0),
        failed=counted.get(TrialState.FAILED, 0),
        share=1.0 if row.state == Optimisation.State.DONE else done / row.trials,
        seconds_left=left,
        best=_best_so_far(row),
    )


def best_trials(row: Optimisation, *, count: int = BEST) -> list[TrialRecord]:
    """Those that were run to the end, best first by the first objective, then by the others, then by number."""
    search = search_of(read_search_plan(row.asked), row.owner)
    done = list(shown_trials(row).filter(state=TrialState.DONE))
    order = (*search.objectives, *whatever(search.objectives))
    done.sort(key=lambda one: (*(-score for score in scores(order, one.metrics)), one.number))
    return done[:count]


def plan_of_trial(row: Optimisation, number: int) -> Plan:
    """The backtest that a trial was. Raises UnknownOptimisation where the search has none of this number."""
    trial = shown_trials(row).filter(number=number).first()
    if trial is None:
        raise UnknownOptimisation(optimisation=str(row.public_id))
    return replace(read_search_plan(row.asked).plan, parameters=trial.parameters)


def told_report(row: Optimisation, translate: Translate = gettext_noop) -> dict[str, Any] | None:
    """The report with the reasons of its verdict as sentences; None where there is none."""
    if row.report is None:
        return None
    found: dict[str, Any] = row.report
    verdict = found["verdict"]
    reasons = [{**one, "said": told(one["said"], translate)} for one in verdict["reasons"]]
    return {**found, "verdict": {**verdict, "reasons": reasons}}


def heat_map_of(row: Optimisation, x: str, y: str) -> dict[str, Any]:
    """The first objective over two parameters that are searched, as `report.map_as_json`; more is better in it.

    Raises BadSearch for a parameter that is not searched.
    """
    search = search_of(read_search_plan(row.asked), row.owner)
    known = [axis.name for axis in search.space.axes]
    if x == y or not {x, y} <= set(known):
        raise BadSearch(_("Take two of %(names)s."), names=", ".join(known))
    return map_as_json(heat_map(search.space, _scored(search, row), x, y))


def _best_so_far(row: Optimisation) -> tuple[int, float] | None:
    """The number and the first objective of the best trial, without reading the others: pages ask every second."""
    (first, *_others) = read_objectives(row.asked["objectives"])
    value = f"metrics__{first.name}"
    done = row.records.filter(state=TrialState.DONE).exclude(**{value: None})
    order = F(value).desc() if first.better > 0 else F(value).asc()
    enough = ExpressionWrapper(Q(metrics__trades__gte=row.asked.get("trades_min", 0)), BooleanField())
    ranked = done.annotate(enough=enough).order_by("-enough", order, "number")
    found: tuple[int, float] | None = ranked.values_list("number", value).first()
    return found


def _scored(search: Search, row: Optimisation) -> dict[tuple[int, ...], float]:
    done = shown_trials(row).filter(state=TrialState.DONE).values_list("point", "metrics")
    return {tuple(point): scores(search.objectives[:1], metrics)[0] for point, metrics in done}
