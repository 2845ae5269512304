"""Where a desk at an exchange and its replay part, and which lines of both are the same all the same. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from cryptouniverse.kernel.market import Instrument
from strategies.catalog import desk as its
from strategies.monitoring.comparing import met_ms
from strategies.monitoring.types import ZERO
from trading.execution.types import BotFill, BotLine

if TYPE_CHECKING:
    from strategies.managing.meeting import Filled
    from strategies.monitoring.desks import DeskDay

ENDED: Final = frozenset({"cancelled", "expired", "rejected"})
_KINDS: Final = {"limit": its.LIMIT, "market": its.MARKET, "stop": its.STOP}
Place = tuple[int, int, int, int, int]  # slot, side, kind, ticks, steps


@dataclass
class Free:
    """Numbers of real lines that no order of the replay has yet, by place, in order."""

    numbers: dict[Place, list[int]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, lines: Collection[BotLine], one: Instrument) -> Free:
        """All of these lines."""
        found = cls()
        for line in sorted(lines, key=lambda line: line.number):
            side, kind = its.BUY if line.side == "buy" else its.SELL, _KINDS[line.kind]
            ticks = one.ticks_nearest(line.price) if line.price is not None else 0
            steps = 0 if kind == its.STOP else one.steps_down(line.quantity)
            found.numbers[line.slot_ms, side, kind, ticks, steps].append(line.number)
        return found

    def take(self, place: Place, *, later: bool) -> int | None:
        """The number of the line at this place. later: of one of another size, or placed later, where there is none."""
        found = place if self.numbers.get(place) else None
        if found is None and later:
            slot, price = place[0], place[1:4]
            there = (each for each, left in self.numbers.items() if left and each[1:4] == price and each[0] >= slot)
            found = min(there, default=None)
        return self.numbers[found].pop(0) if found is not None else None


def rests_of(
    lines: Collection[BotLine], fills: Sequence[BotFill], *, day_ms: int, candle_ms: int
) -> dict[int, Decimal]:
    """Of each line what was to be had of it when the day began, or when it was placed since."""
    rests = {line.number: line.quantity for line in lines}
    for fill in fills:
        if fill.line in rests and met_ms(fill, candle_ms) < day_ms:
            rests[fill.line] -= fill.quantity
    return rests


def strayed(desk: DeskDay, met: Sequence[Filled], open_ms: int, numbers: Collection[int]) -> str:
    """Which part of the gap parts the two in this candle; "" where all went as in the replay. met: what filled there;
    numbers: of all lines that rested there.
    """
    candle_ms = desk.bars.timeframe.ms
    real: dict[int | None, Decimal] = defaultdict(Decimal)
    ever = {fill.line for fill in desk.fills}
    in_base = False
    for fill in desk.fills:
        if met_ms(fill, candle_ms) == open_ms:
            real[fill.line] += fill.quantity
            in_base = in_base or (fill.side == "buy" and fill.fee_currency == _base(fill) and fill.fee > 0)
    for one in met:
        line, got = desk.numbered.get(one.number), real.get(one.number, ZERO)
        if line is None or (not got and one.number not in ever and line.state in ENDED):
            return "refused"
        if not got:
            return "intra_bar" if line.kind == "limit" else "latency"
        if one.kind != its.STOP and got != desk.rests[one.number]:
            return "fills"
    for number in real.keys() - {one.number for one in met}:
        return "intra_bar" if number in numbers else "unexpected"
    return "fees" if in_base else ""


def _base(fill: BotFill) -> str:
    return fill.instrument_id.partition(":")[2].partition("/")[0]
