"""Decisions over several markets, on books of their kind; each is found by itself."""

from __future__ import annotations

import functools
import json
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from strategies.catalog.arbitrage import cross_exchange, triangular
from strategies.catalog.carry import dated_basis, funding_carry
from strategies.catalog.errors import BadParameter, MissingInput, NotForBots, UnknownStrategy
from strategies.catalog.finding import Top
from strategies.catalog.market_making import book_pressure
from strategies.catalog.options import protective_put
from strategies.catalog.registry import all_finders, all_managers, everything, manager, runnable, strategy
from tests.strategies.contract import PLANS

D = Decimal
EACH = pytest.mark.parametrize("finder", all_finders().values(), ids=all_finders())


def top(bid, ask, size="10"):
    return Top(D(bid), D(size), D(ask), D(size))


@EACH
def test_each_says_what_it_is_what_it_needs_and_can_be_searched(finder):
    file = sys.modules[finder.find.__module__].__file__
    texts = (finder.title, finder.hypothesis, finder.regime, finder.known_failure, finder.needs)

    assert all(len(text) > 10 for text in texts) and finder.plan in PLANS
    assert 40 <= len(Path(str(file)).read_text().splitlines()) <= 150
    for p in finder.parameters:
        assert p.default in p.grid() and p.meaning and all(p.read(value) == value for value in p.grid()[:1000])
        for bad in (float(p.low) - 1, float(p.high) + 1, None, True, "x"):
            with pytest.raises(BadParameter):
                finder.resolve({p.name: bad})
    assert finder.resolve(json.loads(json.dumps(finder.resolve({})))) == finder.resolve({})


def test_what_nobody_feeds_is_refused_with_what_it_needs_and_what_keeps_orders_is_refused_for_bots():
    for name, finder in all_finders().items():
        for door in (strategy, runnable):
            with pytest.raises(MissingInput) as refused:
                door(name)
            assert finder.needs in refused.value.sentence()
    for name in all_managers():
        assert runnable(name).name == name
        with pytest.raises(NotForBots, match="keeps orders"):
            strategy(name)
    with pytest.raises(UnknownStrategy, match="keeps no orders"):
        manager("moving_average_cross")
    assert len(everything()) == len(set(everything()))


def venues(**changed):
    usual = {"a": ("100", "100.1"), "b": ("101", "101.1")}
    each = {name: cross_exchange.Venue(top(*usual[name]), base=D(5), quote=D(1_000), taker_ppm=1_000) for name in usual}
    return cross_exchange.Seen({name: replace(one, **changed) for name, one in each.items()}, step=D("0.01"), age_ms=5)


def test_cross_exchange_buys_cheap_and_sells_dear_as_far_as_books_and_balances_go():
    found = cross_exchange.FINDER.decide(venues(), {})

    assert [(leg.market, leg.side, leg.size, leg.limit) for leg in found.legs] == [
        ("a", 1, D("5.00"), D("100.1")),  # half of what the book shows
        ("b", -1, D("5.00"), D("101")),
    ]
    assert found.profit == D("5.00") * (D(101) * D("0.999") - D("100.1") * D("1.001"))
    by_cash = cross_exchange.FINDER.decide(venues(quote=D(100)), {})
    assert by_cash.legs[0].size == D("0.99") and by_cash.capital <= 100


def test_cross_exchange_leaves_alone_what_fees_eat_what_is_old_and_what_it_does_not_hold():
    assert cross_exchange.FINDER.decide(venues(taker_ppm=5_000), {}) is None
    assert cross_exchange.FINDER.decide(venues(base=D(0)), {}) is None
    assert cross_exchange.FINDER.decide(replace(venues(), age_ms=900), {}) is None
    with pytest.raises(ValueError, match="bid below its ask"):
        top("2", "1")


