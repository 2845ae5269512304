"""What a run is named by, and what it came to. Pure, no Django."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cryptouniverse.kernel.market import Timeframe
from strategies.backtest.engine.finding.running import FindingTerms
from strategies.backtest.engine.finding.study import FindingStudy
from strategies.backtest.engine.managing.inventory import Inventory
from strategies.backtest.engine.study import Study
from strategies.backtest.engine.terms import Terms
from strategies.catalog.settings import Value

__all__ = ["AnyPlan", "FindingPlan", "FindingTerms", "Found", "Plan", "Studied", "Study", "Terms"]


@dataclass(frozen=True, slots=True)
class Plan:
    """A run before it is run. parameters: of the strategy, defaults may be left out. instruments: their ids. start_ms,
    end_ms: the candles that open in between, UTC, the end not in. Candles before it warm the strategy up. finer: of
    which candles the order of stop and target is read where one candle reaches both; None: the stop counts as first.

    bot: whose past it is, by id. vetoes: by instrument, candles after which that bot's panel refused an entry.
    """

    strategy: str
    parameters: Mapping[str, object]
    instruments: tuple[str, ...]
    timeframe: Timeframe
    start_ms: int
    end_ms: int
    terms: Terms
    finer: Timeframe | None = None
    bot: str = ""
    vetoes: Mapping[str, Sequence[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Studied:
    """A plan that was run. parameters: all of them. code_hash: of the strategy's file. candles, missing: by instrument,
    how many there were and how many were missing in between. inventory: by instrument, of a strategy that keeps orders.
    sizing: how a new bot of the strategy is sized, "" of one that keeps orders. unfunded: by instrument, at how many
    candles no funding rate was known, of a strategy that reads them.
    """

    plan: Plan
    parameters: Mapping[str, Value]
    code_hash: str
    candles: Mapping[str, int]
    missing: Mapping[str, int]
    study: Study
    inventory: Mapping[str, Inventory] | None = None
    sizing: str = "risk"
    unfunded: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FindingPlan:
    """A run over order books before it is run. start_ms, end_ms: orders that arrive in between, UTC, the end not in;
    None: from and to where all instruments have books. bot: whose past it is, by id.
    """

    strategy: str
    parameters: Mapping[str, object]
    instruments: tuple[str, ...]
    terms: FindingTerms = field(default_factory=FindingTerms)
    start_ms: int | None = None
    end_ms: int | None = None
    bot: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A plan over books that was run. plan: with its range. books: how many it went over."""

    plan: FindingPlan
    books: int
    study: FindingStudy


AnyPlan = Plan | FindingPlan
