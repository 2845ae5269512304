"""Bots that keep orders at an exchange, gone through again: parts of fills, late ones, fees and refusals."""

from decimal import Decimal

import pytest
from django.db.models import F

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.words import told
from strategies.monitoring.models import BotDay
from strategies.monitoring.services import replay_day
from tests.autopilot.keepers_venue import desk_of, given_keeper, turn
from tests.autopilot.managers import HOUR
from tests.autopilot.test_autopilot_keepers_exchange import GRID, KINDS, MARKET, candle_of, highest_buy
from tests.strategies.markets import START_MS, given_stored, walk
from tests.strategies.monitoring_stage import DAY_MS, parts_of
from trading.exchanges.types import Rejected
from trading.execution.models import Fill
from trading.portfolio.models import Portfolio

BEFORE = 20  # hours of the first day in which there is no bot yet


@pytest.fixture
def slots(acme):
    bars = walk(52, seed=5)
    given_stored(bars)
    return [int(slot) for slot in bars.open_ms][BEFORE:50]


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


@pytest.mark.parametrize("name", KINDS)
def test_where_the_exchange_fills_as_candles_tell_nothing_lies_between_though_in_parts(name, slots):
    bot, venue = given_keeper(name, [MARKET], **KINDS[name])
    live(bot, venue, slots)

    row = second(bot)

    assert (told(row.reason), parts_of(row), row.unmatched) == ("", {}, 0)
    assert row.matched > 6


@pytest.fixture
def grid(slots):
    return (*given_keeper("spot_grid", [MARKET], **GRID), slots)


NOON = 12  # a slot of the second day's, counted from the bot's first


def test_a_fee_that_is_higher_than_the_rules_expect_is_a_fee_to_the_last_digit(grid):
    bot, venue, slots = grid
    live(bot, venue, slots)
    fill = Fill.objects.filter(bot_id=bot.public_id, slot_ms__gte=START_MS + DAY_MS, fee__gt=0).first()
    Fill.objects.filter(pk=fill.pk).update(fee=F("fee") + Decimal("0.125"))

    assert parts_of(second(bot)) == {"fees": Decimal("-0.125")}


def test_a_fee_in_another_currency_is_a_fee_and_what_follows_from_it_too(grid):
    bot, venue, slots = grid

    def happens(n, venue):
        if n == NOON and (number := highest_buy(venue)):
            order = venue.resting()[number]
            rest = order.quantity - order.executed
            venue.fill(number, rest, order.limit_price, fee=rest / 100, fee_currency="BTC")

    live(bot, venue, slots, happens)

    row = second(bot)

    assert set(parts_of(row)) <= {"fees", "intra_bar"}
    assert row.fees < -1


def test_a_line_of_which_a_part_filled_is_a_matter_of_fills(grid):
    bot, venue, slots = grid

    live(bot, venue, slots)
    buy = Fill.objects.filter(bot_id=bot.public_id, side="buy", slot_ms__gte=START_MS + DAY_MS).first()
    Fill.objects.filter(pk=buy.pk).update(quantity=buy.quantity / 2)

    row = second(bot)

    end = Decimal(row.trades[0]["expected"]["exit_price"])
    assert parts_of(row) == {"fills": -buy.quantity / 2 * (end - buy.price)}


def test_lines_that_fill_a_candle_late_are_a_matter_of_the_inside_of_candles(grid):
    bot, venue, slots = grid
    live(bot, venue, slots, skips=(NOON, NOON + 1, NOON + 2))

    row = second(bot)

    assert {"intra_bar"} <= set(parts_of(row)) <= {"intra_bar", "fees"}
    assert row.matched > 6


def test_a_line_that_the_exchange_refuses_is_refused(grid):
    bot, venue, slots = grid

    def happens(n, venue):
        if n >= NOON:
            venue.refuses = Rejected("-2010", "Account has insufficient balance for requested action.")

    live(bot, venue, slots, happens)

    assert set(parts_of(second(bot))) == {"refused"}
