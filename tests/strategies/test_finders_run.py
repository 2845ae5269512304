"""Finders over series of books: what is paid and kept to the last digit, one-sided trades undone, stale books left."""

import json
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from strategies.backtest.engine.finding.moments import DELAY_MS
from strategies.backtest.engine.finding.running import FindingTerms, run_finder, trade_told
from strategies.catalog.errors import BadParameter
from strategies.catalog.registry import all_finders
from tests.strategies.contracts_stage import ASKED, COIN, FUTURE, HELD_BY, PERPETUAL, PUTS, SERIES, rates
from tests.strategies.finding_stage import BTC_A, BTC_B, ETH, ETH_BTC, book, leaning, three_pairs, two_venues
from tests.strategies.markets import START_MS
from tests.trading.marketdata_cast import given_instrument
from trading.fills import Book, Costs
from trading.marketdata.services import simulate_market, store_books
from trading.marketdata.simulation import EPOCH_MS
from trading.marketdata.types import MarketSource

D = Decimal
ROUND = (BTC_A, ETH, ETH_BTC)
FREE = FindingTerms(costs=Costs(0, 0, 0))
LIVELY = {"lean_pct": "20", "amount": "700"}


def run(name, instruments, books, *, terms=None, end_ms=2**53, funding=None, **parameters):
    finder = all_finders()[name]
    terms, paid = terms or FindingTerms(), {COIN.id: rates()} if funding is None else funding
    return run_finder(finder, parameters, instruments, books, terms, start_ms=0, end_ms=end_ms, funding=paid)


def pair(*moments):
    """(at_ms, bid and ask at the first, bid and ask at the second) -> books of both."""
    books = {BTC_A.id: [], BTC_B.id: []}
    for at_ms, first, second in moments:
        for one, prices in ((BTC_A, first), (BTC_B, second)):
            if prices:
                books[one.id].append(book(one, START_MS + at_ms, *prices, sizes=("40", "50", "60")))
    return books


FLAT = ("99.9", "100.1")
RUNS = [
    ("cross_exchange", (BTC_A, BTC_B), two_venues, {"age_ms_most": 500}),
    ("triangular", (BTC_A, ETH, ETH_BTC), three_pairs, {"age_ms_most": 200}),
    ("book_pressure", (BTC_A,), leaning, LIVELY),
    *((name, HELD_BY[name], SERIES[name], ASKED[name]) for name in HELD_BY),
]
EACH = pytest.mark.parametrize(("name", "instruments", "books", "parameters"), RUNS, ids=[one[0] for one in RUNS])


@EACH
def test_money_is_conserved_to_the_last_digit_and_the_same_run_has_the_same_hash(name, instruments, books, parameters):
    made = books()
    ran = run(name, instruments, made, **parameters)
    again = run(name, tuple(reversed(instruments)), made, **parameters)

    fills = [(done, level) for trade in ran.trades for done in trade.done for level in done.got]
    assert len(fills) > 5 and ran.hash == again.hash and ran.hash != run(name, instruments, made, terms=FREE).hash
    venues = sorted({one.venue for one in instruments})
    free = {(venue, "USDT"): D(10_000) / len(venues) for venue in venues}
    for paid in (one for trade in ran.trades for one in trade.paid):
        free[paid.instrument.venue, "USDT"] += paid.amount
    for done, (ticks, steps) in fills:
        one, (notional, fee, base_fee) = done.instrument, done.paid((ticks, steps))
        worth = one.price_of(ticks) * one.quantity_of(steps)
        assert D(notional).scaleb(-8) == worth
        base, quote = (one.venue, one.asset), (one.venue, one.quote)
        free[base] = free.get(base, D(0)) + done.side * one.quantity_of(steps) - base_fee
        free[quote] = free.get(quote, D(0)) - done.side * worth - D(fee).scaleb(-8)
    assert {place: amount for place, amount in ran.purse.items() if amount} == {p: a for p, a in free.items() if a}
    short = {place: amount for place, amount in ran.purse.items() if amount < 0}
    assert all(":" in asset for _venue, asset in short)
    for done, _level in fills:
        assert done.filled <= done.steps and all((ticks - done.limit) * done.side <= 0 for ticks, _ in done.got)


