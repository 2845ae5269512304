"""Threshold rebalance: a fixed share of the funds in the asset, put right where it has drifted out of its band."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from cryptouniverse.kernel.market import Ints
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog import desk as its
from strategies.catalog.desk import BUY, MARKET, SELL, affords, dearest, over, put, wind_up
from strategies.catalog.ladders import rungs
from strategies.catalog.managing import LOSS_LIMIT, Exact, Ladder, Machine, Manager, Parameter, Start
from strategies.catalog.settings import ppm_of
from trading.fills.lots import share_of
from trading.fills.types import PPM

SHARE_PPM, BAND_PPM, EVERY = 1, 2, 3  # the numbers; 0 is the loss limit
COUNT = 1  # the state: bars since it last looked; 0 is whether it has ended


def rule(p: Mapping[str, Any]) -> str | None:
    """A band around the share must lie between nothing and everything."""
    share, band = Decimal(p["share_pct"]), Decimal(p["band_pct"])
    return None if band < share and share + band < 100 else _("The band must lie between 0 and 100 percent.")


def warmup(p: Mapping[str, Any]) -> int:
    """It needs one price."""
    return 1


def draw(p: Mapping[str, Any], start: Start) -> Ladder:
    """The first buy, which brings the asset to its share."""
    wanted = share_of(start.funds, ppm_of(p["share_pct"]), PPM)
    steps = affords(wanted, start.dearest, start.unit, start.ppm)
    found = rungs(start, [(MARKET, start.expected, steps, start.costs.taker_ppm)])
    fails = _("It has no price at which it fails: in a long fall it buys all the way down, up to its loss limit.")
    return Ladder(start, found, start.funds, 1, start.funds, fails)


def begin(p: Mapping[str, Any], start: Start) -> Machine:
    """No table: what it does depends on what it holds alone."""
    numbers = [ppm_of(p[name]) for name in ("loss_limit_pct", "share_pct", "band_pct")]
    return Machine.of([*numbers, int(p["every"])], [], state=2, slots=1)


def step(numbers: Ints, table: Ints, state: Ints, desk: Ints, orders: Ints) -> int:
    """One slot: a market order back to the share."""
    if over(numbers, state, desk):
        return wind_up(desk, orders)
    if state[COUNT] > 0:
        state[COUNT] -= 1
        return 0
    state[COUNT] = numbers[EVERY] - 1
    close, unit, equity = desk[its.CLOSE], desk[its.UNIT], desk[its.EQUITY]
    held = desk[its.HELD] * close * unit
    gap = share_of(equity, numbers[SHARE_PPM], PPM) - held
    if abs(gap) <= share_of(equity, numbers[BAND_PPM], PPM):
        return 0
    if gap > 0:
        ppm = max(desk[its.MAKER_PPM], desk[its.TAKER_PPM])
        put(orders, 0, BUY, MARKET, 0, affords(min(gap, desk[its.FREE]), dearest(desk), unit, ppm), 0)
    else:
        put(orders, 0, SELL, MARKET, 0, min(-gap // (close * unit), desk[its.HELD]), 0)
    return 1


MANAGER = Manager(
    name="threshold_rebalance",
    title=_("Threshold rebalance"),
    family="rebalancing",
    hypothesis=_("Selling what has risen and buying what has fallen earns from swings around a common trend."),
    regime=_("Wide swings without a lasting direction."),
    known_failure=_("A long rise, in which it sells too early, or a long fall, in which it buys too early."),
    sizing=_("What brings the asset back to its share of the funds."),
    parameters=(
        LOSS_LIMIT,
        Exact("share_pct", "50", "5", "95", _("The asset's share of the funds, percent"), "5"),
        Exact("band_pct", "3", "0.1", "40", _("Put right beyond so many percent of the funds"), "1"),
        Parameter("every", int, 1, 1, 10_000, _("Look every so many bars"), step=24),
    ),
    warmup=warmup,
    plan="basic",
    draw=draw,
    begin=begin,
    step=step,
    rule=rule,
)
