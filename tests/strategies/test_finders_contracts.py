"""Contracts that finders hold, counted by hand: margins, funding, settlement, and margins that are used up."""

from dataclasses import replace
from decimal import Decimal

import pytest

from cryptouniverse.kernel.clock import from_ms
from cryptouniverse.kernel.contracts import Contract, ContractKind, contract_of
from cryptouniverse.kernel.errors import Invalid
from cryptouniverse.kernel.market import DAY_MS
from strategies.backtest.engine.finding.purse import Done, Purse
from strategies.backtest.engine.finding.running import FindingTerms, run_finder
from strategies.catalog.registry import all_finders
from tests.strategies.contracts_stage import COIN, ENDS_MS, FUTURE, HOUR_MS, PERPETUAL, PUTS
from tests.strategies.finding_stage import book
from tests.strategies.markets import START_MS
from trading.fills import BUY, SELL, Book, Costs

D = Decimal
FREE = Costs(0, 0, 0)
PLENTY = ("40", "50", "60")
PUT = PUTS[2]


def run(name, ones, *moments, capital="1000", costs=FREE, funding=(), loss_bps=5_000, **parameters):
    """moments: (UTC ms after the start, for each instrument bid and ask or None)."""
    books = {one.id: [] for one in ones}
    for at_ms, *prices in moments:
        for one, each in zip(ones, prices, strict=True):
            if each:
                books[one.id].append(book(one, START_MS + at_ms, *each, sizes=PLENTY))
    terms = FindingTerms(capital=D(capital), costs=costs, loss_bps=loss_bps)
    paid, span = {COIN.id: [(START_MS + at_ms, D(rate)) for at_ms, rate in funding]}, (0, 2**53)
    return run_finder(
        all_finders()[name], parameters, ones, books, terms, start_ms=span[0], end_ms=span[1], funding=paid
    )


def fills(trade):
    return [(one.instrument, one.side, one.instrument.price_of(t), one.instrument.quantity_of(s))
            for one in trade.done for t, s in one.got]  # fmt: skip


@pytest.mark.parametrize(
    ("symbol", "contract"),
    [
        ("BTC/USDT", None),
        ("BTC/USDT:USDT", Contract(ContractKind.PERPETUAL)),
        ("BTC/USDT:USDT-240102", Contract(ContractKind.FUTURE, ENDS_MS)),
        ("BTC/USDT:USDT-240102-97.5-P", Contract(ContractKind.OPTION, ENDS_MS, D("97.5"), False)),
        ("BTC/USDT:USDT-240102-97-C", Contract(ContractKind.OPTION, ENDS_MS, D(97), True)),
    ],
)
def test_a_symbol_says_what_is_agreed(symbol, contract):
    assert contract_of(symbol) == contract
    assert contract is None or contract.expires_ms is None or from_ms(contract.expires_ms).hour == 8


@pytest.mark.parametrize("symbol", ["BTC/USD:BTC", "BTC/USDT:USDT-240231", "BTC/USDT:USDT-240102-97", "BTC/USDT:"])
def test_a_contract_that_is_not_known_here_is_refused(symbol):
    with pytest.raises(Invalid, match=r"known here|day that there is not"):
        contract_of(symbol)


def test_an_option_is_worth_what_it_pays_on_its_last_day_and_never_less_than_nothing():
    put, call = contract_of("BTC/USDT:USDT-240102-97-P"), contract_of("BTC/USDT:USDT-240102-97-C")
    assert [put.settled_at(D(spot)) for spot in (90, 97, 99)] == [7, 0, 0]
    assert [call.settled_at(D(spot)) for spot in (90, 97, 99)] == [0, 0, 2]
    assert contract_of("BTC/USDT:USDT-240102").settled_at(D(99)) == 99


def test_the_basis_is_earned_at_settlement_whatever_the_price_is_then():
    for last in (80, 100, 120):
        ends = (ENDS_MS - START_MS, (f"{last - 0.01}", f"{last + 0.01}"), None)
        ran = run("dated_basis", (COIN, FUTURE), (0, ("99.9", "100"), ("104", "104.1")), ends, margin_pct="50")
        entered, settled = ran.trades

        size = D("6.578")  # 1,000 over the coin and half of the future
        assert fills(entered) == [(COIN, BUY, D(100), size), (FUTURE, SELL, D(104), size)]
        assert settled.kind == "settled" and fills(settled)[0] == (FUTURE, BUY, D(last), size)
        assert {place: amount for place, amount in ran.purse.items() if amount} == {
            ("west", "USDT"): 1000 + (104 - 100) * size - D("0.01") * size  # the coins are sold at the bid
        }
        assert not ran.purse.kept


def test_a_future_that_ends_later_than_is_waited_for_is_left_alone():
    begin = (0, ("99.9", "100"), ("104", "104.1"))
    assert not run("dated_basis", (COIN, FUTURE), begin, days_most=1).trades  # it is a day and a third
    assert run("dated_basis", (COIN, FUTURE), begin, days_most=2).trades


