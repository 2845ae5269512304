"""Bots made at the same moment, over connections of their own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from cryptouniverse.kernel.market import Timeframe
from cryptouniverse.kernel.tenancy import in_tenant
from strategies.bots.models import Bot
from strategies.bots.services import create_bot
from tests.strategies.markets import given_stored, walk
from tests.strategies.test_bots_services import given_person, given_portfolio
from trading.marketdata.models import CandleDay, Instrument


@pytest.fixture
def listed(fresh_tenant):
    """An instrument that other connections see; gone after."""
    name = "binance:TWIN/USDT"
    given_stored(walk(24, instrument_id=name))
    yield name
    CandleDay.objects.filter(instrument__name=name).delete()
    Instrument.objects.filter(name=name).delete()


@pytest.mark.parametrize(("keys", "numbers"), [([""] * 8, list(range(1, 9))), (["one form"] * 8, [1] * 8)])
def test_bots_made_at_once_get_numbers_of_their_own_and_one_form_makes_one(fresh_tenant, listed, keys, numbers):
    alice = given_person("alice")
    order = {"owner": alice, "portfolio": given_portfolio(alice), "strategy": "donchian_breakout", "parameters": {}}

    def make(key):
        try:
            with in_tenant(fresh_tenant):
                return create_bot(**order, timeframe=Timeframe.H1, instruments=[listed], key=key).number
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(make, keys)) == numbers
    assert sorted(set(numbers)) == list(Bot.objects.values_list("number", flat=True))
