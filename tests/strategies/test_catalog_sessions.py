"""UTC days inside a series of hours: where they begin and end, and what holds until their end."""

from __future__ import annotations

import numpy as np

from strategies.catalog.sessions import first_of_day, hours_of, last_of_day, seen_whole, since
from tests.strategies.markets import START_MS, bars_from

HOURS = np.array([22, 23, 24, 25, 46, 47, 48, 50])  # of three days; the first is not seen from its beginning


def given_hours(hours=HOURS):
    flat = np.full(len(hours), 100.0)
    return bars_from(START_MS + 3_600_000 * np.asarray(hours), flat, flat, flat, flat, np.ones(len(hours)))


def test_each_bar_knows_the_first_one_of_its_day():
    assert first_of_day(given_hours()).tolist() == [0, 0, 2, 2, 2, 2, 6, 6]
    assert hours_of(given_hours().open_ms).tolist() == [22, 23, 0, 1, 22, 23, 0, 2]


def test_a_day_is_whole_if_it_was_seen_from_midnight():
    bars = given_hours()
    assert seen_whole(bars, first_of_day(bars)).tolist() == [False] * 2 + [True] * 6
    assert seen_whole(bars[2:], first_of_day(bars[2:])).all()


def test_what_happened_holds_until_the_day_ends_and_not_longer():
    bars = given_hours()
    happened = np.array([False, True, False, True, False, False, False, False])
    assert since(happened, first_of_day(bars)).tolist() == [False, True, False, True, True, True, False, False]


def test_the_last_bar_of_a_day_is_the_one_before_midnight():
    assert last_of_day(given_hours()).tolist() == [False, True, False, False, False, True, False, False]


def test_without_bars_there_is_no_day():
    empty = given_hours([])
    assert not len(first_of_day(empty)) and not len(last_of_day(empty))
