"""Bots that keep orders at an exchange, through rough times: drawn steps, and what must hold after each."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from django.db.models import Sum

from credits.ledger.services import top_up
from credits.metering.models import MeteredProfit
from credits.metering.services import meter
from credits.metering.types import RealisedProfit
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.ids import new_id
from cryptouniverse.kernel.market import Side
from cryptouniverse.kernel.money import Credits
from strategies.bots.services import allow_live, pause_bot, resume_bot
from strategies.managing.selectors import desks_of
from tests.autopilot.keepers_venue import desk_of, given_keeper, turn
from tests.autopilot.managers import HOUR
from tests.autopilot.test_autopilot_keepers_exchange import GRID, KINDS, MARKET, candle_of, highest_buy, numbers_of
from tests.strategies.markets import given_stored, walk
from tests.trading.live_stage import given_live_desk, take_back
from trading.exchanges.types import Rejected
from trading.execution.models import Fill, Intent
from trading.execution.services.leases import raise_epoch
from trading.portfolio.models import Portfolio, Position

PLACES = ("aiengine.autopilot.cycle.tend", "aiengine.autopilot.cycle.place_recorded")


@pytest.fixture
def slots(acme):
    bars = walk(16, seed=7)
    given_stored(bars)
    return [int(slot) for slot in bars.open_ms]


@pytest.mark.parametrize("name", KINDS)
def test_through_rough_times_nothing_is_there_twice_and_the_books_agree(name, slots, monkeypatch):
    dice = np.random.default_rng(11)
    bot, venue = given_keeper(name, [MARKET], **KINDS[name])
    for n, slot_ms in enumerate(slots):
        if n:
            happens(dice, bot, venue, slot_ms)
        dies = str(dice.choice([*PLACES, ""]))
        if dies:
            killed(dies, slot_ms, venue, monkeypatch)
        turn(slot_ms, venue)
        assert_sound(bot, venue)
    resume_bot(bot=bot, actor=bot.owner)
    venue.reconcile()
    turn(slots[-1] + HOUR.ms, venue)
    assert Fill.objects.filter(bot_id=bot.public_id).count() > 5
    assert sum(row.profit for row in MeteredProfit.objects.all()) == Portfolio.objects.get(pk=bot.portfolio_id).realised


def happens(dice, bot, venue, slot_ms):
    """What an exchange and people do in an hour: some fills, and one thing besides."""
    venue.halves = dice.random() < 0.4
    venue.meet(candle_of(slot_ms), desk_of(bot).held)
    resting = venue.resting()
    limits = [number for number in resting if number not in venue.takers]
    what = dice.choice(["cancel", "refuse", "silent", "pause", "restart", "find", "nothing"])
    if what == "cancel" and limits:
        venue.cancel(resting[int(dice.choice(limits))].venue_order_id)
    elif what == "refuse":
        venue.refuses = Rejected("-1013", "Filter failure: PERCENT_PRICE_BY_SIDE")
    elif what == "silent":
        venue.silent = True
    elif what == "pause":
        (pause_bot if bot.status == "active" else resume_bot)(bot=bot, actor=bot.owner)
        bot.refresh_from_db()
    elif what == "restart":
        epoch = raise_epoch(connection_pk=venue.desk.connection_pk, holder="another")
        venue.desk = replace(venue.desk, epoch=epoch)
        venue.reconcile()
    elif what == "find":
        venue.reconcile()


def killed(place, slot_ms, venue, monkeypatch):
    """The worker dies there, and the trader goes on meanwhile."""

    def dying(*_args, **_kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(place, dying)
        turn(slot_ms)
    with clock.at(clock.from_ms(slot_ms + HOUR.ms)):
        venue.pump()


def assert_sound(bot, venue):
    """One order there for each line that is on its way, none that is not; never more for sale than is held."""
    there = venue.resting()
    assert len(venue.sent) == len(set(venue.sent))
    alive = Intent.objects.filter(bot_id=bot.public_id, state__in=["sending", "acked"])
    known = set(alive.values_list("line", flat=True))
    assert set(there) <= known
    assert set(alive.filter(state="acked").values_list("line", flat=True)) <= set(there)
    position = Position.objects.filter(bot_id=bot.public_id, closed_slot_ms=None).first()
    selling = sum(order.quantity - order.executed for order in there.values() if order.side is Side.SELL)
    assert selling <= (position.quantity if position else 0)
    desk, portfolio = desk_of(bot), Portfolio.objects.get(pk=bot.portfolio_id)
    assert Decimal(desk.held) / 1000 == (position.quantity if position else 0)
    assert Decimal(desk.cash - desk.funds) / 10**8 == portfolio.cash - portfolio.start_cash
    assert set(alive.filter(unwanted="").values_list("line", flat=True)) <= numbers_of(desk)
    if not alive.filter(state="sending").exists():
        reserved = alive.aggregate(sum=Sum("reserved"))["sum"] or 0
        assert portfolio.reserved == reserved


@pytest.fixture
def grid(slots):
    """A grid at a practice exchange that has bought, and its lines."""
    bot, venue = given_keeper("spot_grid", [MARKET], **GRID)
    turn(slots[0], venue)
    venue.fill_takers()
    turn(slots[1], venue)
    return bot, venue, slots[2:]


def sides(venue):
    return {order.side for order in venue.resting().values()}


def test_at_the_end_of_its_profit_limit_buys_are_taken_back_and_sells_stay(grid):
    bot, venue, slots = grid
    assert sides(venue) == {Side.BUY, Side.SELL}
    earned = RealisedProfit(user_pk=bot.owner_id, fill_id=new_id(), amount=Decimal(5_000), occurred_at=clock.now())
    meter([earned])
    turn(slots[0], venue)

    assert sides(venue) == {Side.SELL}
    assert {order.waits for order in desks_of(bot)[0].orders if order.side == "buy"} == {"Profit limit"}


def test_what_a_withdrawn_line_got_before_it_ended_is_held_and_counted_once(grid):
    bot, venue, slots = grid
    buys = {n: o for n, o in venue.resting().items() if o.side is Side.BUY}
    number = max(buys)
    venue.keeps = True
    pause_bot(bot=bot, actor=bot.owner)
    turn(slots[0], venue)
    before = desk_of(bot)
    venue.fill(number, buys[number].quantity, buys[number].limit_price)
    venue.keeps = False
    turn(slots[1], venue)

    after, sells = desk_of(bot), [o.quantity for o in venue.resting().values() if o.side is Side.SELL]
    assert after.held - before.held == buys[number].quantity * 1000
    assert buys[number].quantity in sells  # told as its fill: its counterpart rests
    assert sides(venue) == {Side.SELL}
    assert_sound(bot, venue)


def test_with_real_money_nothing_is_bought_before_its_owner_allows_it_nor_after_a_yes_is_taken_back(slots, settings):
    with clock.at(clock.from_ms(slots[0])):
        desk = given_live_desk(settings, cash="100000")
    bot, venue = given_keeper("spot_grid", [MARKET], desk=desk, **GRID)
    top_up(user=bot.owner, amount=Credits(1000), currency="CREDIT", idempotency_key="bought", reason="bought")
    turn(slots[0], venue)
    assert (venue.resting(), Intent.objects.count()) == ({}, 0)
    assert {order.waits for order in desks_of(bot)[0].orders} == {"Yes to real money"}

    allow_live(bot=bot, actor=bot.owner)
    turn(slots[1], venue)
    number = highest_buy(venue)
    venue.fill(number, venue.resting()[number].quantity, venue.resting()[number].limit_price)
    turn(slots[2], venue)
    assert sides(venue) == {Side.BUY, Side.SELL}
    take_back("connection", desk, settings)
    turn(slots[3], venue)
    assert sides(venue) == {Side.SELL}
    assert_sound(bot, venue)
