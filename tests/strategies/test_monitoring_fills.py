"""Recorded fills that differ from what was expected: on paper, and at an exchange."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models import F

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.market import Timeframe
from cryptouniverse.kernel.words import told
from strategies.backtest.engine.deciding import ask
from strategies.bots.services import change_bot
from strategies.catalog.asking import KEEP
from strategies.catalog.beside import Beside, closes_beside
from strategies.monitoring.expecting import Money
from strategies.monitoring.models import BotDay
from strategies.monitoring.reading import read_day
from strategies.monitoring.services import replay_day
from tenants.audit.services import record
from tests.strategies.markets import TICK, given_funding, given_stored, walk
from tests.strategies.monitoring_stage import (
    FIRST_MS,
    HOUR_MS,
    WARM_DAYS,
    WIDE,
    day,
    fills_of,
    given_bot,
    given_market,
    gone_through,
    parts_of,
    ring,
)
from tests.trading.connections_cast import given_connection
from trading.execution.models import Attempt, Fill, Intent
from trading.marketdata.models import CandleDay, FundingRate
from trading.portfolio.models import EquityPoint, Lot, LotClose, Portfolio, Position

NAMES = ["night:BTC/USDT", "night:ETH/USDT"]
CENT = Decimal("0.01")


@pytest.fixture
def traded(acme):
    """(bot, number of its day, what was refused on it, entry and exit of its first trade, which met its target)."""
    given_market(*NAMES, days=2, seed=5)
    bot = given_bot(NAMES[0], strategy="impulse", parameters={}, limits=WIDE, stop_bps=120, target_bps=150)
    ring(0, 25)
    entry, way_out, *_later = fills_of(bot)
    return bot, 0, parts_of(gone_through(bot)), entry, way_out


def gone_anew(traded):
    bot, number, before, *_ = traded
    row = gone_through(bot, number)
    assert row.actual - row.expected == sum(parts_of(row).values())
    after = parts_of(row)
    moved = {name: after.get(name, 0) - before.get(name, 0) for name in after | before}
    return {name: amount for name, amount in moved.items() if amount}


def test_a_price_that_was_planted_is_found_in_fills(traded):
    entry = traded[3]
    Fill.objects.filter(pk=entry.pk).update(price=F("price") + CENT)

    assert gone_anew(traded) == {"fills": -CENT * entry.quantity}


def test_a_fee_that_was_planted_is_found_in_fees(traded):
    Fill.objects.filter(pk=traded[4].pk).update(fee=F("fee") + CENT)

    assert gone_anew(traded) == {"fees": -CENT}


def test_a_position_that_left_at_another_level_is_found_inside_the_candle(traded):
    entry, way_out = traded[3:]
    other = "stop" if way_out.cause == "target" else "target"
    Intent.objects.filter(order__fills=way_out).update(stop_price=None, target_price=None)
    Fill.objects.filter(pk=way_out.pk).update(cause=other, price=F("price") + 3)

    assert gone_anew(traded) == {"intra_bar": 3 * entry.quantity}


def test_an_entry_that_no_candle_asked_for_is_told_apart(traded):
    entry = traded[3]
    Intent.objects.filter(order__fills=entry).update(slot_ms=F("slot_ms") - 7 * HOUR_MS)

    moved = gone_anew(traded)

    assert set(moved) >= {"unexpected", "refused"}
    assert not set(moved) & {"fills", "fees", "latency", "intra_bar"}


@pytest.fixture
def at_an_exchange(traded):
    """The same books as an exchange's: a fill is seen while the candle before it is shown."""
    bot = traded[0]
    connection = given_connection(bot.owner)
    Portfolio.objects.filter(pk=bot.portfolio_id).update(kind="live", connection=connection)
    Fill.objects.filter(bot_id=bot.public_id).update(slot_ms=F("slot_ms") - HOUR_MS)
    for position in Position.objects.filter(bot_id=bot.public_id):
        closed = position.closed_slot_ms
        position.opened_slot_ms -= HOUR_MS
        position.closed_slot_ms = None if closed is None else closed - HOUR_MS
        position.save()
    return traded


def test_at_an_exchange_nothing_is_lost_where_all_went_as_on_paper(at_an_exchange):
    assert gone_anew(at_an_exchange) == {}


