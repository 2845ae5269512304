"""The person is warned at 80% and 95% of what was last filled, told at the limit, and each of it once."""

from decimal import Decimal

import pytest

from credits.ledger.services import top_up
from credits.metering.marks import level
from credits.metering.selectors import credit_view_for
from credits.metering.services import meter
from cryptouniverse.kernel.money import Credits
from tests.credits.stage import given_ledger, profit, published

WARNED, REACHED = "credits.profit_limit_warned", "credits.profit_limit_reached"


def told():
    """The levels the person was told of: 80, 95, 100."""
    return [body.get("level", 100) for kind, body in published() if kind in (WARNED, REACHED)]


@pytest.fixture
def filled(alice):
    given_ledger("wallet:alice 100, grants -100", "PRACTICE")
    return alice


@pytest.mark.parametrize(
    ("available", "topped_to", "expected"),
    [("100", "100", 0), ("20.000001", "100", 0), ("20", "100", 80), ("5.000001", "100", 80), ("5", "100", 95),
     ("0.000001", "100", 95), ("0", "100", 100), ("0", "0", 100)],
)  # fmt: skip
def test_a_level_begins_at_its_per_cent(available, topped_to, expected):
    assert level(Decimal(available), Decimal(topped_to)) == expected


def test_each_level_is_told_once(filled):
    for amount in ("79", "1", "1", "14", "1", "3", "1", "50"):
        meter([profit(filled, amount)])

    assert told() == [80, 95, 100]


def test_a_leap_over_several_levels_tells_only_the_highest(filled):
    meter([profit(filled, "97")])
    meter([profit(filled, "97")])

    assert told() == [95, 100]


def test_after_a_top_up_the_levels_are_told_again(filled):
    meter([profit(filled, "100")])
    top_up(user=filled, amount=Credits(10), currency="PRACTICE", idempotency_key="t", reason="practice")

    meter([profit(filled, "8")])
    meter([profit(filled, "2")])

    assert told() == [100, 80, 100]


def test_a_top_up_takes_the_warning_from_the_view(filled):
    meter([profit(filled, "85")])
    assert credit_view_for(filled).warned == 80

    top_up(user=filled, amount=Credits(100), currency="PRACTICE", idempotency_key="t", reason="practice")

    view = credit_view_for(filled)
    assert (view.warned, view.reached, view.available) == (0, False, 115)


def test_one_batch_tells_each_person_what_it_consumed_in_one_event(filled, bob):
    meter([profit(filled, "10"), profit(bob, "10"), profit(filled, "5"), profit(filled, "-3")])

    assert published() == [
        (
            "credits.consumed",
            {"user_id": str(filled.public_id), "currency": "PRACTICE", "amount": "15.000000", "available": "85.000000"},
        )
    ]


def test_free_profit_after_the_limit_tells_nothing_more(filled):
    meter([profit(filled, "100")])
    before = len(published())

    meter([profit(filled, "40")])

    assert len(published()) == before


def test_losses_tell_nothing(filled):
    meter([profit(filled, "-40"), profit(filled, "40")])

    assert published() == []
