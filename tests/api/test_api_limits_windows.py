"""Sliding windows: exact in time and among many at once; an address that misbehaves is held short."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from cryptouniverse.api.limits import CountingFailedError, Window, count, count_locally, forget_counts
from cryptouniverse.kernel import clock
from tests.api.limits_stage import low_limits, redis_away

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
HOME = "198.51.100.7"


def asked(tenant, *windows, at=0.0, faults=0, address=HOME):
    moment = NOON + timedelta(seconds=at)
    return count(tenant=tenant, address=address, windows=windows, faults=faults, now=moment)


def test_of_400_calls_at_once_exactly_as_many_pass_as_may():
    window, tenant = Window("user:1", 137, 900), uuid4()

    with ThreadPoolExecutor(32) as threads:
        counts = list(threads.map(lambda _: count(tenant=tenant, address=HOME, windows=[window]), range(400)))

    assert sum(one.admitted for one in counts) == 137
    assert sorted(one.remaining for one in counts if one.admitted) == list(range(137))


def test_a_place_is_free_again_when_its_call_leaves_the_window_and_not_before():
    window, tenant = Window("user:1", 2, 900), uuid4()
    asked(tenant, window, at=0)
    asked(tenant, window, at=600)

    full = asked(tenant, window, at=899.999)
    again = asked(tenant, window, at=900)

    assert (full.admitted, full.remaining, full.reset_s) == (False, 0, 1)
    assert (again.admitted, again.remaining, again.reset_s) == (True, 0, 600)


def test_what_is_refused_takes_no_place():
    window, tenant = Window("user:1", 1, 900), uuid4()
    asked(tenant, window)

    assert not any(asked(tenant, window, at=second).admitted for second in range(1, 900, 100))
    assert asked(tenant, window, at=900).admitted


def test_a_call_passes_all_its_windows_or_is_counted_in_none():
    wide, narrow, tenant = Window("user:1", 10, 900), Window("key:1", 1, 900), uuid4()
    asked(tenant, wide, narrow)

    assert not asked(tenant, wide, narrow).admitted
    assert asked(tenant, wide).remaining == 8


def test_tenants_and_callers_do_not_count_for_each_other():
    one, other, tenant = Window("user:1", 1, 900), Window("user:2", 1, 900), uuid4()

    assert all(asked(*who).admitted for who in ((tenant, one), (tenant, other), (uuid4(), one)))
    assert not asked(tenant, one).admitted


@given(st.lists(st.integers(0, 400), min_size=1, max_size=60), st.integers(1, 6))
def test_no_span_of_time_ever_holds_more_than_the_limit(gaps, limit):
    window, tenant, second, passed = Window("user:1", limit, 900), uuid4(), 0, []

    for gap in gaps:
        second += gap
        room = sum(one > second - 900 for one in passed) < limit
        assert asked(tenant, window, at=second).admitted is room
        if room:
            passed.append(second)


def test_an_address_that_earns_too_many_refusals_has_half_of_every_limit_for_a_while():
    window, tenant = Window("user:1", 10, 900), uuid4()
    with low_limits(faults=20):
        assert asked(tenant, window, faults=19).limit == 10

        held = asked(tenant, window, at=1, faults=1)

        assert (held.short, held.limit) == (True, 5)
        assert asked(tenant, window, at=2).limit == 5
        assert asked(tenant, window, at=2, address="198.51.100.8").limit == 10


def test_calls_beyond_the_limit_are_refusals_as_well():
    window, tenant = Window("address:1", 4, 900), uuid4()
    with low_limits(faults=3):
        held = [asked(tenant, window, at=number).short for number in range(8)]

    assert held == [False] * 7 + [True]


def test_without_redis_nothing_is_counted_there_and_it_is_not_asked_twice_in_a_row():
    window, reachable = Window("user:1", 1, 900), settings.REDIS_URL
    with redis_away():
        with pytest.raises(CountingFailedError):
            asked(uuid4(), window)
        with override_settings(REDIS_URL=reachable):
            with pytest.raises(CountingFailedError):
                asked(uuid4(), window)
            forget_counts()
            assert asked(uuid4(), window).admitted


def test_the_local_count_is_a_sliding_window_as_well():
    window, tenant = Window("user:1", 2, 900), uuid4()

    def at(second):
        with clock.at(NOON + timedelta(seconds=second)):
            return count_locally(tenant=tenant, windows=[window])

    assert [at(second).admitted for second in (0, 600, 899, 900, 901)] == [True, True, False, True, False]
    assert at(902).reset_s == 598