def test_a_settlement_never_costs_more_than_stays_with_the_short():
    ends = (ENDS_MS - START_MS, ("299.9", "300.1"), None)
    ran = run("dated_basis", (COIN, FUTURE), (0, ("99.9", "100"), ("104", "104.1")), ends, margin_pct="50")

    (one, _side, price, _size), *_coins = fills(ran.trades[-1])
    assert (one, price) == (FUTURE, D("155.9")) and not ran.purse.kept  # a tick below 104 and half of it


def test_what_a_short_brought_and_its_margin_stay_with_it():
    ran = run("dated_basis", (COIN, FUTURE), (0, ("99.9", "100"), ("104", "104.1")), margin_pct="50")

    short = ran.purse["west", FUTURE.asset]
    assert short == -D("6.578") and ran.purse.kept["west", FUTURE.asset] == -short * 104 * D("1.5")
    left = 1000 + short * 100 + short * 52  # the coins, and the margin
    assert ran.purse.spendable()["west", "USDT"] == left and 0 <= left < 152 * FUTURE.step


def test_funding_is_earned_of_what_is_held_when_it_is_set_and_a_payment_comes_out_of_the_margin():
    flat = (("99.99", "100.01"), ("99.99", "100.01"))
    rates = [(-HOUR_MS, "0.002"), (HOUR_MS, "0.001"), (2 * HOUR_MS, "-0.003"), (9 * HOUR_MS, "0.5")]
    moments = [(n * HOUR_MS, *flat) for n in (0, 3, 4)]
    ran = run("funding_carry", (COIN, PERPETUAL), *moments, funding=rates, looks_back=1, least_pct="0")
    entered, funding, left = ran.trades

    size = -fills(entered)[1][3]
    assert (
        funding.kind == "funding" and funding.at_ms == START_MS + 3 * HOUR_MS
    )  # of the two that were set, not of the first
    assert funding.profit == size * 100 * D("0.002") < 0
    assert left.kind == "left" and [one.instrument for one in left.done] == [PERPETUAL, COIN]  # it is paid no more
    assert ran.purse["west", PERPETUAL.asset] == ran.purse["west", "BTC"] == 0 and not ran.purse.kept


def test_funding_never_takes_more_than_stays_with_the_short():
    flat = (("99.99", "100.01"), ("99.99", "100.01"))
    rates = [(-HOUR_MS, "0.002"), (HOUR_MS, "-0.9"), (2 * HOUR_MS, "-0.9")]  # no venue does that
    moments = [(0, *flat), (3 * HOUR_MS, *flat)]
    ran = run("funding_carry", (COIN, PERPETUAL), *moments, funding=rates, looks_back=1, least_pct="0", loss_bps=9_000)

    kinds = [trade.kind for trade in ran.trades]
    assert kinds[:3] == ["leg", "funding", "liquidated"] and not ran.purse.kept and min(ran.purse.values()) >= 0
    assert fills(ran.trades[2])[0][:3] == (PERPETUAL, BUY, D(0)) and ran.worth > 500


def test_a_margin_that_is_used_up_closes_the_short_for_no_more_than_was_set_aside_and_the_coins_are_sold():
    rise = lambda price: (("99.9", "100"), (f"{price - 0.01}", f"{price + 0.01}"))  # noqa: E731
    rates = [(-HOUR_MS, "0.004")]
    for price, closed_at in ((127, None), (128.8, "128.81"), (300, "129.98")):
        ran = run(
            "funding_carry", (COIN, PERPETUAL), (0, *rise(100)), (HOUR_MS, *rise(price)),
            funding=rates, looks_back=1, least_pct="0", margin_pct="30",
        )  # fmt: skip
        kinds = [trade.kind for trade in ran.trades]
        if closed_at is None:
            assert "liquidated" not in kinds and ran.purse.kept
            continue
        gone = ran.trades[kinds.index("liquidated")]
        (one, side, paid, size), *coins = fills(gone)
        assert (one, side, paid) == (PERPETUAL, BUY, D(closed_at)) and size == fills(ran.trades[0])[1][3]
        assert {instrument for instrument, *_ in coins} == {COIN} and sum(part[3] for part in coins) == size


def test_coins_that_went_by_another_hand_are_followed_by_what_was_sold_short_against_them():
    finder = all_finders()["dated_basis"]
    purse = Purse({("west", "USDT"): D(2_000), ("west", FUTURE.asset): D(-2)}, {("west", FUTURE.asset): D(260)})
    from strategies.backtest.engine.finding.moments import moments_of
    from strategies.backtest.engine.finding.turning import Finding

    books = {COIN.id: [book(COIN, START_MS, "99.9", "100")], FUTURE.id: [book(FUTURE, START_MS, "100", "100.2")]}
    finding = Finding(finder, finder.resolve({}), (COIN, FUTURE), D(1_000), purse, FREE, 5_000)
    [moment] = moments_of(books, start_ms=0, end_ms=2**53)
    [trade] = finding.at(moment, lambda _legs: False).trades  # nothing that enters may be sent

    assert trade.kind == "left" and sum(part[3] for part in fills(trade)) == 2 and not purse.kept
    assert [one.cause for one in trade.done] == ["left"] and purse["west", FUTURE.asset] == 0


