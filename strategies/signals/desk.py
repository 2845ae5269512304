"""Keeps the frames of the days being worked on, so that each (key, day) is decided once however many bots ask."""

from __future__ import annotations

import json
import zlib
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from threading import Lock
from time import monotonic
from typing import NamedTuple, Protocol

import structlog

from cryptouniverse.kernel.errors import CryptoUniverseError
from cryptouniverse.kernel.market import DAY_MS, Bars, FundingRates, Timeframe
from strategies.catalog.asking import day_of, history_days
from strategies.catalog.beside import Needs, laid_beside
from strategies.catalog.types import Number, SignalKey, Strategy
from strategies.signals.frames import Frame, actions_of, fingerprint_of
from strategies.signals.types import Action

log = structlog.get_logger(__name__)


class ReadBars(Protocol):
    """How the desk reads closed candles."""

    def __call__(
        self, instrument_ids: Collection[str], timeframe: Timeframe, /, *, start_ms: int, end_ms: int
    ) -> dict[str, Bars]:
        """As `trading.marketdata.selectors.bars_of_many`; instruments that are not listed are left out."""


class ReadFunding(Protocol):
    """How the desk reads funding rates."""

    def __call__(self, instrument_ids: Collection[str], /, *, start_ms: int, end_ms: int) -> dict[str, FundingRates]:
        """As `trading.marketdata.selectors.funding_of_many`."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A key with what it takes to decide it. start_ms: where its bars begin. reference: the instrument that is read
    beside it, if one is.
    """

    key: SignalKey
    strategy: Strategy
    parameters: dict[str, Number]
    start_ms: int
    reference: tuple[str, ...]


class _Window(NamedTuple):
    """Bars that something is decided on, and their checksum."""

    bars: Bars
    fingerprint: int


