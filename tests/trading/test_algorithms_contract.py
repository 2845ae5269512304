"""Every execution algorithm, found by itself, against the contract; and the contract against who breaks it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import Phase, given, settings

from tests.trading import algorithms_contract as contract
from trading.algorithms import all_kinds, kind_of
from trading.algorithms.errors import UnknownAlgorithm
from trading.algorithms.parameters import Whole
from trading.algorithms.types import Over, Wish

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


TWAP, POV = kind_of("twap"), kind_of("participation")


def gives_up(parent, state, now_ms, traded_steps):
    return Over()


def takes_what_it_likes(parent, state, now_ms, traded_steps):
    asked = POV.ask(parent, state, now_ms, traded_steps)
    return replace(asked, steps=10**9, most=10**9) if isinstance(asked, Wish) else asked


def asks_again_at_once(parent, state, now_ms, traded_steps):
    asked = TWAP.ask(parent, state, now_ms, traded_steps)
    return replace(asked, slot=state.slot, next_ms=now_ms) if isinstance(asked, Wish) else asked


def comes_twice_in_a_turn(parent, state, now_ms, traded_steps):
    asked = TWAP.ask(parent, state, now_ms, traded_steps)
    return replace(asked, slot=state.slot, next_ms=now_ms + 1) if isinstance(asked, Wish) else asked


def loses_a_step(parent):
    plan = TWAP.plan(parent)
    return replace(plan, steps=(*plan.steps[:-1], plan.steps[-1] - 1))


def sends_crumbs(parent):
    plan = TWAP.plan(parent)
    return replace(plan, moments=(*plan.moments, plan.moments[-1] + 1), steps=(plan.steps[0] - 1, *plan.steps[1:], 1))


@pytest.mark.parametrize(
    ("culprit", "check"),
    [
        (replace(TWAP, ask=gives_up), contract.keeps_its_promises),
        (replace(TWAP, ask=asks_again_at_once), contract.keeps_its_promises),
        (replace(TWAP, ask=comes_twice_in_a_turn), contract.keeps_to_its_plan),
        (replace(POV, ask=takes_what_it_likes), contract.keeps_its_caps),
    ],
    ids=("gives up", "asks again at once", "comes twice in a turn", "takes what it likes"),
)
def test_the_contract_catches_who_breaks_it(culprit, check):
    @settings(max_examples=300, database=None, derandomize=True, phases=[Phase.generate], report_multiple_bugs=False)
    @given(contract.parents(culprit), contract.STORIES)
    def any_day(parent, story):
        check(culprit, parent, story)

    with pytest.raises(AssertionError):
        any_day()


@pytest.mark.parametrize("plan", [loses_a_step, sends_crumbs], ids=lambda plan: plan.__name__)
def test_the_contract_catches_a_plan_that_does_not_add_up(plan):
    parent = contract.order(TWAP, TWAP.examples[0], min_steps=10)
    contract.plans_the_whole(TWAP, parent)
    with pytest.raises(AssertionError):
        contract.plans_the_whole(replace(TWAP, plan=plan), parent)


class Careless(Whole):
    def read(self, value):
        return value


def test_the_contract_catches_a_kind_that_checks_nothing_or_says_nothing():
    careless = replace(POV, parameters=(*POV.parameters, Careless("speed", "How fast", 1, 9)))
    with pytest.raises(AssertionError):
        contract.refuses_bad_parameters(careless)
    with pytest.raises(AssertionError):
        contract.says_what_it_is(replace(POV, meaning=""))
