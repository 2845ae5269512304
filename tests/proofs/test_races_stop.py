"""The stop switch in a storm, on three levels: once set, no entry is recorded, none is on its way, and none fills."""

import pytest

from aiengine.autopilot.models import DecisionRecord
from aiengine.autopilot.replay import proof
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.context import current_tenant
from tests.proofs.storm import CANDLES, COINS, bot_of, sized, try_to_enter
from tests.proofs.workers import Share, at_once
from tests.trading.desk import COSTS, HOUR, trader
from trading.ceilings.types import Level, Mode
from trading.execution.models import Fill, Intent
from trading.execution.selectors import IN_FLIGHT
from trading.execution.services import (
    place_recorded,
    resume_everything,
    resume_level,
    settle_slot,
    stop_everything,
    stop_level,
)
from trading.risk.selectors import ceiling_of

pytestmark = [pytest.mark.prove, pytest.mark.timeout(600)]

FLIPS = sized(40, 1_000)
ENTRANTS = 3
TRIES = FLIPS * 2
LEVELS = (Level.PORTFOLIO, Level.USER, Level.TENANT)


def test_a_storm_of_entries_stands_still_while_the_switch_is_set(fresh_tenant):
    portfolio = trader(cash="10000000", open_positions_max=100_000, position_notional_max=10**7, position_pct_max=100)
    other = trader("bob@example.com", cash="10000000", open_positions_max=100_000, position_notional_max=10**7)

    flipped, _settled, *entered = at_once(
        fresh_tenant,
        [
            Share(lambda: [_flip(portfolio, number) for number in range(FLIPS)]),
            Share(lambda: [_settle() for _ in range(FLIPS * 2)]),
            *(
                Share(lambda n=n: [_storm(p.pk, n, t) for t in range(TRIES) for p in (portfolio, other)])
                for n in range(ENTRANTS)
            ),
        ],
    )

    entries = Intent.objects.filter(portfolio=portfolio, purpose="entry")
    assert [left for _, _, _, left in flipped] == [0] * FLIPS
    for stopped_at, committed_at, before_resume, _ in flipped:
        assert not entries.filter(recorded_at__gt=stopped_at, recorded_at__lt=before_resume).exists()
        booked = Fill.objects.filter(portfolio=portfolio, cause="entry")
        assert not booked.filter(booked_at__gt=committed_at, booked_at__lt=before_resume).exists()
    states = set(entries.values_list("state", flat=True))
    assert {"cancelled", "filled"} <= states
    assert DecisionRecord.objects.filter(rule="stop_switch").exists()
    assert Fill.objects.filter(portfolio=other).exists() and sum(map(sum, entered)) > 0
    assert {name: wrong for name, wrong in proof.contradictions().items() if wrong} == {}


def test_after_it_is_armed_again_entries_go_on(fresh_tenant):
    portfolio = trader()
    stop_everything(portfolio=portfolio, by="alice", reason="news")
    assert try_to_enter(bot_of(portfolio.pk, 1), COINS[0], 0).refusals == {"stop_switch": 1}

    resume_everything(portfolio=portfolio, by="alice", reason="checked the news")

    assert try_to_enter(bot_of(portfolio.pk, 2), COINS[0], HOUR.ms).intents == 1


def _flip(portfolio, number):
    """Stop on one level after the other, look, and arm again; (stop's time, after its commit, before the re-arming,
    entries left on their way).
    """
    level = LEVELS[number % len(LEVELS)]
    subject = current_tenant().id if level is Level.TENANT else portfolio.owner.public_id
    asked = {"level": level, "subject": subject, "actor": portfolio.owner, "reason": "storm", "by_admin": False}
    if level is Level.PORTFOLIO:
        stop_everything(portfolio=portfolio, by="alice", reason="storm")
    else:
        stop_level(**asked, mode=Mode.CLOSE_ONLY)
    committed_at = clock.now()
    portfolio.limits.refresh_from_db()
    above = level is not Level.PORTFOLIO
    stopped_at = ceiling_of(level, subject).mode_since if above else portfolio.limits.stopped_at
    mine = Intent.objects.filter(portfolio=portfolio, purpose="entry", state__in=IN_FLIGHT)
    left = sum(mine.count() for _ in range(10))
    before_resume = clock.now()
    if above:
        resume_level(**asked)
    else:
        resume_everything(portfolio=portfolio, by="alice", reason="over")
    for _ in range(10):
        mine.count()
    return stopped_at, committed_at, before_resume, left


def _storm(portfolio_pk, worker, turn):
    number = worker * TRIES + turn
    bot = bot_of(portfolio_pk, number, allocation="50")
    report = try_to_enter(bot, COINS[turn % 3], 0, market=f"{portfolio_pk}.{number}")
    place_recorded()
    return report.intents


def _settle():
    """Settle as the next candle would, with every entry in time for it."""
    return len(settle_slot(slot_ms=HOUR.ms, timeframe=HOUR, candles=CANDLES, costs=COSTS))
