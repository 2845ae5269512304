"""Capped martingale: after a loss the next position is larger, up to a cap and a loss limit that cannot be lifted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cryptouniverse.kernel.market import Ints
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog import desk as its
from strategies.catalog.desk import BUY, LIMIT, MARKET, SELL, STOP, drop_all, fits, over, put, wind_up
from strategies.catalog.errors import LadderRefused
from strategies.catalog.ladders import amounts, proceeds, sells_for
from strategies.catalog.managing import Exact, Ladder, Machine, Manager, Parameter, Rung, Start
from strategies.catalog.settings import ppm_of
from trading.fills.triggers import share_up
from trading.fills.types import PPM

TARGET_PPM, STOP_PPM, COOLDOWN = 1, 2, 3  # the numbers; 0 is the loss limit
PHASE, WAIT, RUNG, CASH_BEFORE = 1, 2, 3, 4  # the state; 0 is whether it has ended
WAITING, ENTERING, HOLDING = 0, 1, 2


def warmup(p: Mapping[str, Any]) -> int:
    """It needs one price."""
    return 1


def draw(p: Mapping[str, Any], start: Start) -> Ladder:
    """One entry a rung, each made only after the one before was lost at its stop."""
    found, lost, needed = [], 0, 0
    target, stop = its.above(start.expected, ppm_of(p["target_pct"])), its.below(start.expected, ppm_of(p["stop_pct"]))
    for amount in amounts(p["amount"], p["factor"], int(p["rungs"])):
        steps = fits(amount, start.ticks, start.unit)
        cost = start.cost_of(start.expected, steps)
        needed = max(needed, lost + start.cost_of(start.dearest, steps))
        profit = proceeds(start, target, steps) - cost - lost
        lost += cost - sells_for(start, stop, steps)
        found.append(Rung(BUY, MARKET, start.expected, steps, cost, target, steps, cost, profit))
    most = share_up(start.funds, ppm_of(p["loss_limit_pct"]), PPM)
    if lost > most:
        said = _("%(rungs)s losses in a row would take %(lost)s%% of the funds; the loss limit is %(limit)s%%.")
        share = f"{lost * 100 / max(start.funds, 1):.1f}"
        raise LadderRefused(said, rungs=p["rungs"], lost=share, limit=p["loss_limit_pct"])
    fails = _("After so many losses in a row the loss is taken, and it begins again with its first amount.")
    return Ladder(start, tuple(found), needed, stop, lost, fails)


def begin(p: Mapping[str, Any], start: Start) -> Machine:
    """A row of the table for each rung: its amount."""
    numbers = [ppm_of(p[name]) for name in ("loss_limit_pct", "target_pct", "stop_pct")]
    rows = [[amount] for amount in amounts(p["amount"], p["factor"], int(p["rungs"]))]
    return Machine.of([*numbers, int(p["cooldown"])], rows, state=5, slots=3)


def step(numbers: Ints, table: Ints, state: Ints, desk: Ints, orders: Ints) -> int:
    """Slot 0 is the entry, 1 the target, 2 the stop."""
    if over(numbers, state, desk):
        return wind_up(desk, orders)
    if state[PHASE] == HOLDING and desk[its.HELD] == 0:
        drop_all(orders)
        lost = desk[its.CASH] < state[CASH_BEFORE]
        state[RUNG] = (state[RUNG] + 1) % table.shape[0] if lost else 0
        state[PHASE], state[WAIT] = WAITING, numbers[COOLDOWN] + 1
    if state[PHASE] == ENTERING and orders[0, its.GOT] > 0:
        price, steps = orders[0, its.PRICE], orders[0, its.GOT]
        put(orders, 1, SELL, LIMIT, its.above(price, numbers[TARGET_PPM]), steps, 0)
        put(orders, 2, SELL, STOP, its.below(price, numbers[STOP_PPM]), 1, 0)
        state[PHASE] = HOLDING
        return 1
    if state[PHASE] == HOLDING:
        return 0
    state[WAIT] -= 1
    if state[WAIT] <= 0 and (state[PHASE] == WAITING or orders[0, its.STEPS] == 0):
        put(orders, 0, BUY, MARKET, 0, fits(table[state[RUNG], 0], desk[its.CLOSE], desk[its.UNIT]), 0)
        state[PHASE], state[CASH_BEFORE] = ENTERING, desk[its.CASH]
    return 1


MANAGER = Manager(
    name="capped_martingale",
    title=_("Capped martingale"),
    family="martingale",
    hypothesis=_("Losses seldom come many in a row, so a larger position after one wins it back."),
    regime=_("Swings that reach the target as often as the stop."),
    known_failure=_(
        "A row of losses as long as the cap: it costs more than many wins brought. Costs make it lose slowly."
    ),
    sizing=_("The amount of its rung, which grows by a factor after each loss."),
    parameters=(
        Exact("loss_limit_pct", "20", "1", "50", _("Sell all and end after losing so much of the funds"), "5"),
        Exact("amount", "200", "1", "1000000", _("First position, quote currency")),
        Exact("factor", "2", "1", "3", _("Each position after a loss is so many times the one before"), "0.25"),
        Parameter("rungs", int, 4, 1, 8, _("Most positions in a row, each larger; never unlimited"), step=1),
        Exact("target_pct", "2", "0.1", "50", _("Target above the entry, percent"), "0.5"),
        Exact("stop_pct", "2", "0.1", "50", _("Stop below the entry, percent"), "0.5"),
        Parameter("cooldown", int, 0, 0, 1000, _("Bars between two positions"), step=10),
    ),
    warmup=warmup,
    plan="pro",
    draw=draw,
    begin=begin,
    step=step,
)