@EACH
def test_the_past_does_not_change_when_the_future_does(name, instruments, books, parameters):
    made = books()
    ends = sorted(one.at_ms for each in made.values() for one in each)
    cut_ms = ends[len(ends) * 2 // 5]
    whole = run(name, instruments, made, **parameters)
    part = run(name, instruments, made, end_ms=cut_ms, **parameters)

    before = [trade_told(trade) for trade in whole.trades if trade.at_ms + 250 < cut_ms]
    assert [trade_told(trade) for trade in part.trades] == before and before


@EACH
def test_what_was_taken_from_a_book_is_not_there_a_second_time(name, instruments, books, parameters):
    made, taken = books(), Counter()
    for trade in run(name, instruments, made, terms=FindingTerms(loss_bps=20), **parameters).trades:
        for done in trade.done if trade.kind not in ("quote", "settled", "liquidated") else ():
            met = [each for each in made[done.instrument.id] if each.at_ms <= trade.at_ms + DELAY_MS][-1]
            taken.update({(done.instrument.id, done.side, met.at_ms, ticks): steps for ticks, steps in done.got})
            there = dict(met.against(done.side))
            assert all(taken[done.instrument.id, done.side, met.at_ms, ticks] <= there[ticks] for ticks, _ in done.got)
    assert taken or name == "book_pressure"


def test_a_gap_is_taken_on_both_sides_and_its_profit_is_what_was_said():
    ran = run("cross_exchange", (BTC_A, BTC_B), pair((0, FLAT, FLAT), (1_000, FLAT, ("103", "103.2"))))
    stock, trade = ran.trades

    assert [(done.cause, done.instrument.id, done.side) for done in stock.done] == [
        ("stock", BTC_A.id, 1),
        ("stock", BTC_B.id, 1),
    ]
    assert [(done.cause, done.instrument.id, done.side, done.filled > 0) for done in trade.done] == [
        ("leg", BTC_A.id, 1, True),
        ("leg", BTC_B.id, -1, True),
    ]
    assert trade.profit == trade.found.profit > 0 and not trade.one_sided
    assert trade.at_ms == START_MS + 1_000


def test_a_leg_that_finds_nothing_is_undone_in_its_own_market_and_said():
    books = pair((0, FLAT, FLAT), (1_000, FLAT, ("103", "103.2")), (1_100, None, ("100", "100.2")))
    trade = next(trade for trade in run("cross_exchange", (BTC_A, BTC_B), books).trades if trade.found)

    assert [(done.cause, done.instrument.id, done.side) for done in trade.done] == [
        ("leg", BTC_A.id, 1),
        ("leg", BTC_B.id, -1),
        ("undo", BTC_A.id, -1),
    ]
    bought, missed, back = trade.done
    assert (missed.filled, back.filled) == (0, bought.filled)
    assert trade.one_sided and trade.profit < 0 < trade.found.profit


def test_the_second_leg_is_sent_for_what_the_first_one_got():
    books = pair((0, FLAT, FLAT), (1_000, FLAT, ("103", "103.2")))
    seen = books[BTC_A.id][-1]
    books[BTC_A.id].append(Book(START_MS + 1_100, seen.bids, ((seen.asks[0][0], 70_000),)))  # less is left of it
    trade = next(trade for trade in run("cross_exchange", (BTC_A, BTC_B), books).trades if trade.found)

    bought, sold = trade.done
    assert (bought.filled, sold.steps * BTC_B.step) == (70_000, D("0.7")) and not trade.one_sided
    assert sold.filled == sold.steps and trade.profit > 0


def test_what_cannot_even_be_undone_is_kept():
    books = pair((0, FLAT, FLAT), (1_000, FLAT, ("103", "103.2")), (1_100, None, ("100", "100.2")))
    last = books[BTC_A.id][-1]
    gone = Book(START_MS + 1_050, ((last.bids[0][0], 1),), last.asks)
    books[BTC_A.id].append(gone)
    trade = next(trade for trade in run("cross_exchange", (BTC_A, BTC_B), books).trades if trade.found)

    assert trade.one_sided and trade.done[-1].filled == 1 < trade.done[0].filled


@pytest.mark.parametrize(("late_ms", "trades"), [(400, 2), (600, 0)])
def test_a_stale_book_is_never_traded_on(late_ms, trades):
    books = pair(
        (0, FLAT, None), (late_ms, None, FLAT), (2_000, ("97", "97.2"), None), (2_000 + late_ms, None, ("103", "103.2"))
    )

    assert len(run("cross_exchange", (BTC_A, BTC_B), books).trades) == trades


def test_a_quote_fills_when_the_book_went_through_it_and_not_when_it_was_touched():
    def leans(at_ms, ask, bids=9):
        return Book(START_MS + at_ms, ((9_900, bids * 100_000),), ((ask, 100_000),))

    for ask, filled in ((9_901, 0), (9_899, 1)):
        later = Book(START_MS + 1_000, ((9_000, 100_000),), ((ask, 100_000),))
        touched = Book(START_MS + 500, ((9_000, 100_000),), ((9_900, 100_000),))
        books = {BTC_A.id: [leans(0, 10_100), *((touched,) if not filled else ()), later]}
        ran = run("book_pressure", (BTC_A,), books, age_ms_most=500, lean_pct="60")
        got = [done for trade in ran.trades for done in trade.done]
        assert [(done.got[0][0], done.side, done.ppm) for done in got] == [(9_900, 1, 1_000)] * filled
        assert ran.quotes >= 1


def test_it_sells_what_it_has_and_ends_when_it_lost_what_it_may():
    books = pair((0, FLAT, FLAT), (1_000, ("75", "75.1"), ("75", "75.1")), (2_000, FLAT, ("103", "103.2")))
    ran = run("cross_exchange", (BTC_A, BTC_B), books)

    assert ran.ended and [trade.kind for trade in ran.trades] == ["stock", "stop"]
    assert len(ran.trades[-1].done) == 2


def test_round_three_pairs_coins_are_sold_for_money_when_it_ends():
    def at(at_ms, *prices):
        return {one.id: book(one, START_MS + at_ms, *each) for one, each in zip(ROUND, prices, strict=True)}

    first = at(0, ("39999", "40001"), ("1999", "2001"), ("0.048", "0.0481"))
    gone = book(ETH, START_MS + 100, "1000", "1001")  # the last leg is not there any more, nor can it be undone
    broken = Book(START_MS + 120, ((100, 1),), ((4_810, 1_000),))
    books = {name: [one] for name, one in first.items()}
    books[ETH.id].append(gone)
    books[ETH_BTC.id].append(broken)
    last = at(1_000, ("39999", "40001"), ("1000", "1001"), ("0.025", "0.0251"))
    for name, one in last.items():
        books[name].append(one)
    ran = run("triangular", ROUND, books, terms=FindingTerms(loss_bps=50))

    assert [trade.kind for trade in ran.trades] == ["leg", "stop"] and ran.ended
    assert {done.instrument.quote for done in ran.trades[-1].done} == {"USDT"}


def test_markets_that_it_is_not_made_for_are_refused():
    for name, markets in (
        ("cross_exchange", (BTC_A,)),
        ("cross_exchange", (BTC_A, ETH)),
        ("cross_exchange", (BTC_A, replace(BTC_B, simulated=True))),
        ("triangular", (BTC_A, ETH)),
        ("triangular", (BTC_A, ETH, BTC_B)),
        ("book_pressure", (BTC_A, ETH)),
        ("book_pressure", (PERPETUAL,)),
        ("cross_exchange", (COIN, PERPETUAL)),
        ("dated_basis", (COIN, PERPETUAL)),
        ("dated_basis", (FUTURE,)),
        ("dated_basis", (BTC_A, FUTURE)),
        ("funding_carry", (COIN, FUTURE)),
        ("funding_carry", (COIN, PERPETUAL, FUTURE)),
        ("protective_put", (COIN,)),
        ("protective_put", (COIN, PUTS[0], FUTURE)),
        ("protective_put", (COIN, replace(PUTS[0], id=PUTS[0].id[:-1] + "C"))),
    ):
        with pytest.raises(BadParameter):
            run(name, markets, {one.id: [] for one in markets})


@pytest.mark.django_db
def test_the_command_runs_over_stored_books_and_says_so():
    for one in (BTC_A, BTC_B):
        given_instrument(one.id, tick=str(one.tick), step=str(one.step))
    for name, books in two_venues(80).items():
        store_books(instrument_id=name, source=MarketSource.IMPORTED, books=books)
    said = ("cross_exchange", "--symbol", BTC_A.id, "--symbol", BTC_B.id)
    out, text = StringIO(), StringIO()
    call_command("backtest", *said, "--json", "--trades", stdout=out)
    call_command("backtest", *said, stdout=text)
    told = json.loads(out.getvalue())

    assert told["hash"] == run("cross_exchange", (BTC_A, BTC_B), two_venues(80)).hash and told["found"] > 5
    assert told["hash"] in text.getvalue() and "trades found" in text.getvalue() and not told["simulated"]
    with pytest.raises(CommandError, match="no books"):
        call_command("backtest", *said, "--from", "2030-01-01", stdout=StringIO())
    for bad in ("--capital=0", "--capital=1e30", "--stop-bps=-5", "--stop-bps=10000"):
        with pytest.raises(CommandError, match=r"must be .* to .*, is"):
            call_command("backtest", *said, bad, stdout=StringIO())
    with pytest.raises(CommandError, match="NaN is not a number"):
        call_command("backtest", *said, "--capital=NaN", stdout=StringIO())


@pytest.mark.django_db
def test_over_simulated_books_it_is_said_that_they_are():
    simulate_market(until_ms=EPOCH_MS + 30 * 86_400_000)
    text = StringIO()
    call_command("backtest", "book_pressure", "--symbol", "sim:BTC/USDT", "--set", "lean_pct=20", stdout=text)

    assert "books are simulated" in text.getvalue() and "0 quotes" not in text.getvalue()
