"""A desk whose orders rest at an exchange: fills come one by one, some in parts, and others end lines. Pure.

What a part of a line got counts at once, in cash, holdings and cost. The manager's step is told of a line when it has
ended, with all that it got until then: so it never hears of one fill twice, and its table has one row a line.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cryptouniverse.kernel.market import Side
from cryptouniverse.kernel.words import gettext_noop as _
from cryptouniverse.kernel.words import said
from strategies.catalog import desk as its
from strategies.managing.sitting import COSTS, FILLED, Sitting, Why
from trading.execution.types import Candle, KeptFill, LineEnd
from trading.fills.rules import fee_minor, notional_minor
from trading.portfolio.types import minor_of

CANCELLED: Final = "cancelled"
EXPIRED: Final = "expired"
REJECTED: Final = "rejected"
TOO_SMALL: Final = "too_small"
NOT_TRADED: Final = "not_traded"
# Ended before any exchange had it, or because somebody here asked for it: it is placed again when it may be.
_ASKED_AGAIN: Final = frozenset({"too_late", "never_arrived"})
BY_HAND: Final[Why] = ("ended_there", _("an order that rests"), _("it was cancelled at the exchange"), "")
EXPIRED_THERE: Final[Why] = ("ended_there", _("an order that rests"), _("the exchange let it expire"), "")
UNLISTED: Final[Why] = (
    "refused_there",
    _("an instrument that the exchange trades"),
    _("it does not trade this one"),
    "",
)


def hear_kept(desk: Sitting, fill: KeptFill) -> None:
    """A fill at the exchange, in the order of the books."""
    buys, paid = fill.side == Side.BUY.value, minor_of(fill.paid)
    desk.cash += -paid if buys else paid
    for slot, row in enumerate(desk.orders):
        if fill.line is None or row[its.NUMBER] != fill.line:
            continue
        got, worth = desk.parts.get(fill.line, (0, 0))
        steps = desk.instrument.steps_down(fill.quantity)
        ticks = desk.instrument.ticks_nearest(fill.price)
        desk.parts[fill.line] = got + steps, worth + steps * ticks
        if row[its.KIND] != its.STOP:
            _rest_of(desk, slot, steps)


def hear_ends(desk: Sitting, ended: Mapping[int, LineEnd]) -> None:
    """Lines that have ended there. ended: number -> how.

    What one got is told as its fill. One that got nothing and that nobody here took back is not placed again: a refusal
    is no blind retry's, and what a person cancelled at the exchange stays cancelled. A resumed bot asks anew.
    """
    for slot, row in enumerate(desk.orders):
        number = int(row[its.NUMBER])
        end = ended.get(number)
        if number <= 0 or end is None:
            continue
        stops, why = row[its.KIND] == its.STOP, _why_off(end)
        at_market = row[its.KIND] == its.MARKET
        leaves = at_market and row[its.SIDE] == its.SELL
        got, worth = desk.parts.pop(number, (0, 0))
        row[[its.NUMBER, its.TAKES]] = 0
        if stops:
            desk.stopped = desk.stopped or not end.unwanted
        elif got:
            row[its.STEPS], row[its.GOT], row[its.PRICE] = 0, got, max(round(worth / got), 1)
        elif end.state == FILLED or end.reason == TOO_SMALL:
            _tell(desk, slot, its.TOO_SMALL)
        elif why and not leaves and not (at_market and end.state == EXPIRED):
            desk.off[number], row[its.NUMBER] = why, -number
        elif at_market and not leaves:
            _tell(desk, slot, its.COLLARED if end.state == EXPIRED and end.placed else its.HELD_BACK)


def ask_anew(desk: Sitting) -> None:
    """What was refused or cancelled there may be placed again."""
    desk.off = {}
    desk.orders[desk.orders[:, its.NUMBER] < 0, its.NUMBER] = 0


def too_small(sitting: Sitting, slot: int, candle: Candle) -> Why | None:
    """Why the exchange would not take this sale, if it would not: less than its smallest order."""
    row, one = sitting.orders[slot], sitting.instrument
    worth = one.price_of(int(row[its.TICKS]) or candle.close) * one.quantity_of(int(row[its.STEPS]))
    if row[its.KIND] == its.STOP or worth >= one.min_notional:
        return None
    least = said(_("at least %(notional)s"), notional=f"{one.min_notional:f}")
    return "min_notional", least, f"{worth:.8f}", ""


def _why_off(end: LineEnd) -> Why | None:
    """Why a line is kept off the market from now on; None where it may be placed again."""
    if end.unwanted or end.reason in _ASKED_AGAIN:
        return None
    if end.reason == NOT_TRADED:
        return UNLISTED
    if end.state == REJECTED:
        return "refused_there", _("an order that the exchange takes"), said("%(reason)s", reason=end.reason[:120]), ""
    if not end.placed:
        return None
    return EXPIRED_THERE if end.state == EXPIRED else BY_HAND


def _rest_of(desk: Sitting, slot: int, steps: int) -> None:
    """A row of which a part has filled wants the rest, and sets aside what that costs. A buy's rest counts as the
    smallest order at least: it rests already, and nobody is to take it for one that is too small to be placed.
    """
    row, one = desk.orders[slot], desk.instrument
    left = max(int(row[its.STEPS]) - steps, 1)
    row[its.STEPS] = left
    if row[its.SIDE] == its.BUY:
        worth = notional_minor(int(row[its.TICKS]), left, one.minor_per_tick_step)
        row[its.RESERVED] = worth + fee_minor(worth, max(COSTS.maker_ppm, COSTS.taker_ppm))
        row[its.STEPS] = max(left, -(-minor_of(one.min_notional) // (int(row[its.TICKS]) * one.minor_per_tick_step)))


def _tell(desk: Sitting, slot: int, why: int) -> None:
    desk.orders[slot, its.STEPS], desk.orders[slot, its.WHY] = 0, why