def three_pairs(eth_btc=("0.0490", "0.0491"), **changed):
    pairs = {
        "BTC/USDT": triangular.Pair("BTC", "USDT", top("60000", "60001"), D("0.00001")),
        "ETH/BTC": triangular.Pair("ETH", "BTC", top(*eth_btc, "100"), D("0.001")),
        "ETH/USDT": triangular.Pair("ETH", "USDT", top("3000", "3001", "100"), D("0.001")),
    }
    return triangular.Seen(
        **{"pairs": pairs, "home": "USDT", "money": D(10_000), "age_ms": 5, "taker_ppm": 1_000} | changed
    )


def test_triangular_goes_round_the_way_whose_product_beats_three_fees():
    found = triangular.FINDER.decide(three_pairs(), {})

    assert [(leg.market, leg.side) for leg in found.legs] == [("BTC/USDT", 1), ("ETH/BTC", 1), ("ETH/USDT", -1)]
    money = D(0)  # walked by hand: what it pays, what the fee leaves, what comes back
    btc = found.legs[0].size * D("0.999")
    money -= found.legs[0].size * 60_001
    assert found.legs[1].size * D("0.0491") <= btc
    eth = found.legs[1].size * D("0.999")
    assert found.legs[2].size <= eth
    money += found.legs[2].size * 3_000 * D("0.999")
    assert found.profit == money > 0
    other = triangular.FINDER.decide(three_pairs(eth_btc=("0.0510", "0.0511")), {})
    assert [(leg.market, leg.side) for leg in other.legs] == [("ETH/USDT", 1), ("ETH/BTC", -1), ("BTC/USDT", -1)]


def test_triangular_leaves_alone_what_three_fees_eat_and_what_is_old():
    assert triangular.FINDER.decide(three_pairs(eth_btc=("0.0499", "0.0500")), {}) is None
    assert triangular.FINDER.decide(three_pairs(taker_ppm=10_000), {}) is None
    assert triangular.FINDER.decide(three_pairs(age_ms=500), {}) is None
    assert triangular.FINDER.decide(three_pairs(money=D("0.01")), {}) is None


def carry(rate="0.0003", **changed):
    usual = {
        "markets": ("spot", "perpetual"),
        "age_ms": 5,
        "spot": top("99.9", "100"),
        "perpetual": top("100", "100.1"),
        "rates": (D(rate),) * 9,
        "hours": 8,
    }
    rest = {"money": D(1_300), "step": D("0.01"), "spot_ppm": 1_000, "perpetual_ppm": 500}
    return funding_carry.Seen(**usual | rest | changed)


def test_funding_carry_holds_both_legs_where_the_rates_pay_four_fees():
    found = funding_carry.FINDER.decide(carry(), {})

    assert [(leg.market, leg.side, leg.margin) for leg in found.legs] == [("spot", 1, 0), ("perpetual", -1, D("0.3"))]
    size = found.legs[0].size
    assert size == D("9.99") and found.capital <= 1_300
    earned = D("0.0003") * 42 * 100  # 14 days of three rates a day
    assert found.profit == size * (earned - 2 * (D("0.1") + D("0.05")))
    assert funding_carry.FINDER.decide(carry("0.00005"), {}) is None
    assert funding_carry.FINDER.decide(carry(rates=(D("0.001"),) * 8 + (D("-0.0001"),)), {}) is None
    assert funding_carry.FINDER.decide(carry(rates=(D("0.001"),) * 3), {}) is None
    assert funding_carry.FINDER.decide(carry(age_ms=5_000), {}) is None
    leaves = functools.partial(funding_carry.leaves, looks_back=9, days=14)
    assert not leaves(carry()) and leaves(carry("-0.0001")) and not leaves(carry(rates=()))


def basis(bid="105", days=60, **changed):
    usual = {
        "markets": ("spot", "future"),
        "age_ms": 5,
        "spot": top("99.9", "100"),
        "future": top(bid, "106"),
        "days": D(days),
        "money": D(1_000),
    }
    return dated_basis.Seen(
        **usual | {"step": D("0.1"), "spot_ppm": 1_000, "future_ppm": 500, "settle_ppm": 100} | changed
    )


