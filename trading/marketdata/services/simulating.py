"""Growing the simulated market: as far as it is asked for, without end."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
from django.db import transaction

from cryptouniverse.kernel.market import Bars, FundingRates
from trading.marketdata.selectors import bars_of, coverage, funding_spans, instruments
from trading.marketdata.services.funding import store_funding
from trading.marketdata.simulation import (
    BLOCK,
    COINS,
    EPOCH_MS,
    SEED,
    TIMEFRAME,
    SimulatedCoin,
    simulated_block,
    simulated_funding,
)
from trading.marketdata.store import Listing, store_candles
from trading.marketdata.types import FOREVER_MS, CandleColumns, MarketSource

_BLOCK_MS = BLOCK * TIMEFRAME.ms


@transaction.atomic
def simulate_market(*, until_ms: int, seed: int = SEED) -> None:
    """Give the simulated coins every candle that opens before `until_ms`, and the funding rates that follow from them:
    what is there stays, what lacks is grown on.

    The same seed gives the same candles, however many calls it took.
    """
    for coin in COINS:
        _grow(coin, until_ms, seed)
    _grow_funding()


def simulated_bars(*, candles: int, coin: int = 0, seed: int = SEED) -> Bars:
    """The first `candles` of one of the simulated `COINS`, as they would be stored; nothing is read or written."""
    chosen, blocks = COINS[coin], list[CandleColumns]()
    close = chosen.price
    while len(blocks) * BLOCK < candles:
        blocks.append(simulated_block(chosen, len(blocks), seed=seed, last_close=close))
        close = float(blocks[-1].close[-1])
    whole = {name: np.concatenate([getattr(block, name) for block in blocks]) for name in CandleColumns.__slots__}
    prices = ("open", "high", "low", "close")
    ticks = {name: np.rint(whole[name] / float(chosen.tick)).astype(np.int64) for name in prices}
    columns = {"open_ms": whole["open_ms"], **ticks, "volume": whole["volume"]}
    filled = np.zeros(len(whole["open_ms"]), dtype=np.bool_)
    return Bars(chosen.id, TIMEFRAME, chosen.tick, **columns, filled=filled)[:candles]


def funding_made_by(bars: Bars) -> FundingRates:
    """The funding rates that simulated hourly candles make; nothing is read or written."""
    return FundingRates(*simulated_funding(bars.open_ms, bars.open_f, bars.close_f))


def _grow(coin: SimulatedCoin, until_ms: int, seed: int) -> None:
    number, close = _end_of(coin)
    blocks: list[CandleColumns] = []
    while EPOCH_MS + number * _BLOCK_MS < until_ms:
        blocks.append(simulated_block(coin, number, seed=seed, last_close=close))
        number, close = number + 1, float(blocks[-1].close[-1])
    if blocks:
        columns = [np.concatenate([getattr(block, name) for block in blocks]) for name in CandleColumns.__slots__]
        store_candles(listing=_listing(coin), timeframe=TIMEFRAME, candles=CandleColumns(*columns))


def _grow_funding() -> None:
    """Every rate that the stored candles make and that is not stored."""
    known = funding_spans([coin.id for coin in COINS])
    for coin in COINS:
        since_ms = known[coin.id].last_ms if coin.id in known else EPOCH_MS
        bars = bars_of(coin.id, TIMEFRAME, start_ms=since_ms, end_ms=FOREVER_MS)
        made = funding_made_by(bars)
        moments = [(at, Decimal(str(rate))) for at, rate in zip(made.at_ms.tolist(), made.rates.tolist(), strict=True)]
        store_funding(instrument_id=coin.id, moments=moments, source=MarketSource.SIMULATED)


def _end_of(coin: SimulatedCoin) -> tuple[int, float]:
    """The number of the next block to make, and the close before it."""
    if coin.id not in instruments([coin.id]):
        return 0, coin.price
    last_ms = coverage(coin.id, TIMEFRAME).last_ms
    bars = bars_of(coin.id, TIMEFRAME, start_ms=last_ms, end_ms=last_ms + 1)
    return (last_ms - EPOCH_MS) // _BLOCK_MS + 1, float(bars.close_f[-1])


def _listing(coin: SimulatedCoin) -> Listing:
    return Listing(coin.id, coin.base, "USDT", MarketSource.SIMULATED, coin.tick, coin.step)