def test_what_lost_as_much_as_it_may_buys_back_what_it_sold_short_and_tries_again_for_what_is_left():
    begin, dear = (("99.9", "100"), ("104", "104.1")), ("113.9", "114")
    gone = run("dated_basis", (COIN, FUTURE), (0, *begin), (1_000, ("95", "95.1"), dear), margin_pct="50", loss_bps=500)
    assert [trade.kind for trade in gone.trades] == ["leg", "stop"] and gone.ended and not gone.purse.kept
    assert gone.purse["west", FUTURE.asset] == gone.purse["west", "BTC"] == 0

    books = {COIN.id: [], FUTURE.id: []}
    for n, (spot, future, size) in enumerate((("100", "104.1", "50"), ("95.1", "114", "2"), ("95.1", "114", "50"))):
        for one, ask, there in ((COIN, spot, "50"), (FUTURE, future, size)):
            prices = f"{D(ask) - D('0.1')}", ask
            books[one.id].append(book(one, START_MS + 1_000 * n, *prices, sizes=(there,)))
    terms = FindingTerms(capital=D(1_000), costs=FREE, loss_bps=500)
    finder, asked = all_finders()["dated_basis"], {"margin_pct": "50"}
    ran = run_finder(finder, asked, (COIN, FUTURE), books, terms, start_ms=0, end_ms=2**53)
    assert [trade.kind for trade in ran.trades] == ["leg", "stop", "stop"] and not ran.purse.kept


def test_a_put_pays_on_its_last_day_what_the_coin_fell_below_its_strike():
    for last, paid in ((90, "10"), (105, "0")):
        ends = (ENDS_MS - START_MS, (f"{last - 0.01}", f"{last + 0.01}"), None)
        begin = (("99.9", "100"), ("2.1", "2.2"))
        ran = run(
            "protective_put", (COIN, PUT), (0, *begin), (1_000, *begin), ends,
            days_least=1, days_most=2, covered_pct="40",
        )  # fmt: skip
        stock, bought, settled = ran.trades

        size = fills(bought)[0][3]
        assert (stock.kind, fills(bought)[0][:3]) == ("stock", (PUT, BUY, D("2.2"))) and 0 < size < 5
        assert fills(settled) == [(PUT, SELL, D(paid), size)] and ran.purse["west", PUT.asset] == 0
        coins = sum(part[3] for part in fills(stock))
        cost = sum(part[2] * part[3] for part in fills(stock))
        assert ran.purse["west", "USDT"] == 1000 - cost - D("2.2") * size + D(paid) * size
        assert ran.purse["west", "BTC"] == coins


def test_a_contract_that_has_ended_does_not_hold_up_those_that_have_not():
    longer = replace(PUT, id=PUT.id.replace("-240102-", "-240201-"))
    after, now = ENDS_MS - START_MS + 1_000, ("99.9", "100")
    moments = (
        (0, None, ("2.1", "2.2"), None),
        (after, now, None, ("2.1", "2.2")),
        (after + 900, now, None, ("2.1", "2.2")),
    )
    ran = run("protective_put", (COIN, PUT, longer), *moments)

    assert [trade.kind for trade in ran.trades] == ["stock", "leg"] and ran.trades[1].done[0].instrument is longer


def test_contracts_that_have_ended_are_not_traded_and_the_rest_is():
    later = (ENDS_MS - START_MS + DAY_MS, ("99.9", "100"), None)
    ran = run("dated_basis", (COIN, FUTURE), (0, ("99.9", "100"), ("100", "100.1")), later)

    assert not ran.trades and ran.worth == 1_000


@pytest.mark.parametrize("ppm", [0, 1_000, 7_777])
def test_a_short_that_is_bought_back_in_parts_never_costs_more_than_stays_with_it(ppm):
    purse = Purse({("west", "USDT"): D(1_000)})
    purse.apply(Done(PERPETUAL, SELL, 9_999, 3_333, ((10_001, 1_111), (9_999, 2_222)), "leg", ppm, margin=D("0.073")))
    free = purse.spendable()["west", "USDT"]
    assert free <= 1_000 - D("0.073") * D("99.99") * D("3.333")
    worst = purse.bankrupt_at(PERPETUAL, ppm)
    for steps in (1, 1_234, 7, 2_091):
        purse.apply(Done(PERPETUAL, BUY, worst, steps, ((worst, steps),), "left", ppm, covers=True))
        assert purse.spendable()["west", "USDT"] >= free
    assert not purse.kept and purse["west", PERPETUAL.asset] == 0


def test_a_short_is_no_larger_than_its_margin_is_there_for():
    purse = Purse({("west", "USDT"): D("100.00000005")})
    asked = {"ppm": 1_000, "margin": D("0.5")}
    assert purse.affords(PERPETUAL, SELL, 10_000, 10_000, **asked) == 2_000
    assert purse.affords(PERPETUAL, SELL, 10_000, 1_500, **asked) == 1_500
    assert purse.affords(PERPETUAL, SELL, 10_000, 1_500, ppm=1_000) == 0  # without a margin it sells what is there
    assert Book(0, ((1, 1),), ((2, 1),)).against(SELL) == ((1, 1),)
