"""The simulated market: invented, marked, and the same for everybody who has the seed."""

import numpy as np
import pytest

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.market import DAY_MS, Timeframe
from trading.marketdata.files import checked
from trading.marketdata.selectors import bars_of, bars_of_many, coverage, instrument, instruments
from trading.marketdata.services import simulate_market
from trading.marketdata.simulation import BLOCK, COINS, EPOCH_MS, SEED, simulated_block
from trading.marketdata.types import FOREVER_MS

BTC = COINS[0]


def _blocks(coin, count: int, seed: int = SEED):
    close, blocks = coin.price, []
    for number in range(count):
        blocks.append(simulated_block(coin, number, seed=seed, last_close=close))
        close = float(blocks[-1].close[-1])
    return blocks


@pytest.mark.parametrize("coin", COINS, ids=lambda coin: coin.base)
def test_simulated_candles_are_candles(coin):
    for block in _blocks(coin, 20):
        assert checked(block, Timeframe.H1) is block
        assert block.volume.min() > 0


def test_the_same_seed_gives_the_same_block_and_another_seed_another():
    one, same, other = (simulated_block(BTC, 3, seed=seed, last_close=42_000.0) for seed in (1, 1, 2))

    assert np.array_equal(one.close, same.close)
    assert not np.array_equal(one.close, other.close)


def test_each_candle_opens_where_the_last_one_closed():
    closes, opens = (np.concatenate([getattr(b, name) for b in _blocks(BTC, 4)]) for name in ("close", "open"))

    assert np.array_equal(opens[1:], closes[:-1])


def test_it_behaves_like_a_market():
    closes = {coin.base: np.concatenate([b.close for b in _blocks(coin, 80)]) for coin in COINS}
    btc, eth = (np.diff(np.log(closes[base])) for base in ("BTC", "ETH"))

    assert 0.004 < btc.std() < 0.02  # an hour's volatility
    assert np.mean((btc - btc.mean()) ** 4) / btc.var() ** 2 > 5  # fat tails
    assert np.corrcoef(np.abs(btc[1:]), np.abs(btc[:-1]))[0, 1] > 0.15  # calm follows calm, storms follow storms
    assert 0.4 < np.corrcoef(btc, eth)[0, 1] < 0.95  # coins move together
    assert all(price.min() / price[0] > 0.2 and price.max() / price[0] < 5 for price in closes.values())


@pytest.mark.django_db
def test_a_market_grown_in_pieces_is_the_one_grown_at_once():
    names = [coin.id for coin in COINS]
    for days in (1, 10, 10, 25):
        simulate_market(until_ms=EPOCH_MS + days * DAY_MS)

    stored = bars_of_many(names, Timeframe.H1, start_ms=0, end_ms=FOREVER_MS)

    for coin in COINS:
        whole = np.concatenate([block.close for block in _blocks(coin, 7)])
        assert np.array_equal(stored[coin.id].close, np.rint(whole / float(coin.tick)))


@pytest.mark.django_db
def test_its_instruments_are_marked_as_simulated_and_reach_as_far_as_asked():
    simulate_market(until_ms=EPOCH_MS + 9 * DAY_MS)

    assert {coin.id for coin in COINS} == instruments().keys()
    assert all(one.simulated for one in instruments().values())
    assert coverage(BTC.id, Timeframe.H1).count == 3 * BLOCK
    assert coverage(BTC.id, Timeframe.H1).gaps == []


@pytest.mark.django_db
def test_its_time_may_run_ahead_of_ours():
    with clock.at(clock.from_ms(EPOCH_MS)):
        simulate_market(until_ms=EPOCH_MS + DAY_MS)

    assert len(bars_of(BTC.id, Timeframe.H1, start_ms=0, end_ms=FOREVER_MS)) == BLOCK
    assert instrument(BTC.id).venue == "sim"
