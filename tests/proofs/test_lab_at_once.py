"""Two requests about the lab at once: no limit is passed, and no rules are deleted that something is about to name."""

from dataclasses import replace
from functools import partial

import pytest

from cryptouniverse.kernel.market import Timeframe
from strategies.backtest import services as backtest
from strategies.backtest.errors import TooManyRuns
from strategies.backtest.services import ask_for_run
from strategies.bots.services import create_bot
from strategies.builder import services as builder
from strategies.builder.errors import RulesInUse, TooManyRuleSets
from strategies.builder.selectors import name_of_version
from strategies.builder.services import create_rule_set, delete_rule_set
from strategies.catalog.errors import UnknownStrategy
from strategies.feed.services import follow_strategy
from strategies.lab import services as lab
from strategies.lab.errors import TooManySearches
from strategies.lab.models import Optimisation
from strategies.lab.selectors import access_optimisation
from strategies.lab.services import delete_optimisation, start_optimisation, work_optimisation
from tests.proofs.deadlocks import deadlocks_so_far
from tests.proofs.meanwhile import meanwhile
from tests.strategies.rule_documents import TWINS
from tests.strategies.scanner_stage import BTC, given_markets
from tests.strategies.test_lab_services import asked
from tests.trading.desk import trader
from trading.portfolio.models import Portfolio

pytestmark = [pytest.mark.prove, pytest.mark.timeout(60)]


@pytest.fixture
def alice(cleared):
    given_markets()
    return trader().owner


def rules_of(alice):
    made = create_rule_set(actor=alice, document=TWINS["moving_average_cross"])
    return made, name_of_version(made, 1)


def follows(alice, name):
    return follow_strategy(actor=alice, strategy=name, parameters={}, instrument_id=BTC, timeframe=Timeframe.H1)


def makes_a_bot(alice, name):
    terms = {"strategy": name, "parameters": {}, "timeframe": Timeframe.H1, "instruments": [BTC]}
    return create_bot(owner=alice, portfolio=Portfolio.objects.get(owner=alice), **terms)


def asks(alice, name="moving_average_cross"):
    return ask_for_run(actor=alice, plan=replace(asked().plan, strategy=name))


def searches(alice, name="moving_average_cross"):
    wanted = asked()
    return start_optimisation(actor=alice, asked=replace(wanted, plan=replace(wanted.plan, strategy=name)))


NAMES = (follows, makes_a_bot, asks, searches)
LIMITED = (
    (asks, backtest, "AT_ONCE_MAX", TooManyRuns),
    (searches, lab, "AT_ONCE_MAX", TooManySearches),
    (rules_of, builder, "KEPT_MAX", TooManyRuleSets),
)


def first(act, *facts):
    """A transaction that has done this and waits."""
    yield act(*facts)


def test_two_who_ask_for_the_last_place_get_one(cleared, alice, monkeypatch):
    for ask, module, limit, refused in LIMITED:
        monkeypatch.setattr(module, limit, 1)
        with meanwhile(cleared, first(ask, alice)), pytest.raises(refused):
            ask(alice)


def test_rules_that_something_is_about_to_name_are_not_deleted(cleared, alice):
    for names in NAMES:
        made, name = rules_of(alice)
        with meanwhile(cleared, first(names, alice, name)), pytest.raises(RulesInUse):
            delete_rule_set(actor=alice, rule_set_id=made.public_id)


def test_rules_that_are_being_deleted_are_not_named(cleared, alice):
    for names in NAMES:
        made, name = rules_of(alice)
        deleted = partial(delete_rule_set, actor=alice, rule_set_id=made.public_id)
        with meanwhile(cleared, first(deleted)), pytest.raises(UnknownStrategy):
            names(alice, name)


def test_a_search_that_is_deleted_as_a_worker_takes_it_up_is_gone_and_nothing_is_broken(cleared, alice):
    row = searches(alice)

    def deletes():
        yield access_optimisation(alice, row.public_id, lock=True)
        yield delete_optimisation(actor=alice, optimisation_id=row.public_id)

    deadlocks = deadlocks_so_far()
    with meanwhile(cleared, deletes()):
        assert work_optimisation(optimisation_id=row.public_id) == 0
    assert (deadlocks_so_far(), Optimisation.objects.count()) == (deadlocks, 0)
