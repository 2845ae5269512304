"""What moves prices by itself: stored candles, a bar at a time, or a seeded walk."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import merge
from itertools import groupby
from pathlib import Path

from trading.sandbox.candle_files import candle_files, read_candles
from trading.sandbox.server.exchange import Exchange
from trading.sandbox.venue.amounts import PPM
from trading.sandbox.venue.book import Candle
from trading.sandbox.venue.candles import post_bar
from trading.sandbox.venue.walking import move_price

STEP_PPM = 300


@dataclass(slots=True)
class Player:
    """Plays the candles of a folder for one exchange, after those that its journal has already."""

    exchange: Exchange
    folder: Path
    timeframe: str
    _slots: Iterator[list[tuple[str, Candle]]] = field(init=False)

    def __post_init__(self) -> None:
        files = candle_files(self.folder, self.timeframe)
        series = [self._fresh(symbol, path) for symbol, path in files.items() if symbol in self.exchange.venue.markets]
        by_time = merge(*series, key=lambda each: each[1].open_ms)
        self._slots = (list(slot) for _, slot in groupby(by_time, key=lambda each: each[1].open_ms))

    def _fresh(self, symbol: str, path: Path) -> Iterator[tuple[str, Candle]]:
        bars = self.exchange.venue.books[symbol].bars
        last = bars[-1].open_ms if bars else -1
        return ((symbol, bar) for bar in read_candles(path) if bar.open_ms > last)

    def step(self) -> bool:
        """Walk the bars of the next open time, of every market that has one; False at the end."""
        slot = next(self._slots, None)
        now = self.exchange.now_ms()
        for symbol, bar in slot or ():
            post_bar(self.exchange.venue, symbol, bar, now)
            self.exchange.venue.settle(now, "bar")
            self.exchange.commit()
        return slot is not None


async def play(player: Player, every_ms: int) -> None:
    """A step each so many ms, until the candles end."""
    while player.step():
        await asyncio.sleep(every_ms / 1000)


async def walk(exchange: Exchange, every_ms: int) -> None:
    """Move every market's price by a small step each so many ms. The steps are those of the seed."""
    chance = random.Random(exchange.options.seed)  # noqa: S311 - no secret
    while True:
        await asyncio.sleep(every_ms / 1000)
        step(exchange, chance)


def step(exchange: Exchange, chance: random.Random) -> None:
    """Move every market's price once."""
    now = exchange.now_ms()
    for symbol, book in exchange.venue.books.items():
        price = book.price * (PPM + chance.randint(-STEP_PPM, STEP_PPM)) // PPM
        move_price(exchange.venue, symbol, price, now)
        exchange.venue.settle(now, "walk")
        exchange.commit()
