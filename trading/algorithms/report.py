"""What an execution cost against the market: slippage, share of the volume, duration, children. Exact, then rounded.

Slippage is in basis points of the reference, to 0.01 (half to even), and its sign is the order's: positive is worse
for the order (a buyer paid more, a seller got less), negative is better.

References: the arrival price (when the order came); the interval's VWAP, each candle at (high + low + close) / 3 by
its volume; the interval's TWAP, the mean over the candles of (open + high + low + close) / 4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from trading.algorithms.types import Finish, Parent, State
from trading.fills.types import BPS

CENTI: Final = 100  # a basis point is told to its hundredth


@dataclass(frozen=True, slots=True)
class Candle:
    """A closed candle of the order's time: prices in ticks, volume in steps."""

    open_ms: int
    open: int
    high: int
    low: int
    close: int
    traded_steps: int


@dataclass(frozen=True, slots=True)
class Report:
    """How an order was executed; what cannot be said (nothing filled, no candle, no volume) is None.

    average_ticks: the mean price of the fills, to 0.000001 of a tick. share_bps: of what traded in the candles.
    left_steps: never filled, with `finish` as the reason; the remainder is told, not lost. over_steps: filled beyond
    the total, by fills that came after an end. children: made; full, part, empty: what became of those that ended.
    missed: moments of the plan that passed without a child. duration_ms: from the start to the last fill.
    """

    done_steps: int
    left_steps: int
    in_flight_steps: int
    over_steps: int
    finish: Finish | None
    average_ticks: Decimal | None
    arrival_bps: Decimal | None
    vwap_bps: Decimal | None
    twap_bps: Decimal | None
    share_bps: Decimal | None
    duration_ms: int | None
    children: int
    full: int
    part: int
    empty: int
    missed: int


def report_of(parent: Parent, state: State, candles: Sequence[Candle] = (), *, candle_ms: int = 60_000) -> Report:
    """The report of `state`; of `candles` those count that overlap the time from the start to the last fill."""
    done = state.done_steps
    average = Fraction(state.paid, done) if done else None
    last_ms = state.last_fill_ms
    seen = [
        c for c in candles if c.open_ms + candle_ms > parent.start_ms and last_ms is not None and c.open_ms <= last_ms
    ]
    traded = sum(candle.traded_steps for candle in seen)
    ended = [child for child in state.children if child.ended]
    return Report(
        done_steps=done,
        left_steps=state.left_steps(parent),
        in_flight_steps=state.in_flight_steps,
        over_steps=max(done - parent.total_steps, 0),
        finish=state.finished,
        average_ticks=None if average is None else _rounded(average, 1_000_000),
        arrival_bps=_slippage(parent, average, None if state.arrival_ticks is None else Fraction(state.arrival_ticks)),
        vwap_bps=_slippage(parent, average, _vwap(seen)),
        twap_bps=_slippage(parent, average, _twap(seen)),
        share_bps=_rounded(Fraction(done * BPS, traded), CENTI) if traded else None,
        duration_ms=None if last_ms is None else max(last_ms - parent.start_ms, 0),
        children=len(state.children),
        full=sum(child.filled == child.steps for child in ended),
        part=sum(0 < child.filled < child.steps for child in ended),
        empty=sum(not child.filled for child in ended),
        missed=state.missed,
    )


def _vwap(candles: Sequence[Candle]) -> Fraction | None:
    traded = sum(candle.traded_steps for candle in candles)
    value = sum((c.high + c.low + c.close) * c.traded_steps for c in candles)
    return Fraction(value, 3 * traded) if traded else None


def _twap(candles: Sequence[Candle]) -> Fraction | None:
    return Fraction(sum(c.open + c.high + c.low + c.close for c in candles), 4 * len(candles)) if candles else None


def _slippage(parent: Parent, average: Fraction | None, reference: Fraction | None) -> Decimal | None:
    if average is None or not reference:
        return None
    return _rounded(parent.direction * (average - reference) / reference * BPS, CENTI)


def _rounded(value: Fraction, parts: int) -> Decimal:
    """`value` to one of `parts`, half to even."""
    return Decimal(round(value * parts)) / parts
