"""Days of candles as bytes: the same to the last digit, and damage is seen."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cryptouniverse.kernel.market import DAY_MS, Timeframe
from trading.marketdata.packing import TickColumns, checksum_of, pack_days, unpack_days

SPANS = {Timeframe.M1: 1440 * 2, Timeframe.H1: 24 * 40, Timeframe.D1: 400}


def _series(timeframe: Timeframe, slots: list[int], low: int, width: int) -> TickColumns:
    noise = np.random.default_rng(len(slots))
    prices = noise.integers(low, low + width, (4, len(slots)), endpoint=True)
    opens = 19_000 * DAY_MS + np.array(slots, dtype=np.int64) * timeframe.ms
    return TickColumns(opens, prices[0], prices.max(axis=0), prices.min(axis=0), prices[3], noise.random(len(slots)))


@settings(max_examples=60, deadline=None)
@given(
    timeframe=st.sampled_from(sorted(SPANS)),
    low=st.integers(1, 2**52),
    width=st.integers(0, 2**40),
    keep=st.floats(0.02, 1.0),
)
def test_what_is_packed_comes_back_to_the_last_digit(timeframe, low, width, keep):
    slots = np.flatnonzero(np.random.default_rng(width).random(SPANS[timeframe]) < keep).tolist() or [0]
    series = _series(timeframe, slots, low, width)

    back = unpack_days(pack_days(series, timeframe), timeframe)

    for before, after in zip(series.columns(), back.columns(), strict=True):
        assert before.dtype == after.dtype
        assert np.array_equal(before, after)


def test_a_whole_day_needs_no_flags_and_a_day_with_a_hole_has_one_bit_a_slot():
    whole, holed = pack_days(_series(Timeframe.H1, [s for s in range(48) if s != 30], 100, 50), Timeframe.H1)

    assert (whole.count, whole.present) == (24, b"")
    assert (holed.count, holed.present) == (23, bytes([0b11111101, 0xFF, 0xFF]))


def test_a_day_takes_24_bytes_a_candle_and_40_only_where_its_range_needs_them():
    calm, wild = (_series(Timeframe.H1, list(range(24)), 5, width) for width in (2**31, 2**40))

    assert len(pack_days(calm, Timeframe.H1)[0].packed) == 24 * 24
    assert len(pack_days(wild, Timeframe.H1)[0].packed) == 24 * 40


@pytest.mark.parametrize("field", ["day", "count", "floor", "present", "packed"])
def test_any_change_of_a_stored_day_changes_its_checksum(field):
    day = pack_days(_series(Timeframe.H1, list(range(20)), 100, 50), Timeframe.H1)[0]
    stored = {name: getattr(day, name) for name in ("day", "count", "floor", "present", "packed")}
    value = stored[field]
    damaged = stored | {field: value + 1 if isinstance(value, int) else bytes([value[0] ^ 1]) + value[1:]}

    assert checksum_of(Timeframe.H1, **stored) == day.checksum
    assert checksum_of(Timeframe.H1, **damaged) != day.checksum
    assert checksum_of(Timeframe.H2, **stored) != day.checksum
