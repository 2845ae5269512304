"""Signals through the service: real candles tables, one row for everybody, one id for everybody."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from django.db import IntegrityError, connection, transaction

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.market import DAY_MS, Timeframe
from cryptouniverse.kernel.tenancy import in_tenant
from strategies.bots.models import Bot
from strategies.catalog.registry import strategy
from strategies.catalog.types import SignalKey, canonical
from strategies.signals.models import SignalRecord
from strategies.signals.selectors import signals_for
from strategies.signals.services import signals_at
from strategies.signals.types import Action, signal_id
from tests.strategies.markets import START_MS, given_stored, walk

pytestmark = pytest.mark.django_db

BTC, ETH = "binance:BTC/USDT", "binance:ETH/USDT"
QUICK = {"fast": 3, "slow": 10, "band_bps": 1}


@pytest.fixture
def market(db):
    given_stored(walk(24 * 20, seed=1, instrument_id=BTC), walk(24 * 20, seed=2, instrument_id=ETH))


def given_key(instrument_id=BTC, **parameters):
    resolved = strategy("moving_average_cross").resolve(QUICK | parameters)
    return SignalKey("moving_average_cross", canonical(resolved), instrument_id, Timeframe.H1)


def slots():
    return [START_MS + 12 * DAY_MS + hour * Timeframe.H1.ms for hour in range(48)]


def expected_action(bars, slot):
    stances = strategy("moving_average_cross").stances(bars, QUICK)
    now = int(bars.open_ms.searchsorted(slot))
    return {(0, 1): Action.ENTER_LONG, (1, 0): Action.EXIT_LONG}.get((stances[now - 1], stances[now]))


def test_a_signal_is_the_edge_of_the_strategys_stance(market):
    key, bars = given_key(), walk(24 * 20, seed=1)
    found = {slot: signals_at(slot_ms=slot, keys={key}).get(key) for slot in slots()}

    assert {slot: signal.action for slot, signal in found.items() if signal} == {
        slot: action for slot in slots() if (action := expected_action(bars, slot))
    }
    assert sum(signal is not None for signal in found.values()) >= 4


def test_every_signal_has_one_row_however_often_it_is_asked_for(market):
    keys = {given_key(BTC), given_key(ETH)}
    first = [signals_at(slot_ms=slot, keys=keys) for slot in slots()]
    again = [signals_at(slot_ms=slot, keys=keys) for slot in slots()]

    assert first == again
    signals = [signal for found in first for signal in found.values()]
    assert sorted(signal.id for signal in signals) == sorted(SignalRecord.objects.values_list("public_id", flat=True))


def test_two_tenants_share_the_row_and_the_id(market, acme_ctx, bolt_ctx):
    key = given_key()
    slot = next(slot for slot in slots() if expected_action(walk(24 * 20, seed=1), slot))
    answers = []
    for tenant in (acme_ctx, bolt_ctx):
        with in_tenant(tenant):
            answers.append(signals_at(slot_ms=slot, keys=[key])[key])

    assert answers[0] == answers[1]
    assert SignalRecord.objects.filter(slot_ms=slot).count() == 1


def test_a_record_says_what_was_computed_with_which_code(market):
    key = given_key()
    slot = next(slot for slot in slots() if expected_action(walk(24 * 20, seed=1), slot))
    signal = signals_at(slot_ms=slot, keys=[key])[key]

    row = SignalRecord.objects.get(public_id=signal.id)
    assert (row.strategy, row.parameters, row.instrument_id, row.timeframe) == (*key[:3], "1h")
    assert (row.slot_ms, row.action) == (slot, signal.action)
    assert row.code_hash == strategy("moving_average_cross").code_hash


def test_a_signals_id_does_not_depend_on_when_it_is_computed():
    with clock.at(datetime(2030, 1, 1, tzinfo=UTC)):
        later = signal_id(given_key(), "0123456789abcdef", START_MS)
    assert later == signal_id(given_key(), "0123456789abcdef", START_MS)


def test_other_code_parameters_instruments_or_candles_are_other_signals():
    key, code = given_key(), "0123456789abcdef"
    facts = [
        (key, code, 0),
        (key, code, 1),
        (key, "other", 0),
        (given_key(slow=12), code, 0),
        (given_key(ETH), code, 0),
    ]
    assert len({signal_id(*fact) for fact in facts}) == len(facts)


def test_the_answer_is_sorted_whatever_order_the_keys_come_in(market):
    keys = [given_key(market, slow=slow) for market in (ETH, BTC) for slow in (14, 10, 12)]
    found = [list(signals_at(slot_ms=slot, keys=keys)) for slot in slots()]
    assert any(len(each) > 2 for each in found)
    assert all(each == sorted(each) for each in found)


def test_a_repeat_costs_no_query(market, django_assert_num_queries):
    with transaction.atomic():
        signals_at(slot_ms=slots()[0], keys=[given_key()])
    quiet = next(slot for slot in slots() if not expected_action(walk(24 * 20, seed=1), slot))
    with django_assert_num_queries(0):
        signals_at(slot_ms=quiet, keys=[given_key()] * 10)


def test_the_database_itself_refuses_a_second_row(market):
    key = given_key()
    slot = next(slot for slot in slots() if expected_action(walk(24 * 20, seed=1), slot))
    signals_at(slot_ms=slot, keys=[key])
    row = SignalRecord.objects.get(slot_ms=slot)
    row.pk, row.public_id = None, signal_id(key, "another id", slot)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_signals_are_public_and_nobodys(acme):
    with connection.cursor() as cursor:
        cursor.execute("SELECT schemaname FROM pg_tables WHERE tablename = 'strategies_signals_signalrecord'")
        assert cursor.fetchall() == [("public",)]


def test_an_unlisted_instrument_asks_for_nothing(market):
    lone = given_key("binance:NONE/USDT")
    assert all(lone not in signals_at(slot_ms=slot, keys=[lone, given_key()]) for slot in slots()[:3])
    assert np.isin(SignalRecord.objects.values_list("instrument_id", flat=True), [BTC]).all()


MANY = """
    INSERT INTO strategies_signals_signalrecord
        (public_id, strategy, code_hash, parameters, instrument_id, timeframe, slot_ms, action, created_at)
    SELECT gen_random_uuid(), 'many ' || n % 50, 'code', '{}', 'binance:M' || n % 40 || '/USDT', '1h', n, 'enter_long',
        now()
    FROM generate_series(1, 5000) n
"""


def test_what_bots_listen_to_is_found_by_its_market_however_many_signals_there_are(acme):
    with connection.cursor() as cursor:
        cursor.execute(MANY)
    listens = Bot(strategy="rsi_reversion", parameters={}, timeframe="1h", instruments=[BTC, ETH])
    found = signals_for([listens, Bot(strategy="impulse", parameters={}, timeframe="1h", instruments=[ETH])])
    assert "signals_of_a_market" in found.order_by().explain()
