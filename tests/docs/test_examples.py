"""The examples of the how-tos work as they stand."""

from dataclasses import replace
from decimal import Decimal

import pytest

from cryptouniverse.kernel.words import told
from tests.architecture.sources import ROOT
from tests.docs.pages import first_python
from tests.trading.test_risk_gate import BTC, LIMITS, book, proposal
from trading.risk.gate import judge
from trading.risk.rules import RULES
from trading.risk.types import Approved, Refusal


@pytest.fixture
def example_rule(monkeypatch):
    """The rule of the how-to, named last in the gate's table."""
    rule = {}
    exec(compile(first_python((ROOT / "docs/how-to/add-a-risk-rule.md").read_text()), "how-to", "exec"), rule)  # noqa: S102  # our own page
    monkeypatch.setitem(RULES, "coarse_tick", rule["check"])


def test_the_example_of_a_risk_rule_refuses_beyond_its_limit(example_rule):
    coarse = replace(BTC, tick=Decimal(100))
    answer = judge(proposal(instrument=coarse), book(), LIMITS)

    assert isinstance(answer, Refusal)
    assert (answer.rule, told(answer.limit), told(answer.value)) == ("coarse_tick", "20 bps a tick", "25.0 bps")


def test_the_example_of_a_risk_rule_allows_at_its_limit(example_rule):
    coarse = replace(BTC, tick=Decimal(10))
    assert isinstance(judge(proposal(instrument=coarse, price=Decimal(5_000)), book(), LIMITS), Approved)
