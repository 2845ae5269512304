"""Bots that keep orders, gone through again: fill by fill from how their desks stood when the day began."""

from decimal import Decimal

import pytest
from django.db.models import F

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.words import told
from strategies.bots.services import pause_bot
from strategies.monitoring.models import BotDay, Morning
from strategies.monitoring.services import keep_mornings, replay_day
from strategies.monitoring.services.mornings import forget_mornings
from tests.autopilot.managers import given_manager
from tests.strategies.monitoring_stage import DAY_MS, FIRST_MS, HOUR_MS, day, given_market, gone_through, parts_of, ring
from trading.execution.models import Fill
from trading.risk.services import change_limits

NAMES = ["night:BTC/USDT", "night:ETH/USDT"]
KINDS = {
    "grid": ("spot_grid", {"count": 14, "below_pct": "3", "above_pct": "2", "spacing": "arithmetic"}),
    "trail": ("spot_grid", {"count": 14, "below_pct": "3", "above_pct": "2", "outside": "trail"}),
    "dca": ("dca_ladder", {"step_pct": "0.6", "maximum": 5, "target_pct": "0.6", "stop_pct": "9", "cooldown": 1}),
    "martingale": ("capped_martingale", {"target_pct": "0.8", "stop_pct": "0.7"}),
    "making": ("inventory_quotes", {}),
    "calendar": ("calendar_accumulation", {}),
    "rebalance": ("threshold_rebalance", {}),
}
CENT = Decimal("0.01")


def made(kind, **changes):
    name, parameters = KINDS[kind]
    with clock.at(clock.from_ms(FIRST_MS - HOUR_MS)):
        return given_manager(name, NAMES, funds="18000", email=f"{kind}@example.com", **(parameters | changes))


def days_of(bot, numbers=range(3)):
    """The bot's days, where it has some, gone through anew."""
    for number in numbers:
        with clock.at(clock.from_ms(FIRST_MS + (number + 1) * DAY_MS + HOUR_MS)):
            replay_day(day=day(number), bot_ids=[bot.public_id])
    return list(BotDay.objects.filter(bot=bot).order_by("day"))


@pytest.fixture
def market(acme):
    """Days without some candles, the last of each day among them."""
    given_market(*NAMES, days=4, seed=80, without=(5, 23))


@pytest.mark.prove
def test_on_paper_nothing_lies_between_desks_and_their_replay(market):
    bots = [made(kind) for kind in KINDS]
    ring(0, 3 * 24 + 1)

    rows = {bot: days_of(bot) for bot in bots}

    each = [row for bot in bots for row in rows[bot]]
    assert [(row.bot.strategy, row.reason, parts_of(row), row.unmatched) for row in each] == [
        (row.bot.strategy, "", {}, 0) for row in each
    ]
    assert len(each) >= 2 * len(KINDS)
    matched = sum(row.matched for row in each)
    assert matched > Fill.objects.filter(slot_ms__lt=FIRST_MS + 3 * DAY_MS).count() > 40
    assert all(len(row.profits) == 1 for row in each)


@pytest.fixture
def ladder(market):
    """A ladder, the second of its days, and a sale of that day."""
    bot = made("dca")
    ring(0, 2 * 24 + 1)
    second = Fill.objects.filter(bot_id=bot.public_id, slot_ms__range=(FIRST_MS + DAY_MS, FIRST_MS + 2 * DAY_MS - 1))
    return bot, second.filter(side="sell", cause="target").first()


def test_a_price_and_a_fee_are_told_apart_to_the_last_digit(ladder):
    bot, sale = ladder
    Fill.objects.filter(pk=sale.pk).update(price=F("price") + CENT, fee=F("fee") + Decimal("0.125"))

    row = gone_through(bot, 1)

    assert parts_of(row) == {"fills": CENT * sale.quantity, "fees": Decimal("-0.125")}
    assert row.actual == row.expected + row.gap


def test_a_line_that_filled_in_another_candle_is_a_matter_of_the_inside_of_candles(ladder):
    bot, sale = ladder
    Fill.objects.filter(pk=sale.pk).update(price=F("price") - CENT, slot_ms=F("slot_ms") + HOUR_MS)

    assert parts_of(gone_through(bot, 1)) == {"intra_bar": -CENT * sale.quantity}


def test_what_a_person_did_is_not_expected(ladder):
    bot, sale = ladder
    sale.order.intent.line = None
    sale.order.intent.save(update_fields=["line"])

    row = gone_through(bot, 1)

    assert set(parts_of(row)) == {"unexpected", "refused"}
    assert row.unmatched == 2


def test_buys_that_a_limit_holds_back_are_refused_and_nothing_else(market):
    bot = made("dca")
    ring(0, 24)
    change_limits(portfolio=bot.portfolio, actor=bot.owner, position_notional_max=Decimal(900))
    ring(24, 3 * 24 + 1)

    rows = days_of(bot)

    assert all(set(parts_of(row)) <= {"refused"} and not row.reason for row in rows)
    assert any(row.refusals and row.refused for row in rows[1:])


def test_a_pause_in_the_middle_of_a_day_is_a_refusal(market):
    bot = made("martingale")
    ring(0, 30)
    pause_bot(bot=bot, actor=bot.owner)
    ring(30, 2 * 24 + 1)

    rows = days_of(bot, range(2))

    assert parts_of(rows[0]) == {}
    assert set(parts_of(rows[1])) == {"refused"}


def test_a_day_whose_morning_was_not_kept_is_not_replayed_and_says_why(ladder):
    bot, _sale = ladder
    assert forget_mornings(before_ms=FIRST_MS + 2 * DAY_MS) == 2
    assert "not kept" in told(gone_through(bot, 1).reason)
    assert gone_through(bot, 0).reason == "", "on that day it began"


def test_a_morning_is_kept_once(ladder):
    bot, _sale = ladder
    before = list(Morning.objects.order_by("pk").values_list("pk", "desk"))
    keep_mornings([bot], day_ms=FIRST_MS + DAY_MS)

    assert list(Morning.objects.order_by("pk").values_list("pk", "desk")) == before
    assert {clock.from_ms(ms).date() for ms in Morning.objects.values_list("day_ms", flat=True)} == {day(1), day(2)}
