"""Caps hold however many cycles judge at once, and the last credit is the last."""

import random
from collections import Counter
from decimal import Decimal
from functools import partial
from uuid import uuid4

import pytest
from django.db import transaction
from django.db.models import Count, F, Max, Sum

from aiengine.autopilot.models import DecisionRecord
from credits.metering.services import meter
from credits.metering.types import RealisedProfit
from cryptouniverse.kernel import clock
from tests.proofs.storm import COINS, bot_of, sized, try_to_enter, try_to_leave
from tests.proofs.workers import Share, at_once, gate
from tests.trading.desk import BTC, candle, enter, meet, trader
from trading.execution.models import Intent
from trading.portfolio.models import Portfolio, Position
from trading.portfolio.types import Holding
from trading.risk.models import RiskLimits

pytestmark = [pytest.mark.prove, pytest.mark.timeout(600)]

WORKERS = 8
ROUNDS = sized(8, 160)
RACES = sized(24, 1_000)
NOTIONAL = F("quantity") * F("limit_price")


def test_cycles_of_many_bots_at_once_never_cross_a_cap(fresh_tenant):
    portfolios = [_capped(number) for number in range(ROUNDS)]

    reports = at_once(fresh_tenant, [Share(_entering(portfolios, n)) for n in range(WORKERS)])

    assert sum(reports, 0) == DecisionRecord.objects.count() == ROUNDS * 64
    for portfolio in Portfolio.objects.all():
        _assert_within_caps(portfolio)
    outcomes = set(DecisionRecord.objects.values_list("outcome", flat=True))
    rules = set(DecisionRecord.objects.values_list("rule", flat=True))
    assert outcomes == {"taken", "reduced", "refused"}
    assert {"open_positions", "position_notional", "order_notional", "cash"} <= rules


def _capped(number):
    """A portfolio in which about a third of 64 wishes fit; which cap binds first differs."""
    dice = random.Random(number)  # noqa: S311  # a repeatable choice, not a secret
    return trader(
        f"trader{number}@example.com",
        cash=str(dice.choice([1_500, 20_000])),
        position_notional_max=Decimal(dice.choice([700, 4_000])),
        order_notional_max=Decimal(dice.choice([90, 400])),
        open_positions_max=dice.choice([9, 40]),
        risk_per_trade_pct=Decimal(5),
        position_pct_max=Decimal(100),
    ).pk


def _entering(portfolios, worker):
    """Eight of a portfolio's 64 bots want to enter; then the next portfolio's."""

    def work():
        done = 0
        for round_, portfolio_pk in enumerate(portfolios):
            for turn in range(8):
                number = worker * 8 + turn
                slot = (round_ * 64 + number) * 3_600_000
                bot = bot_of(portfolio_pk, number, allocation="40" if number % 2 else "0")
                try_to_enter(bot, COINS[number % 3], slot)
                done += 1
        return done

    return work


def _assert_within_caps(portfolio):
    limits = RiskLimits.objects.get(portfolio=portfolio)
    entries = Intent.objects.filter(portfolio=portfolio, purpose="entry")
    summed = entries.values("instrument_id").annotate(total=Sum(NOTIONAL))
    whole = entries.aggregate(number=Count("pk"), largest=Max(NOTIONAL), reserved=Sum("reserved"))
    assert 0 < whole["number"] <= limits.open_positions_max
    assert whole["largest"] <= limits.order_notional_max
    assert max(row["total"] for row in summed) <= limits.position_notional_max
    assert whole["reserved"] == portfolio.reserved <= portfolio.cash


def test_after_the_last_credit_no_entry_is_recorded_and_no_exit_is_held_back(fresh_tenant):
    desks = [trader(f"trader{number}@example.com", practice="1") for number in range(RACES)]
    for portfolio in desks:
        enter(portfolio, quantity="0.1", bot=bot_of(portfolio.pk, 0).public_id, stop="1", target=None)
    meet(1, candle(BTC, "100", "100", "100", "100"))
    columns = ("pk", "public_id", "portfolio_id", "bot_id", "instrument_id", "quantity")
    held = {row[2]: Holding(*row) for row in Position.objects.values_list(*columns)}
    start = gate(4)
    spent_at = at_once(
        fresh_tenant,
        [
            Share(_each(desks, start, _spend_the_last)),
            *(Share(_each(desks, start, partial(_enter_two, n))) for n in (1, 2)),
            Share(_each(desks, start, lambda race, portfolio: _leave(held[portfolio.pk], race).intents)),
        ],
    )

    late = [_entries(portfolio).filter(recorded_at__gt=at) for portfolio, at in zip(desks, spent_at[0], strict=True)]
    assert [query.count() for query in late] == [0] * RACES
    assert spent_at[3] == [1] * RACES
    outcomes = Counter(DecisionRecord.objects.values_list("outcome", "rule"))
    assert outcomes["taken", ""] > 0 < outcomes["refused", "profit_limit"]


def _each(desks, start, act):
    """`act(race, portfolio)` for every race, all four processes at once in each."""

    def work():
        answers = []
        for race, portfolio in enumerate(desks):
            start.wait(20)
            answers.append(act(race, portfolio))
        return answers

    return work


def _spend_the_last(race, portfolio):
    """Meter a profit that uses up the credit, sooner or later; when, as read under the wallet's lock."""
    for _ in range(race % 12):
        Portfolio.objects.filter(pk=portfolio.pk).exists()
    with transaction.atomic():
        [metered] = meter([RealisedProfit(portfolio.owner_id, uuid4(), Decimal(5), clock.now())])
        assert metered.consumed == 1
        return clock.now()


def _enter_two(worker, race, portfolio):
    for turn in (0, 1):
        number = worker * 2 + turn
        try_to_enter(bot_of(portfolio.pk, number, allocation="50"), COINS[number % 3], _slot(race, number))


def _leave(holding, race):
    return try_to_leave(bot_of(holding.portfolio_pk, 0), holding, _slot(race, 0))


def _slot(race, number):
    return (race * 100 + number) * 3_600_000


def _entries(portfolio):
    return Intent.objects.filter(portfolio=portfolio, purpose="entry", slot_ms__lt=10**12)
