"""Inventory quotes: a bid and an ask around a price that leans against what is held (Avellaneda and Stoikov 2008).

On bars: both quotes rest for a whole bar and fill only where the market trades through them.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from typing import Any

from cryptouniverse.kernel.market import Ints
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog import desk as its
from strategies.catalog.desk import BUY, LIMIT, SELL, affords, drop, fits, over, put, wind_up
from strategies.catalog.errors import LadderRefused
from strategies.catalog.ladders import rungs
from strategies.catalog.managing import LOSS_LIMIT, Exact, Ladder, Machine, Manager, Parameter, Start
from strategies.catalog.settings import minor_of, ppm_of
from trading.fills.types import PPM

AMOUNT, MOST, GAMMA_E3, BARS, WINDOW, HALF_PPM, LEAST_PPM = range(1, 8)  # the numbers; 0 is the loss limit
SEEN, LAST, VARIANCE = 1, 2, 3  # the state: bars, close, variance of returns in ppm squared; 0 is whether it has ended
MOVE_MOST = 500_000  # ppm: a return, a lean or half a spread counts up to this


def warmup(p: Mapping[str, Any]) -> int:
    """Its variance needs the window."""
    return int(p["window"]) + 1


def half_of(p: Mapping[str, Any]) -> int:
    """ln(1 + gamma / kappa) / gamma, the part of half the spread that depends on how often quotes are met, in ppm."""
    with localcontext(prec=40, rounding=ROUND_HALF_EVEN):
        gamma = Decimal(p["gamma"])
        return min(int((1 + gamma / Decimal(p["kappa"])).ln() / gamma * PPM), MOVE_MOST)


def draw(p: Mapping[str, Any], start: Start) -> Ladder:
    """Its first bid, before it knows how far the market moves."""
    half = max(half_of(p), ppm_of(p["least_pct"]))
    if half <= (start.ppm if start.fee_ppm is None else start.fee_ppm):
        said = _("Half its spread is %(half)s%%: a fee takes all of it.")
        raise LadderRefused(said, half=f"{half / 10_000:.3f}")
    bid = its.below(start.ticks, half)
    order = (LIMIT, bid, fits(minor_of(p["amount"]), bid, start.unit), start.costs.maker_ppm)
    found = rungs(start, [order])
    fails = _("A fall that goes on: bids fill one after the other until it holds the most it may, and no ask is met.")
    needed = minor_of(p["inventory"]) + start.cost_of(bid, order[2])
    return Ladder(start, found, needed, 1, needed, fails)


def begin(p: Mapping[str, Any], start: Start) -> Machine:
    """No table; gamma in thousandths."""
    numbers = [ppm_of(p["loss_limit_pct"]), minor_of(p["amount"]), minor_of(p["inventory"])]
    numbers += [int(Decimal(p["gamma"]) * 1000), int(p["horizon"]), int(p["window"]), half_of(p)]
    return Machine.of([*numbers, ppm_of(p["least_pct"])], [], state=4, slots=2)


def step(numbers: Ints, table: Ints, state: Ints, desk: Ints, orders: Ints) -> int:
    """Slot 0 is the bid, slot 1 the ask; both are new after each bar."""
    if over(numbers, state, desk):
        return wind_up(desk, orders)
    close, unit, held = desk[its.CLOSE], desk[its.UNIT], desk[its.HELD]
    if state[SEEN] > 0:
        move = min(abs(close - state[LAST]), state[LAST]) * 1000 // max(state[LAST] // 1000, 1)
        move = min(move, MOVE_MOST)
        state[VARIANCE] += (move * move - state[VARIANCE]) // numbers[WINDOW]
    state[SEEN] += 1
    state[LAST] = close
    if state[SEEN] <= numbers[WINDOW]:
        return 0
    risk = state[VARIANCE] * numbers[BARS] // 1000 * numbers[GAMMA_E3] // PPM  # gamma sigma^2 T, in ppm
    worth = min(held * close * unit, numbers[MOST])
    lean = (2 * worth - numbers[MOST]) // (numbers[MOST] // PPM) * min(risk, MOVE_MOST) // PPM
    half = min(max(risk // 2 + numbers[HALF_PPM], numbers[LEAST_PPM]), MOVE_MOST)
    bid = min(its.below(close, lean + half), max(close - 1, 1))
    ask = max(its.above(close, half - lean), close + 1)
    ppm = max(desk[its.MAKER_PPM], desk[its.TAKER_PPM])
    drop(orders, 0)
    drop(orders, 1)
    if worth + numbers[AMOUNT] <= numbers[MOST]:
        put(
            orders,
            0,
            BUY,
            LIMIT,
            bid,
            min(fits(numbers[AMOUNT], bid, unit), affords(desk[its.CASH], bid, unit, ppm)),
            0,
        )
    if held > 0:
        put(orders, 1, SELL, LIMIT, ask, min(fits(numbers[AMOUNT], ask, unit) + 1, held), 0)
    return 1


MANAGER = Manager(
    name="inventory_quotes",
    title=_("Inventory quotes"),
    family="market_making",
    hypothesis=_("Who must trade now pays for it; quotes that lean against what is held are paid without a direction."),
    regime=_("Much noise, little direction, fees below half the spread."),
    known_failure=_(
        "A trend: the side that fills is the wrong one. Bars do not show the queue, so results flatter it."
    ),
    sizing=_("The same amount a quote, up to the most that is held."),
    parameters=(
        LOSS_LIMIT,
        Exact("amount", "500", "1", "1000000", _("Size of a quote, quote currency")),
        Exact("inventory", "4000", "10", "10000000", _("Most that is held, quote currency")),
        Exact("gamma", "2", "0.01", "50", _("Dislike of risk"), "1"),
        Exact("kappa", "200", "1", "100000", _("How fast fills get rarer away from the price"), "100"),
        Parameter("horizon", int, 12, 1, 1000, _("Bars that what is held is feared for"), step=12),
        Parameter("window", int, 48, 5, 500, _("Bars in the variance"), step=24),
        Exact("least_pct", "0.3", "0.01", "20", _("Least half of the spread, percent"), "0.1"),
    ),
    warmup=warmup,
    plan="pro",
    draw=draw,
    begin=begin,
    step=step,
)
