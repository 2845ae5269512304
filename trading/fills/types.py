"""The values of the fill rules: what trading costs, and the lots that a position is made of.

Units everywhere: prices in ticks, sizes in steps, amounts in minor units (1e-8 of the quote currency), all int64.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cryptouniverse.kernel.errors import FloatRefused, Invalid
from cryptouniverse.kernel.market import INT64_MAX
from cryptouniverse.kernel.words import gettext_noop as _
from trading.fills.errors import FillOverflow

BUY: Final = 1
SELL: Final = -1
LONG: Final = 1
SHORT: Final = -1

PPM: Final = 1_000_000
BPS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Costs:
    """What trading costs at a venue. Raises Invalid out of bounds, FloatRefused for what is not an int.

    maker_ppm, taker_ppm: fee in millionths of the notional (1000 = 0.1%), 0 to 1,000,000.
    slippage_bps: how much worse than the market a taker fills, in ten-thousandths, 0 to 10,000.
    """

    maker_ppm: int = 1000
    taker_ppm: int = 1000
    slippage_bps: int = 5

    def __post_init__(self) -> None:
        for name, value, high in (
            ("maker_ppm", self.maker_ppm, PPM),
            ("taker_ppm", self.taker_ppm, PPM),
            ("slippage_bps", self.slippage_bps, BPS),
        ):
            _require_int(name, value)
            if not 0 <= value <= high:
                raise Invalid(_("%(name)s must be 0 to %(high)s, is %(value)s."), name=name, value=value, high=high)


@dataclass(frozen=True, slots=True)
class Lot:
    """What one entry bought and still holds.

    steps: size left, above zero. cost: minor units paid for it, its share of the entry fee included (for a short:
    what was received net of the fee, negated).
    """

    steps: int
    cost: int

    def __post_init__(self) -> None:
        _require_int("steps", self.steps)
        _require_int("cost", self.cost)
        if self.steps < 1:
            raise Invalid(_("A lot holds at least one step, not %(steps)s."), steps=self.steps)
        if self.steps > INT64_MAX or abs(self.cost) > INT64_MAX:
            raise FillOverflow(_("A lot is larger than 64 bits can count."))


@dataclass(frozen=True, slots=True)
class LotClose:
    """What a closing fill took from one lot.

    index: the lot's place among the lots given. proceeds: its share, net of its share of the exit fee.
    profit: proceeds less cost, minor units, negative for a loss.
    """

    index: int
    steps: int
    cost: int
    proceeds: int
    profit: int


def _require_int(name: str, value: object) -> None:
    if not isinstance(value, int) or isinstance(value, bool):
        raise FloatRefused(f"{name} counts in whole units; {value!r} is not an int")