def test_dated_basis_takes_a_premium_that_pays_by_the_year_what_is_asked():
    found = dated_basis.FINDER.decide(basis(), {})

    assert found.profit == found.legs[0].size * (5 - D("0.2") - 105 * D("0.0006"))
    assert dated_basis.FINDER.decide(basis(bid="100.3"), {}) is None
    assert dated_basis.FINDER.decide(basis(days=300), {}) is dated_basis.FINDER.decide(basis(age_ms=5_000), {}) is None
    assert dated_basis.FINDER.decide(basis(), {"least_pct": "200"}) is None


def book(bids=(("100", "9"), ("99", "5")), asks=(("101", "1"), ("102", "1")), **changed):
    levels = [tuple((D(price), D(size)) for price, size in side) for side in (bids, asks)]
    rest = {"held": D(3), "money": D(1_000), "age_ms": 5, "maker_ppm": 1_000, "step": D("0.01")}
    return book_pressure.Seen(*levels, **rest | changed)


def test_book_pressure_quotes_where_the_book_leans():
    assert book_pressure.weighted_price(book(), 1) == D("100.9")  # nine times as much is bid as asked
    bid = book_pressure.FINDER.decide(book(), {})
    assert [(leg.side, leg.size, leg.limit) for leg in bid.legs] == [(1, D("2.00"), D(100))]
    ask = book_pressure.FINDER.decide(book(bids=(("100", "1"),), asks=(("101", "9"),)), {})
    assert [(leg.side, leg.size, leg.limit) for leg in ask.legs] == [(-1, D("1.98"), D(101))]
    for silent in (
        book(asks=(("101", "14"),)),
        book(age_ms=500),
        book(maker_ppm=9_000),
        book(asks=()),
        book(money=D(0)),
    ):
        assert book_pressure.FINDER.decide(silent, {}) is None


def puts(**changed):
    usual = {"strike": D(95), "days": D(30), "ask": D("1.5"), "ask_size": D(100), "volatility": 0.6}
    other = {"strike": D(80), "days": D(30), "ask": D("0.1"), "ask_size": D(100), "volatility": 0.6}
    quotes = {"P95": protective_put.Quote(**usual | changed), "P80": protective_put.Quote(**other)}
    more = {"money": D(10_000), "fee_ppm": 1_000, "age_ms": 5}
    return protective_put.Seen(held=D(10), spot=D(100), puts=quotes, rate=0.0, step=D("0.1"), **more)


def test_protective_put_takes_away_as_much_delta_as_asked_and_never_more_coins_than_held():
    half = protective_put.FINDER.decide(puts(), {})
    assert half.legs[0].market == "P95"  # the one at 80 lies too far below
    assert half.profit == -half.capital == -half.legs[0].size * D("1.5")
    assert half.legs[0].size == D(10) and protective_put.FINDER.decide(puts(), {"covered_pct": "10"}).legs[0].size == D(
        "2.8"
    )
    for dear in (puts(ask=D(6)), puts(days=D(5)), puts(ask_size=D(1)), puts(strike=D(85))):
        assert protective_put.FINDER.decide(dear, {}) is None
    assert protective_put.FINDER.decide(puts(held=D(10)), {}) is None  # it is insured already
    little = {"covered_pct": "10"}
    more = [protective_put.FINDER.decide(puts(held=D(held)), little) for held in ("0", "1.5", "2.9")]
    assert more[0].legs[0].size - more[1].legs[0].size == D("1.5") and more[2] is None  # what is held counts
    assert protective_put.FINDER.decide(replace(puts(), money=D(10)), {}) is None
    with pytest.raises(BadParameter, match="days_least must be below"):
        protective_put.FINDER.resolve({"days_least": 90, "days_most": 30})
