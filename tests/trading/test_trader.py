"""The trader as it runs: what is recorded reaches the venue, what the venue does is booked, and trouble stays small."""

import os
import signal
from decimal import Decimal

import pytest

from tenants.audit.models import AuditRecord
from tests.conftest import tenant_of_its_own
from tests.proofs.programs import program
from tests.trading.sandbox_stage import a_buy, exchange, on_sandbox, sandbox
from tests.trading.trader_stage import (
    ONLY_WHEN_TOLD,
    bought,
    bought_or_given_up,
    end_other_sessions,
    fills,
    hold,
    leave,
    priced,
    proven_after,
    rest,
    trading,
    until,
    wish,
)
from tests.web.stage import forget_market
from trading.connections.models import SealedSecret
from trading.connections.selectors import active_connections
from trading.connections.services import ask_for_check, deactivate, delete, rotate
from trading.connections.types import Credentials
from trading.exchanges.outcomes import BAD_KEY
from trading.execution.models import Attempt, Intent, Leg, StrangeOrder
from trading.execution.services import stop_everything

__all__ = ["exchange", "sandbox"]
pytestmark = pytest.mark.timeout(240)
EVERY_ORDER = {"method": "POST", "path": "/api/v3/order"}


@pytest.fixture(scope="module")
def tenant(django_db_setup, django_db_blocker):
    """One tenant for all of them: each test has connections of its own, and the trader serves no other."""
    with tenant_of_its_own(django_db_blocker) as made:
        yield made


@pytest.fixture
def venue(sandbox, tenant):
    """The sandbox with its prices, inside a tenant whose commits are real."""
    priced(sandbox)
    yield sandbox
    for row in active_connections():
        delete(connection=row, actor=row.owner)
    forget_market()


def audits(held, action):
    return AuditRecord.objects.filter(object_id=str(held.row.public_id), action=f"connection.{action}").count()


def test_a_recorded_entry_is_sent_and_booked_without_waiting_for_a_turn(venue):
    alice = hold(venue)
    with trading(ONLY_WHEN_TOLD):
        for _ in range(3):
            bought(alice)

    assert fills(alice) == ["buy 0.2 (entry)"] * 3


def test_a_stop_that_the_market_triggers_is_booked_from_the_stream(venue):
    alice = hold(venue)
    with trading(ONLY_WHEN_TOLD):
        position = bought(alice)
        venue.control("price", {"symbol": "BTCUSDT", "price": "85"})
        until(lambda: fills(alice)[-1].endswith("(stop)"), "the stop's fill is booked")

    position.refresh_from_db()
    assert alice.intents() == ["entry filled", "protect filled"]
    assert position.closed_slot_ms is not None


def test_a_pair_whose_answer_was_lost_is_found_with_both_orders_and_its_target_fills_there(venue):
    alice = hold(venue)
    with trading():
        alice.faults({"method": "POST", "path": "/api/v3/orderList", "kind": "html_after_accept", "count": 1})
        wish(alice, target="110")
        until(lambda: Leg.objects.filter(state="open").count() == 2, "both are found")
        venue.control("price", {"symbol": "BTCUSDT", "price": "111"})
        until(lambda: fills(alice)[-1].endswith("(target)"), "the target's fill is booked")
        until(lambda: not Leg.objects.filter(state="open").exists(), "the stop is known to have ended")

    assert (alice.intents(), alice.row.drift) == (["entry filled", "protect filled"], 0)
    assert len(alice.accepted()) == 3


def test_a_hung_connection_holds_up_nobody_elses_orders(venue):
    hung, alice = hold(venue, "hung"), hold(venue)
    with trading():
        bought(hung)
        hung.faults({"kind": "hang", "probability": "1"})
        waiting = wish(hung)
        until(lambda: hung.state(waiting) == "sending", "the order hangs")
        for _ in range(5):
            bought(alice)
        assert hung.state(waiting) == "sending"
        hung.faults()
        until(lambda: hung.state(waiting) == "expired", "the order is known not to have arrived")
        bought(hung)

    assert hung.portfolio.reserved == 0
    assert len(hung.accepted()) == 4


