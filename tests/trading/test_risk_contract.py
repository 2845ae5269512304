"""Every rule of the gate, found by itself, against the contract; and the contract against rules that break it."""

from __future__ import annotations

import itertools
import sys
from dataclasses import replace
from decimal import Decimal

import pytest

from tests.proofs.storm import bot_of, try_to_enter, try_to_leave
from tests.trading import risk_contract as contract
from tests.trading.desk import BOT, BTC, candle, enter, fills, meet, slot, trader
from tests.trading.test_risk_gate import LIMITS, book, proposal
from trading.execution.services import place_recorded
from trading.portfolio.models import Position
from trading.portfolio.types import Holding
from trading.risk import gate
from trading.risk.gate import judge
from trading.risk.registry import all_rules
from trading.risk.rule import Rule, Stage
from trading.risk.types import AtMost, Deny, Refusal

EACH = pytest.mark.parametrize("rule", all_rules().values(), ids=all_rules())


@EACH
@pytest.mark.parametrize("check", contract.STATED, ids=lambda check: check.__name__)
def test_it_says_what_it_must(rule, check):
    check(rule)


@EACH
@pytest.mark.parametrize("check", contract.ASKED, ids=lambda check: check.__name__)
def test_it_holds_in_every_situation(rule, check):
    for situation in contract.situations():
        check(rule, situation)


def test_rules_are_asked_by_stage_and_what_needs_no_price_comes_before_it():
    stages = [rule.stage for rule in all_rules().values()]

    assert stages == sorted(stages)
    assert next(iter(all_rules())) == "stop_switch"
    assert stages.count(Stage.PRICE) == 1  # which says what a price is


@pytest.mark.parametrize("price", contract.NO_PRICES)
def test_at_no_price_the_gate_refuses_whatever_the_rules_say(price):
    assert isinstance(judge(proposal(price=price), book(), LIMITS), Refusal)


USUAL = all_rules()["order_notional"]
SOME = all_rules()["open_positions"]
count = itertools.count(1)


def breaks_at_no_price(proposal, book, limits, limit_price):
    return Deny("a limit", "a value") if proposal.price > limits.order_notional_max else None


def opens_at_no_price(proposal, book, limits, limit_price):
    return Deny("a limit", "a value") if limit_price > limits.order_notional_max else None


def changes_its_mind(proposal, book, limits, limit_price):
    return AtMost(Decimal(next(count)), "a limit", "a value")


def moves_the_book(proposal, book, limits, limit_price):
    book.open_positions += 1
    return SOME.check(proposal, book, limits, limit_price)


def says_nothing(proposal, book, limits, limit_price):
    return Deny("", "") if SOME.check(proposal, book, limits, limit_price) else None


def says_too_much(proposal, book, limits, limit_price):
    return AtMost(limits.order_notional_max, lambda: "much" * 51, "a value")


def answers_otherwise(proposal, book, limits, limit_price):
    return book.open_positions < limits.open_positions_max


def reduces_below_nothing(proposal, book, limits, limit_price):
    return AtMost(book.cash_free, "a limit", "a value")


def reads_its_limit_the_wrong_way(proposal, book, limits, limit_price):
    return Deny("a limit", "a value") if book.open_positions < limits.open_positions_max else None


def holds_back_nothing(proposal, book, limits, limit_price):
    return None


def holds_back_everything(proposal, book, limits, limit_price):
    return Deny("a limit", "a value")


BREACHES = [
    (replace(USUAL, title=""), contract.says_what_it_is),
    (replace(USUAL, meaning="Size"), contract.says_what_it_is),
    (replace(USUAL, limit="order_max"), contract.says_what_it_is),
    (holds_back_nothing, contract.binds_and_lets_through),
    (holds_back_everything, contract.binds_and_lets_through),
    (changes_its_mind, contract.answers_the_same_again),
    (moves_the_book, contract.answers_the_same_again),
    (says_nothing, contract.says_limit_and_value),
    (says_too_much, contract.says_limit_and_value),
    (answers_otherwise, contract.says_limit_and_value),
    (reduces_below_nothing, contract.reduces_to_an_amount),
    (breaks_at_no_price, contract.lets_no_more_through_at_no_price),
    (opens_at_no_price, contract.lets_no_more_through_at_no_price),
    (
        replace(SOME, check=reads_its_limit_the_wrong_way),
        contract.lets_no_more_through_where_its_limit_is_stricter,
    ),
    (holds_back_everything, contract.is_kept_to_by_the_gate),
]


@pytest.mark.parametrize(("broken", "check"), BREACHES, ids=lambda each: getattr(each, "__name__", None))
def test_a_rule_that_breaks_the_contract_is_caught(broken, check):
    rule = broken if isinstance(broken, Rule) else replace(USUAL, check=broken)

    with pytest.raises(Exception):  # noqa: B017  # whatever it breaks with
        if check in contract.STATED:
            check(rule)
        else:
            for situation in contract.situations():
                check(rule, situation)


def test_every_part_of_the_contract_catches_somebody():
    assert {check for _, check in BREACHES} == {*contract.STATED, *contract.ASKED}


FILE = """
from trading.risk.rule import Rule, Stage
def check(proposal, book, limits, limit_price): return None
RULE = Rule(name="{name}", stage=Stage.{stage}, title="Title", meaning="A meaning.", check=check)
"""


@pytest.fixture
def planted(tmp_path, monkeypatch):
    """A package of rules; what is planted in it is (file, its text)."""
    monkeypatch.syspath_prepend(tmp_path)
    home = tmp_path / "planted_rules"
    home.mkdir()

    def plant(*files):
        for name, text in (("__init__", ""), *files):
            (home / f"{name}.py").write_text(text)
        return all_rules("planted_rules")

    yield plant
    for name in [name for name in sys.modules if name.startswith("planted_rules")]:
        del sys.modules[name]
    all_rules.cache_clear()


def test_a_file_is_a_rule_without_being_named_anywhere_and_is_asked_in_its_stage(planted):
    found = planted(("beta", FILE.format(name="beta", stage="SIZE")), ("zeta", FILE.format(name="zeta", stage="PRICE")))

    assert list(found) == ["zeta", "beta"]


@pytest.mark.parametrize("text", ["", "RULE = None", FILE.format(name="another", stage="SIZE")])
def test_a_file_that_is_no_rule_is_said_at_the_first_use(planted, text):
    with pytest.raises(TypeError, match="must hold RULE"):
        planted(("beta", text))


def test_no_rule_is_asked_about_an_exit_or_a_stop(acme, monkeypatch):
    portfolio = trader()
    bot = bot_of(portfolio.pk, 1)
    for number, each in enumerate((bot.public_id, BOT)):
        enter(portfolio, number=number, bot=each, target=None)
        meet(number + 1, candle(BTC, "100", "100", "100", "100"))
    columns = ("pk", "public_id", "portfolio_id", "bot_id", "instrument_id", "quantity")
    held = Holding(*Position.objects.filter(bot_id=bot.public_id).values_list(*columns).get())
    nobody = replace(USUAL, check=holds_back_everything)
    monkeypatch.setattr(gate, "all_rules", lambda: {"order_notional": nobody})

    assert try_to_enter(bot_of(portfolio.pk, 2), BTC, slot(3)).refusals == {"order_notional": 1}
    assert try_to_leave(bot, held, slot(4)).intents == 1
    place_recorded()
    meet(5, candle(BTC, "95", "95", "80", "85"))

    assert fills()[2:] == ["sell 0.1 at 95 (exit)", "sell 0.1 at 90 (stop)"]
