"""Every execution algorithm, found by itself, against the contract; and the contract against who breaks it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from tests.trading import algorithms_contract as contract
from trading.algorithms import all_kinds, kind_of
from trading.algorithms.errors import UnknownAlgorithm

EACH = pytest.mark.parametrize("kind", all_kinds().values(), ids=all_kinds())


@EACH
@pytest.mark.parametrize("check", contract.STATED, ids=lambda check: check.__name__)
def test_it_says_what_it_must(kind, check):
    check(kind)


@EACH
def test_its_plan_adds_up(kind):
    @settings(max_examples=60)
    @given(contract.parents(kind))
    def every_order(parent):
        contract.plans_the_whole(kind, parent)

    every_order()


@EACH
@pytest.mark.parametrize("check", contract.LIVED, ids=lambda check: check.__name__)
def test_it_holds_whatever_happens(kind, check):
    @settings(max_examples=50)
    @given(contract.parents(kind), contract.STORIES)
    def any_day(parent, story):
        check(kind, parent, story)

    any_day()


def test_there_is_no_algorithm_of_another_name():
    with pytest.raises(UnknownAlgorithm):
        kind_of("vwop")
