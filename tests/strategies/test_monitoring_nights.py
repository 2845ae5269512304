"""Nights: every closed day once, made up for, killed, twice, and with as many queries for many bots as for few."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.market import DAY_MS
from strategies.monitoring.models import BotDay, Night
from strategies.monitoring.services import nights, run_nights
from strategies.monitoring.tasks import sweep_nights, watch_bots
from tests.strategies.monitoring_stage import FIRST_MS, HOUR_MS, WIDE, day, given_bot, given_market, ring
from trading.portfolio.models import Portfolio

NAMES = ["night:BTC/USDT", "night:ETH/USDT"]


@pytest.fixture
def bots(acme):
    """Two people's bots, which have traded for two days."""
    given_market(*NAMES, days=3, seed=80)
    terms = {"strategy": "short_rsi_pullback", "parameters": {}, "limits": WIDE}
    made = [given_bot(NAMES, email=f"{name}@example.com", **terms) for name in ("nora", "olaf")]
    ring(0, 49)
    return made


def at_night(number=2):
    return clock.at(clock.from_ms(FIRST_MS + number * DAY_MS + 2 * HOUR_MS))


def rows():
    columns = ("bot__number", "day", "expected", "actual", "refused", "matched", "hash", "trades", "reason")
    return list(BotDay.objects.order_by("day", "bot__number").values_list(*columns))


def test_the_first_night_is_the_last_closed_day(bots):
    with at_night():
        assert run_nights() == 1

    assert list(Night.objects.values_list("day", "bots")) == [(day(1), BotDay.objects.count())]
    assert {row[1] for row in rows()} == {day(1)}


def test_days_that_were_missed_are_made_up_for_and_a_night_run_twice_writes_nothing(bots):
    Night.objects.create(day=day(-1), bots=0, ended_at=clock.now())
    with at_night():
        assert run_nights() == 2
        first = rows()
        assert run_nights() == 0
        watch_bots.run()

    assert rows() == first
    assert len(first) >= 3


def test_what_is_too_long_ago_is_not_made_up_for(bots):
    Night.objects.create(day=day(-100), bots=0, ended_at=clock.now())

    with at_night():
        assert run_nights() == nights.DAYS_BACK_MAX

    assert Night.objects.earliest("day").day == day(-100)
    assert Night.objects.filter(day__gt=day(-100)).earliest("day").day == day(1) - timedelta(
        days=nights.DAYS_BACK_MAX - 1
    )


def test_a_night_that_was_killed_on_the_way_ends_with_the_same_rows(bots):
    with at_night():
        run_nights()
        whole = rows()
        Night.objects.all().delete()  # what a kill leaves: some bots' rows, and no night
        BotDay.objects.filter(bot=bots[1]).delete()
        run_nights()

    assert rows() == whole
    assert Night.objects.count() == 1


class KilledError(Exception):
    """What ends a process, for a test."""


def test_a_night_that_dies_between_two_commits_is_gone_on_with(bots, monkeypatch):
    monkeypatch.setattr(nights, "CHUNK", 1)
    seen = []

    def dying(execute, sql, params, many, context):
        if sql.startswith('INSERT INTO "strategies_monitoring_botday"'):
            seen.append(sql)
            if len(seen) == 2:
                raise KilledError
        return execute(sql, params, many, context)

    with at_night():
        with pytest.raises(KilledError), connection.execute_wrapper(dying):
            run_nights()
        assert (BotDay.objects.count(), Night.objects.count()) == (1, 0)
        run_nights()
        after = rows()
        Night.objects.all().delete()
        BotDay.objects.all().delete()
        run_nights()

    assert rows() == after
    assert len(after) == 2


def test_before_anything_was_traded_there_is_no_night(acme):
    assert run_nights() == 0


def test_many_bots_take_as_many_queries_as_few(bots):
    def queries():
        Night.objects.all().delete()
        BotDay.objects.all().delete()
        with (
            at_night(),
            CaptureQueriesContext(
                connection,
            ) as found,
        ):
            run_nights()
        return len(found)

    few = min(queries(), queries())
    pot = Portfolio.objects.get(pk=bots[0].portfolio_id)
    for number in range(6):
        given_bot(NAMES[number % 2 :], portfolio=pot, strategy="impulse", parameters={"inertia": 5 + 5 * number})

    assert min(queries(), queries()) <= few  # the first may read candles that are new to this process
    assert few < 40


def test_an_operator_replays_a_day_anew(bots, capsys, acme_ctx):
    with at_night():
        run_nights()
        before = rows()
        BotDay.objects.filter(bot=bots[0]).update(hash="")
        call_command("replay_day", "--day", str(day(1)), "--bot", str(bots[0].public_id), "--tenant", acme_ctx.slug)
        with pytest.raises(CommandError, match="not over"):
            call_command("replay_day", "--day", str(day(2)), "--tenant", acme_ctx.slug)
        with pytest.raises(CommandError, match="None of these bots was there"):
            call_command("replay_day", "--day", str(day(1)), "--bot", str(uuid4()), "--tenant", acme_ctx.slug)
        with pytest.raises(CommandError, match="The market of no tenant is past 2100-01-01"):
            call_command("replay_day", "--day", "2100-01-01")

    assert rows() == before
    assert bots[0].name in capsys.readouterr().out


def test_a_night_is_offered_to_every_tenant():
    assert sweep_nights.name == "strategies.monitoring.tasks.sweep_nights"
