"""Bots that read order books, gone through again: order by order from how they stood when the day began."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models import F

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.words import told
from strategies.bots.services import pause_bot
from strategies.finding.models import FoundTrade
from strategies.monitoring.models import BotDay, DriftAlarm, Morning
from strategies.monitoring.services import choose_pause, replay_day
from strategies.monitoring.services.alarming import judge_day
from strategies.monitoring.types import PARTS
from tests.autopilot.finders import given_books, given_finder
from tests.autopilot.managers import HOUR, work
from tests.autopilot.test_autopilot_finders import KINDS
from tests.strategies.contracts_stage import ASKED, FUNDS, HELD_BY, SERIES, rates
from tests.strategies.finding_stage import EVERY_MS
from tests.strategies.markets import START_MS
from tests.strategies.monitoring_stage import DAY_MS, parts_of
from trading.execution.models import Fill, Intent
from trading.marketdata.models import OrderBook
from trading.marketdata.services import store_funding
from trading.marketdata.types import MarketSource
from trading.portfolio.models import Portfolio

CENT = Decimal("0.01")
SETTLED = {"dated_basis": tuple(each["dated_basis"] for each in (HELD_BY, SERIES, ASKED, FUNDS))}
DAYS = [clock.from_ms(START_MS + n * DAY_MS).date() for n in range(2)]


def staged(name, moments=160):
    """Books around a midnight, a bot made before them, and the slots in which they are."""
    ones, made, parameters, funds = (KINDS | SETTLED)[name]
    start_ms = START_MS + 22 * HOUR.ms + EVERY_MS  # a quote fills at midnight
    books = made(moments, start_ms=start_ms)
    slots = given_books(ones, books)
    store_funding(instrument_id=ones[0].id, moments=rates(start_ms), source=MarketSource.IMPORTED)
    with clock.at(clock.from_ms(START_MS + 21 * HOUR.ms)):
        bot = given_finder(name, ones, funds=funds, **parameters)
    return bot, slots


def days_of(bot):
    with clock.at(clock.from_ms(START_MS + 2 * DAY_MS + HOUR.ms)):
        Portfolio.objects.update(marked_slot_ms=START_MS + 2 * DAY_MS)
        for day in DAYS:
            replay_day(day=day, bot_ids=[bot.public_id])
    return list(BotDay.objects.filter(bot=bot).order_by("day"))


@pytest.mark.prove
@pytest.mark.parametrize("name", ["cross_exchange", "triangular", "book_pressure", "funding_carry", "dated_basis"])
def test_on_paper_nothing_lies_between_a_day_at_books_and_its_replay(name, acme):
    bot, slots = staged(name)
    work(slots)

    rows = days_of(bot)

    assert [(told(row.reason), parts_of(row), row.unmatched) for row in rows] == [("", {}, 0)] * 2
    assert all(row.matched > 2 and row.actual == row.expected != 0 for row in rows)
    assert Fill.objects.filter(cause="funding").exists() == (name == "funding_carry")
    assert FoundTrade.objects.filter(kind="settled").exists() == (name == "dated_basis")
    if Fill.objects.filter(cause="funding").update(fee=F("fee") + 1):
        assert parts_of(days_of(bot)[1]) == {"fees": -1}


@pytest.fixture
def quoted(acme):
    """A bot whose quotes have filled on both of its days, and what it bought on the second."""
    bot, slots = staged("book_pressure")
    work(slots)
    placed = Fill.objects.filter(bot_id=bot.public_id, order__intent__slot_ms__gte=START_MS + DAY_MS)
    return bot, placed.filter(side="buy").order_by("sequence").first()


def second(bot):
    row = days_of(bot)[1]
    assert row.reason or row.actual == row.expected + row.gap
    return row


def test_a_price_a_fee_and_a_part_are_told_apart_to_the_last_digit(quoted):
    bot, fill = quoted
    Fill.objects.filter(pk=fill.pk).update(price=F("price") + CENT, fee=F("fee") + Decimal("0.125"))
    assert parts_of(second(bot)) == {"fills": -CENT * fill.quantity, "fees": Decimal("-0.125")}

    Fill.objects.filter(pk=fill.pk).update(price=fill.price, fee=fill.fee, quantity=fill.quantity / 2)
    assert set(parts_of(second(bot))) == {"fills"}


def test_what_came_in_another_candle_or_never_is_a_matter_of_the_time_between_books(quoted):
    bot, fill = quoted
    Fill.objects.filter(pk=fill.pk).update(price=F("price") + CENT, slot_ms=F("slot_ms") + HOUR.ms)
    assert parts_of(second(bot)) == {"latency": -CENT * fill.quantity}

    Fill.objects.filter(pk=fill.pk).update(bot_id=None)
    assert set(parts_of(second(bot))) == {"latency"}


def test_an_order_that_nothing_asked_for_is_not_expected_and_one_that_was_not_sent_is_refused(quoted):
    bot, fill = quoted
    intent = Intent.objects.get(order__fills=fill)
    Intent.objects.filter(pk=intent.pk).update(spec={}, public_id=bot.public_id)

    row = second(bot)

    assert set(parts_of(row)) >= {"unexpected", "refused"}
    assert row.refusals


def test_a_pause_in_the_middle_of_a_day_is_a_refusal(acme):
    bot, slots = staged("cross_exchange")
    work(slots[:3])
    pause_bot(bot=bot, actor=bot.owner)
    work(slots[3:])

    first, row = days_of(bot)

    assert parts_of(first) == {}
    assert set(parts_of(row)) == {"refused"}
    assert row.refusals


def test_a_day_without_its_morning_or_its_books_is_not_replayed_and_says_why(quoted):
    bot, _fill = quoted
    Morning.objects.filter(day_ms=START_MS + DAY_MS).delete()
    assert "not kept" in told(second(bot).reason)
    OrderBook.objects.filter(at_ms__gte=START_MS + DAY_MS).delete()
    Morning.objects.filter(day_ms=START_MS).update(day_ms=START_MS + DAY_MS)

    assert "No order books" in told(second(bot).reason)


def test_a_bot_whose_orders_get_less_than_its_replay_is_alarmed_and_paused(quoted):
    bot, fill = quoted
    Fill.objects.filter(pk=fill.pk).update(price=F("price") * 2)
    row = second(bot)
    BotDay.objects.exclude(pk=row.pk).delete()
    for number in range(1, 6):
        BotDay.objects.create(
            **{name: getattr(row, name) for name in ("bot", "money", "replayed_at", "expected", "actual", *PARTS)},
            day=row.day - timedelta(days=number),
        )
    choose_pause(bot=bot, actor=bot.owner, pause_on_drift=True)

    assert judge_day(row.day) == 1

    bot.refresh_from_db()
    assert bot.status == "paused"
    assert DriftAlarm.objects.get(bot=bot).rule == "behind"
