"""Emergencies that begin by themselves: triggers stop a portfolio, warn before it, and count anew once re-armed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.events.models import OutboxEvent
from cryptouniverse.kernel.words import told
from tenants.audit.selectors import audit_records
from tenants.audit.types import Wanted
from tests.trading.desk import BTC, candle, enter, fills, leave, meet, orders, slot, trader
from tests.trading.exchange_desk import given_desk
from trading.ceilings.types import Mode
from trading.connections.models import Connection
from trading.execution.services import place_recorded, resume_everything, stop_everything, watch_triggers
from trading.marketdata.models import Feed
from trading.portfolio.models import Position
from trading.risk.models import RiskLimits
from trading.risk.selectors import watched

FLAT = ("100", "100", "100", "100")
LOST = ("80", "80", "80", "80")


def guarded(*triggers, **limits):
    """A trader of 10,000 who holds 90 bitcoin at 100, with triggers."""
    portfolio = trader(triggers=list(triggers), **limits)
    enter(portfolio, quantity="90", stop="10", target=None)
    meet(1, candle(BTC, *FLAT))
    return portfolio


def trigger(name, limit, mode="close_only"):
    return {"trigger": name, "limit": limit, "mode": mode}


def test_a_drawdown_stops_says_why_and_is_audited_as_the_products_own_doing(acme):
    guarded(trigger("drawdown", "15"))
    meet(2, candle(BTC, *LOST))

    assert watch_triggers() == 1

    row = RiskLimits.objects.get()
    assert (row.standing_mode, row.stop_cause, row.stopped_by) == (Mode.CLOSE_ONLY, "drawdown", "")
    assert told(row.stop_reason) == "The value fell 18.09% below its highest, the limit is 15%."
    [one] = [one for one in audit_records(Wanted()) if one.action == "trading.stopped"]
    assert (one.actor, one.after["trigger"]) == (None, "drawdown")
    assert watch_triggers() == 0
    assert OutboxEvent.objects.filter(type="risk.trading_stopped").count() == 1


def test_it_can_close_everything(acme):
    guarded(trigger("day_loss", "10", "flatten"))
    meet(2, candle(BTC, *LOST))

    assert watch_triggers() == 1
    place_recorded()
    meet(3, candle(BTC, *LOST))

    assert fills()[-1] == "sell 90 at 80 (exit)"


def test_near_a_limit_people_are_told_once(acme):
    guarded(trigger("drawdown", "20"))
    meet(2, candle(BTC, *LOST))
    for _ in range(3):
        assert watch_triggers() == 0

    assert RiskLimits.objects.get().warned == ["drawdown"]
    [event] = OutboxEvent.objects.filter(type="risk.trigger_near")
    assert event.body["trigger"] == "drawdown"
    meet(3, candle(BTC, *FLAT))
    watch_triggers()
    assert RiskLimits.objects.get().warned == []


def test_once_re_armed_it_counts_from_there(acme):
    portfolio = guarded(trigger("drawdown", "15"))
    meet(2, candle(BTC, *LOST))
    watch_triggers()
    given_feed(slot(2))

    resume_everything(portfolio=portfolio, by="alice", reason="I keep it")

    assert watch_triggers() == 0
    [one] = watched(moves_pct={}, feed_age_s=None)
    assert one.standing.equity_peak == one.standing.equity
    meet(3, candle(BTC, "60", "60", "60", "60"))
    assert watch_triggers() == 1


def test_a_more_severe_mode_that_is_set_stays(acme):
    portfolio = guarded(trigger("drawdown", "15"))
    meet(2, candle(BTC, *LOST))
    stop_everything(portfolio=portfolio, by="alice", reason="news", mode=Mode.FREEZE)

    assert watch_triggers() == 0
    assert RiskLimits.objects.get().stop_reason == "news"


@pytest.mark.parametrize(("losses", "stopped"), [(2, 0), (3, 1)])
def test_losses_in_a_row_are_counted_from_the_last_gain(acme, losses, stopped):
    portfolio = trader(triggers=[trigger("loss_streak", "3")])
    number = 0
    for price in ["90", "110", *["99"] * losses]:  # a loss, a gain, then losses
        enter(portfolio, number=number, stop="10", target=None)
        meet(number + 1, candle(BTC, *FLAT))
        leave(Position.objects.get(closed_slot_ms=None), number=number + 1)
        meet(number + 2, candle(BTC, *[price] * 4))
        number += 3

    assert watch_triggers() == stopped


def test_a_wild_candle_of_what_is_held_stops_and_of_another_instrument_does_not(acme):
    guarded(trigger("volatility", "20"))
    wild = candle(BTC, "100", "115", "95", "100")

    assert watch_triggers({"x:Y/Z": replace(wild)}) == 0
    assert watch_triggers({BTC.id: wild}) == 1


def test_silence_of_a_running_market_stops_and_one_that_stands_still_on_purpose_does_not(acme):
    guarded(trigger("feed", "60"))
    given_feed(slot(1), running=False, age_s=600)
    assert watch_triggers() == 0
    given_feed(slot(1), running=True, age_s=30)
    assert watch_triggers() == 0
    given_feed(slot(1), running=True, age_s=90)

    assert watch_triggers() == 1
    assert "entry filled" in orders()


def test_silence_of_an_exchange_and_drift_stop_what_trades_there(acme):
    desk = given_desk()
    link = Connection.objects.filter(pk=desk.connection_pk)
    limits = RiskLimits.objects.filter(portfolio=desk.portfolio_pk)
    limits.update(triggers=[trigger("venue", "60"), trigger("drift", "0.5", "freeze")])
    seen = []
    for silent_s, drift in ((30, "0"), (90, "0"), (0, "0.4"), (0, "0.5")):
        link.update(last_proven_at=clock.now() - timedelta(seconds=silent_s), drift=drift, served_since=clock.now())
        watch_triggers()
        seen.append(limits.get().standing_mode)

    assert seen == [Mode.NORMAL, Mode.CLOSE_ONLY, Mode.CLOSE_ONLY, Mode.FREEZE]


def test_portfolios_without_triggers_cost_one_query(acme, django_assert_num_queries):
    trader()

    with django_assert_num_queries(2):  # the market's state, and who is watched
        assert watch_triggers() == 0


def given_feed(cursor_ms, *, running=True, age_s=0):
    """The market at this candle, one candle a second, last moved `age_s` seconds ago."""
    Feed.objects.update_or_create(
        defaults={
            "source": "simulated",
            "timeframe": "1h",
            "cursor_ms": cursor_ms,
            "end_ms": cursor_ms,
            "running": running,
            "updated_at": clock.now() - timedelta(seconds=age_s),
        }
    )
