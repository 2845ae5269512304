"""Books of a coin and of contracts on it: a future whose premium runs out, a perpetual that is paid, puts before a
fall."""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.market import DAY_MS, Instrument
from tests.strategies.finding_stage import book
from tests.strategies.markets import START_MS

D = Decimal
EVERY_MS = 300_000
HOUR_MS = 3_600_000
ENDS_MS = START_MS // DAY_MS * DAY_MS + DAY_MS + 8 * HOUR_MS
_DAY = f"{clock.from_ms(ENDS_MS):%y%m%d}"
COIN = Instrument("west:BTC/USDT", "BTC", "USDT", D("0.01"), D("0.0001"))
FUTURE = Instrument(f"west:BTC/USDT:USDT-{_DAY}", "BTC", "USDT", D("0.1"), D("0.001"))
PERPETUAL = Instrument("west:BTC/USDT:USDT", "BTC", "USDT", D("0.01"), D("0.001"))
PUTS = tuple(
    Instrument(f"west:BTC/USDT:USDT-{_DAY}-{strike}-P", "BTC", "USDT", D("0.01"), D("0.01"), D("0.1"))
    for strike in (95, 98, 100)
)
HELD_BY = {"dated_basis": (COIN, FUTURE), "funding_carry": (COIN, PERPETUAL), "protective_put": (COIN, *PUTS)}
ASKED = {
    "dated_basis": {"age_ms_most": 1_000},
    "funding_carry": {"looks_back": 2, "days": 60, "age_ms_most": 1_000},
    "protective_put": {"days_least": 1, "days_most": 2, "covered_pct": "12", "age_ms_most": 1_000},
}
FUNDS = {"dated_basis": "2500", "funding_carry": "2500", "protective_put": "3000"}


def _prices(moments, dice):
    return 100 * np.exp(np.cumsum(dice.normal(0, 0.0009, moments)))


def _sizes(dice):
    return [f"{each:.4f}" for each in dice.uniform(0.05, 1.5, 3)]


def basis(moments=480, *, start_ms=START_MS, seed=4):
    """A future at a premium that comes and goes until it is settled, and the second leg sometimes gone."""
    dice = np.random.default_rng(seed)
    price, books = _prices(moments, dice), {COIN.id: [], FUTURE.id: []}
    for n in range(moments):
        at_ms = start_ms + n * EVERY_MS
        left = max(ENDS_MS - at_ms, 0) / (ENDS_MS - start_ms)
        dear = price[n] * (1 + 0.02 * left * (dice.random() < 0.4))
        books[COIN.id].append(
            book(COIN, at_ms, f"{price[n] * 0.9999:.2f}", f"{price[n] * 1.0001:.2f}", sizes=_sizes(dice))
        )
        if at_ms < ENDS_MS:
            books[FUTURE.id].append(
                book(FUTURE, at_ms + 50, f"{dear * 0.9995:.1f}", f"{dear * 1.0005:.1f}", sizes=_sizes(dice))
            )
            if n % 5 == 2:
                worse = book(FUTURE, at_ms + 200, f"{dear * 0.98:.1f}", f"{dear * 0.99:.1f}", sizes=_sizes(dice))
                books[FUTURE.id].append(worse)
    return books


def paid(moments=480, *, start_ms=START_MS, seed=6):
    """A perpetual beside its coin, which rises by a third until what was sold short is closed by its venue."""
    dice = np.random.default_rng(seed)
    price = _prices(moments, dice) * np.linspace(1, 1.5, moments)
    books = {COIN.id: [], PERPETUAL.id: []}
    for n in range(moments):
        at_ms, near = start_ms + n * EVERY_MS, price[n] * (1 + dice.normal(0.0005, 0.0004))
        books[COIN.id].append(
            book(COIN, at_ms, f"{price[n] * 0.9999:.2f}", f"{price[n] * 1.0001:.2f}", sizes=_sizes(dice))
        )
        books[PERPETUAL.id].append(
            book(PERPETUAL, at_ms + 30, f"{near * 0.9996:.2f}", f"{near * 1.0004:.2f}", sizes=_sizes(dice))
        )
    return books


def rates(start_ms=START_MS):
    """Paid to who is short at first, then by them too, and at last more by them: one each eight hours."""
    each = ("0.0009", "0.0011", "-0.0002", "0.0012", "-0.0004", "-0.0015", "0.0009")
    return [(start_ms + (n - 1) * 8 * HOUR_MS, D(rate)) for n, rate in enumerate(each)]


def feared(moments=480, *, start_ms=START_MS, seed=9):
    """Puts at three strikes that are cheap, while the coin rises and insures less, and then falls."""
    dice = np.random.default_rng(seed)
    price = _prices(moments, dice) * np.interp(np.arange(moments), [0, moments / 2, moments], [1, 1.05, 0.93])
    books = {one.id: [] for one in (COIN, *PUTS)}
    for n in range(moments):
        at_ms, left = start_ms + n * EVERY_MS, max(ENDS_MS - start_ms - n * EVERY_MS, 0) / DAY_MS / 365
        books[COIN.id].append(book(COIN, at_ms, f"{price[n] * 0.9999:.2f}", f"{price[n] * 1.0001:.2f}"))
        for put in PUTS if left else ():
            worth = max(float(put.contract.strike) - price[n], 0) + 0.4 * price[n] * 0.9 * left**0.5
            sizes = [f"{each:.2f}" for each in dice.uniform(0.5, 9, 3)]
            books[put.id].append(
                book(put, at_ms + 20, f"{max(worth * 0.97, 0.05):.2f}", f"{worth * 1.03 + 0.03:.2f}", sizes=sizes)
            )
    return books


SERIES = {"dated_basis": basis, "funding_carry": paid, "protective_put": feared}
