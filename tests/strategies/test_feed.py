"""Signal feeds: what is followed is delivered, once, to those who follow it, and to nobody else."""

from __future__ import annotations

from decimal import Decimal

import pytest

from cryptouniverse.kernel.events.models import OutboxEvent
from cryptouniverse.kernel.market import Timeframe
from cryptouniverse.kernel.tenancy import in_tenant
from strategies.catalog.beside import Needs
from strategies.catalog.errors import BadParameter, MissingInput, NotForBots, UnknownStrategy
from strategies.catalog.registry import all_managers, all_strategies
from strategies.feed import delivering
from strategies.feed.delivering import deliver_signals
from strategies.feed.errors import BadScore, NoAddress, NothingToFollow, TooManySubscriptions, UnknownSubscription
from strategies.feed.models import DeliveredUpTo, SignalAddress, SignalNotice, SignalSubscription
from strategies.feed.selectors import notices_at, notices_of, subscriptions_of
from strategies.feed.services import (
    follow_opportunities,
    follow_strategy,
    forget_old_notices,
    make_address,
    revoke_address,
    unfollow,
)
from strategies.signals.models import SignalRecord
from strategies.signals.services import signals_at
from strategies.signals.types import SignalKey
from tenants.audit.models import AuditRecord
from tenants.provisioning.services import quotas, set_quotas
from tenants.provisioning.types import SUBSCRIPTIONS
from tests.people import member
from tests.strategies.scanner_stage import BTC, CURSOR, ETH, HOUR, few, given_markets, scanned, shown_to
from trading.marketdata.errors import UnknownInstrument

pytestmark = pytest.mark.django_db
FUNDED = next(name for name, one in all_strategies().items() if Needs.FUNDING in one.needs)
QUICK = {"fast": 3, "slow": 10, "band_bps": 1}


@pytest.fixture
def alice(acme):
    given_markets()
    return member("alice@example.com")


@pytest.fixture
def bob(alice):
    return member("bob@example.com")


def follow(person, instrument_id=BTC, *, strategy="moving_average_cross", timeframe=Timeframe.H1, **parameters):
    wanted = parameters or (QUICK if strategy == "moving_average_cross" else {})
    return follow_strategy(
        actor=person, strategy=strategy, parameters=wanted, instrument_id=instrument_id, timeframe=timeframe
    )


def passed(hours):
    """The market goes on, and what is followed is delivered."""
    shown_to(CURSOR + hours * HOUR)
    return deliver_signals()


def expected(row, hours):
    key = SignalKey(row.strategy, row.parameters, row.instrument_id, Timeframe.H1)
    slots = [CURSOR + hour * HOUR for hour in range(1, hours + 1)]
    return [signals_at(slot_ms=slot, keys=[key])[key].id for slot in slots if signals_at(slot_ms=slot, keys=[key])]


def ids(person):
    return [row.signal_id for row in notices_of(person)][::-1]


def test_each_signal_after_following_comes_once_in_the_order_of_candles(alice):
    row = follow(alice)
    assert deliver_signals() == 0, "nothing has closed since"
    assert passed(30) == len(expected(row, 30)) >= 3
    assert deliver_signals() == 0
    assert passed(40) == len(expected(row, 40)) - len(expected(row, 30))
    assert ids(alice) == expected(row, 40)


def test_a_notice_says_where_and_at_what_price(alice):
    follow(alice)
    passed(30)
    entry = notices_of(alice).filter(action="enter_long").first()
    assert (entry.strategy, entry.instrument_id, entry.timeframe) == ("moving_average_cross", BTC, "1h")
    assert entry.stop < entry.price < entry.target
    leaving = notices_of(alice).filter(action="exit_long").first()
    assert (leaving.stop, leaving.target) == (None, None)


def test_equal_subscriptions_are_computed_once(alice, bob):
    rows = [follow(person) for person in (alice, bob)]
    passed(30)
    assert ids(alice) == ids(bob) == expected(rows[0], 30)
    assert SignalRecord.objects.count() == len(ids(alice))


def test_whoever_follows_later_is_told_nothing_older(alice, bob):
    row = follow(alice)
    passed(20)
    follow(bob)
    passed(40)
    assert ids(bob) == expected(row, 40)[len(expected(row, 20)) :] != []


def test_whoever_follows_while_deliveries_are_late_is_told_nothing_older(alice, bob):
    row = follow(alice)
    shown_to(CURSOR + 20 * HOUR)
    follow(bob)
    deliver_signals()
    assert (ids(alice), ids(bob)) == (expected(row, 20), [])


