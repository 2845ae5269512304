"""Modes in the ring: what a bot does not do any more, on which level it was said, and what goes on."""

from collections import Counter
from decimal import Decimal

import pytest

from aiengine.autopilot.cycle import run_cycle
from aiengine.autopilot.models import DecisionRecord
from cryptouniverse.kernel.context import current_tenant
from strategies.bots.models import Bot
from strategies.bots.services import change_bot
from tests.autopilot.market import given_desk, given_slots, play
from trading.ceilings.types import Level, Mode
from trading.execution.models import Fill
from trading.execution.services import resume_level, stop_everything, stop_level
from trading.portfolio.models import Position
from trading.risk.models import RiskLimits
from trading.risk.services import change_ceiling, change_limits

SLOTS = (6, 72)


@pytest.fixture
def desk(acme):
    portfolio, _bots = given_desk()
    return portfolio


@pytest.fixture
def rest(desk):
    """Slots that are still to come, at a moment at which something is open."""
    slots = given_slots(*SLOTS)
    for number, slot_ms in enumerate(slots):
        play([slot_ms], run_cycle)
        if number > 12 and Position.objects.filter(closed_slot_ms=None).exists():
            return slots[number + 1 :]
    raise AssertionError("nothing is open at any slot")


def causes_since(sequence):
    return Counter(Fill.objects.filter(sequence__gt=sequence).values_list("cause", flat=True))


def test_frozen_bots_neither_enter_nor_leave_and_stops_go_on(desk, rest):
    before = Fill.objects.count()
    stop_everything(portfolio=desk, by="alice", reason="news", mode=Mode.FREEZE)
    play(rest, run_cycle)

    causes = causes_since(before)
    assert causes["entry"] == causes["exit"] == 0
    held_back = DecisionRecord.objects.filter(rule="stop_switch", verdict_id=None)
    assert {one.value for one in held_back} == {"frozen"}


def test_without_it_bots_leave(desk, rest):
    before = Fill.objects.count()
    play(rest, run_cycle)

    assert causes_since(before)["exit"] > 0


@pytest.mark.parametrize("level", [Level.TENANT, Level.USER, Level.BOT])
def test_a_level_that_closes_everything_sells_what_it_is_about(desk, rest, level):
    open_now = Position.objects.filter(closed_slot_ms=None)
    bot_id = open_now.first().bot_id
    subject = {Level.TENANT: current_tenant().id, Level.USER: desk.owner.public_id, Level.BOT: bot_id}[level]
    asked = {"level": level, "subject": subject, "actor": desk.owner, "reason": "news", "by_admin": False}
    at = {"portfolio_id": desk.public_id} if level is Level.BOT else {}

    stop_level(**asked, **at, mode=Mode.FLATTEN)
    play(rest[:2], run_cycle)

    kept = open_now.exclude(bot_id=bot_id) if level is Level.BOT else open_now
    assert not open_now.filter(bot_id=bot_id).exists()
    assert kept.exists() is (level is Level.BOT and kept.exists())
    resume_level(**asked, **at)
    play(rest[2:], run_cycle)
    assert Fill.objects.filter(cause="entry", slot_ms__gt=rest[3]).exists()


def test_the_cap_of_one_bot_reduces_its_entries_alone_and_says_whose_it_is(desk):
    slots = given_slots(*SLOTS)
    play(slots[:36], run_cycle)
    bot_id = DecisionRecord.objects.filter(outcome__in=["taken", "reduced"]).first().bot_id
    change_ceiling(level=Level.BOT, subject=bot_id, actor=desk.owner, order_notional_max=20)
    before = DecisionRecord.objects.count()
    play(slots[36:], run_cycle)

    later = DecisionRecord.objects.order_by("pk")[before:]
    reduced = [one for one in later if one.level]
    assert reduced and {(one.bot_id, one.rule, one.level) for one in reduced} == {(bot_id, "order_notional", "bot")}


def test_a_trigger_in_the_ring_stops_entries_in_the_candle_that_meets_it(desk, rest):
    change_limits(portfolio=desk, actor=desk.owner, triggers=[{"trigger": "loss_streak", "limit": "1"}])
    play(rest, run_cycle)

    row = RiskLimits.objects.get(portfolio=desk)
    assert (row.standing_mode, row.stop_cause) == (Mode.CLOSE_ONLY, "loss_streak")
    lost = Position.objects.filter(realised__lt=0, closed_slot_ms__in=rest).order_by("closed_slot_ms").first()
    entered = DecisionRecord.objects.filter(outcome__in=["taken", "reduced"], slot_ms__gte=lost.closed_slot_ms)
    assert not entered.exists()


def test_a_bots_stop_trails_and_its_time_is_over_after_so_many_candles(desk):
    for bot in Bot.objects.filter(portfolio=desk):
        change_bot(bot=bot, actor=desk.owner, trail_bps=200, time_stop_candles=4)
    play(given_slots(*SLOTS), run_cycle)

    closed = Position.objects.exclude(closed_slot_ms=None)
    assert closed.exists()
    assert all(one.closed_slot_ms - one.opened_slot_ms <= 4 * 3_600_000 for one in closed)
    assert any(one.stop_price > one.entry_price * Decimal("0.98") for one in Position.objects.all())
