"""Spot grid: a buy at each line below the price, and what it bought sold at the line above, again and again."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from cryptouniverse.kernel.market import Ints
from cryptouniverse.kernel.words import gettext_noop as _
from cryptouniverse.kernel.words import said
from strategies.catalog import desk as its
from strategies.catalog.desk import BUY, LIMIT, MARKET, SELL, STOP, affords, move, over, put, wind_up
from strategies.catalog.ladders import cells, lines, sells_for
from strategies.catalog.managing import LOSS_LIMIT, Choice, Exact, Ladder, Machine, Manager, Parameter, Start
from strategies.catalog.settings import minor_of, ppm_of
from trading.fills.lots import share_of

AMOUNT, OUTSIDE, GEOMETRIC, STOP_TICKS = 1, 2, 3, 4  # the numbers; 0 is the loss limit
HOLD, ENDS, TRAIL = 0, 1, 2
LAID = 1  # the state: whether its orders lie; 0 is whether it has ended
LINE, SIZE = 0, 1  # a row of the table: a line, and the steps bought at it


def rule(p: Mapping[str, Any]) -> str | None:
    """The range must be one, and have a step."""
    if (p["lower"] == "0") != (p["upper"] == "0"):
        return _("Say both lower and upper, or neither.")
    if p["lower"] != "0" and Decimal(p["lower"]) >= Decimal(p["upper"]):
        return _("lower must be below upper.")
    return None


def warmup(p: Mapping[str, Any]) -> int:
    """It needs one price."""
    return 1


def levels(p: Mapping[str, Any], start: Start) -> list[int]:
    """Its lines in ticks, rising: between prices, or as far around the price as is said. 81 lines are 80 intervals."""
    tick = start.instrument.tick
    if p["lower"] == "0":
        lower, upper = its.below(start.ticks, ppm_of(p["below_pct"])), its.above(start.ticks, ppm_of(p["above_pct"]))
    else:
        lower, upper = int(Decimal(p["lower"]) // tick), int(-(-Decimal(p["upper"]) // tick))
    intervals = p["count"] - 1 if p["counted_as"] == "lines" else p["count"]
    return lines(max(lower, 1), upper, intervals, geometric=p["spacing"] == "geometric")


def sizes(p: Mapping[str, Any], start: Start) -> list[int]:
    """Steps of each interval: an equal part of the investment at its lower line, or at what it must pay at once."""
    found = levels(p, start)
    each = minor_of(p["investment"]) // (len(found) - 1)
    return [affords(each, max(low, start.dearest if low > start.ticks else 1), start.unit, start.ppm) for low in found]


def draw(p: Mapping[str, Any], start: Start) -> Ladder:
    """A buy for each interval: those above the price at once, the others at their lower lines."""
    found, each = levels(p, start), sizes(p, start)
    rungs = cells(start, found, each)
    end = its.below(found[0], ppm_of(p["stop_pct"]))
    gets = sells_for(start, end, rungs[-1].held)
    needed = sum(start.cost_of(max(r.ticks, start.dearest if r.kind == MARKET else 0), r.steps) for r in rungs)
    fails = _("Below its lowest line every line has bought: it holds all of it, and earns nothing until prices return.")
    note = _("%(lines)s lines, %(intervals)s intervals; beyond them: %(outside)s.")
    notes = (said(note, lines=len(found), intervals=len(found) - 1, outside=p["outside"]),)
    return Ladder(start, rungs, needed, end, rungs[-1].total - gets, fails, notes)


def begin(p: Mapping[str, Any], start: Start) -> Machine:
    """A row of the table for each line."""
    found = levels(p, start)
    numbers = [ppm_of(p["loss_limit_pct"]), minor_of(p["investment"]) // (len(found) - 1)]
    numbers += [("hold", "stop", "trail").index(p["outside"]), int(p["spacing"] == "geometric")]
    numbers += [its.below(found[0], ppm_of(p["stop_pct"])) if p["stop_pct"] != "0" else 0]
    rows = [list(row) for row in zip(found, sizes(p, start), strict=True)]
    return Machine.of(numbers, rows, state=2, slots=len(found))


def step(numbers: Ints, table: Ints, state: Ints, desk: Ints, orders: Ints) -> int:
    """A slot for each interval, then the stop: a buy at its lower line, or a sell of what it bought at its upper."""
    last, close = table.shape[0] - 1, desk[its.CLOSE]
    if desk[its.STOPPED] or (
        numbers[OUTSIDE] == ENDS and state[LAID] and (close < table[0, LINE] or close > table[last, LINE])
    ):
        state[its.ENDED] = 1
    if over(numbers, state, desk):
        return wind_up(desk, orders)
    trails = numbers[OUTSIDE] == TRAIL and state[LAID] and close > table[last, LINE]
    if state[LAID] and desk[its.FILLS] + desk[its.LAPSED] == 0 and not trails:
        return 0
    for n in range(last):
        if state[LAID] == 0 or orders[n, its.WHY] > 0 or (orders[n, its.GOT] > 0 and orders[n, its.SIDE] == SELL):
            tag = orders[n, its.TAG] if state[LAID] else n + 1
            kind = MARKET if state[LAID] == 0 and table[n, LINE] > close else LIMIT
            put(orders, n, BUY, kind, table[n, LINE] if kind == LIMIT else 0, table[n, SIZE], tag)
        elif orders[n, its.GOT] > 0:
            put(orders, n, SELL, LIMIT, table[n + 1, LINE], orders[n, its.GOT], orders[n, its.TAG])
    if state[LAID] == 0 and numbers[STOP_TICKS]:
        put(orders, last, SELL, STOP, numbers[STOP_TICKS], 1, 0)
    state[LAID] = 1
    while trails and close > table[last, LINE] and orders[0, its.SIDE] == BUY:
        climb(numbers, table, desk, orders)
    return 1


def climb(numbers: Ints, table: Ints, desk: Ints, orders: Ints) -> None:
    """The grid goes up by an interval: its lowest buy is cancelled, and a buy at what was its highest line comes."""
    last, tag = table.shape[0] - 1, orders[0, its.TAG]
    top = table[last, LINE]
    gap = top - table[last - 1, LINE]
    gap = share_of(top, gap, table[last - 1, LINE]) if numbers[GEOMETRIC] else gap
    for n in range(last):
        table[n, LINE], table[n, SIZE] = table[n + 1, LINE], table[n + 1, SIZE]
        if n < last - 1:
            move(orders, n + 1, n)
    table[last, LINE] = top + gap
    table[last - 1, SIZE] = affords(numbers[AMOUNT], top, desk[its.UNIT], max(desk[its.MAKER_PPM], desk[its.TAKER_PPM]))
    put(orders, last - 1, BUY, LIMIT, top, table[last - 1, SIZE], tag)


MANAGER = Manager(
    name="spot_grid",
    title=_("Spot grid"),
    family="grid",
    hypothesis=_("A price that goes back and forth pays for each return, whichever way it leaves in the end."),
    regime=_("A sideways market, wide swings, no direction."),
    known_failure=_("A fall through the range: every line has bought. A rise out of it: everything was sold below."),
    sizing=_("The investment in equal parts, one for each interval."),
    parameters=(
        LOSS_LIMIT,
        Exact("investment", "5000", "10", "10000000", _("What all lines together may cost, quote currency")),
        Parameter("count", int, 20, 2, 400, _("How many lines or intervals"), step=5),
        Choice("counted_as", ("intervals", "lines"), _("What the count counts")),
        Choice("spacing", ("geometric", "arithmetic"), _("Lines in one ratio or in one distance")),
        Exact("below_pct", "10", "0.1", "95", _("Lowest line so far below the price, percent"), "2"),
        Exact("above_pct", "10", "0.1", "900", _("Highest line so far above the price, percent"), "2"),
        Exact("lower", "0", "0", "1000000000", _("Lowest line as a price; 0: by percent")),
        Exact("upper", "0", "0", "1000000000", _("Highest line as a price; 0: by percent")),
        Choice("outside", ("hold", "stop", "trail"), _("Beyond the range: hold, sell and end, or go up with it")),
        Exact("stop_pct", "0", "0", "95", _("Stop so far below the lowest line, percent; 0: none"), "1"),
    ),
    warmup=warmup,
    plan="basic",
    draw=draw,
    begin=begin,
    step=step,
    parts=(climb,),
    rule=rule,
)