def test_ending_it_is_at_once(alice):
    row = follow(alice)
    passed(15)
    shown_to(CURSOR + 40 * HOUR)
    unfollow(actor=alice, subscription_id=row.public_id)
    assert deliver_signals() == 0
    assert ids(alice) == expected(row, 15)


def test_what_was_ended_while_a_worker_computed_is_not_delivered(alice, monkeypatch):
    row = follow(alice)
    shown_to(CURSOR + 30 * HOUR)
    whole = delivering._write

    def ended_meanwhile(*args):
        unfollow(actor=alice, subscription_id=row.public_id)
        return whole(*args)

    monkeypatch.setattr(delivering, "_write", ended_meanwhile)
    assert deliver_signals() == 0


def test_a_worker_killed_in_between_loses_nothing_and_repeats_nothing(alice, monkeypatch):
    row = follow(alice)
    shown_to(CURSOR + 30 * HOUR)
    with monkeypatch.context() as patched:
        patched.setattr(delivering, "_publish", _killed)
        with pytest.raises(KeyboardInterrupt):
            deliver_signals()
    assert not ids(alice)
    deliver_signals()
    assert ids(alice) == expected(row, 30)


def _killed(_written):
    raise KeyboardInterrupt


def test_a_worker_that_comes_late_writes_nothing(alice):
    row = follow(alice)
    shown_to(CURSOR + 30 * HOUR)
    first = DeliveredUpTo.objects.create(stream="imported 1h", position=0)
    told = [one for slot in range(1, 31) for one in delivering._signals_of([row], Timeframe.H1, CURSOR + slot * HOUR)]
    deliver_signals()
    assert delivering._write(first.stream, 0, CURSOR + 30 * HOUR, told) is None
    assert ids(alice) == expected(row, 30)


def test_the_owner_is_told_by_an_event(alice):
    follow(alice)
    count = passed(30)
    [event] = OutboxEvent.objects.filter(type="signals.delivered")
    assert event.body["count"] == count
    assert event.body["owner_id"] == str(alice.public_id)
    assert event.body["newest"] == str(notices_of(alice)[0].public_id)


def test_opportunities_above_the_score_come_once(alice):
    follow_opportunities(actor=alice, score_least=Decimal("-1.2"))
    assert any(row.slot_ms <= CURSOR and row.score >= Decimal("-1.2") for row in scanned()), "old ones"
    found = {row.signal_id for row in scanned(CURSOR + 3 * HOUR) if row.slot_ms > CURSOR}
    rows = scanned(CURSOR + 8 * HOUR)
    found |= {row.signal_id for row in rows if row.slot_ms > CURSOR and row.score >= Decimal("-1.2")}
    assert deliver_signals() == len(found) >= 1
    assert deliver_signals() == 0
    assert set(ids(alice)) == found
    assert all(row.kind == "opportunity" and row.score >= Decimal("-1.2") for row in notices_of(alice))


def test_a_signal_that_is_followed_twice_comes_once(alice):
    follow_opportunities(actor=alice, score_least=Decimal("-50"))
    for one in few():
        for name in (BTC, ETH):
            follow(alice, name, strategy=one.name, **one.resolve({}))
    scanned(CURSOR + 8 * HOUR)
    deliver_signals()
    found = ids(alice)
    assert len(found) == len(set(found)) >= 2


def test_a_higher_score_replaces_the_one_before(alice):
    row = follow_opportunities(actor=alice, score_least=Decimal("0.1"))
    follow_opportunities(actor=alice, score_least=Decimal("0.3"))
    follow_opportunities(actor=alice, score_least=Decimal("0.3"))
    assert [(each.pk, each.score_least) for each in subscriptions_of(alice)] == [(row.pk, Decimal("0.3"))]
    assert AuditRecord.objects.filter(action="signals.followed").count() == 2


@pytest.mark.parametrize("score", ["NaN", "Infinity", "100.0001", "-101"])
def test_a_score_is_a_number_within_bounds(alice, score):
    with pytest.raises(BadScore):
        follow_opportunities(actor=alice, score_least=Decimal(score))


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"strategy": "nothing"}, UnknownStrategy),
        ({"strategy": next(iter(all_managers()))}, NotForBots),
        (
            {"strategy": FUNDED},
            MissingInput,
        ),
        ({"fast": 0}, BadParameter),
        ({"instrument_id": "binance:NONE/USDT"}, UnknownInstrument),
        ({"timeframe": Timeframe.M5}, NothingToFollow),
    ],
)
def test_what_cannot_be_followed_is_refused(alice, changed, refusal):
    with pytest.raises(refusal):
        follow(alice, **changed)
    assert not SignalSubscription.objects.exists()


