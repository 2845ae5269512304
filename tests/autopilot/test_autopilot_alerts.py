"""Alerts from outside go round the whole ring: once, in their turn, and never past a limit."""

from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import pytest

from aiengine.autopilot import cycle
from aiengine.autopilot.cycle import run_cycle
from aiengine.autopilot.models import DecisionRecord
from aiengine.autopilot.types import CycleReport, Slot
from aiengine.consensus.analysts.frame import ANALYSTS
from aiengine.consensus.services import verdicts_for
from cryptouniverse.kernel import clock
from strategies.bots.selectors import roster
from strategies.bots.services import pause_bot
from strategies.hooks.errors import UnknownFamily
from strategies.hooks.models import Alert, Hook
from strategies.hooks.services import called_at, judge_hook_as, send_test
from strategies.hooks.types import JUDGED_AS
from strategies.signals.models import SignalRecord
from tenants.audit.models import AuditRecord
from tests.api.client import ApiClient
from tests.autopilot.market import given_market, given_slots
from tests.people import browser, member
from tests.strategies.hooks_stage import given_hook, said, send
from tests.trading.desk import trader
from trading.execution.models import Fill, Intent
from trading.execution.selectors import candles_at
from trading.execution.services import stop_everything
from trading.marketdata.simulation import TIMEFRAME
from trading.portfolio.models import Position

AGREED = (6, 120)  # days of the simulated market in which the panel agrees at least once


@pytest.fixture
def desk(acme):
    portfolio = trader("alice@example.com")
    [name, other, *_] = given_market()
    return portfolio, [name, other], *given_hook(portfolio, [name, other])


def turn(slot_ms):
    """The candle closes, and the cycle runs."""
    with clock.at(clock.from_ms(slot_ms + TIMEFRAME.ms)):
        return run_cycle(timeframe=TIMEFRAME, slot_ms=slot_ms)


def sent(desk, slot_ms, **changes):
    """An alert that comes while the candle of the slot is open."""
    _portfolio, names, _bot, hook, secrets = desk
    with clock.at(clock.from_ms(slot_ms + 1_000 * Alert.objects.count())):
        answer = send(hook, said(secrets, **{"ticker": names[0], **changes}))
    assert answer.status_code == 202, answer.content
    return Alert.objects.get(public_id=answer.json()["id"])


def entered(desk):
    """The slots after the one at which the panel agreed and the bot entered; the entry is filled at the first."""
    slots = iter(given_slots(*AGREED))
    for slot_ms in slots:
        alert = sent(desk, slot_ms)
        turn(slot_ms)
        alert.refresh_from_db()
        if alert.outcome == "entered":
            rest = list(slots)
            turn(rest[0])
            assert Position.objects.filter(closed_slot_ms__isnull=True).count() == 1
            return rest[1:]
        assert alert.outcome == "no_verdict"
    raise AssertionError("the panel never agreed")


LEAVE = {"action": "sell", "position": "flat"}


def test_an_alert_becomes_an_order_its_fill_and_the_way_out(desk):
    slot_ms, next_ms, *_ = entered(desk)
    leave = sent(desk, slot_ms, **LEAVE)
    turn(slot_ms)
    turn(next_ms)

    leave.refresh_from_db()
    assert (leave.outcome, leave.slot_ms) == ("left", slot_ms)
    assert list(Fill.objects.order_by("pk").values_list("side", flat=True)) == ["buy", "sell"]
    decided = DecisionRecord.objects.filter(signal_id__in=Alert.objects.values("signal_id"))
    assert set(decided.values_list("outcome", flat=True)) & {"taken", "reduced"}
    assert decided.filter(outcome="exit").count() == 1
    assert not SignalRecord.objects.filter(strategy="webhook").exists()  # what is everybody's says nothing of it


