"""Protections lock as freqtrade's do: names, parameters and times; a lock that began lasts, whatever comes after."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trading.risk.errors import BadProtection
from trading.risk.protections import METHODS, Closed, locked_until, reaches_back_ms
from trading.risk.protections.max_drawdown import drawdown
from trading.risk.protections.reading import read_protections

HOUR = 3_600_000
DAY = 24 * HOUR
BTC, ETH = "sim:BTC/USDT", "sim:ETH/USDT"
COOLDOWN = {"method": "CooldownPeriod", "stop_duration_candles": 2}
GUARD = {
    "method": "StoplossGuard",
    "lookback_period_candles": 24,
    "trade_limit": 2,
    "stop_duration_candles": 4,
    "required_profit": "0",
}
DRAWDOWN = {
    "method": "MaxDrawdown",
    "lookback_period_candles": 48,
    "trade_limit": 3,
    "stop_duration_candles": 12,
    "max_allowed_drawdown": "0.2",
}
LOW = {
    "method": "LowProfitPairs",
    "lookback_period_candles": 6,
    "trade_limit": 2,
    "stop_duration": 60,
    "required_profit": "0.02",
}


def closed(hour, profit="-0.01", *, of=BTC, stopped=True):
    return Closed(of, hour * HOUR, Decimal(profit), stopped)


def until_hour(settings_, closes, *, at, of=BTC):
    """The hour at which a lock on `of` ends that is met at hour `at`, or None."""
    [protection] = read_protections([settings_])
    until_ms = locked_until(protection, closes, instrument_id=of, at_ms=at * HOUR, candle_ms=HOUR)
    return until_ms and until_ms // HOUR


@pytest.mark.parametrize(
    ("settings_", "closes", "at", "of", "ends"),
    [
        # two candles after the one in which it was closed; the pair alone
        (COOLDOWN, [closed(10, "0.1", stopped=False)], 11, BTC, 13),
        (COOLDOWN, [closed(10)], 12, BTC, 13),
        (COOLDOWN, [closed(10)], 13, BTC, None),
        (COOLDOWN, [closed(10)], 11, ETH, None),
        # until 08:00 of the same day, or of the next
        ({"method": "CooldownPeriod", "unlock_at": "08:00"}, [closed(3)], 7, BTC, 9),
        ({"method": "CooldownPeriod", "unlock_at": "08:00"}, [closed(9)], 20, BTC, 33),
        # stops only, and only those that lost more than is asked for; everything is locked
        (GUARD, [closed(10), closed(12)], 13, ETH, 17),
        (GUARD, [closed(10), closed(12, stopped=False)], 13, BTC, None),
        (GUARD, [closed(10), closed(12, "0.001")], 13, BTC, None),
        (GUARD, [closed(10), closed(34)], 35, BTC, None),  # 24 candles back, not counting the 24th
        (GUARD, [closed(10), closed(33)], 34, BTC, 38),
        ({**GUARD, "only_per_pair": True}, [closed(10), closed(12)], 13, ETH, None),
        ({**GUARD, "only_per_pair": True}, [closed(10), closed(12)], 13, BTC, 17),
        # the deepest fall of the sum, not the sum itself
        (DRAWDOWN, [closed(1, "0.5"), closed(2, "-0.1"), closed(3, "-0.15")], 4, ETH, 16),
        (DRAWDOWN, [closed(1, "0.5"), closed(2, "-0.1"), closed(3, "-0.1")], 4, ETH, None),
        (DRAWDOWN, [closed(2, "-0.5"), closed(3, "-0.5")], 4, ETH, None),
        # too little earned by the pair
        (LOW, [closed(5, "0.01"), closed(6, "0.005")], 7, BTC, 8),
        (LOW, [closed(5, "0.01"), closed(6, "0.01")], 7, BTC, None),
        (LOW, [closed(5, "-0.5"), closed(6, "0.01", of=ETH)], 7, BTC, None),
    ],
)
def test_it_locks_when_and_as_long_as_it_should(settings_, closes, at, of, ends):
    assert until_hour(settings_, closes, at=at, of=of) == ends


def test_where_nothing_is_said_an_hour_counts_and_locks():
    [guard] = read_protections([{"method": "LowProfitPairs"}])

    assert (guard.lookback_ms(60_000), guard.lasts_ms(60_000)) == (HOUR, HOUR)


def test_a_drawdown_is_counted_from_the_best_point_and_that_is_zero_at_first():
    profits = ["-0.1", "0.3", "-0.05", "-0.2", "0.4"]

    assert drawdown([closed(hour, profit) for hour, profit in enumerate(profits)]) == Decimal("0.25")
    assert drawdown([closed(1, "-0.1")]) == Decimal("0.1")


CLOSES = st.lists(
    st.builds(
        Closed,
        st.sampled_from([BTC, ETH]),
        st.integers(0, 60).map(lambda hour: hour * HOUR),
        st.integers(-20, 20).map(lambda percent: Decimal(percent) / 100),
        st.booleans(),
    ),
    max_size=15,
)
SETTINGS = st.fixed_dictionaries(
    {"lookback_period_candles": st.integers(1, 20), "stop_duration_candles": st.integers(1, 20)}
)


@settings(max_examples=100)
@given(st.sampled_from(sorted(METHODS)), SETTINGS, st.integers(1, 4), st.booleans(), CLOSES, st.integers(0, 100))
def test_who_asks_later_finds_the_locks_that_were_set_at_each_close(method, said, limit, per_pair, closes, at):
    takes = METHODS[method].takes
    may = {
        **said,
        "trade_limit": limit,
        "required_profit": "0.01",
        "max_allowed_drawdown": "0.1",
        "only_per_pair": per_pair,
    }
    sent = {"method": method, **{k: v for k, v in may.items() if k in takes | {"stop_duration_candles"}}}
    [protection] = read_protections([sent])

    lookback, lasts = said["lookback_period_candles"] * HOUR, said["stop_duration_candles"] * HOUR
    known = [one for one in closes if one.closed_ms <= at * HOUR]
    locks = []  # as freqtrade keeps them: set when something is closed, for the pair or for all
    for now in sorted({one.closed_ms for one in known}):
        for pair in {one.instrument_id for one in known if one.closed_ms == now}:
            for lock_pair in (pair, None):
                of_pair = [o for o in known if o.closed_ms <= now and (lock_pair is None or o.instrument_id == pair)]
                window = [o for o in of_pair if o.closed_ms > now - lookback]
                guilty = []
                if method == "CooldownPeriod" and lock_pair:
                    guilty = [o for o in of_pair if o.closed_ms == now]
                elif method == "StoplossGuard" and bool(lock_pair) is per_pair:
                    stops = [o for o in window if o.stopped and o.profit < Decimal("0.01")]
                    guilty = stops if len(stops) >= limit else []
                elif method == "LowProfitPairs" and lock_pair and len(window) >= limit:
                    guilty = window if sum(o.profit for o in window) < Decimal("0.01") else []
                elif method == "MaxDrawdown" and not lock_pair and len(window) >= limit:
                    ordered = sorted(window, key=lambda o: o.closed_ms)
                    guilty = window if drawdown(ordered) > Decimal("0.1") else []
                if guilty:
                    locks.append((lock_pair, max(o.closed_ms for o in guilty) + lasts + HOUR))

    for pair in (BTC, ETH):
        mine = [until for of, until in locks if of in {None, pair} and until > at * HOUR]
        reach = reaches_back_ms([protection], HOUR)
        near = [one for one in closes if one.closed_ms >= at * HOUR - reach]
        assert locked_until(protection, near, instrument_id=pair, at_ms=at * HOUR, candle_ms=HOUR) == max(
            mine, default=None
        )


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"method": "Nonsense"},
        {"method": "CooldownPeriod", "trade_limit": 3},
        {"method": "CooldownPeriod", "stop_duration": 5, "stop_duration_candles": 5},
        {"method": "CooldownPeriod", "stop_duration": 5, "unlock_at": "08:00"},
        {"method": "CooldownPeriod", "unlock_at": "8"},
        {"method": "CooldownPeriod", "unlock_at": "24:00"},
        {"method": "CooldownPeriod", "stop_duration": 0},
        {"method": "CooldownPeriod", "stop_duration": True},
        {"method": "CooldownPeriod", "stop_duration": "5"},
        {"method": "CooldownPeriod", "stop_duration_candles": 10_001},
        {"method": "LowProfitPairs", "lookback_period": 5, "lookback_period_candles": 5},
        {"method": "LowProfitPairs", "required_profit": "NaN"},
        {"method": "LowProfitPairs", "required_profit": "much"},
        {"method": "MaxDrawdown", "max_allowed_drawdown": "-0.1"},
        {"method": "MaxDrawdown", "max_allowed_drawdown": "Infinity"},
        {"method": "StoplossGuard", "only_per_pair": "yes"},
        {"method": "StoplossGuard", "speed": 5},
    ],
)
def test_what_contradicts_itself_is_refused_with_its_place(sent):
    with pytest.raises(BadProtection) as refused:
        read_protections([COOLDOWN, sent])

    assert refused.value.facts["number"] == 2


def test_what_was_read_is_told_and_read_again():
    for sent in (COOLDOWN, GUARD, DRAWDOWN, LOW):
        [protection] = read_protections([sent])
        assert protection.told() == sent
        assert read_protections([protection.told()]) == (protection,)
