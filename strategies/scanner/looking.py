"""One look at one market: each strategy decided up to now, its record up to midnight, and what still stands. Pure.

Decisions are made day by day as bots hear them (`strategies.catalog.asking`), so that what was decided for a day that
is over stays: a record of yesterday gives all but one day of today's.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np

from cryptouniverse.kernel.errors import CryptoUniverseError
from cryptouniverse.kernel.market import DAY_MS, Bars, FundingRates, Instrument, Timeframe
from cryptouniverse.kernel.words import Kept, said
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.backtest.engine.baselines import buy_and_hold
from strategies.backtest.engine.deciding import ask
from strategies.backtest.engine.markets import Market, Markets
from strategies.backtest.engine.running import run
from strategies.backtest.engine.terms import Terms
from strategies.backtest.plans import read_terms, usual_terms
from strategies.catalog.asking import KEEP, Asked, day_of, history_days
from strategies.catalog.beside import Beside, Needs, laid_beside
from strategies.catalog.types import Strategy, canonical
from strategies.scanner.ranking import track_of
from strategies.scanner.standing import standing_of
from strategies.scanner.types import BARS_MAX, DAYS, Standing, Track, Tried
from strategies.signals.frames import fingerprint_of

BACK_DAYS: Final = 7  # as old may a record be that a new one goes on from
NO_DAYS: Final = _("There are no candles before today.")


@dataclass(frozen=True)
class Ground:
    """A market as a scan sees it. bars: closed ones alone, as far back as `read_since` says. day_ms: the last midnight,
    UTC, that has passed. history: the most days that any strategy reads before a day. other, funding: what some
    strategies read beside the bars, where it is stored.
    """

    instrument: Instrument
    bars: Bars
    day_ms: int
    history: int
    other: Bars | None = None
    funding: FundingRates | None = None

    @property
    def begin_ms(self) -> int:
        """Where records begin."""
        return self.day_ms - record_days(self.bars.timeframe) * DAY_MS

    @cached_property
    def markets(self) -> Markets:
        """The candles of a record."""
        return Markets([Market(self.instrument, self._between(self.begin_ms, self.day_ms))])

    @cached_property
    def held_return(self) -> float:
        """What buying and holding over them came to."""
        nothing = np.full(self.markets.bars, KEEP, dtype=np.int8)[: len(self.markets.each[0].bars)]
        held = buy_and_hold(run(self.markets, [nothing], Terms()))
        return int(held.equity[-1]) / held.terms.capital_minor - 1

    @property
    def has_days(self) -> bool:
        """Whether a record has a candle to go over."""
        return len(self._between(self.begin_ms, self.day_ms)) > 0

    def feeds(self, strategy: Strategy) -> bool:
        """Whether all that it reads is stored of this market."""
        there = {Needs.REFERENCE: self.other is not None, Needs.FUNDING: self.funding is not None}
        return all(there[need] for need in strategy.needs)

    def beside(self, strategy: Strategy) -> Beside:
        """What it reads beside the bars."""
        if strategy.needs not in self._beside:
            self._beside[strategy.needs] = laid_beside(
                strategy.needs, self.bars, other=self.other, funding=self.funding
            )
        return self._beside[strategy.needs]

    def fingerprint(self, strategy: Strategy, day_ms: int) -> int:
        """Of all candles that a record of it up to `day_ms` was decided on, and of what it read beside them."""
        place = (strategy.needs, day_ms)
        if place not in self._fingerprints:
            since_ms = day_ms - (record_days(self.bars.timeframe) + self.history) * DAY_MS
            first, end = (int(found) for found in self.bars.open_ms.searchsorted([since_ms, day_ms]))
            found, read = fingerprint_of(self.bars[first:end]), self.beside(strategy)[first:end]
            for each in (read.of(need) for need in strategy.needs):
                found = zlib.crc32(b"" if each is None else each.tobytes(), found)
            self._fingerprints[place] = found
        return self._fingerprints[place]

    @cached_property
    def _beside(self) -> dict[tuple[Needs, ...], Beside]:
        return {}

    @cached_property
    def _fingerprints(self) -> dict[tuple[tuple[Needs, ...], int], int]:
        return {}

    def _between(self, start_ms: int, end_ms: int) -> Bars:
        first, end = (int(found) for found in self.bars.open_ms.searchsorted([start_ms, end_ms]))
        return self.bars[first:end]


@dataclass(frozen=True, slots=True)
class Before:
    """What is kept of a strategy on this market. day_ms: up to when; asked: after each candle of its record."""

    day_ms: int
    fingerprint: int
    asked: Asked
    error: str


@dataclass(frozen=True, slots=True)
class Looked:
    """holds: the record that is kept is the one to show; else `asked` (for its candles), `track` and the run's
    `hash` make a new one.
    standing: the entry that stands now. error: why there is no record or no entry, as `said` keeps it.
    """

    holds: bool
    asked: Asked = field(default_factory=lambda: np.zeros(0, dtype=np.int8))
    track: Track | None = None
    hash: str = ""
    standing: Standing | None = None
    error: str = ""


def tried_as(strategy: Strategy, timeframe: Timeframe) -> Tried:
    """A strategy with its defaults. Raises whatever its own code raises."""
    parameters = strategy.resolve({})
    return Tried(
        name=strategy.name,
        family=strategy.family,
        code_hash=strategy.code_hash,
        parameters=parameters,
        text=canonical(parameters),
        stop_bps=strategy.stop_bps,
        target_bps=strategy.target_bps,
        history=history_days(strategy.warmup(parameters), timeframe),
    )


def record_days(timeframe: Timeframe) -> int:
    """How many days a record goes back over."""
    return min(DAYS, max(BARS_MAX * timeframe.ms // DAY_MS, 1))


def read_since(ends_ms: int, timeframe: Timeframe, history: int) -> int:
    """From when on a scan reads candles, UTC ms. ends_ms: when the last one closed."""
    return day_of(ends_ms) - (record_days(timeframe) + history + BACK_DAYS) * DAY_MS


def look(ground: Ground, strategy: Strategy, tried: Tried, before: Before | None) -> Looked:
    """What a strategy says of a market. before: its newest record there, of the same code and parameters, if any.

    Whatever the strategy raises becomes the error of its own record and of nothing else.
    """
    if before is not None and before.fingerprint != ground.fingerprint(strategy, before.day_ms):
        before = None  # candles were corrected since
    holds = before is not None and before.day_ms == ground.day_ms
    if before is not None and before.error:
        if holds:
            return Looked(holds=True, error=before.error)
        before = None
    try:
        asked = before.asked if before is not None and holds else _decided(ground, strategy, tried, before)
        beside = ground.beside(strategy)
        now = ask(strategy, tried.parameters, ground.bars, start_ms=ground.day_ms, beside=beside)
        standing = standing_of(
            ground.bars, np.concatenate((asked, now)), stop_bps=tried.stop_bps, target_bps=tried.target_bps
        )
        if holds:
            return Looked(holds=True, standing=standing)
        if not ground.has_days:
            return Looked(holds=False, standing=standing, error=Kept(NO_DAYS))
        result = run(ground.markets, [asked], record_terms(strategy))
        track = track_of(result, ground.held_return)
        return Looked(holds=False, asked=asked, track=track, hash=result.hash, standing=standing)
    except CryptoUniverseError as error:
        return Looked(holds=holds, error=said(error.message, **error.facts))


def record_terms(strategy: Strategy) -> Terms:
    """On what terms records are made: those of a new bot on paper, with costs."""
    return read_terms(usual_terms(strategy))


def packed(asked: Asked) -> bytes:
    """As a row keeps it."""
    return zlib.compress(asked.tobytes())


def unpacked(kept: bytes) -> Asked:
    """As `packed` made it."""
    return np.frombuffer(zlib.decompress(kept), dtype=np.int8)


def _decided(ground: Ground, strategy: Strategy, tried: Tried, before: Before | None) -> Asked:
    """What is asked for after each candle of the record: of days that are kept as it was decided then."""
    over = slice(int(ground.bars.open_ms.searchsorted(ground.day_ms)))
    bars, beside = ground.bars[over], ground.beside(strategy)[over]
    if before is None or not ground.begin_ms < before.day_ms < ground.day_ms:
        return ask(strategy, tried.parameters, bars, start_ms=ground.begin_ms, beside=beside)
    first, end = (int(found) for found in bars.open_ms.searchsorted([ground.begin_ms, before.day_ms]))
    fresh = ask(strategy, tried.parameters, bars, start_ms=before.day_ms, beside=beside)
    return np.concatenate((before.asked[len(before.asked) - (end - first) :], fresh)).astype(np.int8)
