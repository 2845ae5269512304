"""The simulated market: candles made from a seed, for a machine without data or internet. Pure.

A geometric random walk with changing regimes, clustered volatility, fat tails and a market that moves its coins
together. Made in blocks: a block depends on (seed, instrument, block number) and on the last close before it, and on
nothing else, so that the series never ends, and grown in any number of pieces is the same to the last digit.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from cryptouniverse.kernel.market import Floats, Ints, Timeframe
from trading.marketdata.types import CandleColumns

VENUE = "sim"
SEED = 20_240_101
EPOCH_MS = 1_704_067_200_000  # 2024-01-01 UTC: the first candle of every simulated instrument
TIMEFRAME = Timeframe.H1
BLOCK = 96  # candles in a block; a regime lasts one block
FUNDING_HOURS = 8  # between two funding rates
_DEAREST = 0.0075  # the most that a funding rate is, either way
_STEPS = 12  # moves inside a candle, which give it its high and low
_MEMORY = 0.94  # how much of one candle's excess volatility the next one keeps
_FREEDOM = 4  # of Student's t: fat tails
_PULL = 0.15  # how much of the way back to its usual price a block drifts: no coin runs to zero or to the moon

# regime: chance, drift a candle, volatility a candle
_REGIMES = ((0.30, 0.0012, 0.006), (0.25, -0.0012, 0.007), (0.35, 0.0, 0.004), (0.10, -0.0004, 0.015))


@dataclass(frozen=True, slots=True)
class SimulatedCoin:
    """A coin of the simulated market. price: where it starts and is pulled to. beta: how it follows the market."""

    base: str
    price: float
    tick: Decimal
    step: Decimal
    beta: float
    volume: float

    @property
    def id(self) -> str:
        """The instrument's id, such as "sim:BTC/USDT"."""
        return f"{VENUE}:{self.base}/USDT"


COINS = (
    SimulatedCoin("BTC", 42_000.0, Decimal("0.01"), Decimal("0.00001"), 0.8, 1_200.0),
    SimulatedCoin("ETH", 2_300.0, Decimal("0.01"), Decimal("0.0001"), 1.0, 14_000.0),
    SimulatedCoin("SOL", 100.0, Decimal("0.01"), Decimal("0.001"), 1.4, 160_000.0),
    SimulatedCoin("XRP", 0.62, Decimal("0.0001"), Decimal("0.1"), 1.1, 9_000_000.0),
    SimulatedCoin("DOGE", 0.09, Decimal("0.00001"), Decimal("1"), 1.3, 40_000_000.0),
    SimulatedCoin("LTC", 72.0, Decimal("0.01"), Decimal("0.001"), 1.0, 25_000.0),
)


def simulated_block(coin: SimulatedCoin, number: int, *, seed: int, last_close: float) -> CandleColumns:
    """Block `number` (from 0) of `coin`: BLOCK hourly candles after a close at `last_close`, on the coin's tick."""
    market, own = _source(seed, "market", number), _source(seed, coin.id, number)
    drift, volatility = _regime(market)
    shape = (BLOCK, _STEPS)
    scale = volatility * _clustering(market)[:, None] / np.sqrt(_STEPS)
    noise = coin.beta * market.standard_t(_FREEDOM, shape) + 0.6 * own.standard_t(_FREEDOM, shape)
    back = -_PULL * np.log(last_close / coin.price) / BLOCK
    moves = (coin.beta * drift + back) / _STEPS + scale * noise / np.sqrt(2)
    path = last_close * np.exp(np.cumsum(moves)).reshape(shape)
    return _candles(coin, number, path, last_close, scale[:, 0] / volatility, own)


def simulated_funding(open_ms: Ints, open_: Floats, close: Floats) -> tuple[Ints, Floats]:
    """What perpetuals of a simulated coin cost: the moments (UTC ms) and rates, as its hourly candles make them.

    Set at the close of every eighth hour that has its eight candles: 0.01%, and a fiftieth of what the price moved in
    them, for who follows the crowd pays; 0.75% at most either way, to eight places.
    """
    ends = np.arange(FUNDING_HOURS - 1, len(open_ms))
    whole = open_ms[ends] - open_ms[ends - FUNDING_HOURS + 1] == (FUNDING_HOURS - 1) * TIMEFRAME.ms
    ends = ends[whole & ((open_ms[ends] + TIMEFRAME.ms) % (FUNDING_HOURS * TIMEFRAME.ms) == 0)]
    moved = close[ends] / open_[ends - FUNDING_HOURS + 1] - 1
    return open_ms[ends] + TIMEFRAME.ms, np.round(np.clip(0.0001 + moved / 50, -_DEAREST, _DEAREST), 8)


def _candles(
    coin: SimulatedCoin, number: int, path: Floats, last_close: float, heat: Floats, own: np.random.Generator
) -> CandleColumns:
    tick = float(coin.tick)
    on_tick = np.maximum(np.rint(path / tick), 1)
    closes = on_tick[:, -1]
    opens = np.concatenate([[np.rint(last_close / tick)], closes[:-1]])
    highs = np.maximum(on_tick.max(axis=1), opens)
    lows = np.minimum(on_tick.min(axis=1), opens)
    moved = 1 + 60 * (highs - lows) / opens
    volume = coin.volume * moved * (0.5 + heat) * own.lognormal(0.0, 0.35, BLOCK)
    index = number * BLOCK + np.arange(BLOCK, dtype=np.int64)
    per_unit = float(1 / coin.tick)
    opens, highs, lows, closes = (column / per_unit for column in (opens, highs, lows, closes))
    return CandleColumns(EPOCH_MS + index * TIMEFRAME.ms, opens, highs, lows, closes, np.round(volume, 3))


def _source(seed: int, name: str, number: int) -> np.random.Generator:
    digest = hashlib.sha256(f"{seed}|{name}|{number}".encode()).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest[:16], "little")))


def _regime(market: np.random.Generator) -> tuple[float, float]:
    chances = [chance for chance, _, _ in _REGIMES]
    _, drift, volatility = _REGIMES[int(market.choice(len(_REGIMES), p=chances))]
    return drift, volatility


def _clustering(market: np.random.Generator) -> Floats:
    """Volatility of each candle over the regime's: an autoregression in logarithms, so that storms come in groups."""
    shocks = market.normal(0.0, 0.22, BLOCK)
    weights = _MEMORY ** np.arange(BLOCK)
    log_heat = np.convolve(shocks, weights)[:BLOCK]
    return np.asarray(np.exp(log_heat), dtype=np.float64)