def test_at_an_exchange_of_practice_what_rests_meets_the_candle_that_is_shown(at_an_exchange):
    bot = at_an_exchange[0]
    Portfolio.objects.filter(pk=bot.portfolio_id).update(kind="sandbox")
    resting = Fill.objects.filter(bot_id=bot.public_id, cause__in=["stop", "target"])
    assert resting.update(slot_ms=F("slot_ms") + HOUR_MS)

    assert gone_anew(at_an_exchange) == {}


def test_a_fee_in_a_third_asset_counts_as_the_books_value_it(at_an_exchange):
    entry, way_out = at_an_exchange[3:]
    Fill.objects.filter(pk__in=[entry.pk, way_out.pk]).update(fee=Decimal("0.001"), fee_currency="BNB")
    Lot.objects.filter(fill_id=entry.public_id).update(cost=F("cost") + 2)
    LotClose.objects.filter(fill_id=way_out.public_id).update(proceeds=F("proceeds") - 5)

    assert gone_anew(at_an_exchange) == {"fees": Decimal(-7)}


def test_a_fee_taken_from_what_was_bought_is_a_fee(at_an_exchange):
    entry, way_out = at_an_exchange[3:]
    taken = (entry.quantity * Decimal("0.002")).quantize(Decimal("0.001"))
    base = entry.instrument_id.partition(":")[2].partition("/")[0]
    Fill.objects.filter(pk=entry.pk).update(fee=taken, fee_currency=base)
    Fill.objects.filter(pk=way_out.pk).update(quantity=F("quantity") - taken)

    moved = gone_anew(at_an_exchange)

    assert set(moved) == {"fees"}
    assert moved["fees"] < 0


def test_what_is_too_small_to_be_sold_is_no_position_any_more(at_an_exchange):
    bot, number, _before, _entry, way_out = at_an_exchange
    crumb = Decimal("0.0004")
    Fill.objects.filter(pk=way_out.pk).update(quantity=F("quantity") - crumb)

    assert set(gone_anew(at_an_exchange)) == {"size"}
    assert gone_through(bot, number).trades[0]["actual"]["ended"] == way_out.cause
    ring(25, 49)
    with clock.at(clock.from_ms(FIRST_MS + 50 * HOUR_MS)):
        replay_day(day=day(1))
    assert all(one["decided_ms"] for row in BotDay.objects.filter(day=day(1)) for one in row.trades)


