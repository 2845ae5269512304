"""The ring, whole: candles become signals, verdicts, orders, fills, positions and consumed credits, each once."""

from collections import Counter
from decimal import Decimal

from aiengine.autopilot.cycle import run_cycle
from aiengine.autopilot.models import DecisionRecord
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.words import told
from strategies.bots.services import pause_bot
from tests.autopilot.market import given_bots, given_desk, given_market, given_slots, play
from tests.trading.desk import trader
from trading.execution.models import Fill, Order
from trading.execution.services import place_by_hand, stop_everything
from trading.execution.tickets import Ticket
from trading.marketdata.models import Feed
from trading.marketdata.selectors import prices_at
from trading.marketdata.simulation import TIMEFRAME
from trading.portfolio.models import Position

TRADING_DAYS = (6, 72)


def test_with_no_credits_nothing_is_entered_and_the_reason_is_the_profit_limit(acme):
    given_desk(practice="0")

    play(given_slots(*TRADING_DAYS), run_cycle)

    refused = DecisionRecord.objects.filter(outcome="refused")
    assert refused.exists()
    assert set(refused.values_list("rule", flat=True)) == {"profit_limit"}
    assert not Order.objects.exists()


def test_a_stopped_portfolio_enters_nothing_and_leaves_what_it_holds(acme):
    portfolio, _bots = given_desk()
    slots = given_slots(*TRADING_DAYS)
    play(slots[:36], run_cycle)
    stop_everything(portfolio=portfolio, by="alice", reason="test")
    buys = Fill.objects.filter(side="buy").count()

    play(slots[36:], run_cycle)

    assert Fill.objects.filter(side="buy").count() == buys
    assert DecisionRecord.objects.filter(rule="stop_switch").exists()


def test_a_paused_bot_enters_nothing_but_still_leaves(acme):
    portfolio, bots = given_desk()
    slots = iter(given_slots(TRADING_DAYS[0], 144))
    while not (held := Position.objects.filter(closed_slot_ms__isnull=True).count()):
        play([last := next(slots)], run_cycle)
    for bot in bots:
        pause_bot(bot=bot, actor=portfolio.owner)

    play(list(slots)[:72], run_cycle)

    assert not Fill.objects.filter(side="buy", slot_ms__gt=last + TIMEFRAME.ms).exists()
    assert Position.objects.filter(closed_slot_ms__isnull=True).count() < held


def test_entries_on_old_prices_are_refused(acme):
    given_desk()

    for slot_ms in given_slots(*TRADING_DAYS):
        run_cycle(timeframe=TIMEFRAME, slot_ms=slot_ms, price_age_s=Decimal(60))

    refused = DecisionRecord.objects.filter(outcome="refused").values_list("rule", "limit", "value").distinct()
    assert {(rule, told(limit), told(value)) for rule, limit, value in refused} == {("stale_data", "10 s", "60 s")}


def test_a_signal_is_shared_and_each_bot_gets_its_own_decision(acme):
    _portfolio, bots = given_desk()
    given_bots(trader("bob@example.com"), bots[0].instruments)

    play(given_slots(6, 24), run_cycle)

    per_signal = Counter(DecisionRecord.objects.values_list("signal_id", flat=True))
    assert set(per_signal.values()) == {2}


def test_an_order_by_hand_meets_its_candle_where_no_bot_listens_and_nothing_is_held(acme):
    name, (asked_ms, next_ms) = given_market()[0], given_slots(6, 2)
    shown = {"source": "simulated", "timeframe": TIMEFRAME.value, "cursor_ms": asked_ms, "end_ms": asked_ms}
    Feed.objects.update_or_create(defaults={**shown, "updated_at": clock.now(), "running": True})
    instrument, (*_, last) = prices_at([name], TIMEFRAME, slot_ms=asked_ms)[name]
    steps = instrument.steps_down(1_000 / instrument.price_of(last))
    ticket = Ticket("market", quantity=instrument.quantity_of(steps), stop_price=instrument.price_of(last * 9 // 10))
    portfolio = trader(cash="100000", position_pct_max=100, collar_bps=500)
    place_by_hand(portfolio=portfolio, actor=portfolio.owner, instrument_id=name, ticket=ticket, key="k1")

    play([next_ms], run_cycle)

    assert Position.objects.get().instrument_id == name
