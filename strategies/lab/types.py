"""What a search is named by, and how far it is. Pure, no Django."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from strategies.backtest.types import Plan
from strategies.lab.search.chunks import Method
from strategies.lab.search.report import Checks
from strategies.lab.search.verdict import TRADES_MIN

__all__ = ["Checks", "Method", "Progress", "SearchPlan"]

AT_ONCE_MAX = 2  # optimisations of one person that are not over
KEPT_MAX = 50
TRIALS_MOST = 100_000  # of a search, whatever is agreed; an organisation's own limit is a quota of its own
WORK_MAX = 20_000_000_000  # candles times trials: some hours of one processor


@dataclass(frozen=True, slots=True)
class SearchPlan:
    """A search before it is done. plan: what each trial runs, its parameters being those that stay as they are. ranges:
    what is searched, as `read_space` takes it. objectives: metrics by name, the first being what is best. trials: at
    most so many. trades_min: those that closed fewer trades count as worst. prunes: TPE gives up trials that are worse
    than most on the way.
    """

    plan: Plan
    ranges: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    method: Method = Method.GRID
    objectives: tuple[str, ...] = ("sharpe",)
    trials: int = 100
    trades_min: int = TRADES_MIN
    seed: int = 0
    prunes: bool = True
    checks: Checks = field(default_factory=Checks)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a search is. wanted, done, pruned, failed: trials; done counts all three kinds. share: 0 to 1.
    seconds_left: at the pace so far, None before the first trial and after the last. best: the number of the best trial
    so far and its first objective, None without one that has it.
    """

    state: str
    wanted: int
    done: int
    pruned: int
    failed: int
    share: float
    seconds_left: float | None
    best: tuple[int, float] | None