def test_a_check_that_hangs_holds_up_nobody_elses_start(venue):
    hung = hold(venue, "hung")
    hung.faults({"kind": "hang", "probability": "1"})
    ask_for_check(connection=hung.row, actor=hung.row.owner)
    with trading():
        alice = hold(venue)
        bought(alice)
        assert hung.row.check_asked_at is not None


def test_a_key_that_cannot_be_opened_stops_nobody_elses_orders(venue):
    broken, alice = hold(venue, "broken"), hold(venue)
    SealedSecret.objects.filter(connection_id=broken.pk).update(ciphertext=b"swapped")
    ask_for_check(connection=broken.row, actor=broken.row.owner)
    with trading():
        bought(alice)
        until(lambda: broken.row.check_asked_at is None, "the check's outcome is written down")

    assert broken.row.check_error


def test_a_revoked_key_is_refused_once_with_what_to_do_and_others_go_on(venue):
    revoked, alice = hold(venue, "revoked"), hold(venue)
    with trading():
        bought(revoked)
        revoked.habits(revoked=True)
        until(lambda: revoked.row.status == "refused", "the key's refusal is written down")
        waiting = wish(revoked)
        for _ in range(3):
            bought(alice)

    assert revoked.row.check_error == BAD_KEY
    assert revoked.state(waiting) == "recorded"
    assert audits(revoked, "refused") == 1


def test_new_credentials_are_used_at_once_and_lose_no_order(venue):
    alice = hold(venue)
    with trading(ONLY_WHEN_TOLD):
        position = bought(alice)
        epoch = alice.lease.epoch
        alice.habits(secret="another")
        rotate(connection=alice.row, credentials=Credentials.of(alice.key, "another"), actor=alice.row.owner)
        leaving, entering = leave(alice, position), wish(alice)
        until(lambda: (alice.state(leaving), alice.state(entering)) == ("filled", "filled"), "both are booked")

    assert alice.lease.epoch > epoch
    assert len(alice.accepted()) == len(set(alice.accepted())) == 5


def test_a_connection_that_is_switched_off_takes_no_entry_and_lets_everything_out(venue):
    alice = hold(venue)
    with trading():
        position = bought(alice)
        deactivate(connection=alice.row, actor=alice.row.owner)
        entering, leaving = wish(alice, "ETH"), leave(alice, position)
        until(lambda: alice.state(leaving) == "filled", "the exit is booked")

    assert alice.state(entering) == "recorded"


def test_an_exchange_that_answers_html_loses_nothing_and_entries_resume(venue):
    alice = hold(venue)
    with trading():
        bought(alice)
        alice.faults({**EVERY_ORDER, "kind": "html_after_accept", "count": 1})
        taken = wish(alice)
        until(lambda: alice.state(taken) == "filled", "the order behind the HTML is found")
        alice.faults({"kind": "html_instead_of_json", "probability": "1"})
        lost = wish(alice)
        until(lambda: alice.struck(lost), "it was sent, and the fault met it")
        alice.faults()
        until(lambda: alice.state(lost) == "expired", "the order is known not to have arrived")
        bought(alice)

    assert (alice.portfolio.reserved, alice.row.drift, len(alice.accepted())) == (0, 0, 6)


def test_a_clock_that_is_off_by_a_minute_stops_entries_and_no_exit(venue):
    alice = hold(venue)
    with trading():
        position = bought(alice)
        venue.control("faults", {"clock_shift_ms": 60_000})
        until(lambda: (alice.row.clock_offset_ms or 0) > 50_000, "the clock was measured")
        entering, leaving = wish(alice), leave(alice, position)
        until(lambda: alice.state(leaving) == "filled", "the exit is booked")
        assert alice.state(entering) == "recorded"
        venue.control("faults", {"clock_shift_ms": 0})
        until(lambda: alice.state(entering) == "filled", "the entry goes when the clocks agree")


