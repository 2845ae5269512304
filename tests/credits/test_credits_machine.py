"""Random histories against a model of ten lines: whatever happens in whatever order, the books say the same."""

from collections import Counter
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from credits.ledger.errors import IdempotencyConflict, InsufficientCredits
from credits.ledger.selectors import check_books
from credits.ledger.services import post_entries, top_up
from credits.metering.models import ProfitMark
from credits.metering.selectors import check_marks
from credits.metering.services import meter
from credits.metering.types import RealisedProfit
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.money import Credits
from tests.credits.stage import draft, ledger, person

PEOPLE = ["alice", "bob", "carol"]
CURRENCY = "PRACTICE"
names = st.sampled_from(PEOPLE)
amounts = st.decimals(min_value="0.000001", max_value=300, places=6)
profits = st.tuples(names, st.decimals(min_value=-200, max_value=300, places=8), st.integers(1, 40))


class Model:
    """The rules once more, as simply as can be."""

    def __init__(self):
        self.accounts = Counter()
        self.facts = {}
        self.cumulative = Counter()
        self.mark = Counter()

    def move(self, **moves):
        for name, amount in moves.items():
            self.accounts[name] += amount

    def earn(self, name, amount):
        self.cumulative[name] += amount
        risen = max(self.mark[name], self.cumulative[name])
        worth = int(risen * 10**6) - int(self.mark[name] * 10**6)
        self.mark[name] = risen
        spent = min(Decimal(worth) / 10**6, self.accounts[name])
        self.move(**{name: -spent, "consumed": spent})
        return spent


class Books(RuleBasedStateMachine):
    """Top-ups, spending, transfers and metering of three people, with repeats and refusals among them."""

    people: ClassVar = {}

    def __init__(self):
        super().__init__()
        self.history = transaction.atomic()
        self.history.__enter__()
        self.model = Model()

    @rule(name=names, amount=amounts, key=st.integers(1, 8))
    def tops_up(self, name, amount, key):
        fact = (name, amount)
        call = {"user": self.people[name], "amount": Credits(amount), "idempotency_key": f"top-up:{key}"}
        if self.model.facts.get(key, fact) != fact:
            with pytest.raises(IdempotencyConflict):
                top_up(**call, currency=CURRENCY, reason="practice")
            return
        assert top_up(**call, currency=CURRENCY, reason="practice").is_new is (key not in self.model.facts)
        if key not in self.model.facts:
            self.model.facts[key] = fact
            self.model.move(**{name: amount, "grants": -amount})

    @rule(name=names, to=st.sampled_from([*PEOPLE, "consumed"]), amount=amounts)
    def moves(self, name, to, amount):
        if name == to:
            return
        target = to if to == "consumed" else f"wallet:{to}"
        entry = draft(f"wallet:{name} -{amount:f}, {target} {amount:f}", currency=CURRENCY)
        if amount > self.model.accounts[name]:
            with pytest.raises(InsufficientCredits):
                post_entries([entry])
            return
        post_entries([entry])
        self.model.move(**{name: -amount, to: amount})

    @rule(batch=st.lists(profits, min_size=1, max_size=6))
    def earns(self, batch):
        batch = [(name, amount, number) for name, amount, number in batch if self.is_same_fact(name, amount, number)]
        fills = [RealisedProfit(self.people[n].pk, UUID(int=k), amount, clock.now()) for n, amount, k in batch]
        rows = meter(fills, currency=CURRENCY)
        for (name, amount, number), row in zip(batch, rows, strict=True):
            known = self.model.facts.setdefault(("fill", number), [name, amount, None])
            if known[2] is None:
                known[2] = self.model.earn(name, amount)
            assert row.consumed == known[2]

    def is_same_fact(self, name, amount, number):
        known = self.model.facts.get(("fill", number))
        if known is None:
            self.model.facts["fill", number] = [name, amount, None]
        return known is None or known[:2] == [name, amount]

    @invariant()
    def the_accounts_are_the_models(self):
        accounts = {words.removeprefix("wallet:"): amount for words, amount in ledger(CURRENCY).items()}
        assert accounts == {name: amount for name, amount in self.model.accounts.items() if amount}

    def teardown(self):
        try:
            connection.check_constraints()
            assert check_books() == [] == check_marks()  # that the accounts are the model's, the invariant has said
            marks = dict(ProfitMark.objects.values_list("owner__email", "mark"))
            assert marks == {f"{name}@example.com": self.model.mark[name] for name in self.model.cumulative}
        finally:
            transaction.set_rollback(True)
            self.history.__exit__(None, None, None)


def play(histories, steps):
    quiet = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    size = settings(
        max_examples=histories,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=quiet,
        database=None,
        derandomize=True,
    )
    Books.people = {name: person(name) for name in PEOPLE}
    run_state_machine_as_test(Books, settings=size)


def test_random_histories_agree_with_the_model(acme):
    play(histories=12, steps=15)


@pytest.mark.prove
@pytest.mark.timeout(600)
def test_500_random_histories_agree_with_the_model(acme):
    play(histories=500, steps=10)