def test_an_order_that_was_sent_late_is_found_in_waiting_time(at_an_exchange):
    number, entry = at_an_exchange[1], at_an_exchange[3]
    start = FIRST_MS + number * 24 * HOUR_MS
    at = entry.slot_ms  # as it was read on paper: the candle that it met
    minutes = walk(24 * 60, seed=9, start_ms=start, timeframe=Timeframe.M1, instrument_id=entry.instrument_id)
    given_stored(minutes)
    intent = Intent.objects.get(order__fills=entry)
    Attempt.objects.create(
        intent=intent,
        number=1,
        client_order_id="cu-late",
        quantity=intent.quantity,
        epoch=1,
        signed_at_ms=0,
        sent_at=intent.recorded_at + timedelta(minutes=3, seconds=10),
        valid_until=intent.recorded_at,
        state="acked",
    )

    moved = gone_anew(at_an_exchange)

    there = int(minutes.open[(at - start) // 60_000 + 3])
    there += -(-there * 5 // 10_000)  # a taker's slippage
    assert moved["latency"] == -entry.quantity * (there * TICK - entry.price)
    assert moved == {"latency": moved["latency"], "fills": -moved["latency"]}


def test_a_day_with_missing_candles_is_kept_with_the_reason_and_without_amounts(traded):
    bot, number, *_ = traded
    epoch_day = (FIRST_MS // (24 * HOUR_MS)) + number
    CandleDay.objects.filter(day=epoch_day).delete()

    row = gone_through(bot, number)

    assert "candle" in row.reason
    assert (row.expected, row.actual, row.gap) == (None, None, None)


def test_damaged_candles_silence_no_other_bot(traded):
    bot, number, *_ = traded
    other = given_bot(NAMES[1:], email="other@example.com", portfolio=bot.portfolio, strategy="impulse", parameters={})
    CandleDay.objects.filter(instrument__name=NAMES[0]).update(checksum=F("checksum") + 1)

    assert "damaged" in gone_through(bot, number).reason
    assert gone_through(other, number).reason == ""


@pytest.mark.parametrize(
    ("terms", "reason"),
    [
        ({"strategy": "spot_grid"}, "not kept"),
        ({"strategy": "gone"}, "gone"),
    ],
)
def test_what_the_replay_does_not_know_is_said(traded, terms, reason):
    bot, number, *_ = traded
    for name, value in terms.items():
        setattr(bot, name, value)
    bot.save()

    row = gone_through(bot, number)

    assert reason in told(row.reason)
    assert row.expected is None


def test_what_a_person_made_of_a_stop_is_told_apart(traded):
    bot, way_out = traded[0], traded[4]
    record(actor=bot.owner, action="protection.amended", object=("position", way_out.position.public_id))
    Fill.objects.filter(pk=way_out.pk).update(price=F("price") + CENT)

    assert gone_anew(traded) == {"unexpected": CENT * way_out.quantity}


def test_what_other_bots_of_the_portfolio_hold_is_not_there_to_be_spent(traded):
    bot, number, *_ = traded
    EquityPoint.objects.filter(portfolio=bot.portfolio, slot_ms__lt=FIRST_MS).delete()
    EquityPoint.objects.create(portfolio=bot.portfolio, slot_ms=FIRST_MS - HOUR_MS, equity=10_000, cash=1)

    row = gone_through(bot, number)

    assert row.expected == 0
    assert set(parts_of(row)) == {"unexpected"}


def test_the_days_loss_counts_from_the_portfolios_value_as_the_day_before_began(traded):
    pot = traded[0].portfolio
    EquityPoint.objects.filter(portfolio=pot, slot_ms__lt=FIRST_MS).delete()
    for hours, equity in ((25, 9_000), (24, 9_200), (1, 9_500)):
        EquityPoint.objects.create(portfolio=pot, slot_ms=FIRST_MS - hours * HOUR_MS, equity=equity, cash=9_100)

    assert read_day(FIRST_MS).money[pot.pk] == Money(Decimal(9_500), Decimal(9_100), day_start=Decimal(9_000))


def test_a_market_that_is_read_beside_is_read_for_the_replay_too(acme):
    given_market(*NAMES, days=2, seed=5)
    bot = given_bot(NAMES[1], strategy="lead_lag", parameters={})
    ring(0, 25)
    read = read_day(FIRST_MS)
    [row] = [one for one in read.bots if one.pk == bot.pk]
    chosen, parameters = read.strategy_of(row)
    own, other = (read.bars[name, Timeframe.H1] for name in (NAMES[1], NAMES[0]))

    asked = read.asked_of(row.key_for(NAMES[1]), chosen, parameters)

    beside = Beside(reference=closes_beside(own, other))
    assert asked.tolist() == ask(chosen, parameters, own, start_ms=FIRST_MS - HOUR_MS, beside=beside).tolist()
    assert (asked != KEEP).any()


def test_funding_rates_are_read_for_the_replay_too_and_without_any_it_expects_nothing(acme):
    given_market(NAMES[0], days=2, seed=5)
    given_funding(walk((WARM_DAYS + 2) * 24, instrument_id=NAMES[0]))
    bot = given_bot(NAMES[0], strategy="unpaid_trend", parameters={"trend": 12, "period": 8, "usual_bps": 0.5})
    ring(0, 25)
    row = gone_through(bot)
    assert (row.reason, row.gap, row.unmatched) == ("", row.refused, 0)

    def asked():
        read = read_day(FIRST_MS)
        [watched] = [one for one in read.bots if one.pk == bot.pk]
        return read.asked_of(watched.key_for(NAMES[0]), *read.strategy_of(watched))

    assert (asked() != KEEP).any()
    FundingRate.objects.all().delete()
    assert (asked() == KEEP).all()


def test_a_day_after_which_the_terms_were_changed_is_not_compared(traded):
    bot = traded[0]
    with clock.at(clock.from_ms(FIRST_MS + 30 * HOUR_MS)):
        change_bot(bot=bot, actor=bot.owner, name="Other name")
        assert gone_through(bot).reason == ""
        change_bot(bot=bot, actor=bot.owner, target_bps=900)

    assert "terms were changed" in gone_through(bot).reason
