"""An order's numbers: down to the step, to the passive side of the tick, and checked again after rounding."""

import json
from dataclasses import replace
from decimal import Decimal
from functools import cache
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cryptouniverse.kernel.errors import FloatRefused
from cryptouniverse.kernel.market import Side
from tests.trading.venue_stage import INFO, Replay, at_venue
from trading.exchanges.errors import OrderRefused
from trading.exchanges.quantise import quantise
from trading.exchanges.types import ExchangeMarket, OrderKind, PriceBand

BTC = ExchangeMarket(
    symbol="BTC/USDT",
    base="BTC",
    quote="USDT",
    tick=Decimal("0.01"),
    step=Decimal("0.00001"),
    min_notional=Decimal(5),
    max_notional=Decimal(9_000_000),
    quantity_min=Decimal("0.00001"),
    quantity_max=Decimal(9000),
    market_quantity_max=Decimal("120.5"),
    price_min=Decimal("0.01"),
    price_max=Decimal(1_000_000),
    band=PriceBand(Decimal("0.2"), Decimal(5), Decimal("0.3"), Decimal(6)),
    open_orders_max=200,
)
ODD = replace(BTC, tick=Decimal("0.000005"), step=Decimal("0.025"), quantity_min=Decimal("0.03"), price_min=None)


def _limit(market=BTC, **changes):
    order = {"side": Side.BUY, "kind": OrderKind.LIMIT, "quantity": Decimal("0.5"), "limit_price": Decimal(60000)}
    return quantise(market=market, **{**order, **changes})


def _refusal(**changes) -> dict[str, str]:
    with pytest.raises(OrderRefused) as caught:
        _limit(**changes)
    assert caught.value.facts["nearest"] in str(caught.value) or caught.value.facts["limit"] in {"number", "price"}
    return caught.value.facts


def test_an_amount_goes_down_to_the_step_and_a_price_to_the_passive_side():
    buy = _limit(quantity=Decimal("0.123459999"), limit_price=Decimal("60000.019"))
    sell = _limit(side=Side.SELL, quantity="0.123459999", limit_price="60000.011")

    assert (buy.quantity, buy.limit_price) == (Decimal("0.12345"), Decimal("60000.01"))
    assert (sell.quantity, sell.limit_price) == (Decimal("0.12345"), Decimal("60000.02"))


def test_units_that_are_no_powers_of_ten_are_kept():
    taken = _limit(market=ODD, quantity="0.99", limit_price="60.0000099")
    assert (taken.quantity, taken.limit_price) == (Decimal("0.975"), Decimal("60.000005"))


def test_a_stop_that_sells_is_rounded_up_so_that_it_is_reached_no_later():
    stop = quantise(market=BTC, side=Side.SELL, kind=OrderKind.STOP, quantity=1, stop_price=Decimal("55000.001"))
    assert (stop.stop_price, stop.limit_price) == (Decimal("55000.01"), None)


@pytest.mark.parametrize(
    ("changes", "limit", "nearest"),
    [
        ({"quantity": "0.000009"}, "quantity_min", "0.00001"),
        ({"market": ODD, "quantity": "0.03"}, "quantity_min", "0.05"),
        ({"quantity": 9001}, "quantity_max", "9000"),
        ({"kind": OrderKind.MARKET, "limit_price": None, "quantity": "120.50001"}, "quantity_max", "120.5"),
        ({"limit_price": "0.009"}, "price_min", "0.01"),
        ({"limit_price": "1000000.01"}, "price_max", "1000000"),
        ({"limit_price": "11999.99", "last_price": Decimal(60000)}, "band_low", "12000"),
        ({"limit_price": "300000.01", "last_price": Decimal(60000)}, "band_high", "300000"),
        ({"side": Side.SELL, "limit_price": 17999, "last_price": Decimal(60000)}, "band_low", "18000"),
        ({"quantity": "0.00008", "limit_price": 60000}, "min_notional", "0.00009"),
        ({"quantity": "200", "limit_price": 60000}, "max_notional", "150"),
        ({"kind": OrderKind.MARKET, "limit_price": None, "quantity": "0.00008", "last_price": Decimal(60000)},
         "min_notional", "0.00009"),
        ({"open_orders": 200}, "open_orders_max", "199"),
        ({"limit_price": None}, "price", "0.01"),
        ({"kind": OrderKind.STOP}, "price", "0.01"),
    ],
)  # fmt: skip
def test_a_refusal_names_the_limit_and_the_nearest_value_that_would_do(changes, limit, nearest):
    facts = _refusal(**changes)
    assert (facts["limit"], facts["nearest"]) == (limit, nearest)


def test_the_value_is_checked_after_rounding():
    # 0.000084 * 60000 = 5.04 would do; 0.00008 * 60000 = 4.80 does not.
    assert _refusal(quantity="0.000084")["limit"] == "min_notional"


