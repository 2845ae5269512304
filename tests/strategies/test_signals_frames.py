"""The day-anchored rule on bars in memory: whoever computes a slot, whenever and however, gets the same signals."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from cryptouniverse.kernel.market import DAY_MS, FundingRates, Timeframe
from strategies.catalog.asking import KEEP, asked_by_day, history_days
from strategies.catalog.beside import Beside, closes_beside, laid_beside
from strategies.catalog.registry import all_strategies, strategy
from strategies.catalog.types import SignalKey, canonical
from strategies.signals.desk import Desk
from strategies.signals.frames import actions_of
from strategies.signals.types import Action
from tests.strategies.markets import START_MS, real_bars, walk

HOUR = Timeframe.H1.ms
MARKETS = {f"binance:{base}/USDT": walk(2000, seed=seed) for seed, base in enumerate(("BTC", "ETH", "SOL"))}
QUICK = {
    "moving_average_cross": {"fast": 3, "slow": 10, "band_bps": 1},
    "rsi_reversion": {"period": 3, "oversold": 40.0, "recovered": 50.0, "stay": 6},
    "donchian_breakout": {"entry": 6, "exit": 3, "patience": 12},
}
EACH = pytest.mark.parametrize("name", QUICK)


def given_key(name="moving_average_cross", instrument_id="binance:BTC/USDT", **parameters):
    resolved = strategy(name).resolve(QUICK[name] | parameters)
    return SignalKey(name, canonical(resolved), instrument_id, Timeframe.H1)


class Archive:
    """Candles in memory behind the port that the desk reads. Shows nothing after `known_to_ms`; counts reads."""

    def __init__(self, markets=None, known_to_ms=2**60):
        self.markets, self.known_to_ms, self.reads = markets or MARKETS, known_to_ms, 0
        self.last_start_ms = 0

    def __call__(self, instrument_ids, timeframe, /, *, start_ms, end_ms):
        self.reads, self.last_start_ms = self.reads + 1, start_ms
        assert timeframe is Timeframe.H1
        found = {name: self.markets[name] for name in instrument_ids if name in self.markets}
        end_ms = min(end_ms, self.known_to_ms + 1)
        return {name: bars[slice(*bars.open_ms.searchsorted([start_ms, end_ms]))] for name, bars in found.items()}


class Counting:
    """The catalogue, counting how often its strategies decide."""

    def __init__(self):
        self.decided = 0

    def __call__(self, name):
        found = strategy(name)

        def decide(bars, **parameters):
            self.decided += 1
            return found.decide(bars, **parameters)

        return replace(found, decide=decide)


def given_desk(archive=None, **options):
    return Desk(**{"read_bars": archive or Archive(), "strategy_of": strategy, "clock_s": lambda: 0.0, **options})


def slots_of_day(number):
    return [START_MS + number * DAY_MS + hour * HOUR for hour in range(24)]


@EACH
def test_candle_by_candle_equals_the_whole_day_at_once(name):
    key, whole = given_key(name), given_desk()
    found = 0
    for slot in [*slots_of_day(30), *slots_of_day(31), *slots_of_day(32)]:
        alone = given_desk(Archive(known_to_ms=slot)).actions_at(
            slot, [key]
        )  # a new process that knows no later candle
        assert whole.actions_at(slot, [key]) == alone
        found += len(alone)
    assert found > 2


@EACH
def test_a_process_that_lives_on_while_candles_arrive_answers_as_one_that_knew_them_all(name):
    key, archive, whole = given_key(name), Archive(), given_desk()
    growing = given_desk(archive)
    for slot in [*slots_of_day(39), *slots_of_day(41)]:
        archive.known_to_ms = slot
        assert growing.actions_at(slot, [key]) == whole.actions_at(slot, [key])


def test_the_bars_of_a_slot_begin_whole_days_before_its_day():
    key, archive = given_key(), Archive()
    start = START_MS + (50 - history_days(10, Timeframe.H1)) * DAY_MS
    for slot in slots_of_day(50):
        given_desk(archive).actions_at(slot, [key])
        assert archive.last_start_ms == start


def counts_bars(bars, **_):
    """A strategy that depends on nothing but where its bars begin: the hardest one to answer alike."""
    return (np.arange(len(bars)) % 5 < 2).astype(np.int8)


def test_even_what_depends_on_where_its_bars_begin_is_answered_alike_by_every_process():
    whole, slots = given_desk(strategy_of=counting_bars), [*slots_of_day(30), *slots_of_day(31)]
    short, long = given_key(slow=10), given_key(slow=60)  # keys of other histories in the same reading
    for slot in slots:
        alone = given_desk(Archive(known_to_ms=slot), strategy_of=counting_bars)
        together = whole.actions_at(slot, [short, long])
        assert together.get(short) == alone.actions_at(slot, [short]).get(short)


def test_a_strategy_that_raises_asks_for_nothing_and_the_others_are_heard():
    def breaks(bars, **_):
        raise ZeroDivisionError

    good, bad = given_key(), given_key("donchian_breakout")
    desk = given_desk(
        strategy_of=lambda name: replace(strategy(name), decide=breaks) if name == bad.strategy else strategy(name)
    )
    together = [desk.actions_at(slot, [good, bad]) for slot in slots_of_day(31)]
    assert together == [given_desk().actions_at(slot, [good]) for slot in slots_of_day(31)]
    assert any(together)


def counting_bars(name):
    return replace(strategy(name), decide=counts_bars)


@pytest.mark.parametrize(
    ("warmup", "timeframe", "days"), [(10, "1h", 3), (6, "1h", 2), (7, "1h", 3), (5, "1d", 21), (1, "1m", 2)]
)
def test_history_is_four_warm_ups_and_a_day_to_spare(warmup, timeframe, days):
    assert history_days(warmup, Timeframe(timeframe)) == days


@EACH
def test_what_is_entered_is_left_again_in_turn(name):
    key, desk = given_key(name), given_desk()
    days = [desk.actions_at(slot, [key]).get(key) for day in range(30, 80) for slot in slots_of_day(day)]
    turns = [action for action in days if action]
    assert len(turns) > 20
    assert all(one != other for one, other in pairwise(turns))


def test_ten_bots_with_one_key_cost_one_decision_a_day():
    counting, archive = Counting(), Archive()
    desk = given_desk(archive, strategy_of=counting)
    for slot in slots_of_day(30):
        desk.actions_at(slot, [given_key() for _ in range(10)])
    assert (counting.decided, archive.reads) == (1, 1)


def test_each_live_candle_costs_one_decision_for_all_bots():
    counting, archive = Counting(), Archive()
    desk = given_desk(archive, strategy_of=counting)
    for archive.known_to_ms in slots_of_day(30)[:5]:
        for _ in range(10):
            desk.actions_at(archive.known_to_ms, [given_key()])
    assert counting.decided == 5


def test_a_candle_that_does_not_come_costs_no_decision():
    counting, archive = Counting(), Archive(known_to_ms=slots_of_day(30)[3])
    desk = given_desk(archive, strategy_of=counting)
    answers = [desk.actions_at(slot, [given_key()]) for slot in slots_of_day(30)[3:]]
    assert counting.decided == 1
    assert not any(answers[1:])


def test_all_instruments_and_parameters_of_a_slot_are_read_at_once():
    archive = Archive()
    keys = [given_key(name, market) for name in QUICK for market in MARKETS] + [given_key(slow=12)]
    given_desk(archive).actions_at(slots_of_day(30)[5], keys)
    assert archive.reads == 1


def test_a_full_desk_forgets_the_oldest_day_and_still_answers_the_same():
    small, large, key = given_desk(kept=1), given_desk(), given_key()
    for slot in [slots_of_day(30)[5], slots_of_day(31)[5], slots_of_day(30)[6]]:
        assert small.actions_at(slot, [key]) == large.actions_at(slot, [key])


def test_a_key_that_cannot_be_computed_silences_no_other():
    good = given_key()
    slot = next(slot for slot in slots_of_day(30) if given_desk().actions_at(slot, [good]))
    bad = [good._replace(strategy="crystal_ball"), good._replace(parameters='{"fast":0}')]
    unlisted = good._replace(instrument_id="binance:NONE/USDT")

    assert list(given_desk().actions_at(slot, [*bad, unlisted, good])) == [good]


def test_an_invented_bar_asks_for_nothing():
    bars = MARKETS["binance:BTC/USDT"][:600]
    gaps = replace(bars, filled=np.ones(len(bars), dtype=bool))
    day_ms = START_MS + 20 * DAY_MS
    parameters = QUICK["moving_average_cross"]

    assert actions_of(strategy("moving_average_cross"), parameters, bars, day_ms=day_ms)
    assert not actions_of(strategy("moving_average_cross"), parameters, gaps, day_ms=day_ms)


def test_a_market_without_candles_asks_for_nothing():
    empty = Archive({"binance:BTC/USDT": MARKETS["binance:BTC/USDT"][:0]})
    assert given_desk(empty).actions_at(START_MS, [given_key()]) == {}


def rates_of(bars, seed=4):
    hours = np.arange(-8, len(bars), 8)
    paid = np.random.default_rng(seed).normal(0, 0.0003, len(hours))
    return FundingRates(bars.open_ms[0] + hours * HOUR, paid)


class Rates:
    """Funding rates in memory behind the port that the desk reads. Counts reads."""

    def __init__(self, markets):
        self.markets, self.reads = markets, 0

    def __call__(self, instrument_ids, /, *, start_ms, end_ms):
        self.reads += 1
        found = {name: self.markets[name] for name in instrument_ids if name in self.markets}
        for name, one in found.items():
            cut = slice(*one.at_ms.searchsorted([start_ms - DAY_MS, end_ms + 1]))
            found[name] = FundingRates(one.at_ms[cut], one.rates[cut])
        return found


@pytest.mark.parametrize("name", all_strategies())
def test_on_real_candles_candle_by_candle_equals_the_whole_day_at_once(name, real_data):
    markets = {f"binance:{base}/USDT": real_bars(real_data, f"{base}-USDT") for base in ("BTC", "SOL")}
    keys = [SignalKey(name, canonical(strategy(name).resolve({})), market, Timeframe.H1) for market in markets]
    rates = Rates({market: rates_of(bars) for market, bars in markets.items()})
    whole = given_desk(Archive(markets), read_funding=rates)
    days = (60, 61, 62, 63) if name in QUICK else (62,)
    for slot in (slot for day in days for slot in slots_of_day(day)):
        alone = given_desk(Archive(markets, known_to_ms=slot), read_funding=rates).actions_at(slot, keys)
        assert whole.actions_at(slot, keys) == alone


def given_correction(archive, slot):
    bars = archive.markets["binance:BTC/USDT"]
    close = bars.close.copy()
    close[: int(bars.open_ms.searchsorted(slot)) + 1 : 2] += 500_000
    archive.markets = archive.markets | {"binance:BTC/USDT": replace(bars, close=close)}


def test_corrected_candles_count_within_the_time_that_a_reading_is_trusted():
    archive, key, slots, wall = Archive(), given_key(), slots_of_day(30), [100.0]
    desk = given_desk(archive, trusted_s=1.0, clock_s=lambda: wall[0])
    before = [desk.actions_at(slot, [key]) for slot in slots]
    given_correction(archive, slots[-1])

    assert [desk.actions_at(slot, [key]) for slot in slots] == before
    wall[0] += 1.0
    after = [desk.actions_at(slot, [key]) for slot in slots]
    assert after == [given_desk(archive).actions_at(slot, [key]) for slot in slots] != before


def test_a_reading_that_found_nothing_new_costs_no_decision():
    counting, wall = Counting(), [100.0]
    desk = given_desk(strategy_of=counting, clock_s=lambda: wall[0])
    for slot in slots_of_day(30):
        wall[0] += 2.0
        desk.actions_at(slot, [given_key()])
    assert counting.decided == 1


def test_a_desk_that_forgot_reads_again():
    archive = Archive()
    desk = given_desk(archive)
    for _ in range(2):
        desk.actions_at(slots_of_day(30)[0], [given_key()])
        desk.forget()
    assert archive.reads == 2


@EACH
def test_becoming_long_enters_and_ceasing_to_be_long_exits(name):
    key, desk, bars = given_key(name), given_desk(), MARKETS["binance:BTC/USDT"]
    stances = strategy(name).stances(bars, QUICK[name])
    for slot in [*slots_of_day(30), *slots_of_day(31), *slots_of_day(32)]:
        now = int(bars.open_ms.searchsorted(slot))
        edge = {1: {key: Action.ENTER_LONG}, -1: {key: Action.EXIT_LONG}, 0: {}}[stances[now] - stances[now - 1]]
        assert desk.actions_at(slot, [key]) == edge


def test_a_desk_keeps_at_least_what_one_slot_needs():
    keys, small, large = [given_key(slow=slow) for slow in range(10, 30)], given_desk(kept=1), given_desk()
    answers = [(small.actions_at(slot, keys), large.actions_at(slot, keys)) for slot in slots_of_day(30)]
    assert all(one == other for one, other in answers)
    assert any(len(one) > 1 for one, _ in answers)


def test_the_last_candle_there_is_is_read_once():
    archive, slot = Archive(known_to_ms=slots_of_day(30)[7]), slots_of_day(30)[7]
    desk = given_desk(archive)
    for _ in range(3):
        desk.actions_at(slot, [given_key()])
    assert archive.reads == 1


def test_a_strategy_that_turns_short_is_flat_for_a_bot():
    instrument_id, bars = next(iter(MARKETS.items()))
    line, desk = strategy("supertrend_follow"), given_desk()
    key = SignalKey(line.name, canonical(line.resolve({})), instrument_id, Timeframe.H1)
    stances = line.stances(bars, {})
    turns = [i for i in range(800, 1900) if stances[i - 1] == 1 and stances[i] == -1]
    assert turns
    for i in turns:
        assert desk.actions_at(int(bars.open_ms[i]), [key]) == {key: Action.EXIT_LONG}


def pair_actions(desk):
    keys = [
        SignalKey(
            "ratio_reversion",
            canonical(strategy("ratio_reversion").resolve({"period": 24, "far": 1.0, "stay": 6})),
            name,
            Timeframe.H1,
        )
        for name in ("binance:SOL/USDT",)
    ]
    return {slot: found for slot in slots_of_day(39) if (found := desk.actions_at(slot, keys))}


def test_what_is_read_beside_a_market_is_read_with_it_and_decided_again_once_it_changed():
    own, other = walk(24 * 40, seed=5, instrument_id="binance:SOL/USDT"), walk(24 * 40, seed=6)
    clock, archive = [0.0], Archive({"binance:SOL/USDT": own, "binance:BTC/USDT": other})
    desk = given_desk(archive, clock_s=lambda: clock[0])
    first = pair_actions(desk)
    chosen, day_ms = strategy("ratio_reversion"), START_MS + 39 * DAY_MS
    asked = asked_by_day(
        chosen,
        chosen.resolve({"period": 24, "far": 1.0, "stay": 6}),
        own,
        start_ms=day_ms,
        beside=Beside(closes_beside(own, other)),
    )
    assert first and len(first) == int((asked != KEEP).sum())

    archive.markets["binance:BTC/USDT"] = replace(
        other, close=other.close[::-1].copy(), low=other.low // 2, high=other.high * 2
    )
    clock[0] = 10.0
    assert pair_actions(desk) != first

    del archive.markets["binance:BTC/USDT"]
    clock[0] = 20.0
    assert pair_actions(desk) == {}, "without it, it asks for nothing"


UNPAID = SignalKey(
    "unpaid_trend",
    canonical(strategy("unpaid_trend").resolve({"trend": 12, "period": 8, "usual_bps": 0.5})),
    "binance:BTC/USDT",
    Timeframe.H1,
)


def funded_actions(desk, day=39):
    return {slot: found for slot in slots_of_day(day) if (found := desk.actions_at(slot, [UNPAID]))}


def test_funding_is_read_with_the_bars_in_one_read_and_decided_again_once_it_changed():
    own, clock = MARKETS[UNPAID.instrument_id], [0.0]
    rates = Rates({UNPAID.instrument_id: rates_of(own)})
    desk = given_desk(clock_s=lambda: clock[0], read_funding=rates)
    first = funded_actions(desk)
    chosen, day_ms = strategy(UNPAID.strategy), START_MS + 39 * DAY_MS
    beside = laid_beside(chosen.needs, own, funding=rates.markets[UNPAID.instrument_id])
    asked = asked_by_day(chosen, json.loads(UNPAID.parameters), own, start_ms=day_ms, beside=beside)[:24]
    assert first and rates.reads == 1
    assert len(first) == int((asked != KEEP).sum())

    rates.markets = {UNPAID.instrument_id: rates_of(own, seed=5)}
    clock[0] = 10.0
    assert funded_actions(desk) != first

    rates.markets = {}
    clock[0] = 20.0
    assert funded_actions(desk) == {}, "without it, it asks for nothing"
    assert funded_actions(given_desk()) == {}


def test_rates_are_read_by_those_alone_that_need_them():
    rates = Rates({})
    given_desk(read_funding=rates).actions_at(slots_of_day(30)[5], [given_key()])
    assert rates.reads == 0


def test_once_rates_are_stale_what_is_held_is_left_and_nothing_is_entered():
    known = rates_of(MARKETS[UNPAID.instrument_id])
    whole, held = given_desk(read_funding=Rates({UNPAID.instrument_id: known})), False
    for slot in (slot for day in range(39, 70) for slot in slots_of_day(day)):
        turn = whole.actions_at(slot, [UNPAID]).get(UNPAID)
        held = turn is Action.ENTER_LONG or (held and turn is None)
        if held and slot % DAY_MS == 0:
            break
    assert held
    until = known.at_ms <= slot
    ended = given_desk(read_funding=Rates({UNPAID.instrument_id: FundingRates(known.at_ms[until], known.rates[until])}))
    after = [ended.actions_at(slot + hour * HOUR, [UNPAID]).get(UNPAID) for hour in range(72)]
    assert Action.EXIT_LONG in after[:26] and not any(after[26:])
