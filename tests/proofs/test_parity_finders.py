"""Finders trade at books in a backtest as they do on paper: the whole ring and the engine agree to the last digit."""

import os

import pytest

from aiengine.autopilot.replay.proof import contradictions
from strategies.catalog.registry import all_finders
from tests.autopilot.finders import assert_alike, engine, finder_of, given_books, given_finder
from tests.autopilot.managers import work
from tests.strategies.contracts_stage import ASKED, FUNDS, HELD_BY, SERIES, rates
from tests.strategies.finding_stage import BTC_A, BTC_B, ETH, ETH_BTC, leaning, three_pairs, two_venues
from trading.marketdata.models import CandleDay, FundingRate, Instrument, OrderBook
from trading.marketdata.services import store_funding
from trading.marketdata.types import MarketSource

pytestmark = [pytest.mark.prove, pytest.mark.timeout(600)]

MOMENTS = 3_000 if os.environ.get("CU_SOAK") else 400
ROUND = (BTC_A, ETH, ETH_BTC)
KINDS = (
    ("cross_exchange", (BTC_A, BTC_B), "3000", {}),
    ("triangular", ROUND, "20000", {"least_bps": 3}),
    ("book_pressure", (BTC_A,), "5000", {"lean_pct": "20", "amount": "700"}),
    *((name, HELD_BY[name], FUNDS[name], ASKED[name]) for name in HELD_BY),
)
BOOKS = {
    "cash_is_what_fills_left",
    "positions_are_the_sum_of_fills",
    "profit_is_proceeds_less_cost",
    "reserved_is_what_is_in_flight",
}
AT_LEAST = {"protective_put": 6}  # a put is held to its end


@pytest.mark.parametrize(
    ("made", "ones"),
    [
        (two_venues, (BTC_A, BTC_B)),
        (three_pairs, ROUND),
        (leaning, (BTC_A,)),
        *((SERIES[name], HELD_BY[name]) for name in HELD_BY),
    ],
)
def test_every_finder_trades_on_paper_as_it_does_in_a_backtest(made, ones, fresh_tenant):
    books = made(MOMENTS)
    slots = given_books(ones, books)
    store_funding(instrument_id=ones[0].id, moments=rates(), source=MarketSource.IMPORTED)
    name, _ones, funds, parameters = next(kind for kind in KINDS if kind[1] == ones)
    first = given_finder(name, ones, funds=funds, **parameters)
    others = [finder_of(first.portfolio, name, ones, funds=str(int(funds) * 2), **parameters)]  # of one portfolio
    if ones[0] is BTC_A and name != "book_pressure":
        others.append(finder_of(first.portfolio, "book_pressure", (BTC_A,), lean_pct="1", amount="300"))
    try:
        work(slots)

        gained = 0
        for bot in (first, *others):
            ran = engine(bot, {one: books[one] for one in bot.instruments}, slots)
            least = AT_LEAST.get(name, 40) if bot.strategy == name else 0
            assert assert_alike(bot, ran, alone=False) >= least
            gained += sum(free for (_venue, currency), free in ran.purse.items() if currency == "USDT") - bot.allocation
        first.portfolio.refresh_from_db()
        assert first.portfolio.cash - first.portfolio.start_cash == gained
        assert {name for name, *_ in KINDS} == set(all_finders())
        wrong = {one for one, count in contradictions().items() if count}
        assert not wrong & (BOOKS if name in HELD_BY else set())
    finally:
        OrderBook.objects.all().delete()
        FundingRate.objects.all().delete()
        CandleDay.objects.filter(instrument__name__in=[one.id for one in ones]).delete()
        Instrument.objects.filter(name__in=[one.id for one in ones]).delete()
