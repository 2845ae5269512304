"""Exact numbers refuse what would make them inexact."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cryptouniverse.kernel.errors import FloatRefused, Invalid
from cryptouniverse.kernel.money import Credits, Money, Price, Quantity, exact, floor_to


@pytest.mark.parametrize("value", [0.1, float("nan"), True])
@pytest.mark.parametrize("kind", [Quantity, Price, Credits, exact])
def test_a_float_never_counts_money(kind, value):
    with pytest.raises(FloatRefused):
        kind(value)


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "ten", ""])
def test_what_is_not_a_finite_number_is_refused(value):
    with pytest.raises(Invalid):
        Quantity(value)


def test_price_of_a_quantity_is_money():
    assert Price("40000.5").of(Quantity("0.5"), "USDT") == Money("20000.25", "USDT")


def test_credits_have_at_most_six_places():
    assert Credits("0.000001").value == Decimal("0.000001")
    with pytest.raises(Invalid):
        Credits("0.0000001")


def test_different_things_do_not_add_up():
    with pytest.raises(TypeError):
        Quantity(1) + Price(1)
    with pytest.raises(TypeError):
        Money(1, "USDT") + Money(1, "BTC")


def test_nothing_is_not_a_positive_amount():
    with pytest.raises(Invalid):
        Credits(0).require_positive()


@given(st.decimals("-1e12", "1e12", places=8), st.sampled_from(["0.00001", "0.01", "1", "10"]))
def test_floor_to_never_grows_and_lands_on_the_step(value, step):
    floored = floor_to(value, Decimal(step))

    assert abs(floored) <= abs(value)
    assert floored % Decimal(step) == 0
    assert abs(value - floored) < Decimal(step)
