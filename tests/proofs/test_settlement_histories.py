"""Random histories of candles, entries, exits and stops: the books are what a small independent model says they are."""

import os
from decimal import Decimal
from fractions import Fraction
from itertools import count
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.proofs.settlement_model import Desk, Model
from tests.trading.desk import BTC, candle, enter, leave, meet, trader
from trading.execution.models import Fill
from trading.fills.types import Costs
from trading.portfolio.models import Position

pytestmark = [pytest.mark.timeout(900)]

BOTS = [UUID(int=1), UUID(int=2)]
PRICES = st.integers(5_000, 15_000).map(lambda ticks: Decimal(ticks) / 100)
BARS = st.tuples(PRICES, PRICES, PRICES, PRICES).map(lambda p: (p[0], max(p), min(p), p[3]))
QUANTITIES = st.integers(1_000, 100_000).map(lambda steps: Decimal(steps) / 100_000)
ENTRIES = st.fixed_dictionaries(
    {"quantity": QUANTITIES, "limit": PRICES, "stop": PRICES, "target": st.none() | PRICES},
)
STEPS = st.tuples(st.tuples(*[st.none() | st.just("leave") | ENTRIES] * len(BOTS)), st.none() | BARS | BARS | BARS)
HISTORIES = st.tuples(st.sampled_from([0, 5, 37]), st.lists(STEPS, min_size=3, max_size=8))


def run_histories(number):
    names = count()

    @settings(
        max_examples=number,
        phases=[Phase.generate],  # a failure is short as it is; shrinking it costs minutes
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(HISTORIES)
    def histories(history):
        with transaction.atomic():
            _play(f"trader{next(names)}@example.com", *history)
            transaction.set_rollback(True)

    histories()


def test_25_histories_end_in_the_books_of_the_model(acme):
    run_histories(25)


@pytest.mark.prove
def test_many_histories_end_in_the_books_of_the_model(acme):
    run_histories(10_000 if os.environ.get("CU_SOAK") else 250)


def _play(email, slippage_bps, steps):
    portfolio = trader(email, cash="1000000")
    model = Model(Fraction(1_000_000), Fraction(slippage_bps, 10_000), [Desk() for _ in BOTS])
    for number, (wishes, bar) in enumerate(steps):
        for bot, desk, wish in zip(BOTS, model.desks, wishes, strict=True):
            _act(portfolio, bot, model, desk, wish, number)
        meet(number + 1, *([candle(BTC, *map(str, bar))] if bar else []), costs=Costs(slippage_bps=slippage_bps))
        model.meet(number + 1, tuple(map(Fraction, bar)) if bar else None)
        _assert_same(portfolio, model)


def _act(portfolio, bot, model, desk, wish, number):
    """The same wish to the product and to the model, where it is possible."""
    if wish == "leave":
        if desk.position and not desk.leaving:
            leave(Position.objects.get(bot_id=bot, portfolio=portfolio, closed_slot_ms=None), number=number)
            model.leave(desk)
    elif wish and not desk.position and not desk.entry:
        enter(portfolio, number=number, bot=bot, **{k: v and str(v) for k, v in wish.items()})
        exact = {name: Fraction(value) if value else None for name, value in wish.items()}
        desk.entry = {**exact, "number": number, "reserved": exact["quantity"] * exact["limit"] * Fraction(1001, 1000)}


def _assert_same(portfolio, model):
    portfolio.refresh_from_db()
    fills = Fill.objects.filter(portfolio=portfolio).order_by("sequence")
    assert [f"{fill.side} at {fill.price:.2f} ({fill.cause})" for fill in fills] == model.fills
    held = Position.objects.filter(portfolio=portfolio, closed_slot_ms=None).values_list("bot_id", "quantity", "cost")
    wanted = [
        (bot, d.position["quantity"], d.position["cost"])
        for bot, d in zip(BOTS, model.desks, strict=True)
        if d.position
    ]
    assert sorted((bot, Fraction(quantity), Fraction(cost)) for bot, quantity, cost in held) == wanted
    ours = (portfolio.cash, portfolio.realised, portfolio.fees, portfolio.reserved, portfolio.equity)
    assert tuple(map(Fraction, ours)) == (model.cash, model.profit, model.fees, model.reserved, model.equity)