def test_a_run_that_dies_before_its_commit_loses_no_alert_and_the_next_does_nothing_twice(desk, monkeypatch):
    slots = entered(desk)
    leave = sent(desk, slots[0], **LEAVE)

    def dies(*_args, **_kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(cycle, "publish_on_commit", dies)
        with pytest.raises(KeyboardInterrupt):
            turn(slots[0])
    leave.refresh_from_db()
    assert leave.outcome == "waiting"

    for slot_ms in (slots[0], slots[0], *slots[1:3]):
        turn(slot_ms)

    leave.refresh_from_db()
    assert leave.outcome == "left"
    assert Intent.objects.filter(purpose="exit").count() == 1


def test_a_test_alert_goes_all_the_way_and_trades_nothing(desk):
    portfolio, names, bot, _hook, _secrets = desk
    for slot_ms in given_slots(*AGREED):
        with clock.at(clock.from_ms(slot_ms)):
            alert = send_test(bot=bot, actor=portfolio.owner, instrument_id=names[0])
        turn(slot_ms)
        alert.refresh_from_db()
        if alert.outcome == "entered":
            break

    assert (alert.outcome, alert.sender, alert.test) == ("entered", "page", True)
    assert not Intent.objects.exists()
    assert not DecisionRecord.objects.exists()


def test_the_last_wish_to_enter_counts_and_a_wish_to_leave_goes_first(desk):
    slots = entered(desk)
    first, leave, again = (sent(desk, slots[0], **how) for how in ({}, LEAVE, {"order_id": "again"}))
    turn(slots[0])

    rows = [Alert.objects.get(pk=row.pk).outcome for row in (first, leave, again)]
    assert rows == ["superseded", "left", "waiting"]

    turn(slots[1])
    assert Alert.objects.get(pk=again.pk).outcome != "waiting"


def test_an_old_wish_to_enter_is_dropped_and_says_so_and_an_old_wish_to_leave_is_not(desk):
    slots = entered(desk)
    enter = sent(desk, slots[0], ticker=desk[1][1])
    turn(slots[3])
    assert Alert.objects.get(pk=enter.pk).outcome == "expired"

    leave = sent(desk, slots[4], **LEAVE)
    turn(slots[9])
    assert Alert.objects.get(pk=leave.pk).outcome == "left"


def test_a_paused_bot_and_a_stopped_portfolio_enter_nothing_and_leave_all_the_same(desk):
    portfolio, names, bot, *_ = desk
    slots = entered(desk)
    pause_bot(bot=bot, actor=portfolio.owner)
    stop_everything(portfolio=portfolio, by="alice", reason="test")
    enter, leave = sent(desk, slots[0], ticker=names[1]), sent(desk, slots[0], **LEAVE)
    turn(slots[0])

    assert Alert.objects.get(pk=enter.pk).outcome == "paused"
    assert Alert.objects.get(pk=leave.pk).outcome == "left"


def test_alerts_with_nothing_to_do_say_why(desk):
    slots = entered(desk)
    enter = sent(desk, slots[0])
    turn(slots[0])
    assert Alert.objects.get(pk=enter.pk).outcome == "held"

    turn_out = sent(desk, slots[1], ticker=desk[1][1], **LEAVE)
    turn(slots[1])
    assert Alert.objects.get(pk=turn_out.pk).outcome == "not_held"


def test_a_wish_to_leave_what_is_being_bought_waits_until_it_is_there(desk):
    portfolio, names, bot, *_ = desk
    slots = given_slots(*AGREED)
    buying = Intent.objects.create(
        portfolio=portfolio, bot_id=bot.public_id, instrument_id=names[0], purpose="entry", side="buy", quantity=1,
        limit_price=1, slot_ms=0, client_order_id="cu1", state="acked", recorded_at=clock.now(),
    )  # fmt: skip
    leave = sent(desk, slots[0], **LEAVE)
    turn(slots[0])
    assert Alert.objects.get(pk=leave.pk).outcome == "waiting"

    Intent.objects.filter(pk=buying.pk).update(state="rejected")
    turn(slots[1])
    assert Alert.objects.get(pk=leave.pk).outcome == "not_held"


def test_what_was_answered_meanwhile_is_not_acted_on_again(desk):
    slots = entered(desk)
    leave = sent(desk, slots[0], **LEAVE)
    bots = roster(TIMEFRAME)
    called = called_at(slot_ms=slots[0], keys=bots.listeners)
    wishes = cycle.wishes_of(bots, called.signals)
    turn(slots[0])

    late = Slot(TIMEFRAME, slots[1])
    cycle.act(
        CycleReport(),
        late,
        wishes,
        {},
        candles_at(TIMEFRAME, slots[1], instrument_ids=desk[1]),
        Decimal(0),
        called=called,
        bots=bots,
    )

    assert Alert.objects.get(pk=leave.pk).slot_ms == slots[0]
    assert Intent.objects.filter(purpose="exit").count() == 1


def test_an_alert_is_judged_as_the_kind_that_its_owner_chose(desk):
    portfolio, names, bot, *_ = desk
    agreed, slots = {}, given_slots(*AGREED)[:25]
    send_test(bot=bot, actor=portfolio.owner, instrument_id=names[0])
    for family in JUDGED_AS:
        judge_hook_as(bot=bot, actor=portfolio.owner, family=family)
        [signal] = called_at(slot_ms=slots[0], keys=roster(TIMEFRAME).listeners).signals
        assert signal.judged_as == family
        asked = [(slot, replace(signal, slot_ms=slot, id=uuid4())) for slot in slots]
        agreed[family] = [verdicts_for(signals=[one], slot_ms=slot)[one.id].side for slot, one in asked]

    assert agreed["trend"] != agreed["mean_reversion"], "each family is asked for its own conditions"
    assert set(JUDGED_AS) == set(ANALYSTS[0].conditions)
    assert AuditRecord.objects.filter(action="hook.judged").count() == len(JUDGED_AS) - 1, "trend was so already"


def test_nobody_but_its_owner_chooses_and_only_what_the_panel_knows(desk):
    portfolio, _names, bot, *_ = desk
    hers = ApiClient.signed_in(portfolio.owner, host="acme.localhost")
    his = ApiClient.signed_in(member("bob@example.com"), host="acme.localhost")

    assert hers.patch(f"bots/{bot.public_id}/hook", {"judged_as": "breakout"}).json()["judged_as"] == "breakout"
    assert hers.patch(f"bots/{bot.public_id}/hook", {"judged_as": "grid"}).status_code == 422
    assert his.patch(f"bots/{bot.public_id}/hook", {"judged_as": "trend"}, If_Match="*").status_code == 404
    page = browser(portfolio.owner)
    assert page.post(f"/bots/{bot.public_id}/signals/judge/", {"judged_as": "pullback"}).status_code == 302
    assert Hook.objects.get(bot=bot).judged_as == "pullback"
    with pytest.raises(UnknownFamily):
        judge_hook_as(bot=bot, actor=portfolio.owner, family="grid")
