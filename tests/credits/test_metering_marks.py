"""Profit consumes credits above the high-water mark, once and only once."""

from decimal import Decimal

import pytest

from credits.ledger.errors import IdempotencyConflict
from credits.metering.models import MeteredProfit, ProfitMark
from credits.metering.selectors import credit_view_for, potential_of
from credits.metering.services import meter
from cryptouniverse.kernel.errors import FloatRefused, Invalid
from tests.credits.stage import assert_ledger, given_ledger, profit, published, statements

PRACTICE = {"currency": "PRACTICE"}


def practice(text):
    given_ledger(text, **PRACTICE)


def test_winning_back_a_loss_costs_nothing(alice):
    practice("wallet:alice 1000, grants -1000")

    rows = meter([profit(alice, amount) for amount in ("200", "-150", "100", "150")])

    assert [row.consumed for row in rows] == [200, 0, 0, 100]
    assert_ledger("wallet:alice 700, consumed 300, grants -1000", **PRACTICE)


def test_one_by_one_costs_the_same_as_in_one_batch(alice, bob):
    practice("wallet:alice 1000, wallet:bob 1000, grants -2000")
    amounts = ["0.0000004", "0.0000004", "3.3333333", "-7", "9.12345678"]

    together = meter([profit(alice, amount) for amount in amounts])
    apart = [meter([profit(bob, amount)])[0] for amount in amounts]

    assert [row.consumed for row in together] == [row.consumed for row in apart]
    assert sum(row.consumed for row in apart) == Decimal("5.456790")


def test_profit_beyond_the_balance_is_free_and_moves_the_mark(alice):
    practice("wallet:alice 100, grants -100")

    rows = meter([profit(alice, "70"), profit(alice, "50"), profit(alice, "-20"), profit(alice, "20")])

    assert [(row.above_mark, row.consumed, row.free) for row in rows] == [
        (70, 70, 0),
        (50, 30, 20),
        (0, 0, 0),
        (0, 0, 0),
    ]
    assert ProfitMark.objects.get().mark == 120
    assert_ledger("consumed 100, grants -100", **PRACTICE)


def test_what_was_free_is_not_charged_after_a_top_up(alice):
    practice("wallet:alice 100, grants -100")
    meter([profit(alice, "150")])
    practice("wallet:alice 100, grants -100")

    [row] = meter([profit(alice, "10")])

    assert (row.consumed, row.free) == (10, 0)


def test_metering_the_same_fills_twice_changes_nothing(alice):
    practice("wallet:alice 1000, grants -1000")
    profits = [profit(alice, "200", 1), profit(alice, "-150", 2), profit(alice, "70", 3)]

    first = meter(profits)
    told = len(published())
    again = meter([*profits[::-1], profit(alice, "80", 4)])

    assert again[:3] == first[::-1]
    assert (again[3].sequence, again[3].consumed) == (4, 0)
    assert len(published()) == told
    assert_ledger("wallet:alice 800, consumed 200, grants -1000", **PRACTICE)


def test_a_fill_twice_in_one_batch_is_one_profit(alice):
    practice("wallet:alice 1000, grants -1000")

    rows = meter([profit(alice, "200", 1), profit(alice, "200", 1)])

    assert rows[0] == rows[1]
    assert MeteredProfit.objects.count() == 1


def test_a_fill_with_another_profit_is_refused(alice):
    practice("wallet:alice 1000, grants -1000")
    meter([profit(alice, "200", 1)])

    with pytest.raises(IdempotencyConflict):
        meter([profit(alice, "5", 2), profit(alice, "201", 1)])

    assert_ledger("wallet:alice 800, consumed 200, grants -1000", **PRACTICE)


def test_a_late_fill_takes_the_next_number(alice):
    rows = meter([profit(alice, "1", 9)]) + meter([profit(alice, "1", 3)])

    assert [row.sequence for row in rows] == [1, 2]


def test_profit_without_credits_is_free(alice):
    [row] = meter([profit(alice, "12.5")])

    assert (row.consumed, row.free) == (0, Decimal("12.5"))
    assert_ledger("", **PRACTICE)


def test_practice_profit_never_touches_bought_credits(alice):
    given_ledger("wallet:alice 100, purchases -100")

    meter([profit(alice, "60")])

    assert_ledger("wallet:alice 100, purchases -100")


def test_users_are_metered_apart(alice, bob):
    practice("wallet:alice 100, wallet:bob 50, grants -150")

    meter([profit(alice, "30"), profit(bob, "-10"), profit(alice, "5"), profit(bob, "25")])

    assert_ledger("wallet:alice 65, wallet:bob 35, consumed 50, grants -150", **PRACTICE)


def test_a_better_ratio_lets_a_credit_go_further(alice):
    practice("wallet:alice 100, grants -100")
    ProfitMark.objects.create(owner=alice, currency="PRACTICE", ratio=Decimal(4))

    meter([profit(alice, "100")])

    assert potential_of([alice.pk]) == {alice.pk: 300}
    assert_ledger("wallet:alice 75, consumed 25, grants -100", **PRACTICE)


@pytest.mark.parametrize(("amount", "error"), [(1.5, FloatRefused), ("1e-19", Invalid), ("1e20", Invalid)])
def test_a_profit_that_cannot_be_booked_exactly_is_refused(alice, amount, error):
    wrong = profit(alice, "1")
    object.__setattr__(wrong, "amount", amount if isinstance(amount, float) else Decimal(amount))

    with pytest.raises(error):
        meter([wrong])


def test_any_number_of_profits_is_a_few_statements(alice, bob):
    practice("wallet:alice 1000, wallet:bob 1000, grants -2000")
    meter([profit(alice, "1"), profit(bob, "1")])

    with statements(13):
        meter([profit(person, "1") for person in (alice, bob) for _ in range(200)])


def test_nothing_to_meter_is_no_statement(acme):
    with statements(0):
        assert meter([]) == []


def test_the_view_shows_bought_consumed_available_and_free(alice):
    practice("wallet:alice 100, grants -100")
    practice("wallet:alice 20, grants -20")
    meter([profit(alice, "90"), profit(alice, "50")])

    view = credit_view_for(alice)

    assert (view.bought, view.consumed, view.available, view.free_profit, view.mark) == (120, 120, 0, 20, 140)
    assert [balance for _, balance in view.series] == [100, 120, 30, 0]
    assert (view.reached, view.warned) == (True, 95)


def test_the_view_keeps_the_latest_points(alice):
    for _ in range(4):
        practice("wallet:alice 10, grants -10")

    assert [balance for _, balance in credit_view_for(alice, points=2).series] == [30, 40]
