"""Bots that keep orders at an exchange, gone through again: parts of fills, late ones, fees and refusals."""

from decimal import Decimal

import pytest
from django.db.models import F

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.words import told
from strategies.monitoring.models import BotDay, Morning
from strategies.monitoring.services import replay_day
from tests.autopilot.keepers_venue import desk_of, given_keeper, turn
from tests.autopilot.managers import HOUR
from tests.autopilot.test_autopilot_keepers_exchange import GRID, KINDS, MARKET, candle_of, highest_buy
from tests.strategies.markets import START_MS, given_stored, walk
from tests.strategies.monitoring_stage import DAY_MS, parts_of
from trading.exchanges.types import Rejected
from trading.execution.models import Fill, Intent
from trading.portfolio.models import Portfolio

BEFORE = 20  # hours of the first day in which there is no bot yet
MORNING = 24 - BEFORE  # the bot's slots of its first day
CENT = Decimal("0.01")


@pytest.fixture
def slots(acme):
    bars = walk(38, seed=5)
    given_stored(bars)
    return [int(slot) for slot in bars.open_ms][BEFORE:]


def nothing(_n, _venue):
    """All goes as candles tell."""


def live(bot, venue, slots, happens=nothing, *, skips=()):
    """Slot by slot: the exchange meets a candle while the one before is shown, then the ring works it."""
    for n, slot_ms in enumerate(slots):
        with clock.at(clock.from_ms(slot_ms - 1)):
            if n and n not in skips:
                venue.meet(candle_of(slot_ms), desk_of(bot).held)
            happens(n, venue)
        turn(slot_ms, venue)


def second(bot):
    """The day that began with lines that rested; the exchange counts as a real one."""
    Portfolio.objects.filter(pk=bot.portfolio_id).update(kind="live", marked_slot_ms=START_MS + 2 * DAY_MS)
    with clock.at(clock.from_ms(START_MS + 2 * DAY_MS + HOUR.ms)):
        replay_day(day=clock.from_ms(START_MS + DAY_MS).date(), bot_ids=[bot.public_id])
    row = BotDay.objects.get(bot=bot)
    assert row.reason or row.actual == row.expected + row.gap
    return row


def fill_of(bot, **what):
    return Fill.objects.filter(bot_id=bot.public_id, slot_ms__gte=START_MS + DAY_MS, **what).first()


@pytest.mark.prove
def test_where_the_exchange_fills_as_candles_tell_nothing_lies_between_though_in_parts(slots):
    bot, venue = given_keeper("dca_ladder", [MARKET], **KINDS["dca_ladder"])
    live(bot, venue, slots)

    row = second(bot)

    assert (told(row.reason), parts_of(row), row.unmatched) == ("", {}, 0)
    assert row.matched > 1


@pytest.fixture
def grid(slots):
    return (*given_keeper("spot_grid", [MARKET], **GRID), slots)


def test_fees_prices_and_parts_are_told_apart_to_the_last_digit(grid):
    bot, venue, slots = grid

    def happens(n, venue):
        if n == MORNING - 1:  # of a line a part is had when the day begins
            number = highest_buy(venue)
            venue.fill(number, "0.5", venue.resting()[number].limit_price)

    live(bot, venue, slots, happens)
    assert Morning.objects.get(day_ms=START_MS + DAY_MS).desk["parts"]
    row = second(bot)
    assert (told(row.reason), parts_of(row), row.unmatched) == ("", {}, 0)
    assert row.matched > 4
    end = Decimal(next(t for t in row.trades if t["expected"]["ended"] == "open")["expected"]["exit_price"])
    buy = fill_of(bot, side="buy", fee__gt=0)

    Fill.objects.filter(pk=buy.pk).update(fee=F("fee") + Decimal("0.125"), price=F("price") + CENT)
    assert parts_of(second(bot)) == {"fees": Decimal("-0.125"), "fills": -CENT * buy.quantity}

    Fill.objects.filter(pk=buy.pk).update(fee=buy.fee, price=buy.price, quantity=buy.quantity / 2)
    assert parts_of(second(bot)) == {"fills": -buy.quantity / 2 * (end - buy.price)}

    taken = Decimal("0.003")
    Fill.objects.filter(pk=buy.pk).update(quantity=buy.quantity, fee=taken, fee_currency="BTC")
    assert set(parts_of(second(bot))) == {"fees"}

    line = buy.order.intent.line
    Fill.objects.filter(order__intent__line=line, bot_id=bot.public_id).update(slot_ms=F("slot_ms") + HOUR.ms)
    Fill.objects.filter(pk=buy.pk).update(fee=buy.fee, fee_currency=buy.fee_currency, price=F("price") + CENT)
    assert parts_of(second(bot)) == {"intra_bar": -CENT * buy.quantity}


@pytest.mark.prove
def test_lines_that_fill_late_and_what_follows_from_it_are_the_markets_matter(grid):
    bot, venue, slots = grid
    live(bot, venue, slots, skips=range(MORNING + 2, MORNING + 5))

    row = second(bot)

    assert {"intra_bar"} <= set(parts_of(row)) <= {"intra_bar", "fees"}
    assert row.matched > 2


def test_a_line_that_the_exchange_refuses_is_refused(grid):
    bot, venue, slots = grid

    def happens(n, venue):
        if n >= MORNING:
            venue.refuses = Rejected("-2010", "Account has insufficient balance for requested action.")

    live(bot, venue, slots, happens)
    assert Intent.objects.filter(bot_id=bot.public_id, state="rejected").count() > 2

    assert set(parts_of(second(bot))) == {"refused"}
