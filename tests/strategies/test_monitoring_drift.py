"""Drift: what alarms, how rarely it does for nothing, what it does to a bot, and how a person ends it."""

from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest
from django.db import IntegrityError, transaction

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.events.models import OutboxEvent
from strategies.bots.services import resume_bot
from strategies.bots.types import BotStatus
from strategies.monitoring.drift import DAYS_MIN, Rule, standing
from strategies.monitoring.errors import NoAlarm
from strategies.monitoring.models import BotDay, DriftAlarm
from strategies.monitoring.selectors import alarmed, watched
from strategies.monitoring.services import choose_pause, end_alarm
from strategies.monitoring.services.alarming import judge_day
from strategies.monitoring.types import MARKET, PARTS
from tenants.audit.models import AuditRecord
from tests.strategies.monitoring_stage import day, given_bot, given_market


def alone(gaps):
    return standing(gaps, [], [], seed=1)


def test_days_without_a_gap_never_alarm():
    assert alone([0.0] * 30).broken == ()


def test_a_steady_loss_alarms_once_there_are_enough_days():
    assert alone([-9.0] * (DAYS_MIN - 1)).broken == ()
    assert alone([-9.0] * DAYS_MIN).broken == (Rule.BEHIND,)
    assert alone([9.0] * 30).broken == ()


def test_gaps_far_below_a_basis_point_are_nothing():
    assert alone([-0.01] * 30).broken == ()


def test_trades_far_worse_than_as_many_drawn_from_what_was_expected_alarm():
    expected = [1.0, -1.0, 2.0, -1.5, 0.5] * 6

    assert standing([], expected, [one - 0.1 for one in expected], seed=1).broken == ()
    assert standing([], expected, [one - 1.0 for one in expected], seed=1).broken == (Rule.BELOW,)
    assert standing([], expected[:15], [-9.0] * 15, seed=1).least is None


def days_until_alarm(gaps):
    """The day of the first alarm of each row, or 0."""
    found = np.zeros(len(gaps), dtype=int)
    for row, days in enumerate(gaps):
        for seen in range(DAYS_MIN, len(days) + 1):
            if alone(days[max(0, seen - 30) : seen]).broken:
                found[row] = seen
                break
    return found


@pytest.mark.prove
@pytest.mark.parametrize("tails", ["normal", "fat"])
def test_without_drift_fewer_than_one_bot_in_twenty_is_alarmed_in_a_quarter(tails):
    dice = np.random.default_rng(7)
    noise = dice.normal(size=(600, 90)) if tails == "normal" else dice.standard_t(3, size=(600, 90))

    assert np.count_nonzero(days_until_alarm(10 * noise)) < 600 / 20


@pytest.mark.prove
def test_a_drift_of_half_a_usual_day_is_found_in_most_bots_within_a_quarter_and_of_a_whole_one_in_a_month():
    noise = np.random.default_rng(8).normal(size=(200, 90))

    half, whole = days_until_alarm(10 * (noise - 0.5)), days_until_alarm(10 * (noise[:, :30] - 1))

    assert np.count_nonzero(half) > 0.8 * 200
    assert np.count_nonzero(whole) > 0.95 * 200


@pytest.fixture
def bot(acme):
    given_market("night:BTC/USDT", days=1)
    return given_bot()


def given_days(bot, *gaps_bps, first=0, part="fills"):
    """Days of a bot with 1,000 at work, each with its gap in one part."""
    for number, bps in enumerate(gaps_bps):
        gap = Decimal(str(bps)) / 10
        parts = {**dict.fromkeys(PARTS, Decimal(0)), part: gap}
        BotDay.objects.create(
            bot=bot,
            day=day(first + number),
            expected=Decimal(5),
            actual=5 + gap,
            money=Decimal(1_000),
            replayed_at=clock.now(),
            **parts,
        )


def audited(action):
    return AuditRecord.objects.filter(action=action)


def test_a_bot_that_drifts_is_alarmed_once_and_on_paper_goes_on(bot):
    given_days(bot, -20, -25, -18, -22, -21, -19)

    assert judge_day(day(5)) == 1
    assert judge_day(day(5)) == 0

    alarm = DriftAlarm.objects.get(bot=bot)
    bot.refresh_from_db()
    assert (alarm.rule, alarm.paused, bot.status) == ("behind", False, BotStatus.ACTIVE)
    event = OutboxEvent.objects.get(type="bot.drifted")
    assert event.body["bot_id"] == str(bot.public_id)
    assert audited("drift.alarmed").count() == 1
    assert alarmed([bot]) == {bot.pk}


@pytest.mark.parametrize("part", PARTS)
def test_what_the_market_answers_for_alarms_and_nothing_else(bot, part):
    given_days(bot, -20, -25, -18, -22, -21, part=part)

    assert judge_day(day(4)) == (part in MARKET)


def test_a_bot_whose_owner_wants_it_so_is_paused_and_goes_on_when_a_person_says_so(bot):
    choose_pause(bot=bot, actor=bot.owner, pause_on_drift=True)
    given_days(bot, -20, -25, -18, -22, -21)

    judge_day(day(4))

    bot.refresh_from_db()
    assert bot.status == BotStatus.PAUSED
    assert audited("bot.paused").get().actor is None
    assert audited("drift.changed").count() == 1
    resume_bot(bot=bot, actor=bot.owner)
    end_alarm(bot=bot, actor=bot.owner)
    assert audited("drift.ended").count() == 1
    assert judge_day(day(4)) == 0


def test_play_money_is_not_paused_by_itself_and_real_money_is(bot):
    assert not watched(bot).pause_on_drift
    bot.portfolio.kind = "live"
    assert watched(bot).pause_on_drift
    choose_pause(bot=bot, actor=bot.owner, pause_on_drift=False)
    assert not watched(bot).pause_on_drift


def test_after_a_person_ended_an_alarm_only_later_days_count(bot):
    given_days(bot, -20, -25, -18, -22, -21)
    judge_day(day(4))
    end_alarm(bot=bot, actor=bot.owner)
    given_days(bot, -20, -25, -18, -22, first=5)

    assert judge_day(day(8)) == 0
    given_days(bot, -21, first=9)
    assert judge_day(day(9)) == 1
    assert DriftAlarm.objects.filter(bot=bot).count() == 2


def test_a_bot_without_an_alarm_has_none_to_end(bot):
    with pytest.raises(NoAlarm):
        end_alarm(bot=bot, actor=bot.owner)


def test_a_day_whose_parts_do_not_add_up_is_not_kept(bot):
    given_days(bot, -20)

    with pytest.raises(IntegrityError), transaction.atomic():
        BotDay.objects.update(fees=Decimal("0.01"))
    with pytest.raises(IntegrityError), transaction.atomic():
        BotDay.objects.update(expected=None)
    assert BotDay.objects.get().day == day() < day() + timedelta(days=1)
