"""Protections in the ring: what was closed lately locks entries, says so on the record, and holds back no exit."""

import pytest

from aiengine.autopilot.cycle import run_cycle
from aiengine.autopilot.models import DecisionRecord
from cryptouniverse.kernel.words import told
from tenants.audit.selectors import audit_records
from tenants.audit.types import Wanted
from tests.api.client import ApiClient
from tests.autopilot.market import given_desk, given_slots, play
from trading.execution.models import Fill
from trading.execution.selectors import closed_since
from trading.marketdata.simulation import TIMEFRAME
from trading.portfolio.models import Position
from trading.risk.models import RiskLimits
from trading.risk.services import change_limits

SLOTS = (6, 72)
DAY_LONG = {"method": "CooldownPeriod", "stop_duration_candles": 24}


@pytest.fixture
def desk(acme):
    portfolio, _bots = given_desk()
    return portfolio


def closes():
    return list(Position.objects.filter(closed_slot_ms__isnull=False).order_by("closed_slot_ms", "pk"))


def test_after_a_close_an_instrument_is_not_bought_again_for_a_day(desk):
    change_limits(portfolio=desk, actor=desk.owner, protections=[DAY_LONG])
    play(given_slots(*SLOTS), run_cycle)

    buys = Fill.objects.filter(side="buy")
    again = [
        (buy.instrument_id, buy.slot_ms - position.closed_slot_ms)
        for position in closes()
        for buy in buys.filter(instrument_id=position.instrument_id, slot_ms__gt=position.closed_slot_ms)
    ]
    assert again and min(gap for _, gap in again) >= 25 * TIMEFRAME.ms
    refused = DecisionRecord.objects.filter(rule="protections")
    assert refused.exists()
    assert {told(one.limit, str) for one in refused} == {"a pause after closing (CooldownPeriod)"}
    assert not DecisionRecord.objects.filter(outcome="exit", rule="protections").exists()


def test_without_protections_it_is_bought_sooner(desk):
    play(given_slots(*SLOTS), run_cycle)

    buys = Fill.objects.filter(side="buy")
    gaps = [
        buy.slot_ms - position.closed_slot_ms
        for position in closes()
        for buy in buys.filter(instrument_id=position.instrument_id, slot_ms__gt=position.closed_slot_ms)
    ]
    assert min(gaps) < 25 * TIMEFRAME.ms
    assert not DecisionRecord.objects.filter(rule="protections").exists()


def test_what_was_closed_is_told_with_its_profit_and_its_cause(desk):
    play(given_slots(*SLOTS), run_cycle)

    known, positions = closed_since([desk.pk], since_ms=0)[desk.pk], closes()
    assert len(known) > 3
    for one, position in zip(known, positions, strict=True):
        paid = sum(close.cost for lot in position.lots.all() for close in lot.closes.all())
        last = Fill.objects.filter(position=position).order_by("sequence").last()
        assert (one.instrument_id, one.closed_ms) == (position.instrument_id, position.closed_slot_ms)
        assert one.profit == pytest.approx(position.realised / paid)
        assert one.stopped == (last.cause == "stop")
    last_ms = known[-1].closed_ms
    assert closed_since([desk.pk], since_ms=last_ms)[desk.pk][-1] == known[-1]
    assert closed_since([desk.pk], since_ms=last_ms + 1) == {}


def test_they_are_set_over_the_api_as_freqtrade_writes_them(desk):
    api = ApiClient.signed_in(desk.owner, host="acme.localhost")
    path = f"portfolios/{desk.public_id}/limits"
    sent = [
        DAY_LONG,
        {
            "method": "StoplossGuard",
            "lookback_period_candles": 24,
            "trade_limit": 4,
            "stop_duration_candles": 4,
            "required_profit": 0.02,
            "only_per_pair": False,
        },
    ]

    answer = api.patch(path, {"protections": sent}, If_Match="*")

    assert answer.status_code == 200
    shown = api.get(path).json()["protections"]
    assert [one["method"] for one in shown] == ["CooldownPeriod", "StoplossGuard"]
    assert shown[1]["required_profit"] == "0.02" and shown[0]["trade_limit"] is None
    assert api.patch(path, {"protections": shown}, If_Match="*").status_code == 200  # what was read can be sent
    [written] = audit_records(Wanted(action="limits.changed"))
    assert written.after["protections"][0] == DAY_LONG
    stored = RiskLimits.objects.get(portfolio=desk).protections
    assert (
        api.patch(path, {"protections": [{"method": "CooldownPeriod", "trade_limit": 1}]}, If_Match="*").json()["code"]
        == "risk.bad_protection"
    )
    assert RiskLimits.objects.get(portfolio=desk).protections == stored
