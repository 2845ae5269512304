"""Amounts are strings over the API and exact behind it."""

import io
from decimal import Decimal

import pytest
from rest_framework.exceptions import ParseError, ValidationError

from cryptouniverse.api.parsers import ExactJson
from cryptouniverse.kernel.fields import AmountField


def parsed(text: str):
    return ExactJson().parse(io.BytesIO(text.encode()))


def test_a_number_with_a_fraction_is_never_a_float():
    assert parsed('{"a": 0.1, "b": [1e-3]}') == {"a": Decimal("0.1"), "b": [Decimal("0.001")]}


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", '{"a":1,"a":2}', "{", "", "[" * 100_000, "\x00"])
def test_what_is_not_strict_json_is_refused(text):
    with pytest.raises(ParseError):
        parsed(text)


@pytest.mark.parametrize("written", ["0.1", "100", "-3", "12345678901234567890.123456789012345678"])
def test_an_amount_comes_back_as_it_was_written(written):
    field = AmountField()

    assert field.to_representation(field.run_validation(written)) == written


@pytest.mark.parametrize("written", [100, Decimal("0.1"), "1e2", "NaN", "Infinity", "0." + "1" * 19, "ten", "", None])
def test_what_is_no_exact_string_is_no_amount(written):
    with pytest.raises(ValidationError):
        AmountField().run_validation(written)


def test_needless_zeros_are_left_out():
    assert AmountField().to_representation(Decimal("10.100000000000000000")) == "10.1"
    assert AmountField().to_representation(Decimal("1E+3")) == "1000"
