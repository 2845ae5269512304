"""What a day is replayed from: alerts from outside, results so far, a person's own rules, and the limits of then."""

import json
from decimal import Decimal

import pytest

from cryptouniverse.kernel import clock
from strategies.builder.selectors import name_of_version
from strategies.builder.services import create_rule_set
from strategies.hooks.models import Alert
from strategies.hooks.services import open_hook, receive
from strategies.monitoring.then import ABOVE_CHANGED, CHANGED_THAT_DAY
from tests.strategies.monitoring_stage import (
    DAY_MS,
    FIRST_MS,
    HOUR_MS,
    WIDE,
    given_bot,
    given_market,
    gone_through,
    parts_of,
    ring,
)
from tests.strategies.rule_documents import above, below, declared, document, line, price
from tests.trading.desk import trader
from trading.ceilings.types import Level
from trading.portfolio.models import Position
from trading.risk.services import change_ceiling, change_limits

NAMES = ["night:BTC/USDT", "night:ETH/USDT"]
RULES = document(
    above(price(), line("sma", period="period")),
    below(price(), line("sma", period="period")),
    parameters=[declared("period", 5, 2, 50, 1)],
    patience=6,
    target_bps=150,
)


@pytest.fixture
def market(acme):
    given_market(*NAMES, days=5, seed=80)


def test_a_bot_by_signals_from_outside_is_replayed_by_its_alerts(market):
    bot = given_bot(NAMES, strategy="webhook", parameters={}, limits=WIDE, stop_bps=150, target_bps=120)
    hook, secrets = open_hook(bot=bot, actor=bot.owner)
    for number in range(2 * 24 + 1):
        with clock.at(clock.from_ms(FIRST_MS + number * HOUR_MS + HOUR_MS // 2)):
            for place, name in enumerate(("BTC/USDT", "ETH/USDT")):
                said = {"ticker": name, "action": "sell" if (number + place) % 5 == 4 else "buy"}
                said |= {"secret": secrets.message.reveal(), "time": clock.now().isoformat()}
                receive(hook_id=hook.public_id, body=json.dumps(said).encode(), signed=None, address=None)
        ring(number, number + 1)

    rows = [gone_through(bot, number) for number in range(2)]

    assert [row.reason for row in rows] == ["", ""]
    assert all(set(parts_of(row)) <= {"refused"} and not row.unmatched for row in rows)
    assert sum(row.matched for row in rows) >= 3
    assert {one["why"] for row in rows for one in row.refusals} == {"no_verdict"}
    assert Alert.objects.filter(outcome="held").exists()


def test_a_bot_by_its_owners_rules_is_replayed(market):
    pot = trader("nora@example.com", practice="10000000", **WIDE)
    name = name_of_version(create_rule_set(actor=pot.owner, document=RULES), 1)
    bot = given_bot(NAMES, portfolio=pot, strategy=name, parameters={"period": 6})
    ring(0, 49)

    rows = [gone_through(bot, number) for number in range(2)]

    assert [row.reason for row in rows] == ["", ""]
    assert all(set(parts_of(row)) <= {"refused"} and not row.unmatched for row in rows)
    assert sum(row.matched for row in rows) >= 3


def test_a_size_by_results_is_replayed_with_those_that_were_known_then(acme):
    names = [f"night:C{number}/USDT" for number in range(4)]
    given_market(*names, days=5, seed=300)
    terms = {"strategy": "impulse", "parameters": {}, "limits": WIDE, "stop_bps": 150, "target_bps": 200}
    bot = given_bot(names, **terms)
    ring(0, 3 * 24)
    closed = Position.objects.filter(closed_slot_ms__isnull=False)
    closed.filter(pk__in=list(closed.order_by("pk").values_list("pk", flat=True)[4:])).update(realised=120)
    bot.sizing = {"method": "kelly", "fraction": "0.7", "most": "60", "trades": "10"}
    bot.save()
    ring(3 * 24, 4 * 24 + 1)

    row = gone_through(bot, 3)

    assert row.reason == ""
    assert set(parts_of(row)) <= {"refused"}
    assert not row.unmatched
    assert sum(trade["decided_ms"] is not None for trade in row.trades) >= 2


def test_a_day_is_replayed_under_the_limits_that_it_began_with(market):
    bot = given_bot(NAMES, strategy="short_rsi_pullback", parameters={}, limits=WIDE)
    ring(0, 25)
    before = gone_through(bot)
    assert before.note == ""

    with clock.at(clock.from_ms(FIRST_MS + DAY_MS + 2 * HOUR_MS)):
        change_limits(portfolio=bot.portfolio, actor=bot.owner, position_pct_max=Decimal(1))
        change_limits(portfolio=bot.portfolio, actor=bot.owner, position_pct_max=Decimal(2))
    after = gone_through(bot)

    assert (after.expected, after.hash, after.note) == (before.expected, before.hash, "")


def test_what_was_changed_meanwhile_is_said(market):
    bot = given_bot(NAMES, strategy="short_rsi_pullback", parameters={}, limits=WIDE)
    ring(0, 25)
    with clock.at(clock.from_ms(FIRST_MS + 12 * HOUR_MS)):
        change_ceiling(level=Level.BOT, subject=bot.public_id, actor=bot.owner, position_pct_max=Decimal(90))
    assert gone_through(bot).note == ABOVE_CHANGED
    with clock.at(clock.from_ms(FIRST_MS + 12 * HOUR_MS)):
        change_limits(portfolio=bot.portfolio, actor=bot.owner, position_pct_max=Decimal(50))

    assert gone_through(bot).note == CHANGED_THAT_DAY