def test_following_again_changes_nothing_and_is_not_audited(alice):
    assert follow(alice).pk == follow(alice).pk
    assert AuditRecord.objects.filter(action="signals.followed").count() == 1


def test_a_person_follows_so_many_at_most(alice, bob):
    set_quotas(slug="acme", numbers={SUBSCRIPTIONS: 3}, reason="A contract.")
    for number in range(3):
        follow(alice, slow=20 + number)
    with pytest.raises(TooManySubscriptions, match="administrator can ask for more"):
        follow(alice, ETH)
    [told] = [one for one in quotas() if one.name == SUBSCRIPTIONS]
    assert (told.used, told.most, told.own, told.of_one) == (3, 3, True, True)
    with pytest.raises(TooManySubscriptions):
        follow_opportunities(actor=alice, score_least=Decimal("0"))
    follow(bob, ETH)


def test_nobody_ends_or_reads_what_is_anothers(alice, bob):
    row = follow(alice)
    passed(30)
    with pytest.raises(UnknownSubscription):
        unfollow(actor=bob, subscription_id=row.public_id)
    assert not notices_of(bob).exists()


def test_tenants_are_apart(alice, bolt_ctx):
    row = follow(alice)
    _made, token = make_address(actor=alice)
    with in_tenant(bolt_ctx):
        stranger = member("alice@example.com")
        assert follow(stranger).public_id != row.public_id
    shown_to(CURSOR + 30 * HOUR)
    deliver_signals()
    with in_tenant(bolt_ctx):
        assert not notices_of(stranger).exists()
        with pytest.raises(NoAddress):
            notices_at(token.reveal())
        assert deliver_signals() == len(expected(row, 30))


def test_a_market_that_is_begun_anew_goes_on_from_there(alice):
    row = follow(alice)
    passed(30)
    before = ids(alice)
    shown_to(CURSOR - 20 * HOUR)
    deliver_signals()
    shown_to(CURSOR + 5 * HOUR)
    deliver_signals()
    assert len(ids(alice)) > len(before), "what came before its first time is new"
    assert len(set(ids(alice))) == len(ids(alice))
    assert SignalSubscription.objects.get(pk=row.pk).since_ms < row.since_ms


def test_the_secret_address_opens_its_owners_signals_alone(alice, bob):
    follow(alice)
    passed(30)
    made, token = make_address(actor=alice)
    assert [row.signal_id for row in notices_at(token.reveal())] == ids(alice)[::-1]
    assert token.reveal() not in str(SignalAddress.objects.filter(pk=made.pk).values())
    _bobs, other = make_address(actor=bob)
    assert notices_at(other.reveal()) == []
    assert SignalAddress.objects.get(pk=made.pk).last_used_at is not None


def test_a_new_address_and_a_revoked_one_open_nothing(alice):
    _first, first = make_address(actor=alice)
    _second, second = make_address(actor=alice)
    with pytest.raises(NoAddress):
        notices_at(first.reveal())
    notices_at(second.reveal())
    revoke_address(actor=alice)
    revoke_address(actor=alice)
    with pytest.raises(NoAddress):
        notices_at(second.reveal())
    actions = AuditRecord.objects.filter(action__startswith="signals.").order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["signals.address_made"] * 2 + ["signals.address_revoked"]


@pytest.mark.parametrize("token", ["", "x", "é" * 43, "a" * 5_000, "\x00", "../../etc", "%00"])
def test_other_tokens_open_nothing(alice, token):
    make_address(actor=alice)
    with pytest.raises(NoAddress):
        notices_at(token)


def test_an_address_of_somebody_who_may_not_look_any_more_opens_nothing(alice):
    _made, token = make_address(actor=alice)
    alice.is_active = False
    alice.save()
    with pytest.raises(NoAddress):
        notices_at(token.reveal())


def test_scans_are_told_to_those_who_were_brought_in_from_an_installation_with_more_of_them(alice):
    scanned()
    DeliveredUpTo.objects.update_or_create(stream=delivering.SCANS, defaults={"position": 10**9})
    follow_opportunities(actor=alice, score_least=Decimal(-50))
    deliver_signals()
    found = {row.signal_id for row in scanned(CURSOR + 8 * HOUR) if row.slot_ms > CURSOR}
    assert deliver_signals() == len(found) >= 1


def test_old_notices_go(alice):
    follow(alice)
    passed(30)
    SignalNotice.objects.filter(pk=notices_of(alice).last().pk).update(delivered_at="2020-01-01T00:00:00Z")
    assert forget_old_notices() == 1


def test_without_anything_followed_a_look_costs_little(alice, django_assert_max_num_queries):
    scanned(CURSOR + HOUR)
    deliver_signals()
    with django_assert_max_num_queries(4):
        deliver_signals()
