"""Bots that keep orders, at an exchange: the ring, the order protocol, and a venue that fills, refuses and forgets."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import transaction

from cryptouniverse.kernel.bulk import query
from cryptouniverse.kernel.market import Side
from cryptouniverse.kernel.words import told
from strategies.bots.services import pause_bot, resume_bot, stop_bot
from strategies.catalog import desk as its
from strategies.managing.selectors import desks_of
from strategies.managing.storing import ints_of
from tests.autopilot.keepers_venue import desk_of, given_keeper, turn
from tests.autopilot.managers import HOUR, given_manager
from tests.strategies.markets import given_stored, walk
from trading.ceilings.types import Mode
from trading.exchanges.types import Rejected
from trading.execution.models import Fill, Intent
from trading.execution.selectors import candles_at
from trading.execution.services import release_stops
from trading.execution.services.resolving import unknown_attempts
from trading.portfolio.models import Portfolio, Position

MARKET = "binance:BTC/USDT"
KINDS = {
    "dca_ladder": {"step_pct": "0.8", "maximum": 4, "target_pct": "0.8"},
    "spot_grid": {"count": 12, "below_pct": "6", "above_pct": "6", "investment": "4000"},
}
GRID = KINDS["spot_grid"]


@pytest.fixture
def slots(acme):
    bars = walk(20, seed=5)
    given_stored(bars)
    return [int(slot) for slot in bars.open_ms]


@pytest.mark.parametrize("name", KINDS)
def test_what_the_exchange_fills_in_parts_comes_to_the_same_desk_as_on_paper(name, slots):
    paper = given_manager(name, [MARKET], **KINDS[name])
    bot, venue = given_keeper(name, [MARKET], **KINDS[name])
    for n, slot_ms in enumerate(slots):
        if n:
            venue.meet(candle_of(slot_ms), desk_of(bot).held)
        turn(slot_ms, venue)
        one, other = desk_of(paper), desk_of(bot)
        for column in ("numbers", "rows", "state", "orders"):
            assert (ints_of(getattr(one, column)) == ints_of(getattr(other, column))).all(), column
        assert (one.cash, one.held, one.cost, one.last_number) == (
            other.cash,
            other.held,
            other.cost,
            other.last_number,
        )
        assert set(venue.resting()) == numbers_of(other)
    assert Fill.objects.filter(bot_id=bot.public_id).count() > 12
    assert not Intent.objects.filter(bot_id=bot.public_id, line=None).exists()  # no stop of the house's


def candle_of(slot_ms):
    return candles_at(HOUR, slot_ms, instrument_ids=[MARKET])[MARKET]


def numbers_of(desk):
    return {int(n) for n in ints_of(desk.orders).reshape(-1, 12)[:, 11] if n > 0}


@pytest.fixture
def grid(slots):
    """A grid whose first lines rest at the venue: the bot, the venue, and the slots that are left."""
    bot, venue = given_keeper("spot_grid", [MARKET], **GRID)
    turn(slots[0], venue)
    venue.fill_takers()
    turn(slots[1], venue)
    return bot, venue, slots[2:]


def highest_buy(venue):
    return max(
        (n for n, o in venue.resting().items() if o.side is Side.BUY), key=lambda n: venue.resting()[n].limit_price
    )


def row_of(bot, number):
    rows = ints_of(desk_of(bot).orders).reshape(-1, its.ORDER)
    return next((row for row in rows.tolist() if abs(row[its.NUMBER]) == number), None)


def shown(bot, waits):
    return [order for order in desks_of(bot)[0].orders if order.waits == waits]


def test_a_part_counts_at_once_and_its_counterpart_comes_when_the_line_is_whole(grid):
    bot, venue, slots = grid
    number = highest_buy(venue)
    order, before = venue.resting()[number], desk_of(bot)
    sells = {n for n, o in venue.resting().items() if o.side is Side.SELL}
    venue.fill(number, "0.5", order.limit_price)
    turn(slots[0], venue)

    after = desk_of(bot)
    assert (after.held - before.held, after.cash < before.cash) == (500, True)
    assert Decimal(row_of(bot, number)[its.STEPS]) / 1000 == order.quantity - Decimal("0.5")
    assert {n for n, o in venue.resting().items() if o.side is Side.SELL} == sells
    venue.fill(number, order.quantity - Decimal("0.5"), order.limit_price)
    turn(slots[1], venue)

    [new] = {n for n, o in venue.resting().items() if o.side is Side.SELL} - sells
    assert venue.resting()[new].quantity == order.quantity
    assert number not in venue.resting()


def test_what_a_person_cancels_at_the_exchange_is_said_and_not_placed_again_until_the_bot_is_resumed(grid):
    bot, venue, slots = grid
    number = highest_buy(venue)
    order = venue.resting()[number]
    venue.cancel(order.venue_order_id)
    for slot_ms in slots[:2]:
        turn(slot_ms, venue)
        assert order.limit_price not in {each.limit_price for each in venue.resting().values()}
        [off] = shown(bot, "Ended there")
        assert (off.price, off.value) == (order.limit_price, "it was cancelled at the exchange")

    pause_bot(bot=bot, actor=bot.owner)
    turn(slots[2], venue)
    resume_bot(bot=bot, actor=bot.owner)
    turn(slots[3], venue)
    assert order.limit_price in {each.limit_price for each in venue.resting().values()}


def test_what_the_exchange_refuses_is_said_with_its_words_and_never_sent_again(slots):
    bot, venue = given_keeper("spot_grid", [MARKET], **GRID)
    venue.refuses = Rejected("-2010", "Account has insufficient balance for requested action.")
    turn(slots[0], venue)
    sent = len(venue.sent)
    for slot_ms in slots[1:3]:
        turn(slot_ms, venue)

    [off] = shown(bot, "Refused there")
    assert "insufficient balance" in told(off.value)
    assert (len(venue.sent), Intent.objects.filter(bot_id=bot.public_id).count()) == (sent, sent + 1)


@pytest.mark.parametrize("arrived", [True, False])
def test_an_order_whose_answer_was_lost_is_looked_for_and_never_there_twice(arrived, slots):
    bot, venue = given_keeper("spot_grid", [MARKET], **GRID)
    venue.silent = True
    turn(slots[0], venue)
    [unknown] = unknown_attempts(venue.desk)
    if not arrived:
        venue.forget(unknown.client_order_id)
    turn(slots[1], venue)
    assert Intent.objects.filter(bot_id=bot.public_id, state="sending").count() == 1
    assert [one.client_order_id for one in unknown_attempts(venue.desk)] == [unknown.client_order_id]

    venue.reconcile()
    turn(slots[2], venue)
    assert set(venue.resting()) == numbers_of(desk_of(bot))
    prices = [(order.side, order.limit_price) for order in venue.resting().values()]
    assert len(venue.resting()) == Intent.objects.filter(bot_id=bot.public_id, state="acked").count() == len(prices)
    assert ("expired" in states(bot)) == (not arrived)


def states(bot):
    return set(Intent.objects.filter(bot_id=bot.public_id).values_list("state", flat=True))


def test_a_paused_bot_takes_its_buys_back_at_the_exchange_and_keeps_what_they_got(grid):
    bot, venue, slots = grid
    number = highest_buy(venue)
    order = venue.resting()[number]
    venue.fill(number, "1", order.limit_price)
    pause_bot(bot=bot, actor=bot.owner)
    turn(slots[0], venue)

    assert {o.side for o in venue.resting().values()} == {Side.SELL}
    assert Portfolio.objects.get(pk=bot.portfolio_id).reserved == 0
    turn(slots[1], venue)
    sizes = [o.quantity for o in venue.resting().values() if o.side is Side.SELL]
    assert Decimal(1) in sizes  # the counterpart of the part, which is all that the line got
    assert shown(bot, "Paused")
    resume_bot(bot=bot, actor=bot.owner)
    turn(slots[2], venue)
    assert any(o.side is Side.BUY for o in venue.resting().values())
    assert set(venue.resting()) == numbers_of(desk_of(bot))


def test_a_fee_taken_from_what_was_bought_leaves_nothing_to_sell_that_is_not_held(grid):
    bot, venue, slots = grid
    number = highest_buy(venue)
    order = venue.resting()[number]
    venue.fill(number, order.quantity, order.limit_price, fee=order.quantity / 1000, fee_currency="BTC")
    turn(slots[0], venue)

    position = Position.objects.get(bot_id=bot.public_id, closed_slot_ms__isnull=True)
    assert desk_of(bot).held == int(position.quantity * 1000)
    sells = [o.quantity for o in venue.resting().values() if o.side is Side.SELL]
    net = int(order.quantity * Decimal("0.999") * 1000)
    assert Decimal(net) / 1000 in sells and sum(sells) <= position.quantity
    assert desk_of(bot).cost == int(position.cost * 10**8)


STOPPED = {"count": 8, "below_pct": "3", "above_pct": "6", "outside": "stop", "stop_pct": "1", "investment": "4000"}


def test_a_stop_is_watched_here_ends_every_line_and_then_sells_all(slots):
    bot, venue = given_keeper("spot_grid", [MARKET], **STOPPED)
    turn(slots[0], venue)
    venue.fill_takers()
    turn(slots[1], venue)
    stop = Intent.objects.get(bot_id=bot.public_id, spec__kind="stop", state="recorded")
    assert (stop.held, stop.line in venue.resting()) == (True, False)
    low = {MARKET: replace(candle_of(slots[2]), low=1)}
    with transaction.atomic():
        assert release_stops(slot_ms=slots[2], candles=low) == 1
        assert release_stops(slot_ms=slots[2], candles=low) == 0
    venue.keeps = True  # it does not end them yet
    venue.pump()
    assert stop.line not in venue.resting()
    turn(slots[2], venue)
    lines = Intent.objects.count()
    venue.keeps = False
    venue.pump()

    [(number, sale)] = venue.resting().items()
    held = Position.objects.get(bot_id=bot.public_id, closed_slot_ms__isnull=True).quantity
    assert (number, sale.side, sale.quantity) == (stop.line, Side.SELL, held)
    turn(slots[3], venue)
    assert Intent.objects.count() == lines  # the desk waits for it
    venue.fill(number, held, "90")
    turn(slots[4], venue)
    assert (desk_of(bot).ended, desk_of(bot).held, venue.resting()) == (True, 0, {})
    assert Fill.objects.filter(bot_id=bot.public_id).order_by("sequence").last().cause == "stop"


def test_who_sells_all_at_once_waits_for_the_end_of_lines_that_sell(grid):
    bot, venue, slots = grid
    stop_bot(bot=bot, actor=bot.owner, reason="enough", mode=Mode.FLATTEN)
    venue.pump()

    [(number, sale)] = venue.resting().items()
    position = Position.objects.get(bot_id=bot.public_id, closed_slot_ms__isnull=True)
    assert (number, sale.side, sale.quantity) == (0, Side.SELL, position.quantity)
    venue.fill(0, sale.quantity, "95")
    turn(slots[0], venue)
    assert (desk_of(bot).held, venue.resting()) == (0, {})
    assert_books_agree(bot)


def assert_books_agree(bot):
    desk, portfolio = desk_of(bot), Portfolio.objects.get(pk=bot.portfolio_id)
    assert Decimal(desk.cash - desk.funds) / 10**8 == portfolio.cash - portfolio.start_cash


def test_desks_that_were_there_before_exchanges_have_no_parts(acme):
    rows = query("SELECT column_default FROM information_schema.columns WHERE table_name = 'strategies_managing_desk'"
                 " AND table_schema = current_schema() AND column_name IN ('parts', 'off')")  # fmt: skip
    assert [default for (default,) in rows] == ["'{}'::jsonb"] * 2
