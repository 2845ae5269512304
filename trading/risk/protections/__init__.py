"""Protections with freqtrade's names and parameters: what was closed lately can lock entries for a while. Pure.

A lock begins with the close that caused it and ends when its time is over, whatever happens meanwhile. It is not
stored: who asks later looks at every close that may still lock, with the window that ended there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from trading.risk.protections import cooldown_period, low_profit_pairs, max_drawdown, stoploss_guard
from trading.risk.protections.types import Closed, Closes, Method, Protection

_FILES = (cooldown_period, low_profit_pairs, max_drawdown, stoploss_guard)
METHODS: Final[dict[str, Method]] = {file.METHOD.name: file.METHOD for file in _FILES}

__all__ = ["METHODS", "Closed", "Protection", "locked_until", "reaches_back_ms"]


def locked_until(
    protection: Protection, closes: Iterable[Closed], *, instrument_id: str, at_ms: int, candle_ms: int
) -> int | None:
    """Until when `protection` locks an entry of the instrument at `at_ms`; None where it does not.

    closes: of the portfolio, at least `reaches_back_ms` before `at_ms`. A lock ends with the candle in which its
    time is over, as freqtrade's does.
    """
    method = METHODS[protection.method]
    known = sorted((one for one in closes if one.closed_ms <= at_ms), key=lambda one: one.closed_ms)
    if protection.only_per_pair if method.per_pair is None else method.per_pair:
        known = [one for one in known if one.instrument_id == instrument_id]
    until = 0
    for seen in _windows(protection, known, candle_ms):
        if blamed := seen if method.blames is None else method.blames(protection, seen):
            ends_ms = protection.ends_ms(max(one.closed_ms for one in blamed), candle_ms)
            until = max(until, ends_ms - ends_ms % candle_ms + candle_ms)
    return until if until > at_ms else None


def reaches_back_ms(protections: Iterable[Protection], candle_ms: int) -> int:
    """How far before an entry a close can be that still counts for one of `protections`."""
    return max((p.lasts_ms(candle_ms) + p.lookback_ms(candle_ms) + candle_ms for p in protections), default=0)


def _windows(protection: Protection, known: Closes, candle_ms: int) -> Iterator[Closes]:
    """What a look at each close saw: the closes up to it that are younger than the lookback."""
    if METHODS[protection.method].blames is None:
        yield from ((one,) for one in known)
        return
    lookback_ms = protection.lookback_ms(candle_ms)
    for last in sorted({one.closed_ms for one in known}):
        yield [one for one in known if last - lookback_ms < one.closed_ms <= last]
