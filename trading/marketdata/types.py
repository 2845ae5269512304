"""The frozen values of market data: where candles come from, what an import did, where the feed stands."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Final

import numpy as np

from cryptouniverse.kernel.market import Floats, Timeframe

FOREVER_MS: Final = 2**53  # an end that no candle reaches


class MarketSource(enum.StrEnum):
    """Where a market's candles come from."""

    IMPORTED = "imported"
    FETCHED = "fetched"
    SIMULATED = "simulated"


@dataclass(frozen=True, slots=True)
class CandleColumns:
    """Candles as a file or an exchange gives them, oldest first: UTC ms and float prices, equal lengths."""

    open_ms: np.ndarray[tuple[int], np.dtype[np.int64]]
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats

    def __len__(self) -> int:
        return int(self.open_ms.shape[0])


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is stored of one instrument and timeframe.

    first_ms, last_ms: opens of the first and last candle (0 and 0 when there is none). count: candles stored.
    gaps: missing stretches between them as (first missing open, open of the next candle that is there).
    """

    first_ms: int
    last_ms: int
    count: int
    gaps: list[tuple[int, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class FeedState:
    """The market as it is being shown.

    cursor_ms: open of the last closed candle that has been shown; the market knows nothing later. end_ms: open of the
    last candle there is so far. speed: candles per second. ended: nothing is left to show, and nothing will come.
    """

    source: MarketSource
    timeframe: Timeframe
    cursor_ms: int
    end_ms: int
    speed: Decimal
    running: bool
    ended: bool
    updated_at: datetime

    @property
    def simulated(self) -> bool:
        """Its prices are invented: mark them so wherever they are shown."""
        return self.source is MarketSource.SIMULATED


@dataclass(frozen=True, slots=True)
class Stored:
    """What one batch of candles did to what is stored.

    added, changed, unchanged: candles. rescaled: stored prices were moved to a finer tick. unclosed: candles left out
    because they had not closed yet. gaps: as in Coverage, within the batch's own span.
    """

    instrument_id: str
    timeframe: Timeframe
    tick: Decimal
    step: Decimal
    added: int
    changed: int
    unchanged: int
    unclosed: int
    rescaled: bool
    gaps: list[tuple[int, int]]

    @property
    def rows(self) -> int:
        """Candles in the batch."""
        return self.added + self.changed + self.unchanged + self.unclosed


@dataclass(frozen=True, slots=True)
class StoredFunding:
    """What one batch of funding rates did to what is stored. perpetual: whose they are at the venue; "" unless fetched,
    and where a venue that was asked has none.
    """

    instrument_id: str
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    perpetual: str = ""


@dataclass(frozen=True, slots=True)
class FundingSpan:
    """The funding rates that are stored of an instrument: when the first and the last were set, and how many."""

    first_ms: int
    last_ms: int
    count: int


@dataclass(frozen=True, slots=True)
class FundingShown:
    """Funding rates as the market is shown. moments: (UTC ms, rate), oldest first. simulated: they are invented. known:
    whether one counts now, so that what reads them can decide.
    """

    instrument_id: str
    simulated: bool
    known: bool
    moments: list[tuple[int, Decimal]]


@dataclass(frozen=True, slots=True)
class FundingReport:
    """What an import of funding rates did, file by file."""

    stored: dict[str, StoredFunding]
    refused: list[FileRefusal]


@dataclass(frozen=True, slots=True)
class BooksStored:
    """What one batch of books did to what is stored. known: were there already; differing: left out, for another book
    of the same moment is stored.
    """

    instrument_id: str
    added: int
    known: int
    differing: int


@dataclass(frozen=True, slots=True)
class FileRefusal:
    """Why nothing of a file was taken. row: counted from 1 below the header; 0 when it is the file as a whole."""

    file: str
    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, file by file. seconds: wall time of all of it."""

    stored: dict[str, Stored]
    refused: list[FileRefusal]
    seconds: float

    @property
    def rows(self) -> int:
        """Candles read from the files that were taken."""
        return sum(stored.rows for stored in self.stored.values())

    @property
    def rows_per_s(self) -> float:
        """Candles taken in per second."""
        return self.rows / self.seconds if self.seconds else 0.0
