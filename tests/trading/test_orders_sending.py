"""What leaves, what waits and what never leaves: attempts under the lease's number, and all that can hold an entry."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from cryptouniverse.kernel import clock
from tests.trading.exchange_desk import (
    Accepted,
    answer,
    bought,
    claim,
    filled,
    given_desk,
    intents,
    learn,
    leave,
    send,
    stop_of,
    wish,
)
from tests.trading.live_stage import everybody_says_yes
from trading.connections.models import Connection
from trading.exchanges.types import OrderKind, TimeInForce, VenueStatus
from trading.execution.errors import LeaseLost
from trading.execution.models import Attempt, Intent
from trading.execution.services import stop_everything
from trading.execution.services.leases import raise_epoch
from trading.portfolio.models import Portfolio
from trading.risk.models import Ceiling


def test_an_entry_leaves_as_a_limit_that_fills_at_once_or_not_at_all(acme):
    desk = given_desk()
    intent = wish(desk, quantity="0.123456789", limit="101.019")

    request = send(desk).request

    assert (request.kind, request.time_in_force) == (OrderKind.LIMIT, TimeInForce.IOC)
    assert (request.quantity, request.limit_price) == (Decimal("0.12345"), Decimal("101.01"))
    assert request.client_order_id == intent.client_order_id


def test_what_was_claimed_is_not_claimed_again(acme):
    desk = given_desk()
    wish(desk)

    assert len(claim(desk).sendings) == 1
    assert claim(desk).sendings == []
    assert intents(desk) == ["entry sending"]


def test_an_attempt_is_committed_with_the_time_that_is_signed_and_until_when_it_counts(acme):
    desk = given_desk()
    wish(desk)
    with clock.at(clock.from_ms(1_800_000_000_000)):
        Intent.objects.update(recorded_at=clock.now())
        request = send(desk).request

    attempt = Attempt.objects.get()
    assert (request.signed_at_ms, request.window_ms) == (1_800_000_000_000, 5_000)
    assert (attempt.signed_at_ms, attempt.epoch) == (request.signed_at_ms, desk.epoch)
    assert clock.to_ms(attempt.valid_until) == request.signed_at_ms + 5_500


def test_a_writer_whose_lease_was_taken_sends_nothing_more(acme):
    desk = given_desk()
    wish(desk)
    raise_epoch(connection_pk=desk.connection_pk, holder="another")

    with pytest.raises(LeaseLost):
        claim(desk)
    assert (intents(desk), Attempt.objects.count()) == (["entry recorded"], 0)


HOLDS = {
    "switched off": lambda desk: stop(desk),
    "stopped for everybody": lambda _: Ceiling.objects.create(level="tenant", subject=UUID(int=1), mode="close_only"),
    "deactivated": lambda desk: change(desk, status="inactive"),
    "entries stopped": lambda desk: change(
        desk, entries_stopped_at=clock.now(), entries_stopped_cause="drift", entries_stopped_reason="x"
    ),
}


def change(desk, **fields):
    Connection.objects.filter(pk=desk.connection_pk).update(**fields)


def stop(desk):
    stop_everything(portfolio=Portfolio.objects.get(pk=desk.portfolio_pk), by="test", reason="test")


@pytest.mark.parametrize("hold", HOLDS.values(), ids=HOLDS)
def test_what_holds_entries_never_holds_an_exit(acme, hold):
    desk = given_desk()
    position = bought(desk)
    wish(desk)
    hold(desk)
    leave(desk, position)

    claimed = claim(desk)

    assert claimed.sendings == []
    assert [w.venue_order_id for w in claimed.withdrawals] == [stop_of(position).venue_order_id]
    learn(desk, stop_of(position, VenueStatus.CANCELLED))
    assert [sending.purpose for sending in claim(desk).sendings] == ["exit"]


@pytest.mark.parametrize(("mode", "sent"), [("no_entries", ["entry"]), ("close_only", []), ("freeze", [])])
def test_a_persons_entry_leaves_where_only_bots_are_stopped(acme, mode, sent):
    desk = given_desk()
    wish(desk)
    Ceiling.objects.create(level="tenant", subject=UUID(int=1), mode=mode)
    assert claim(desk).sendings == []

    Intent.objects.update(bot_id=None)
    assert [sending.purpose for sending in claim(desk).sendings] == sent


def test_an_entry_that_waited_too_long_is_not_sent_any_more(acme):
    desk = given_desk()
    wish(desk)
    Intent.objects.update(recorded_at=clock.now() - timedelta(seconds=31))

    claimed = claim(desk)

    portfolio = Portfolio.objects.get(pk=desk.portfolio_pk)
    assert (claimed.sendings, claimed.refused) == ([], 1)
    assert (intents(desk), portfolio.reserved) == (["entry rejected"], 0)
    assert Intent.objects.get().reason == "too_late"


@pytest.mark.parametrize(("quantity", "reason"), [("0.00004", "too_small"), ("0.000001", "too_small")])
def test_an_entry_that_the_venue_would_refuse_ends_here_and_gives_its_cash_back(acme, quantity, reason):
    desk = given_desk()
    wish(desk, quantity=quantity)

    assert claim(desk).refused == 1
    assert Intent.objects.get().reason == reason
    assert Portfolio.objects.get(pk=desk.portfolio_pk).reserved == 0


def test_a_live_entry_needs_every_yes(acme, settings):
    desk = given_desk(kind="live", terms_version="x", terms_accepted_at=clock.now())
    wish(desk)

    for platform, tenant, autonomous in ((False, True, True), (True, False, True), (True, True, False)):
        everybody_says_yes(settings, platform=platform, tenant=tenant)
        change(desk, autonomous_live=autonomous)
        assert claim(desk).sendings == []


def test_the_stop_goes_before_new_entries_and_for_what_is_really_held(acme):
    desk = given_desk()
    wish(desk, quantity="1")
    entry = send(desk)
    answer(desk, entry, Accepted(filled(entry, fee="0.001", fee_currency="BTC")))
    wish(desk)

    first, second = claim(desk).sendings

    assert (first.purpose, first.request.kind, first.request.quantity) == ("protect", OrderKind.STOP, Decimal("0.999"))
    assert second.purpose == "entry"


def test_where_no_client_ids_are_kept_one_unknown_order_an_instrument_is_on_its_way(acme):
    desk = given_desk(finds=False)
    wish(desk)
    wish(desk)

    assert len(claim(desk).sendings) == 1
    assert claim(desk).sendings == []
