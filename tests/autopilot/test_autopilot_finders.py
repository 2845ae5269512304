"""Bots that read order books, round the ring: as in a backtest, once, within limits, and stopped when they are told."""

import pytest

from aiengine.autopilot.cycle import run_cycle
from cryptouniverse.kernel import clock
from strategies.bots.errors import BadBot
from strategies.bots.services import change_bot, pause_bot, resume_bot, stop_bot
from strategies.catalog.errors import BadParameter
from strategies.finding.models import FoundTrade, Outlook
from tests.autopilot.finders import HOUR, assert_alike, engine, finder_of, given_books, given_finder
from tests.autopilot.managers import work
from tests.strategies.contracts_stage import ASKED, COIN, HELD_BY, SERIES, rates
from tests.strategies.finding_stage import BTC_A, BTC_B, ETH, ETH_BTC, leaning, three_pairs, two_venues
from tests.trading.desk import trader
from tests.trading.marketdata_cast import given_instrument
from trading.ceilings.types import Mode
from trading.execution.models import Fill, Intent, Order
from trading.execution.selectors import closed_since
from trading.execution.services import settle_slot
from trading.execution.types import Candle
from trading.marketdata.models import OrderBook
from trading.marketdata.services import store_funding
from trading.marketdata.types import MarketSource
from trading.portfolio.models import Position
from trading.portfolio.selectors import exposure_of
from trading.risk.services import set_limits

pytestmark = pytest.mark.django_db
LIVELY = {"lean_pct": "20", "amount": "700"}
KINDS = {
    "cross_exchange": ((BTC_A, BTC_B), two_venues, {}, "600"),
    "triangular": ((BTC_A, ETH, ETH_BTC), three_pairs, {}, "1000"),
    "book_pressure": ((BTC_A,), leaning, LIVELY, "5000"),
    "funding_carry": (HELD_BY["funding_carry"], SERIES["funding_carry"], ASKED["funding_carry"], "2500"),
}


def staged(name, moments=50):
    ones, made, parameters, funds = KINDS[name]
    books = made(moments)
    slots = given_books(ones, books)
    store_funding(instrument_id=ones[0].id, moments=rates(), source=MarketSource.IMPORTED)
    return given_finder(name, ones, funds=funds, **parameters), books, slots


@pytest.mark.parametrize("name", KINDS)
def test_a_finder_trades_on_paper_as_in_a_backtest_also_when_cycles_run_twice(name, acme):
    bot, books, slots = staged(name, 110 if name == "funding_carry" else 50)
    work([slot for slot in slots for _twice in range(2)])

    ran = engine(bot, books, slots)
    assert assert_alike(bot, ran) > 5
    assert name not in ("cross_exchange", "triangular") or any(trade.one_sided for trade in ran.trades)
    if name == "funding_carry":
        assert ran.purse.kept and [paid.amount < 0 for trade in ran.trades for paid in trade.paid] == [True]
        assert bot.portfolio.day_realised == sum(Fill.objects.exclude(profit=None).values_list("profit", flat=True))
    outlook = Outlook.objects.get(bot=bot)
    assert (outlook.looked_at_ms, outlook.refusal) == (ran.equity[-1][0], [])


@pytest.mark.parametrize(("broken", "name"), [("place_recorded", "cross_exchange"), ("meter", "funding_carry")])
def test_a_worker_that_dies_anywhere_loses_nothing_and_does_nothing_twice(broken, name, acme, monkeypatch):
    bot, books, slots = staged(name)
    whole = getattr(__import__("aiengine.autopilot.cycle", fromlist=[broken]), broken)
    dies = iter([True, False] * len(slots) * 8)

    def dying(*args, **kwargs):
        found = whole(*args, **kwargs)  # what it did is rolled back with its transaction
        if next(dies):
            raise KeyboardInterrupt
        return found

    monkeypatch.setattr(f"aiengine.autopilot.cycle.{broken}", dying)
    for slot_ms in slots:
        with clock.at(clock.from_ms(slot_ms + HOUR.ms)):
            for _try in range(9):
                try:
                    run_cycle(timeframe=HOUR, slot_ms=slot_ms)
                except KeyboardInterrupt:
                    continue
                break

    assert assert_alike(bot, engine(bot, books, slots)) > 5


def test_a_paused_bot_buys_nothing_and_goes_on_when_it_is_resumed(acme):
    bot, _books, slots = staged("cross_exchange", 120)
    work(slots[:1])
    pause_bot(bot=bot, actor=bot.owner)
    before = Fill.objects.count()
    work(slots[1:2])

    assert Fill.objects.count() == before > 0
    assert Outlook.objects.get(bot=bot).refusal[0] == "paused"
    resume_bot(bot=bot, actor=bot.owner)
    work(slots[2:3])
    assert Fill.objects.count() > before and Outlook.objects.get(bot=bot).refusal == []


def test_a_trade_whose_buy_the_limits_refuse_is_not_begun_and_the_limit_is_told(acme):
    bot, _books, slots = staged("cross_exchange")
    set_limits(portfolio=bot.portfolio, order_notional_max=100)
    work(slots)

    assert not Intent.objects.filter(bot_id=bot.public_id).exists()
    assert Outlook.objects.get(bot=bot).refusal[0] == "order_notional"


