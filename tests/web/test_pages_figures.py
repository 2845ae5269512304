"""Figures as people read them, and small charts as geometry."""

from decimal import Decimal

import pytest

from cryptouniverse.templatetags.figures import delta, figure, places_of
from cryptouniverse.web.charts import bands_of, range_of, spark_of
from cryptouniverse.web.wording import rule_name, tidy, voter_name

D = Decimal


@pytest.mark.parametrize(
    ("value", "places", "signed", "text"),
    [
        (D("128432.174"), 2, False, "128,432.17"),
        (D("-60.844"), 2, True, "−60.84"),
        (D("60.845"), 2, True, "+60.84"),
        (D("-0.004"), 2, True, "0.00"),
        (D(0), 2, True, "0.00"),
        (None, 2, True, "–"),
        (D("1E+3"), 0, False, "1,000"),
    ],
)
def test_figures_are_grouped_signed_and_never_guess(value, places, signed, text):
    assert figure(value, places, signed=signed) == text


@pytest.mark.parametrize(("step", "places"), [("0.01", 2), ("0.010", 2), ("1", 0), ("10", 0), ("0.00001", 5)])
def test_a_step_says_how_many_places_are_shown(step, places):
    assert places_of(D(step)) == places


@pytest.mark.parametrize(("value", "way"), [(D(1), "gain"), (D(-1), "loss"), (D(0), "flat"), (D("0.001"), "flat")])
def test_a_change_has_arrow_sign_and_colour_together(value, way):
    icon = {"gain": "up", "loss": "down", "flat": "flat"}[way]

    assert f"is-{way}" in delta(value) and f"#i-{icon}" in delta(value)


def test_a_recorded_limit_is_shown_without_its_eighteen_places():
    assert tidy("10000.000000000000000000") == "10,000"
    assert tidy("1200.50 held of 1000.00") == "1,200.5 held of 1,000"
    assert tidy("10") == "10" and tidy("whitelisted") == "whitelisted"


def test_unknown_codes_still_read_like_words():
    assert rule_name("new_rule") == "New rule" and voter_name("rule:new_voter") == "New voter"
    assert voter_name("anthropic") == "Claude"


def test_a_range_lies_between_stop_and_target_even_when_price_has_left_it():
    inside = range_of(entry=D(100), mark=D(110), stop=D(90), target=D(120))
    beyond = range_of(entry=D(100), mark=D(300), stop=D(90), target=D(120))

    assert inside and beyond and inside.gain
    assert (inside.entry, inside.mark, beyond.mark) == ("33.7%", "66.3%", "99.0%")


def test_no_range_without_both_ends():
    assert range_of(entry=D(1), mark=D(1), stop=D(1), target=None) is None
    assert range_of(entry=D(1), mark=D(1), stop=D(1), target=D(1)) is None


def test_a_sparkline_of_flat_prices_is_a_flat_line():
    spark = spark_of([5.0, 5.0, 5.0])

    assert spark and spark.rising == 0 and spark.path == "M0 19L36 19L72 19"


def test_one_price_is_no_line():
    assert spark_of([5.0]) is None and spark_of([]) is None


def test_the_allocation_bar_fills_its_width_and_no_more():
    bands = bands_of([D(50), D(30), D(20)])
    last = bands[-1]

    assert [band.colour for band in bands] == [1, 2, 3]
    assert D(last.x.rstrip("%")) + D(last.width.rstrip("%")) == D(100)


def test_an_empty_portfolio_has_bands_of_no_width():
    assert [band.width for band in bands_of([D(0), D(0)])] == ["0.00%", "0.00%"]