class Desk:
    """Frames by (key, day), at most `kept` of them, the least recently used go first. One per process.

    A frame answers every slot up to its last bar, for `trusted_s` seconds. Then, or for a later slot, the bars are read
    again, and decided again only if they changed: so candles that arrive or are corrected count within that time.
    home_of: whose a key's frames are, None for everybody's: equal keys of two homes are two. read_funding: without it,
    what reads funding asks for nothing.
    """

    def __init__(
        self,
        *,
        read_bars: ReadBars,
        strategy_of: Callable[[str], Strategy],
        read_funding: ReadFunding | None = None,
        kept: int = 20_000,
        trusted_s: float = 1.0,
        clock_s: Callable[[], float] = monotonic,
        home_of: Callable[[SignalKey], object] = lambda _key: None,
    ) -> None:
        self._read_bars = read_bars
        self._strategy_of = strategy_of
        self._read_funding = read_funding
        self._kept = kept
        self._trusted_s = trusted_s
        self._clock_s = clock_s
        self._home_of = home_of
        self._frames: OrderedDict[tuple[object, SignalKey, int], Frame] = OrderedDict()
        self._busy = Lock()

    def actions_at(self, slot_ms: int, keys: Collection[SignalKey]) -> dict[SignalKey, Action]:
        """What each key asks for at `slot_ms`; keys that ask for nothing are left out. Sorted by key."""
        day_ms = day_of(slot_ms)
        asked: dict[SignalKey, Action] = {}
        with self._busy:
            self._cover(slot_ms, day_ms, keys)
            for key in keys:
                frame = self._frames.get((self._home_of(key), key, day_ms))
                if frame is not None and slot_ms in frame.actions:
                    asked[key] = frame.actions[slot_ms]
        return dict(sorted(asked.items()))

    def forget(self) -> None:
        """Drop all frames: the next answer reads its bars again."""
        with self._busy:
            self._frames.clear()

    def _cover(self, slot_ms: int, day_ms: int, keys: Collection[SignalKey]) -> None:
        by_timeframe: dict[Timeframe, list[_Asked]] = defaultdict(list)
        since_s = self._clock_s() - self._trusted_s
        for key in keys:
            place = (self._home_of(key), key, day_ms)
            frame = self._frames.get(place)
            if frame is not None and frame.last_ms >= slot_ms and frame.read_s > since_s:
                self._frames.move_to_end(place)
            elif asked := self._resolve(key, day_ms):
                by_timeframe[key.timeframe].append(asked)
        for timeframe, wanted in by_timeframe.items():
            self._decide(timeframe, day_ms, wanted)
        while len(self._frames) > max(self._kept, len(keys)):
            self._frames.popitem(last=False)

    def _resolve(self, key: SignalKey, day_ms: int) -> _Asked | None:
        try:
            strategy = self._strategy_of(key.strategy)
            parameters = strategy.resolve(json.loads(key.parameters))
        except CryptoUniverseError as refusal:  # one bot's old strategy or parameters must not silence the others
            told = {"parameters": key.parameters} if self._home_of(key) is None else {}  # nothing of a person's rules
            log.warning("signal_key_refused", strategy=key.strategy, code=refusal.code, **told)
            return None
        days = history_days(strategy.warmup(parameters), key.timeframe)
        reference = tuple(strategy.references([key.instrument_id]).values())
        return _Asked(key, strategy, parameters, day_ms - days * DAY_MS, reference)

    def _decide(self, timeframe: Timeframe, day_ms: int, wanted: Iterable[_Asked]) -> None:
        wanted = list(wanted)
        earliest = min(asked.start_ms for asked in wanted)
        ids = sorted({name for asked in wanted for name in (asked.key.instrument_id, *asked.reference)})
        read_s = self._clock_s()
        stored = self._read_bars(ids, timeframe, start_ms=earliest, end_ms=day_ms + DAY_MS)
        paying = sorted({asked.key.instrument_id for asked in wanted if Needs.FUNDING in asked.strategy.needs})
        funding: dict[str, FundingRates] = {}
        if paying and self._read_funding is not None:
            funding = self._read_funding(paying, start_ms=earliest, end_ms=day_ms + DAY_MS)
        windows: dict[tuple[str, int], _Window] = {}
        for asked in wanted:
            names = [name for name in (asked.key.instrument_id, *asked.reference) if name in stored]
            for window in [(name, asked.start_ms) for name in names]:
                if window not in windows:
                    bars = stored[window[0]]
                    cut = bars[int(bars.open_ms.searchsorted(asked.start_ms)) :]
                    windows[window] = _Window(cut, fingerprint_of(cut))
            if asked.key.instrument_id in names:
                own, *other = [windows[name, asked.start_ms] for name in names]
                rates = funding.get(asked.key.instrument_id)
                self._keep(asked, own, other, rates, day_ms=day_ms, read_s=read_s)

    def _keep(
        self,
        asked: _Asked,
        own: _Window,
        other: Sequence[_Window],
        funding: FundingRates | None,
        *,
        day_ms: int,
        read_s: float,
    ) -> None:
        place, bars = (self._home_of(asked.key), asked.key, day_ms), own.bars
        frame = self._frames.get(place)
        # one that is not listed, or has no rates, is known at no bar, and nothing is asked for
        beside = laid_beside(asked.strategy.needs, bars, other=other[0].bars if other else None, funding=funding)
        paid = 0 if beside.funding is None else zlib.crc32(beside.funding.tobytes())
        fingerprint = hash((own.fingerprint, *(each.fingerprint for each in other), paid))
        if frame is not None and frame.fingerprint == fingerprint:
            actions = frame.actions
        else:
            try:
                actions = actions_of(asked.strategy, asked.parameters, bars, day_ms=day_ms, beside=beside)
            except Exception:  # whatever one strategy does, the others' bots trade, and leave what they hold
                log.exception("signal_key_failed", strategy=asked.key.strategy)
                actions = {}
        last_ms = int(bars.open_ms[-1]) if len(bars) else 0
        self._frames[place] = Frame(last_ms, fingerprint, read_s, actions)
        self._frames.move_to_end(place)
