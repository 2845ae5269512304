"""Books for finders: two venues whose gaps come and go, three pairs that contradict each other, a book that leans."""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from cryptouniverse.kernel.market import Instrument
from tests.strategies.markets import START_MS
from trading.fills import Book

D = Decimal
BTC_A = Instrument("north:BTC/USDT", "BTC", "USDT", D("0.01"), D("0.00001"))
BTC_B = Instrument("south:BTC/USDT", "BTC", "USDT", D("0.1"), D("0.0001"))
ETH = Instrument("north:ETH/USDT", "ETH", "USDT", D("0.01"), D("0.0001"))
ETH_BTC = Instrument("north:ETH/BTC", "ETH", "BTC", D("0.00001"), D("0.001"), D("0.0001"))
EVERY_MS = 90_000


def book(one, at_ms, bid, ask, *, sizes=("0.4", "1.1", "2")):
    """Three levels a side, each further by a twentieth of a percent."""
    bid, ask = D(str(bid)), D(str(ask))
    bids = tuple(
        (one.ticks_nearest(bid * (1 - D(n) / 2000)) - n, one.steps_down(D(size))) for n, size in enumerate(sizes)
    )
    asks = tuple(
        (one.ticks_nearest(ask * (1 + D(n) / 2000)) + n, one.steps_down(D(size))) for n, size in enumerate(sizes)
    )
    return Book(at_ms, bids, asks)


def two_venues(moments=300, *, start_ms=START_MS, seed=5):
    """One pair on two venues: prices wander, the second is sometimes ahead, and some books come late."""
    dice = np.random.default_rng(seed)
    middle = 100 * np.exp(np.cumsum(dice.normal(0, 0.0008, moments)))
    gap = np.where(dice.random(moments) < 0.3, dice.normal(0, 0.006, moments), dice.normal(0, 0.0008, moments))
    books = {BTC_A.id: [], BTC_B.id: []}
    for n in range(moments):
        at_ms, sizes = start_ms + n * EVERY_MS, [f"{each:.4f}" for each in dice.uniform(0.05, 3, 3)]
        price, other = middle[n], middle[n] * (1 + gap[n])
        books[BTC_A.id].append(book(BTC_A, at_ms, f"{price * 0.9998:.2f}", f"{price * 1.0002:.2f}", sizes=sizes))
        if n % 17 != 3:  # a book that is missing makes the other one old
            late, prices = int(dice.integers(0, 400)), (f"{other * 0.998:.1f}", f"{other * 1.002:.1f}")
            books[BTC_B.id].append(book(BTC_B, at_ms + late, *prices, sizes=sizes))
            if n % 4 == 1:  # the gap is gone before the second leg is there
                prices = f"{price * 0.998:.1f}", f"{price * 1.002:.1f}"
                books[BTC_B.id].append(book(BTC_B, at_ms + late + 120, *prices, sizes=sizes))
    return books


def three_pairs(moments=200, *, start_ms=START_MS, seed=8):
    """BTC/USDT, ETH/USDT and ETH/BTC, whose prices contradict each other now and then."""
    dice = np.random.default_rng(seed)
    btc = 40_000 * np.exp(np.cumsum(dice.normal(0, 0.0008, moments)))
    eth = 2_000 * np.exp(np.cumsum(dice.normal(0, 0.0009, moments)))
    wrong = np.where(dice.random(moments) < 0.3, dice.normal(0, 0.012, moments), 0)
    books = {BTC_A.id: [], ETH.id: [], ETH_BTC.id: []}
    for n in range(moments):
        at_ms, cross = start_ms + n * EVERY_MS, eth[n] / btc[n] * (1 + wrong[n])
        moved = 100 if n % 5 == 0 else 0
        books[BTC_A.id].append(book(BTC_A, at_ms, f"{btc[n] * 0.9999:.2f}", f"{btc[n] * 1.0001:.2f}"))
        books[ETH.id].append(
            book(ETH, at_ms + moved, f"{eth[n] * 0.9999:.2f}", f"{eth[n] * 1.0001:.2f}", sizes=("4", "9", "9"))
        )
        books[ETH_BTC.id].append(
            book(ETH_BTC, at_ms, f"{cross * 0.9997:.5f}", f"{cross * 1.0003:.5f}", sizes=("3", "5", "5"))
        )
        if n % 3 == 1:  # put right before the second leg is there
            prices = f"{eth[n] / btc[n] * 0.9997:.5f}", f"{eth[n] / btc[n] * 1.0003:.5f}"
            books[ETH_BTC.id].append(book(ETH_BTC, at_ms + 120, *prices, sizes=("3", "5", "5")))
    return books


def leaning(moments=300, *, start_ms=START_MS, seed=3, one=BTC_A):
    """A wide book that leans one way or the other, and a price that goes through it."""
    dice = np.random.default_rng(seed)
    middle = 100 + 2 * np.sin(np.arange(moments) / 7) + dice.normal(0, 1.2, moments)
    books = []
    for n in range(moments):
        bids, asks = dice.uniform(0.1, 4, 3), dice.uniform(0.1, 4, 3)
        whole = book(one, start_ms + n * EVERY_MS, f"{middle[n] * 0.997:.2f}", f"{middle[n] * 1.003:.2f}")
        sized = [
            tuple((ticks, one.steps_down(D(f"{size:.4f}"))) for (ticks, _), size in zip(side, sizes, strict=True))
            for side, sizes in ((whole.bids, bids), (whole.asks, asks))
        ]
        books.append(Book(whole.at_ms, *sized))
    return {one.id: books}
