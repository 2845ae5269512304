"""Three days of trading, whole: candles become signals, verdicts, orders, fills and positions, each once."""

from collections import Counter

import pytest

from aiengine.autopilot.cycle import run_cycle
from aiengine.autopilot.models import CycleRun, DecisionRecord
from aiengine.autopilot.replay.proof import contradictions
from cryptouniverse.kernel.events.models import OutboxEvent
from tests.autopilot.market import given_desk, given_slots, play
from trading.execution.models import Fill, Intent, Order
from trading.portfolio.models import Portfolio, Position

TRADING_DAYS = (6, 72)


@pytest.fixture(scope="module")
def traded_in_the_file(acme_of_the_file):
    """Three days in which three bots traded the simulated market; played once."""
    portfolio, bots = given_desk()
    return portfolio, bots, play(given_slots(*TRADING_DAYS), run_cycle)


@pytest.fixture
def traded(acme, traded_in_the_file):
    """The same, read from the database again."""
    portfolio, bots, reports = traded_in_the_file
    return Portfolio.objects.get(pk=portfolio.pk), bots, reports


def test_bots_trade_and_every_book_holds(traded):
    portfolio, bots, reports = traded

    assert Fill.objects.filter(side="buy").exists()
    assert Fill.objects.filter(side="sell").exists()
    assert {name: wrong for name, wrong in contradictions().items() if wrong} == {}
    assert sum(r.fills for r in reports) == Fill.objects.count() == portfolio.fill_sequence
    assert {f.bot_id for f in Fill.objects.all()} <= {bot.public_id for bot in bots}


def test_every_signal_for_a_bot_has_a_decision_with_its_reason(traded):
    outcomes = Counter(DecisionRecord.objects.values_list("outcome", flat=True))

    assert outcomes["taken"] + outcomes["reduced"] > 0
    assert outcomes["no_verdict"] > 0
    assert outcomes["exit"] > 0
    assert not DecisionRecord.objects.filter(outcome="refused", rule="").exists()
    entries = Intent.objects.filter(purpose="entry").count()
    assert entries == outcomes["taken"] + outcomes["reduced"]


def test_working_a_slot_again_changes_nothing(traded):
    _portfolio, _bots, _reports = traded
    before = _tables()

    play(given_slots(*TRADING_DAYS), run_cycle)

    assert _tables() == before


def test_fills_and_cycles_are_published_in_order(traded):
    fills = OutboxEvent.objects.filter(type="execution.order_filled").order_by("sequence")

    assert fills.count() == Fill.objects.count()
    assert list(fills.values_list("sequence", flat=True)) == list(range(1, fills.count() + 1))
    assert OutboxEvent.objects.filter(type="autopilot.cycle_finished").count() == TRADING_DAYS[1]


def _tables() -> list[int]:
    return [model.objects.count() for model in (Intent, Order, Fill, Position, DecisionRecord, CycleRun)]
