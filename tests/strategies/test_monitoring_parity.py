"""On paper nothing lies between expected and real but what was refused, to the last digit, day after day."""

import pytest
from django.db.models import F

from aiengine.autopilot.models import DecisionRecord
from cryptouniverse.kernel import clock
from strategies.bots.services import pause_bot
from strategies.monitoring.errors import DayNotOver
from strategies.monitoring.services import replay_day
from tests.strategies.monitoring_stage import (
    HOUR_MS,
    WIDE,
    day,
    fills_of,
    given_bot,
    given_market,
    gone_through,
    parts_of,
    ring,
)
from trading.execution.models import Fill

NAMES = ["night:BTC/USDT", "night:ETH/USDT"]
KINDS = {
    "plain": {"stop_bps": 150, "target_bps": 200},
    "moving": {"stop_bps": 200, "trail_bps": 150, "break_even_bps": 100, "time_stop_candles": 7},
    "fixed": {"sizing": {"method": "fixed", "amount": "700"}},
    "share": {"sizing": {"method": "percent", "percent": "20"}, "allocation": "1500", "target_bps": 90},
}


@pytest.fixture
def market(acme):
    """Days in which something is held over midnight."""
    given_market(*NAMES, days=5, seed=80)


@pytest.mark.parametrize("kind", KINDS)
def test_on_paper_nothing_is_lost_but_what_was_refused(market, kind):
    bot = given_bot(NAMES, strategy="short_rsi_pullback", parameters={}, limits=WIDE, **KINDS[kind])
    ring(0, 4 * 24 + 1)

    rows = [gone_through(bot, number) for number in range(4)]

    assert [row.reason for row in rows] == [""] * 4
    assert all(set(parts_of(row)) <= {"refused"} and not row.unmatched for row in rows)
    assert sum(row.matched for row in rows) >= 5
    assert any(trade["decided_ms"] is None for row in rows for trade in row.trades), "held over midnight"


def test_what_the_days_came_to_is_what_the_portfolio_gained(market):
    bot = given_bot(NAMES, strategy="short_rsi_pullback", parameters={}, limits=WIDE)
    ring(0, 4 * 24)
    bot.portfolio.refresh_from_db()
    gained = bot.portfolio.equity - 10_000
    ring(4 * 24, 4 * 24 + 1)

    assert sum(gone_through(bot, number).actual for number in range(4)) == gained != 0


def test_exits_that_wait_over_midnight_for_a_candle_are_expected_then(acme):
    names = [f"night:C{number}/USDT" for number in range(16)]
    given_market(*names, days=3, seed=300, without=(21, 22, 23))
    limits = {**WIDE, "open_positions_max": 16}
    terms = {"sizing": {"method": "fixed", "amount": "90"}, "stop_bps": 900, "limits": limits}
    bot = given_bot(names, strategy="impulse", parameters={}, **terms)
    ring(0, 49)

    rows = [gone_through(bot, number) for number in range(2)]

    waited = Fill.objects.filter(cause="exit", slot_ms__gt=F("order__intent__slot_ms") + HOUR_MS)
    assert waited.exists()
    assert all(set(parts_of(row)) <= {"refused"} and not row.unmatched and not row.reason for row in rows)


def test_bots_that_share_a_portfolio_differ_in_what_is_not_the_market_alone(market):
    terms = {"parameters": {}, "limits": WIDE}
    one = given_bot(NAMES, strategy="short_rsi_pullback", **terms)
    two = given_bot(NAMES, strategy="impulse", parameters={}, portfolio=one.portfolio)
    ring(0, 4 * 24 + 1)

    for bot in (one, two):
        rows = [gone_through(bot, number) for number in range(4)]
        assert all(set(parts_of(row)) <= {"refused", "size", "unexpected"} for row in rows)
        assert sum(row.matched for row in rows) > 2


def test_a_refused_entry_is_told_with_what_it_would_have_brought(acme):
    given_market(*NAMES, days=2)
    bot = given_bot(NAMES, strategy="impulse", parameters={}, limits=WIDE)
    ring(0, 25)

    row = gone_through(bot)

    refused = DecisionRecord.objects.filter(bot_id=bot.public_id, outcome="no_verdict").count()
    assert len(row.refusals) == refused > 0
    assert {one["why"] for one in row.refusals} == {"no_verdict"}
    assert row.refused == row.actual - row.expected != 0


def test_a_paused_bot_expected_trades_that_it_did_not_make(acme):
    given_market(*NAMES, days=2)
    bot = given_bot(NAMES, strategy="impulse", parameters={}, limits=WIDE)
    pause_bot(bot=bot, actor=bot.owner)
    ring(0, 25)

    row = gone_through(bot)

    assert not fills_of(bot)
    assert row.actual == 0
    assert row.expected == -row.refused != 0
    assert {one["why"] for one in row.refusals} == {""}


def test_a_day_that_is_not_over_is_not_replayed(acme):
    given_market(*NAMES, days=2)
    given_bot(NAMES)
    ring(0, 24)

    with pytest.raises(DayNotOver), clock.at(clock.now()):
        replay_day(day=day())
