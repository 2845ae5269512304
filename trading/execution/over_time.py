"""What a person asks to be carried out over time, as the algorithms read it: in whole steps, ticks and ms. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal
from typing import Any, Final

from cryptouniverse.kernel.market import MINOR_PER_UNIT, Bars, Instrument, Side
from cryptouniverse.kernel.words import gettext_noop as _
from trading.algorithms import Parent, Traded, min_steps_of, profile_of, read_parent
from trading.algorithms.parameters import whole_within
from trading.algorithms.types import SECOND_MS
from trading.execution.errors import BadTicket
from trading.execution.tickets import steps_of, ticks_of

LOWEST_PART: Final = Decimal("0.9")  # of the last price: at it a child is still worth the venue's minimum
PROFILE: Final = ("intervals", "profile_days")  # of a VWAP whose weights are counted
DAYS: Final = 7


@dataclass(frozen=True, slots=True)
class OverTime:
    """An order over time. kind: an algorithm of `trading.algorithms`, with its parameters.

    limit_price: no child pays more, or gets less. stop_price, target_price: of what a buyer builds up. A VWAP without
    weights says `intervals` and `profile_days`: then they are counted from the volume of those days.
    """

    kind: str
    side: Side
    quantity: Decimal
    limit_price: Decimal | None = None
    stop_price: Decimal | None = None
    target_price: Decimal | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)


BarsSince = Callable[[int], Bars]  # the candles from a moment until now


def parent_of(asked: OverTime, instrument: Instrument, *, key: str, now_ms: int, last: int, bars: BarsSince) -> Parent:
    """The parent order with the market at `last` ticks. Raises BadTicket, BadAlgorithm, UnknownAlgorithm."""
    limit = None if asked.limit_price is None else ticks_of("limit_price", asked.limit_price, instrument)
    if asked.side is Side.BUY:
        _check_protection(asked, instrument, at=min(limit or last, last))
    least = int(instrument.min_notional * MINOR_PER_UNIT)
    lowest = max(int((min(limit or last, last) * LOWEST_PART).to_integral_value(rounding=ROUND_DOWN)), 1)
    return read_parent(
        key=key,
        kind=asked.kind,
        side=asked.side.value,
        total_steps=steps_of(asked.quantity, instrument),
        start_ms=now_ms,
        min_steps=min_steps_of(least, lowest, instrument.minor_per_tick_step),
        limit_ticks=limit,
        parameters=_with_profile(asked, instrument, now_ms, bars),
    )


def traded_since(bars: Bars, instrument: Instrument) -> int:
    """The volume of these candles in steps, rounded down."""
    return int(Decimal(bars.volume.sum()) / instrument.step)


def _check_protection(asked: OverTime, instrument: Instrument, *, at: int) -> None:
    if asked.stop_price is None:
        raise BadTicket(_("What is bought needs a stop."), field="stop_price", nearest="")
    stop = ticks_of("stop_price", asked.stop_price, instrument)
    if stop >= at:
        raise _wrong_side("stop_price", asked.stop_price, instrument.price_of(at - 1))
    if asked.target_price is not None and ticks_of("target_price", asked.target_price, instrument) <= at:
        raise _wrong_side("target_price", asked.target_price, instrument.price_of(at + 1))


def _wrong_side(name: str, value: Decimal, nearest: Decimal) -> BadTicket:
    said = _("%(field)s is %(value)s; the nearest that is valid is %(nearest)s.")
    return BadTicket(said, field=name, value=f"{value:f}", nearest=f"{nearest:f}")


def _with_profile(asked: OverTime, instrument: Instrument, now_ms: int, bars: BarsSince) -> dict[str, Any]:
    said = dict(asked.parameters)
    if asked.kind != "vwap" or said.get("weights") is not None:
        return said
    every_ms = whole_within("interval_s", said.get("interval_s"), 1, 86_400) * SECOND_MS
    intervals, days = said.pop("intervals", None), said.pop("profile_days", DAYS)
    whole_within("profile_days", days, 1, 90)
    found = bars(now_ms - (days + 1) * 86_400 * SECOND_MS)
    candles = [
        Traded(int(open_ms), int(Decimal(volume) / instrument.step))
        for open_ms, volume in zip(found.open_ms, found.volume, strict=True)
    ]
    weights = profile_of(
        candles, candle_ms=found.timeframe.ms, start_ms=now_ms, interval_ms=every_ms, intervals=intervals, days=days
    )
    return {**said, "weights": list(weights)}
