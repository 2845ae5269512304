"""Signals are delivered once, in their order, however many workers deliver at once and wherever they are killed."""

import random
from collections import Counter
from decimal import Decimal

import pytest

from cryptouniverse.kernel.events.models import OutboxEvent
from cryptouniverse.kernel.market import Timeframe
from strategies.feed.delivering import deliver_signals
from strategies.feed.models import SignalNotice, SignalSubscription
from strategies.feed.services import follow_opportunities, follow_strategy
from strategies.signals.services import signals_at
from strategies.signals.types import SignalKey
from tests.people import member
from tests.proofs.storm import sized
from tests.proofs.workers import KILLED, Share, alone, at_once
from tests.strategies.scanner_stage import BTC, CURSOR, ETH, HOUR, few, given_markets, scanned

pytestmark = [pytest.mark.prove, pytest.mark.timeout(300)]
ROUNDS, SLOTS_A_ROUND = sized(6, 60), 5
STATEMENTS = 20  # fewer than one worker takes that finds all of a round due: some 23 to 35
QUICK = {"fast": 3, "slow": 10, "band_bps": 1}


def follows(person, name, instrument_id, **parameters):
    return follow_strategy(
        actor=person, strategy=name, parameters=parameters, instrument_id=instrument_id, timeframe=Timeframe.H1
    )


def _dying(dice, within=STATEMENTS):
    return Share(deliver_signals, dies_before=dice.randint(2, within))


def due(row, slots):
    key = SignalKey(row.strategy, row.parameters, row.instrument_id, Timeframe.H1)
    return [found[key].id for slot in slots if (found := signals_at(slot_ms=slot, keys=[key]))]


def test_each_signal_comes_once_whoever_delivers_and_dies(cleared):
    given_markets()
    alice, bob = (member(f"{name}@feed.example") for name in ("alice", "bob"))
    for one in few():
        follows(alice, one.name, ETH)
    follows(alice, "moving_average_cross", BTC, **QUICK)
    follows(bob, "moving_average_cross", BTC, **QUICK)
    follow_opportunities(actor=bob, score_least=Decimal(-50))
    dice, stood = random.Random(20240102), set()  # noqa: S311  # repeatable moments of death, not a secret

    for number in range(1, ROUNDS + 1):
        found = scanned(CURSOR + number * SLOTS_A_ROUND * HOUR)  # only the last scans are kept
        stood |= {row.signal_id for row in found if row.slot_ms > CURSOR and row.score is not None}
        assert at_once(cleared, [_dying(dice)]) == [KILLED]
        at_once(cleared, [_dying(dice, 2 * STATEMENTS) for _ in range(3)])  # who finds little left outlives it
        if number % 6 == 0:  # within the scans that are kept
            alone(cleared, deliver_signals)

    slots = [CURSOR + number * HOUR for number in range(1, ROUNDS * SLOTS_A_ROUND + 1)]
    told = Counter(SignalNotice.objects.values_list("owner__email", "signal_id"))
    assert set(told.values()) == {1}
    for person in (alice, bob):
        rows = SignalSubscription.objects.filter(owner=person).exclude(strategy="")
        wanted = {found for row in rows for found in due(row, slots)}
        wanted |= stood if person == bob else set()
        assert {signal for email, signal in told if email == person.email} == wanted
        assert len(wanted) > 5
    counted = sum(event.body["count"] for event in OutboxEvent.objects.filter(type="signals.delivered"))
    assert counted == SignalNotice.objects.count(), "no notice without its event, no event without its notice"
