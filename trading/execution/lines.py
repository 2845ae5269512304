"""The paper venue's matching of a bot's lines: several orders of one bot in one instrument against one candle. Pure.

Each gets what it would get alone. Inside the bar it falls before it rises: the open decides first, then buys fill on
the way to the low, with the stop among them, then sells on the way to the high. A stop that is met sells all that is
held then; what the bar holds after it is not for the others. The same as `strategies.backtest.engine.managing.kernel`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from cryptouniverse.kernel.market import Side
from trading.execution.types import Candle, Line
from trading.fills.rules import slipped
from trading.fills.triggers import breaks, passed, reached
from trading.fills.types import BUY, SELL, Costs

LIMIT: Final = "limit"
MARKET: Final = "market"
STOP: Final = "stop"

COLLARED: Final = "price_collar"
NOT_HELD: Final = "not_held"
STOPPED: Final = "stopped"
CAUSES: Final = {LIMIT: "target", MARKET: "exit", STOP: "stop"}


@dataclass(frozen=True, slots=True)
class LineFill:
    """What a line got. cause: as a fill's. ppm: the fee that it pays."""

    line: Line
    ticks: int
    steps: int
    cause: str
    ppm: int


@dataclass(slots=True)
class Met:
    """What a candle did to the lines of one bot: fills in their order, what came to nothing and why, and takers that
    rest from now on. held: steps.
    """

    held: int
    fills: list[LineFill] = field(default_factory=list)
    lapsed: list[tuple[Line, str]] = field(default_factory=list)
    rest: list[Line] = field(default_factory=list)


def meet_lines(lines: Sequence[Line], *, held: int, candle: Candle, costs: Costs) -> Met:
    """Let `lines` of one bot, which holds `held` steps, meet a candle; those it does not come to may be missing."""
    met, waiting = Met(held), sorted(lines, key=lambda line: (line.place, line.number))
    stops = [line for line in waiting if line.kind == STOP]
    stop = max((_ticks(line, candle) for line in stops), default=0)
    waiting = [line for line in waiting if line.kind != STOP and not _at_open(line, candle, costs, met)]
    if reached(SELL, stop, candle.open):
        _stop(stops, candle.open, costs, met)
        return met
    touched = reached(SELL, stop, candle.low)
    for line in waiting:
        ticks = _ticks(line, candle)
        if line.side is Side.BUY and passed(BUY, ticks, candle.low) and not (touched and ticks <= stop):
            _fill(line, ticks, costs.maker_ppm, candle, met)
    if touched:
        _stop(stops, stop, costs, met)
        return met
    for line in waiting:
        if line.side is Side.SELL and passed(SELL, ticks := _ticks(line, candle), candle.high):
            _fill(line, ticks, costs.maker_ppm, candle, met)
    return met


def _at_open(line: Line, candle: Candle, costs: Costs, met: Met) -> bool:
    """Whether the open has filled or ended it."""
    side, limit = (BUY if line.side is Side.BUY else SELL), _ticks(line, candle)
    if not (line.takes and line.is_new):
        if passed(side, limit, candle.open):
            _fill(line, candle.open, costs.maker_ppm, candle, met)
            return True
        return False
    ticks = slipped(side, candle.open, costs.slippage_bps)
    if not breaks(side, limit, ticks):
        _fill(line, ticks, costs.taker_ppm, candle, met)
        return True
    if line.kind == MARKET:
        met.lapsed.append((line, COLLARED))
        return True
    met.rest.append(line)
    return False


def _fill(line: Line, ticks: int, ppm: int, candle: Candle, met: Met) -> None:
    steps = candle.instrument.steps_down(line.order.quantity)
    if line.side is Side.BUY:
        met.held += steps
        met.fills.append(LineFill(line, ticks, steps, "entry", ppm))
    elif steps > met.held:
        met.lapsed.append((line, NOT_HELD))
    else:
        met.held -= steps
        met.fills.append(LineFill(line, ticks, steps, CAUSES[line.kind], ppm))


def _stop(stops: Sequence[Line], at: int, costs: Costs, met: Met) -> None:
    """All that is held is sold; a stop that finds nothing has been met all the same."""
    first, *others = stops
    if met.held:
        ticks = slipped(SELL, at, costs.slippage_bps)
        met.fills.append(LineFill(first, ticks, met.held, CAUSES[STOP], costs.taker_ppm))
        met.held = 0
    else:
        others = list(stops)
    met.lapsed.extend((line, STOPPED) for line in others)


def _ticks(line: Line, candle: Candle) -> int:
    price = line.order.stop_price if line.kind == STOP else line.order.limit_price
    return candle.instrument.ticks_nearest(price) if price else 0
