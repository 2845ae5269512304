"""Modes of trading on every level: what each takes away, that it lasts, and that no exit by a person is held back."""

from decimal import Decimal

import pytest

from cryptouniverse.kernel.context import current_tenant
from cryptouniverse.kernel.events.models import OutboxEvent
from tenants.audit.selectors import audit_records
from tenants.audit.types import Wanted
from tests.people import member
from tests.trading.desk import BOT, BTC, ETH, candle, enter, fills, meet, orders, trader
from trading.ceilings.types import STOPS, Level, Mode
from trading.execution.models import Intent
from trading.execution.services import (
    carry_out,
    leave_by_hand,
    leave_everything,
    place_recorded,
    resume_everything,
    resume_level,
    stop_everything,
    stop_level,
)
from trading.portfolio.models import Position
from trading.risk.errors import HeldByAdmin, ReasonMissing
from trading.risk.models import RiskLimits
from trading.risk.selectors import ceiling_of, emergencies, lock_books, mode_of

FLAT = ("100", "100", "100", "100")


def holding(email="alice@example.com"):
    """A portfolio that holds bitcoin and has an entry into ether on its way."""
    portfolio = trader(email)
    enter(portfolio)
    meet(1, candle(BTC, *FLAT))
    enter(portfolio, number=1, instrument=ETH)
    return portfolio


@pytest.mark.parametrize("mode", STOPS)
def test_each_mode_withdraws_bots_entries_and_flatten_alone_sells(acme, mode):
    portfolio = holding()

    assert stop_everything(portfolio=portfolio, by="alice", reason="news", mode=mode) == 1
    place_recorded()
    meet(2, candle(BTC, *FLAT), candle(ETH, *FLAT))

    sold = ["sell 0.1 at 100 (exit)"] if mode is Mode.FLATTEN else []
    assert fills()[1:] == sold
    assert "entry cancelled" in orders()
    portfolio.refresh_from_db()
    assert portfolio.reserved == 0
    assert mode_of(portfolio.pk) is mode


def test_no_entries_leaves_what_a_person_ordered(acme):
    portfolio = trader()
    enter(portfolio)
    Intent.objects.update(bot_id=None)

    assert stop_everything(portfolio=portfolio, by="alice", reason="news", mode=Mode.NO_ENTRIES) == 0
    assert stop_everything(portfolio=portfolio, by="alice", reason="news", mode=Mode.CLOSE_ONLY) == 1


def test_a_mode_is_raised_and_never_lowered_but_by_re_arming(acme):
    portfolio = trader()
    for mode in (Mode.CLOSE_ONLY, Mode.FREEZE, Mode.NO_ENTRIES, Mode.FLATTEN):
        stop_everything(portfolio=portfolio, by="alice", reason=mode.value, mode=mode)

    row = RiskLimits.objects.get()
    assert (row.standing_mode, row.stop_reason) == (Mode.FREEZE, "freeze")
    assert OutboxEvent.objects.filter(type="risk.trading_stopped").count() == 2
    resume_everything(portfolio=portfolio, by="alice", reason="looked at it")
    assert RiskLimits.objects.get().standing_mode is Mode.NORMAL


def test_asking_again_to_close_everything_sells_nothing_twice(acme):
    portfolio = holding()
    for _ in range(3):
        stop_everything(portfolio=portfolio, by="alice", reason="news", mode=Mode.FLATTEN)
        carry_out([portfolio.pk], Mode.FLATTEN)
    place_recorded()
    meet(2, candle(BTC, *FLAT))
    leave_everything([portfolio.pk])

    assert fills() == ["buy 0.1 at 100 (entry)", "sell 0.1 at 100 (exit)"]


@pytest.mark.parametrize("mode", STOPS)
def test_a_person_can_always_close_a_position_and_only_once(acme, mode):
    portfolio = holding()
    stop_everything(portfolio=portfolio, by="alice", reason="news", mode=mode)
    position = Position.objects.get()

    again = mode is Mode.FLATTEN  # it is being left already
    assert leave_by_hand(portfolio=portfolio, position_id=position.public_id, actor=portfolio.owner) is not again
    assert leave_by_hand(portfolio=portfolio, position_id=position.public_id, actor=portfolio.owner) is False
    place_recorded()
    meet(2, candle(BTC, *FLAT))

    assert fills()[-1] == "sell 0.1 at 100 (exit)"
    assert ("position.left" in {one.action for one in audit_records(Wanted())}) is not again


@pytest.mark.parametrize("level", [Level.TENANT, Level.USER, Level.BOT])
def test_one_switch_stops_a_whole_level_and_nothing_beside_it(acme, level):
    mine, other = holding(), holding("bob@example.com")
    Intent.objects.filter(portfolio=other).update(bot_id=mine.public_id)  # another bot's
    subject = {Level.TENANT: current_tenant().id, Level.USER: mine.owner.public_id, Level.BOT: BOT}[level]
    at = {"portfolio_id": mine.public_id} if level is Level.BOT else {}

    withdrawn = stop_level(
        level=level, subject=subject, actor=mine.owner, reason="news", mode=Mode.CLOSE_ONLY, by_admin=False, **at
    )

    assert withdrawn == (2 if level is Level.TENANT else 1)
    stopped = {pk: limits.mode for pk, (_, limits) in lock_books([mine.pk, other.pk]).items()}
    above = Mode.NORMAL if level is Level.BOT else Mode.CLOSE_ONLY
    assert stopped == {mine.pk: above, other.pk: above if level is Level.TENANT else Mode.NORMAL}
    resume_level(level=level, subject=subject, actor=mine.owner, reason="looked at it", by_admin=False, **at)
    assert mode_of(mine.pk) is Mode.NORMAL


def test_a_level_that_closes_everything_is_an_emergency_until_it_is_lifted(acme):
    mine, other = holding(), holding("bob@example.com")
    admin = member("boss@example.com", role="admin")
    asked = {"level": Level.USER, "subject": mine.owner.public_id, "actor": admin, "reason": "news", "by_admin": True}

    stop_level(**asked, mode=Mode.FLATTEN)

    assert emergencies().flatten == {mine.pk}
    place_recorded()
    meet(2, candle(BTC, *FLAT))
    assert list(Position.objects.filter(closed_slot_ms=None).values_list("portfolio", flat=True)) == [other.pk]
    with pytest.raises(HeldByAdmin):
        resume_level(**{**asked, "actor": mine.owner, "by_admin": False})
    with pytest.raises(ReasonMissing):
        resume_level(**{**asked, "reason": " "})
    resume_level(**asked)
    assert emergencies().flatten == set()
    assert ceiling_of(Level.USER, mine.owner.public_id).mode_reason == "news"
    assert Decimal(0) == Position.objects.get(portfolio=mine).quantity
