"""Calendar accumulation: the same amount at fixed times, whatever the price (dollar-cost averaging)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cryptouniverse.kernel.market import DAY_MS, Ints
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog import desk as its
from strategies.catalog.desk import BUY, MARKET, affords, dearest, over, put, wind_up
from strategies.catalog.ladders import rungs
from strategies.catalog.managing import Exact, Ladder, Machine, Manager, Parameter, Start
from strategies.catalog.settings import minor_of, ppm_of

AMOUNT, PERIOD_MS, DIP_PPM, MORE = 1, 2, 3, 4  # the numbers; 0 is the loss limit
SEEN = 1  # the state: the period that it has bought in, counted from 1; 0 is whether it has ended
HOUR_MS = 3_600_000
MONDAY_MS = 4 * DAY_MS  # the first one of the epoch


def warmup(p: Mapping[str, Any]) -> int:
    """It needs one price."""
    return 1


def draw(p: Mapping[str, Any], start: Start) -> Ladder:
    """The buys that its funds pay for, as if the price stayed; the first twelve are shown."""
    amount = minor_of(p["amount"])
    steps = affords(amount, start.dearest, start.unit, start.ppm)
    times = min(start.funds // amount, 12)
    order = (MARKET, start.expected, steps, start.costs.taker_ppm)
    found = rungs(start, [order] * max(times, 1))
    fails = _(
        "It never sells: it is ahead where the price is above its average, and buys no more once its funds are out."
    )
    needed = max(start.funds, amount)
    return Ladder(start, found, needed, 1, needed, fails)


def begin(p: Mapping[str, Any], start: Start) -> Machine:
    """No table. Periods are counted in UTC from a Monday, so that it does not matter when it was started."""
    numbers = [ppm_of(p["loss_limit_pct"]), minor_of(p["amount"]), p["every_hours"] * HOUR_MS, ppm_of(p["dip_pct"])]
    return Machine.of([*numbers, int(p["dip_times"])], [], state=2, slots=1)


def step(numbers: Ints, table: Ints, state: Ints, desk: Ints, orders: Ints) -> int:
    """One slot: a market order after the first bar that closes in a new period. A buy that lapsed is made up for."""
    if over(numbers, state, desk):
        return wind_up(desk, orders)
    period = (desk[its.NOW_MS] - MONDAY_MS) // numbers[PERIOD_MS] + 1
    if period == state[SEEN] and orders[0, its.WHY] != its.COLLARED:
        return 0
    state[SEEN] = period
    close, unit = desk[its.CLOSE], desk[its.UNIT]
    amount, held = numbers[AMOUNT], desk[its.HELD]
    if numbers[DIP_PPM] > 0 and held > 0 and close < its.below(desk[its.COST] // (held * unit), numbers[DIP_PPM]):
        amount *= numbers[MORE]
    if desk[its.FREE] < amount:
        return 0
    ppm = max(desk[its.MAKER_PPM], desk[its.TAKER_PPM])
    put(orders, 0, BUY, MARKET, 0, affords(amount, dearest(desk), unit, ppm), 0)
    return 1


MANAGER = Manager(
    name="calendar_accumulation",
    title=_("Calendar accumulation"),
    family="accumulation",
    hypothesis=_("Nobody knows the best day: the same amount each time buys more where it is cheap."),
    regime=_("A long rise with falls in between."),
    known_failure=_("A market that does not come back; in a steady rise buying all at once is better."),
    sizing=_("The same amount each time; more below its own average, if asked for."),
    parameters=(
        Exact(
            "loss_limit_pct", "50", "0", "100", _("Sell all and end after losing so much of the funds; 0: never"), "5"
        ),
        Exact("amount", "50", "1", "1000000", _("Bought each time, fee in it, quote currency")),
        Parameter("every_hours", int, 24, 1, 8760, _("Every so many hours, counted from a Monday, UTC"), step=24),
        Exact("dip_pct", "0", "0", "90", _("Buy more where the price is so far below its average; 0: never"), "5"),
        Parameter("dip_times", int, 2, 1, 10, _("So many times as much then"), step=1),
    ),
    warmup=warmup,
    plan="free",
    draw=draw,
    begin=begin,
    step=step,
)
