"""The examples of the how-tos work as they stand."""

from dataclasses import replace
from decimal import Decimal

import pytest

from cryptouniverse.kernel.words import told
from tests.architecture.sources import ROOT
from tests.docs.pages import first_python
from tests.trading import risk_contract as contract
from tests.trading.test_risk_gate import BTC, LIMITS, book, proposal
from trading.risk import gate
from trading.risk.gate import judge
from trading.risk.registry import all_rules
from trading.risk.types import Approved, Refusal


@pytest.fixture
def example_rule(monkeypatch):
    """The rule of the how-to, asked last by the gate."""
    rule = {}
    exec(compile(first_python((ROOT / "docs/how-to/add-a-risk-rule.md").read_text()), "how-to", "exec"), rule)  # noqa: S102  # our own page
    monkeypatch.setattr(gate, "all_rules", lambda: {**all_rules(), "coarse_tick": rule["RULE"]})
    return rule["RULE"]


def test_the_example_of_a_risk_rule_refuses_beyond_its_limit(example_rule):
    coarse = replace(BTC, tick=Decimal(100))
    answer = judge(proposal(instrument=coarse), book(), LIMITS)

    assert isinstance(answer, Refusal)
    assert (answer.rule, told(answer.limit), told(answer.value)) == ("coarse_tick", "20 bps a tick", "100 at 40000")


def test_the_example_of_a_risk_rule_allows_at_its_limit(example_rule):
    coarse = replace(BTC, tick=Decimal(10))
    assert isinstance(judge(proposal(instrument=coarse, price=Decimal(5_000)), book(), LIMITS), Approved)


@pytest.mark.parametrize("check", [*contract.STATED, *contract.ASKED], ids=lambda check: check.__name__)
def test_the_example_of_a_risk_rule_keeps_the_contract(example_rule, check):
    if check in contract.STATED:
        check(example_rule)
        return
    for situation in contract.situations():
        check(example_rule, situation)
