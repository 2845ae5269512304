"""Workers killed at every statement, a receiver that fails at random, events delivered again: nothing is lost."""

import os

import pytest

from tests.accounts.webhooks_storm import weathered

FULL = bool(os.environ.get("CU_SOAK"))


@pytest.mark.soak
def test_nothing_is_lost_and_ids_are_stable(fresh_tenant):
    _holds(weathered(fresh_tenant, events=8, kills=44), events=8, kills=25)


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_nothing_is_lost_in_a_long_storm(fresh_tenant):
    events, kills = (10_000, 400) if FULL else (60, 60)
    _holds(weathered(fresh_tenant, events=events, kills=kills), events=events, kills=kills // 2)


def _holds(found, *, events, kills):
    assert found["killed"] >= kills and found["twice"] > 0, found  # killed between sending and writing it down
    assert (found["unverified"], found["lost"], found["foreign"]) == ([], set(), set())
    assert found["deliveries"] == events
    assert found["different"] == 0  # one id and one body for each event, at every attempt
    assert found["unwritten"] == 0  # no message left before its attempt was written down
