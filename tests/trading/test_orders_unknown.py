"""An attempt that nobody has answered: absence counts late, twice, and then an entry is over and an exit goes anew."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from cryptouniverse.kernel import clock
from tests.trading.exchange_desk import (
    WINDOWS,
    Accepted,
    answer,
    bought,
    claim,
    filled,
    fills,
    given_desk,
    intents,
    learn,
    leave,
    send,
    stop_of,
    venue_order,
    wish,
)
from trading.exchanges.types import VenueStatus
from trading.execution.errors import LeaseLost
from trading.execution.models import Attempt, Intent
from trading.execution.services.leases import raise_epoch
from trading.execution.services.resolving import note_absent, told_by_its_facts, unknown_attempts
from trading.portfolio.models import Portfolio


def absent(desk, *, after_ms):
    """The venue says no, so long after the sending; how many attempts end by it."""
    attempts = unknown_attempts(desk)
    sent = Attempt.objects.get(pk=attempts[0].pk).sent_at
    return note_absent(desk=desk, attempts=attempts, looked_at=sent + timedelta(milliseconds=after_ms), windows=WINDOWS)


def unknown_entry(desk):
    wish(desk)
    return send(desk)


@pytest.mark.parametrize("first_ms", [0, 5_000, 15_499])
def test_before_window_and_lag_have_passed_absence_proves_nothing(acme, first_ms):
    desk = given_desk()
    unknown_entry(desk)

    assert absent(desk, after_ms=first_ms) == 0
    assert Attempt.objects.get().absences == 0


def test_two_looks_five_seconds_apart_end_an_entry_and_free_its_cash(acme):
    desk = given_desk()
    unknown_entry(desk)

    assert [absent(desk, after_ms=ms) for ms in (15_500, 20_499, 20_500)] == [0, 0, 1]

    assert (intents(desk), Attempt.objects.get().state) == (["entry expired"], "expired")
    assert Portfolio.objects.get(pk=desk.portfolio_pk).reserved == 0


def test_an_exit_that_never_arrived_goes_under_the_next_id(acme):
    desk = given_desk()
    position = bought(desk)
    leave(desk, position)
    claim(desk)
    learn(desk, stop_of(position, VenueStatus.CANCELLED))
    first = send(desk)

    assert [absent(desk, after_ms=ms) for ms in (15_500, 21_000)] == [0, 1]

    again = send(desk)
    assert (again.purpose, again.request.quantity) == ("exit", first.request.quantity)
    assert again.request.client_order_id != first.request.client_order_id


def test_what_is_found_after_all_is_taken_whoever_finds_it(acme):
    desk = given_desk()
    sending = unknown_entry(desk)
    absent(desk, after_ms=15_500)

    learn(desk, filled(sending))

    assert (fills(desk), unknown_attempts(desk)) == (["buy 0.1 at 100 (entry)"], [])


def test_an_order_that_comes_although_it_was_given_up_is_booked_all_the_same(acme):
    desk = given_desk()
    sending = unknown_entry(desk)
    absent(desk, after_ms=15_500)
    absent(desk, after_ms=21_000)

    learn(desk, filled(sending))

    assert (fills(desk), intents(desk)) == (["buy 0.1 at 100 (entry)"], ["entry filled", "protect recorded"])


def test_a_writer_without_the_lease_gives_nothing_up(acme):
    desk = given_desk()
    unknown_entry(desk)
    absent(desk, after_ms=15_500)
    raise_epoch(connection_pk=desk.connection_pk, holder="another")

    with pytest.raises(LeaseLost):
        absent(desk, after_ms=21_000)
    assert intents(desk) == ["entry sending"]


def test_an_exit_waits_while_it_is_unknown_whether_the_stop_is_there(acme):
    desk = given_desk()
    wish(desk)
    entry = send(desk)
    answer(desk, entry, Accepted(filled(entry)))
    stop = send(desk)
    leave(desk, Intent.objects.get(pk=entry.intent_pk).position)

    assert (claim(desk).sendings, claim(desk).withdrawals) == ([], [])
    learn(desk, venue_order(stop, "s"))
    assert [w.venue_order_id for w in claim(desk).withdrawals] == ["s"]


def test_without_client_ids_an_order_is_told_by_its_facts(acme):
    desk = given_desk(finds=False)
    sending = unknown_entry(desk)
    [attempt] = unknown_attempts(desk)
    it = replace(venue_order(sending, "1"), client_order_id="venue-made")
    others = [
        replace(it, venue_order_id="2", quantity=Decimal("0.2")),
        replace(it, venue_order_id="3", created_ms=it.created_ms - 5_000),
        replace(it, venue_order_id="4", limit_price=Decimal(99)),
        replace(it, venue_order_id="5"),
    ]

    assert told_by_its_facts(attempt, [it, *others], known={"5"}) == [it]
    assert clock.now() > clock.from_ms(it.created_ms)
