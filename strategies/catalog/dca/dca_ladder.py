"""DCA ladder: a base order, safety orders below it, and one target over the average (the DCA bot of 3Commas)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cryptouniverse.kernel.market import Ints
from cryptouniverse.kernel.words import gettext_noop as _
from cryptouniverse.kernel.words import said
from strategies.catalog import desk as its
from strategies.catalog.desk import BUY, LIMIT, MARKET, SELL, STOP, drop_all, earning, fits, over, put, wind_up
from strategies.catalog.ladders import E9, amounts, deviations, factors, proceeds, rungs, sells_for
from strategies.catalog.managing import LOSS_LIMIT, Choice, Exact, Ladder, Machine, Manager, Parameter, Start
from strategies.catalog.settings import minor_of, ppm_of
from trading.fills.lots import share_of
from trading.fills.triggers import share_up
from trading.fills.types import PPM

BASE, TARGET_PPM, ON_TOTAL, COOLDOWN, STOP_PPM = 1, 2, 3, 4, 5  # the numbers; 0 is the loss limit
PHASE, WAIT, BASE_COST = 1, 2, 3  # the state; 0 is whether it has ended
WAITING, ENTERING, HOLDING = 0, 1, 2


def rule(p: Mapping[str, Any]) -> str | None:
    """A stop must lie below the last safety order."""
    last = deviations(p["step_pct"], p["step_scale"], p["maximum"], p["counted_from"])[-1:]
    if p["stop_pct"] == "0" or ppm_of(p["stop_pct"]) > max([one * PPM for one in last], default=0):
        return None
    return _("stop_pct must lie below the last safety order, or be 0.")


def warmup(p: Mapping[str, Any]) -> int:
    """It needs one price."""
    return 1


def draw(p: Mapping[str, Any], start: Start) -> Ladder:
    """Its orders where the base order fills at the price expected, in the order in which they do."""
    sizes, base = amounts(p["safety"], p["volume_scale"], p["maximum"]), start.expected
    left = factors(deviations(p["step_pct"], p["step_scale"], p["maximum"], p["counted_from"]))
    first = fits(minor_of(p["base"]), start.ticks, start.unit)
    prices = [max(share_of(base, each, E9), 1) for each in left]
    orders = [(MARKET, base, first, start.costs.taker_ppm)]
    orders += [
        (LIMIT, ticks, fits(size, ticks, start.unit), start.costs.maker_ppm)
        for ticks, size in zip(prices, sizes, strict=True)
    ]
    volume = first * base * start.unit

    def exit_of(total: int, held: int) -> tuple[int, int]:
        counted = total if p["target_on"] == "total" else volume
        ticks = earning(total, share_up(counted, ppm_of(p["target_pct"]), PPM), start.ppm, held * start.unit)
        return ticks, proceeds(start, ticks, held) - total

    found = rungs(start, orders, exit_of)
    end = its.below(base, ppm_of(p["stop_pct"])) if p["stop_pct"] != "0" else found[-1].ticks
    gets = sells_for(start, end, found[-1].held)
    needed = start.cost_of(start.dearest, first) + sum(size + share_up(size, start.ppm, PPM) for size in sizes)
    fails = _("Below its last order nothing more is bought: it waits for the target, or loses at its stop.")
    note = said(_("Safety orders are counted from the %(counted)s price."), counted=p["counted_from"])
    return Ladder(start, found, needed, end, found[-1].total - gets, fails, (note,))


def begin(p: Mapping[str, Any], start: Start) -> Machine:
    """A row of the table for each safety order: what is left of the base price, and its amount."""
    left = factors(deviations(p["step_pct"], p["step_scale"], p["maximum"], p["counted_from"]))
    rows = [list(row) for row in zip(left, amounts(p["safety"], p["volume_scale"], p["maximum"]), strict=True)]
    numbers = [ppm_of(p["loss_limit_pct"]), minor_of(p["base"]), ppm_of(p["target_pct"])]
    numbers += [int(p["target_on"] == "total"), int(p["cooldown"]), ppm_of(p["stop_pct"])]
    return Machine.of(numbers, rows, state=4, slots=int(p["maximum"]) + 3)


def step(numbers: Ints, table: Ints, state: Ints, desk: Ints, orders: Ints) -> int:
    """Slot 0 is the base order, then come the safety orders, the target and the stop."""
    if over(numbers, state, desk):
        return wind_up(desk, orders)
    if state[PHASE] == HOLDING and desk[its.HELD] == 0:
        drop_all(orders)
        state[PHASE], state[WAIT] = WAITING, numbers[COOLDOWN] + 1
    if state[PHASE] == ENTERING and orders[0, its.GOT] > 0:
        lay(numbers, table, state, desk, orders)
    elif state[PHASE] != HOLDING:
        state[WAIT] -= 1
        if state[WAIT] <= 0 and (state[PHASE] == WAITING or orders[0, its.STEPS] == 0):
            steps = fits(numbers[BASE], desk[its.CLOSE], desk[its.UNIT])
            put(orders, 0, BUY, MARKET, 0, steps, 0)
            state[PHASE] = ENTERING
        return 1
    elif desk[its.FILLS] == 0:
        return 0
    value = desk[its.HELD] * desk[its.UNIT]
    profit = share_up(desk[its.COST] if numbers[ON_TOTAL] else state[BASE_COST], numbers[TARGET_PPM], PPM)
    ppm = max(desk[its.MAKER_PPM], desk[its.TAKER_PPM])
    target = earning(desk[its.COST], profit, ppm, value)
    put(orders, table.shape[0] + 1, SELL, LIMIT, target, desk[its.HELD], 0)
    return 1


def lay(numbers: Ints, table: Ints, state: Ints, desk: Ints, orders: Ints) -> None:
    """The base order has filled: the safety orders below its price, and the stop."""
    base = orders[0, its.PRICE]
    state[PHASE], state[BASE_COST] = HOLDING, base * orders[0, its.GOT] * desk[its.UNIT]
    for n in range(table.shape[0]):
        ticks = max(share_of(base, table[n, 0], E9), 1)
        put(orders, n + 1, BUY, LIMIT, ticks, fits(table[n, 1], ticks, desk[its.UNIT]), 0)
    if numbers[STOP_PPM]:
        put(orders, table.shape[0] + 2, SELL, STOP, its.below(base, numbers[STOP_PPM]), 1, 0)


MANAGER = Manager(
    name="dca_ladder",
    title=_("DCA ladder"),
    family="dca",
    hypothesis=_("Prices swing: who buys more the lower they fall needs a small rise to be ahead on all of it."),
    regime=_("Swings and shallow falls."),
    known_failure=_("A fall below the last safety order: everything is bought, and nothing is left to buy with."),
    sizing=_("By the amounts of its base order and safety orders."),
    parameters=(
        LOSS_LIMIT,
        Exact("base", "200", "1", "1000000", _("Base order, quote currency")),
        Exact("safety", "200", "1", "1000000", _("First safety order, quote currency")),
        Exact("step_pct", "1.5", "0.05", "50", _("First safety order so far below, percent"), "0.5"),
        Exact("step_scale", "1.2", "0.1", "5", _("Each step is so many times the one before"), "0.1"),
        Exact("volume_scale", "1.3", "0.1", "5", _("Each safety order is so many times the one before"), "0.1"),
        Parameter("maximum", int, 6, 0, 30, _("Most safety orders"), step=1),
        Choice("counted_from", ("base", "previous"), _("Steps are counted from the base price or the previous order")),
        Exact("target_pct", "1.5", "0.05", "100", _("Target after fees, percent"), "0.5"),
        Choice("target_on", ("total", "base"), _("Percent of all that was bought, or of the base order")),
        Parameter("cooldown", int, 0, 0, 1000, _("Bars between two deals"), step=10),
        Exact("stop_pct", "0", "0", "99", _("Stop so far below the base price, percent; 0: none"), "5"),
    ),
    warmup=warmup,
    plan="basic",
    draw=draw,
    begin=begin,
    step=step,
    parts=(lay,),
    rule=rule,
)
