"""What a replay plays: the candles of a folder, imported where they are missing."""

from __future__ import annotations

from pathlib import Path

from aiengine.autopilot.errors import NothingToReplay
from aiengine.autopilot.replay.running import Stage
from cryptouniverse.kernel.market import Timeframe
from cryptouniverse.kernel.words import Kept
from cryptouniverse.kernel.words import gettext_noop as _
from trading.marketdata.selectors import coverage
from trading.marketdata.services import import_candles


def stage_of(folder: str, *, timeframe: Timeframe | None = None, slots: int = 0, seed: int = 1) -> Stage:
    """Import what is lacking of the folder's files of one timeframe (1h where there are any), and say what to play.

    slots: only the first so many candles; 0 for all. Raises NothingToReplay when there is no such file, or when one of
    them is refused: a replay of half the data would prove nothing.
    """
    chosen, files = _files(Path(folder), timeframe)
    report = import_candles(paths=files)
    if report.refused:
        worst = report.refused[0]
        facts = {"file": worst.file, "row": worst.row, "reason": Kept(worst.reason)}
        raise NothingToReplay(_("%(file)s was refused, row %(row)s: %(reason)s"), **facts)
    instruments = tuple(sorted(stored.instrument_id for stored in report.stored.values()))
    spans = [coverage(instrument_id, chosen) for instrument_id in instruments]
    first, last = min(span.first_ms for span in spans), max(span.last_ms for span in spans)
    return Stage(instruments, chosen, first, min(last, first + (slots - 1) * chosen.ms) if slots else last, seed)


def _files(folder: Path, timeframe: Timeframe | None) -> tuple[Timeframe, list[Path]]:
    for wanted in [timeframe] if timeframe else [Timeframe.H1, *Timeframe]:
        files = sorted(file for ending in ("parquet", "csv") for file in folder.glob(f"*_{wanted.value}.{ending}"))
        if files:
            return wanted, files
    raise NothingToReplay(
        _("%(folder)s has no candle files named EXCHANGE_BASE-QUOTE_%(timeframe)s.parquet or .csv."),
        folder=str(folder),
        timeframe=timeframe.value if timeframe else "TIMEFRAME",
    )