@pytest.mark.parametrize(
    "value", ["NaN", "sNaN", "Infinity", "-1", 0, "0.0", "", "x", None, "1e15", "1e400000", "1e-400000", "9" * 41]
)
def test_what_is_no_number_above_zero_is_refused_as_amount_and_as_price(value):
    assert _refusal(quantity=value)["limit"] in {"number", "quantity_min"}
    assert _refusal(limit_price=value)["limit"] in {"number", "price", "price_min"}


def test_a_float_is_refused_at_the_type():
    with pytest.raises(FloatRefused):
        _limit(quantity=0.5)
    with pytest.raises(FloatRefused):
        _limit(limit_price=60000.0)


@cache
def _markets() -> tuple[ExchangeMarket, ...]:
    """Every market whose metadata we have: the recorded ones, the stage's, and odd units."""
    from tests.trading.test_exchanges_reader import _symbol

    symbols = [*INFO["symbols"], *RECORDED, _symbol("DOGE", "0.00000500", "0.50000000") | {"baseAsset": "DOGE"}]
    replay = Replay({("GET", "/api/v3/exchangeInfo"): (200, {**INFO, "symbols": symbols})})
    return (*at_venue(replay, lambda ours: ours.markets()).values(), ODD)


RECORDED: list[dict] = []


@pytest.fixture(scope="module", autouse=True)
def _recorded_markets(request):
    import os
    from pathlib import Path

    if folder := os.environ.get("CU_TEST_DATA"):
        bodies = json.loads((Path(folder) / "exchanges" / "binance.json").read_text())
        rules = [body for name, body in bodies.items() if name.startswith("test_format_trading_rules")]
        rules.append(bodies["trading_rules_request_mock_response"]["symbols"])
        for number, symbol in enumerate(symbol for symbols in rules for symbol in symbols):
            names = {"baseAsset": f"R{number}", "quoteAsset": "HBOT", "symbol": f"R{number}HBOT"}
            RECORDED.append({**symbol, **names, "isSpotTradingAllowed": True, "permissionSets": [["SPOT"]]})


NUMBERS = st.decimals(min_value="1e-9", max_value="1e9", allow_nan=False, allow_infinity=False, places=None)
MARKETS = st.integers(0, 100).map(lambda number: _markets()[number % len(_markets())])


@settings(max_examples=100, deadline=None)
@given(MARKETS, st.sampled_from(Side), st.sampled_from(OrderKind), NUMBERS, NUMBERS)
def test_whatever_is_taken_is_inside_every_limit_and_never_more_than_was_asked(market, side, kind, quantity, price):
    _check(market, side, kind, quantity, price)


@pytest.mark.parametrize("cases", [5_000, pytest.param(100_000, marks=pytest.mark.soak)])
def test_it_holds_in_great_numbers(cases):
    chance = Random(20260107)  # noqa: S311 - repeatable, not secret
    taken = 0
    for _ in range(cases):
        price = Decimal(repr(10 ** chance.uniform(-6, 7)))
        quantity = Decimal(repr(10 ** chance.uniform(-6, 5)))
        market, kind = chance.choice(_markets()), chance.choice(list(OrderKind))
        taken += _check(market, chance.choice(list(Side)), kind, quantity, price)
    assert taken > cases // 10


def _check(market, side, kind, quantity, price) -> bool:
    """Whether it was taken; what was taken holds every limit."""
    limit, stop = {"limit_price": price}, {"stop_price": price}
    prices = {
        OrderKind.MARKET: {},
        OrderKind.LIMIT: limit,
        OrderKind.STOP: stop,
        OrderKind.STOP_LIMIT: {**limit, **stop},
        OrderKind.TRAILING: limit,
    }
    order = {"market": market, "side": side, "kind": kind, "last_price": price, **prices[kind]}
    try:
        taken = quantise(quantity=quantity, **order)
    except OrderRefused as refused:
        _check_nearest(refused, order, quantity)
        return False
    paid = taken.limit_price or taken.stop_price
    assert 0 < taken.quantity <= quantity and quantity - taken.quantity < market.step
    assert taken.quantity % market.step == 0
    assert (market.quantity_min or 0) <= taken.quantity <= (market.quantity_max or Decimal("1e15"))
    if paid is not None:
        assert paid % market.tick == 0
        assert 0 <= (price - paid if side is Side.BUY else paid - price) < market.tick
        assert (market.price_min or 0) <= paid <= (market.price_max or Decimal("1e15"))
    assert market.min_notional <= taken.quantity * (paid or price) <= (market.max_notional or Decimal("1e40"))
    assert quantise(quantity=taken.quantity, **order) == taken, "what was rounded stays as it is"
    return True


def _check_nearest(refused: OrderRefused, order: dict, quantity: Decimal) -> None:
    """The nearest amount that a refusal names is taken, or refused for another reason."""
    facts = refused.facts
    if facts["limit"] in {"quantity_min", "quantity_max", "min_notional", "max_notional"}:
        nearest = Decimal(facts["nearest"])
        if nearest <= 0:
            return
        try:
            quantise(quantity=nearest, **order)
        except OrderRefused as again:
            assert again.facts["limit"] != facts["limit"]
