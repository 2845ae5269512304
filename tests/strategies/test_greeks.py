"""Black and Scholes: put-call parity, published values, greeks as slopes, and the edges."""

from __future__ import annotations

import math
from itertools import product

import pytest

from strategies.catalog.greeks import DAYS, option, volatility_of

WORLD = [
    {"spot": s, "strike": k, "years": t, "volatility": v, "rate": r, "carry": c}
    for s, k, t, v, r, c in product((60.0, 100.0), (55.0, 100.0), (0.02, 1.5), (0.2, 1.1), (0.0, 0.07), (0.0, 0.03))
]


@pytest.mark.parametrize("call", [True, False])
def test_hulls_example_is_met(call):
    """Hull, Options, Futures and Other Derivatives: spot 42, strike 40, 10%, 20%, half a year: 4.76 and 0.81."""
    found = option(call=call, spot=42, strike=40, years=0.5, volatility=0.2, rate=0.1)
    assert round(found.value, 2) == (4.76 if call else 0.81)


def test_a_call_less_a_put_is_the_spot_less_the_strike_of_today():
    for one in WORLD:
        call, put = option(call=True, **one), option(call=False, **one)
        grown, due = math.exp(-one["carry"] * one["years"]), math.exp(-one["rate"] * one["years"])
        assert call.value - put.value == pytest.approx(one["spot"] * grown - one["strike"] * due, abs=1e-10)
        assert call.delta - put.delta == pytest.approx(grown, abs=1e-12)
        assert (call.gamma, call.vega) == pytest.approx((put.gamma, put.vega))


@pytest.mark.parametrize("call", [True, False])
def test_greeks_are_the_slopes_of_the_value(call):
    def slope(one, name, by):
        up, down = (option(call=call, **one | {name: one[name] + by * side}) for side in (1, -1))
        return (up.value - down.value) / (2 * by), (up.delta - down.delta) / (2 * by)

    for one in WORLD:
        found = option(call=call, **one)
        delta, gamma = slope(one, "spot", one["spot"] * 1e-4)
        assert found.delta == pytest.approx(delta, abs=1e-5)
        assert found.gamma == pytest.approx(gamma, abs=1e-5)
        assert found.vega == pytest.approx(slope(one, "volatility", 1e-4)[0], abs=1e-4)
        assert found.rho == pytest.approx(slope(one, "rate", 1e-4)[0], abs=1e-4)
        assert found.theta == pytest.approx(-slope(one, "years", 1e-4)[0] / DAYS, abs=1e-4)


def test_at_expiry_it_is_what_it_pays_and_nonsense_is_refused():
    assert option(call=True, spot=110, strike=100, years=0, volatility=0.5).value == 10
    assert option(call=False, spot=110, strike=100, years=1, volatility=0).value == 0
    assert option(call=False, spot=90, strike=100, years=0, volatility=0.5).delta == -1
    for odd in ({"spot": 0.0}, {"strike": -1.0}, {"years": -0.1}, {"volatility": -0.1}, {"spot": math.nan}):
        with pytest.raises(ValueError, match="prices above zero"):
            option(call=True, **{"spot": 1.0, "strike": 1.0, "years": 1.0, "volatility": 0.5} | odd)


def test_the_volatility_is_found_again_from_the_value():
    for one in WORLD:
        value = option(call=True, **one).value
        rest = {name: one[name] for name in one if name != "volatility"}
        if option(call=True, **one).vega > 0.01:
            assert volatility_of(value, call=True, **rest) == pytest.approx(one["volatility"], abs=1e-6)
    assert volatility_of(101, call=True, spot=100, strike=100, years=1) is None