def test_a_halted_market_refuses_entries_and_its_exits_wait_while_others_trade(venue):
    alice = hold(venue)
    with trading():
        position = bought(alice)
        venue.control("markets/BTCUSDT/status", {"status": "HALT"})
        entering, leaving = wish(alice), leave(alice, position)
        until(lambda: alice.state(entering) == "rejected", "the entry is refused")
        bought(alice, "ETH")
        assert alice.state(leaving) in {"recorded", "sending"}
        venue.control("markets/BTCUSDT/status", {"status": "TRADING"})
        until(lambda: alice.state(leaving) == "filled", "the exit is booked")

    assert Intent.objects.get(pk=entering.pk).reason or Attempt.objects.get(intent=entering).reason


def test_an_order_placed_by_hand_is_shown_and_never_touched(venue):
    alice = hold(venue)
    with trading():
        bought(alice)
        on_sandbox(
            venue,
            lambda ours: ours.place(a_buy("by-hand", quantity=Decimal(1), limit_price=Decimal(50))),
            key=alice.key,
        )
        until(StrangeOrder.objects.filter(connection_id=alice.pk).exists, "it is shown")
        bought(alice)
        proven_after(alice)

    strange = StrangeOrder.objects.get(connection_id=alice.pk)
    assert (strange.client_order_id, strange.ours) == ("by-hand", False)
    assert alice.row.entries_stopped_at is None
    assert not [fact for fact in venue.journal("order_closed") if str(fact["orderId"]) == strange.venue_order_id]


def test_an_order_with_our_mark_that_nobody_knows_stops_entries_and_is_told(venue):
    alice = hold(venue)
    mark = f"cu{'a' * 30}"
    with trading():
        position = bought(alice)
        on_sandbox(
            venue, lambda ours: ours.place(a_buy(mark, quantity=Decimal(1), limit_price=Decimal(50))), key=alice.key
        )
        until(lambda: alice.row.entries_stopped_at, "entries stop")
        entering, leaving = wish(alice), leave(alice, position)
        until(lambda: alice.state(leaving) == "filled", "the exit is booked")
        assert alice.state(entering) == "recorded"

    strange = StrangeOrder.objects.get(connection_id=alice.pk)
    assert (strange.client_order_id, strange.ours, audits(alice, "entries_stopped")) == (mark, True, 1)
    assert not [fact for fact in venue.journal("order_closed") if str(fact["orderId"]) == strange.venue_order_id]


def test_money_that_goes_missing_stops_entries_until_it_is_back(venue):
    alice = hold(venue)
    with trading():
        bought(alice)
        alice.habits(deposit={"USDT": "-500"})
        until(lambda: alice.row.entries_stopped_at, "entries stop")
        assert (alice.row.drift, alice.row.entries_stopped_cause) == (500, "drift")
        entering = wish(alice)
        proven_after(alice)
        assert alice.state(entering) == "recorded"
        alice.habits(deposit={"USDT": "500"})
        until(lambda: alice.state(entering) == "filled", "the entry goes when the money is back")

    assert (alice.row.drift, alice.row.entries_stopped_at) == (0, None)


def test_a_database_that_restarts_is_waited_for(venue):
    alice = hold(venue)
    with trading():
        bought(alice)
        for _ in range(3):
            assert end_other_sessions()
            until(lambda: bought_or_given_up(alice), "an entry is bought")


def test_a_second_trader_takes_nothing_until_the_first_is_killed(venue):
    alice = hold(venue)
    with program("manage.py", "trade", CU_SANDBOX_URL=venue.url) as first:
        bought(alice)
        before = alice.lease
        with trading():
            for _ in range(3):
                bought(alice)
            assert (alice.lease.epoch, alice.lease.holder) == (before.epoch, before.holder)
            os.killpg(first.pid, signal.SIGKILL)
            bought(alice)

    assert alice.lease.epoch == before.epoch + 1
    assert alice.lease.holder != before.holder


def test_the_stop_switch_ends_all_that_rests_at_the_venue(venue):
    held = hold(venue)
    waiting = rest(held, 20)
    with trading():
        until(lambda: held.intents() == ["entry acked"] * 20, "all of them rest there")
        assert stop_everything(portfolio=held.portfolio, by="alice", reason="news") == 20
        until(lambda: held.intents() == ["entry cancelled"] * 20, "all of them have ended")

    assert held.portfolio.reserved == 0
    assert sorted(held.accepted()) == sorted(intent.client_order_id for intent in waiting), "none was sent again"