@pytest.mark.parametrize("limit", [{"whitelist": [COIN.id]}, {"open_positions_max": 1}])
def test_what_the_limits_refuse_to_sell_short_is_not_begun(limit, acme):
    bot, _books, slots = staged("funding_carry")
    set_limits(portfolio=bot.portfolio, **limit)
    work(slots[:2])

    assert not Intent.objects.filter(bot_id=bot.public_id).exists()
    assert Outlook.objects.get(bot=bot).refusal[0] in ("whitelist", "open_positions")


def test_a_short_ties_up_its_margin_and_counts_as_much_as_what_is_bought(acme):
    ones, made, parameters, funds = KINDS["funding_carry"]
    books = made(30)
    slots = given_books(ones, books)
    store_funding(instrument_id=COIN.id, moments=rates(), source=MarketSource.IMPORTED)
    bot = given_finder("funding_carry", ones, funds=funds, cash=funds, **parameters)  # all that there is
    work(slots)

    ran = engine(bot, books, slots)
    assert assert_alike(bot, ran) > 5 and ran.purse.spendable()["west", "USDT"] < 500
    counted = exposure_of([bot.portfolio_id])
    short = Position.objects.get(bot_id=bot.public_id, quantity__lt=0)
    assert counted[bot.portfolio_id, short.instrument_id][1] >= -short.quantity * short.entry_price > 1_000


def test_coins_that_are_sold_in_an_emergency_take_their_short_with_them(acme):
    bot, _books, slots = staged("funding_carry", 80)
    work(slots[:2])
    held = Position.objects.filter(bot_id=bot.public_id, closed_slot_ms=None)
    assert [one.quantity > 0 for one in held.order_by("instrument_id")] == [True, False]
    stop_bot(bot=bot, actor=bot.owner, reason="looked wrong", mode=Mode.FLATTEN)
    work(slots[2:5])

    bot.portfolio.refresh_from_db()
    assert not held.exists() and bot.portfolio.reserved == 0
    assert FoundTrade.objects.filter(bot=bot, kind="left").exists()
    closed = {one.instrument_id: one.profit for one in closed_since([bot.portfolio_id], since_ms=0)[bot.portfolio_id]}
    realised = dict(Position.objects.values_list("instrument_id", "realised"))
    assert {name: profit > 0 for name, profit in closed.items()} == {name: made > 0 for name, made in realised.items()}


@pytest.mark.parametrize("mode", [Mode.CLOSE_ONLY, Mode.FREEZE, Mode.FLATTEN])
def test_a_stopped_bot_takes_its_quote_back_and_buys_nothing(mode, acme):
    bot, _books, slots = staged("book_pressure", 240)
    holds = Position.objects.filter(bot_id=bot.public_id, closed_slot_ms=None)
    while not holds.exists():
        work([slots.pop(0)])
    stop_bot(bot=bot, actor=bot.owner, reason="looked wrong", mode=mode)
    bought, sent = Fill.objects.filter(side="buy").count(), Intent.objects.count()
    bot.portfolio.refresh_from_db()
    assert bot.portfolio.reserved == 0 < bought
    work(slots)

    assert Fill.objects.filter(side="buy").count() == bought
    assert not holds.exists() or mode is not Mode.FLATTEN
    assert Intent.objects.count() == sent or mode is not Mode.FREEZE
    assert not Order.objects.filter(state="open", intent__side="buy").exists()


def test_candles_do_not_come_to_a_quote(acme):
    _bot, _books, slots = staged("book_pressure", 240)
    for slot_ms in slots:
        work([slot_ms])
        if found := Order.objects.filter(state="open").first():
            break
    quote = found.intent
    OrderBook.objects.filter(at_ms__gte=slot_ms + HOUR.ms).delete()
    work([slots[-1] + n * HOUR.ms for n in range(1, 3)])
    settle_slot(slot_ms=slots[-1] + 3 * HOUR.ms, timeframe=HOUR, candles={BTC_A.id: Candle(BTC_A, 1, 10**7, 1, 1)})

    quote.refresh_from_db()
    assert quote.state == "acked"


def test_what_it_is_not_made_for_is_refused_with_what_to_do(acme):
    for one in (BTC_A, BTC_B, ETH, ETH_BTC):
        given_instrument(one.id, tick=str(one.tick), step=str(one.step))
    portfolio = trader()
    for name, ones, funds, error, words in (
        ("cross_exchange", (BTC_A,), "100", BadParameter, "same pair"),
        ("triangular", (BTC_A, ETH), "100", BadParameter, "three pairs"),
        ("book_pressure", (ETH_BTC,), "100", BadBot, "cannot pay in BTC"),
        ("cross_exchange", (BTC_A, BTC_B), "0", BadBot, "what it may spend"),
        ("cross_exchange", (BTC_A, BTC_B), "99999", BadBot, "are free"),
        ("funding_carry", (BTC_A,), "100", BadParameter, "its perpetual"),
    ):
        with pytest.raises(error) as refused:
            finder_of(portfolio, name, ones, funds=funds)
        assert words in refused.value.sentence()
    bot = finder_of(portfolio, "cross_exchange", (BTC_A, BTC_B), funds="100")
    assert change_bot(bot=bot, actor=bot.owner, stop_bps=500).stop_bps == 500
    with pytest.raises(BadBot, match="stays as it began"):
        change_bot(bot=bot, actor=bot.owner, allocation="50")
    assert not FoundTrade.objects.exists()
