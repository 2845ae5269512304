"""Making bots, pausing and finding them."""

from __future__ import annotations

from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.users.models import User
from cryptouniverse.kernel.errors import CryptoUniverseError, FloatRefused
from cryptouniverse.kernel.market import Timeframe
from strategies.bots.models import Bot
from strategies.bots.selectors import access_bot, bots_for, running_bots
from strategies.bots.services import change_bot, create_bot, move_bots, pause_bot, resume_bot
from strategies.bots.types import BotStatus
from strategies.catalog.types import SignalKey
from tenants.audit.models import AuditRecord
from tests.strategies.markets import given_funding, given_stored, walk
from trading.portfolio.models import Portfolio

BTC, ETH = "binance:BTC/USDT", "binance:ETH/USDT"


@pytest.fixture
def market(acme):
    given_stored(walk(48, seed=1, instrument_id=BTC), walk(48, seed=2, instrument_id=ETH))


def given_person(name):
    return User.objects.create_user(f"{name}@acme.example", display_name=name.title())


def given_portfolio(owner):
    amounts = dict.fromkeys(("start_cash", "cash", "equity", "equity_peak", "day_start_equity"), Decimal(10_000))
    return Portfolio.objects.create(owner=owner, **amounts)


@pytest.fixture
def alice(market):
    return given_person("alice")


@pytest.fixture
def order(alice):
    """What Alice asks for when she makes a bot."""
    return {
        "owner": alice,
        "portfolio": given_portfolio(alice),
        "strategy": "moving_average_cross",
        "parameters": {"fast": 6},
        "timeframe": Timeframe.H1,
        "instruments": [BTC, ETH],
    }


def test_a_bot_keeps_all_parameters_and_takes_the_strategys_defaults(order):
    bot = create_bot(**order)
    bot.refresh_from_db()

    assert bot.parameters == {"fast": 6, "slow": 48, "band_bps": 10}
    assert (bot.stop_bps, bot.target_bps, bot.allocation) == (300, 900, 0)
    assert (bot.number, bot.name, bot.status) == (1, "Moving-average cross 1", BotStatus.ACTIVE)


def test_bots_are_numbered_in_the_order_of_their_making(order):
    assert [create_bot(**order, name=name).number for name in ("One", "Two", "Three")] == [1, 2, 3]


def test_making_a_bot_is_audited(order, alice):
    bot = create_bot(**order, allocation="250.5")

    row = AuditRecord.objects.get(action="bot.created")
    assert (row.actor, row.object_id) == (alice.public_id, str(bot.public_id))
    assert row.after["allocation"] == "250.5"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"strategy": "crystal_ball"}, "strategy.unknown"),
        ({"parameters": {"fast": 1000}}, "strategy.bad_parameter"),
        ({"strategy": "unpaid_trend", "parameters": {}}, "strategy.missing_input"),
        ({"strategy": "spot_grid", "parameters": {}}, "bot.invalid"),
        ({"strategy": "funding_carry", "parameters": {}}, "strategy.bad_parameter"),
        ({"strategy": "triangular", "parameters": {}}, "strategy.bad_parameter"),
        ({"instruments": []}, "bot.invalid"),
        ({"instruments": ["binance:NONE/USDT"]}, "bot.invalid"),
        ({"allocation": Decimal(-1)}, "bot.invalid"),
        ({"stop_bps": 0}, "bot.invalid"),
        ({"stop_bps": 10_000}, "bot.invalid"),
        ({"target_bps": -1}, "bot.invalid"),
        ({"stop_bps": 2.5}, "bot.invalid"),
    ],
)
def test_a_bot_that_cannot_work_is_refused_and_leaves_nothing(order, wrong, code):
    with pytest.raises(CryptoUniverseError) as refusal:
        create_bot(**order | wrong)
    assert refusal.value.code == code
    assert not Bot.objects.exists()
    assert not AuditRecord.objects.filter(action="bot.created").exists()


def test_an_allocation_is_no_float(order):
    with pytest.raises(FloatRefused):
        create_bot(**order, allocation=100.0)


def test_a_bot_trades_its_owners_portfolio_and_no_other(order):
    with pytest.raises(CryptoUniverseError) as refusal:
        create_bot(**order | {"owner": given_person("mallory")})
    assert refusal.value.code == "bot.not_your_portfolio"


def test_an_instrument_named_twice_is_traded_once(order):
    assert create_bot(**order | {"instruments": [ETH, BTC, ETH]}).instruments == [ETH, BTC]


def test_a_bot_listens_to_one_key_for_each_instrument(order):
    create_bot(**order)
    [row] = running_bots(Timeframe.H1)

    text = '{"band_bps":10,"fast":6,"slow":48}'
    assert row.keys == tuple(SignalKey("moving_average_cross", text, name, Timeframe.H1) for name in (BTC, ETH))


def test_equal_bots_share_their_keys_however_the_parameters_were_written(order):
    create_bot(**order)
    create_bot(**order | {"parameters": {"band_bps": 10, "slow": 48.0, "fast": 6}})
    one, other = running_bots(Timeframe.H1)
    assert one.keys == other.keys


def test_parameters_with_fractions_come_back_as_they_were_said(order):
    create_bot(**order | {"strategy": "rsi_reversion", "parameters": {"oversold": 27.35, "recovered": 60}})
    [row] = running_bots(Timeframe.H1)
    assert row.parameters == '{"oversold":27.35,"period":14,"recovered":60.0,"stay":48}'


def test_all_bots_of_a_timeframe_cost_one_query(order):
    for _ in range(5):
        create_bot(**order)
    create_bot(**order | {"timeframe": Timeframe.H4})
    with CaptureQueriesContext(connection) as queries:
        assert [row.number for row in running_bots(Timeframe.H1)] == [1, 2, 3, 4, 5]
    assert len([query for query in queries if "search_path" not in query["sql"]]) == 1


def test_a_paused_bot_still_runs_for_its_exits(order, alice):
    bot = pause_bot(bot=create_bot(**order), actor=alice, reason="holiday")

    assert bot.status == BotStatus.PAUSED
    assert [row.status for row in running_bots(Timeframe.H1)] == [BotStatus.PAUSED]
    assert AuditRecord.objects.get(action="bot.paused").after == {"status": "paused", "reason": "holiday"}


def test_a_resumed_bot_enters_again(order, alice):
    bot = pause_bot(bot=create_bot(**order), actor=alice)
    resume_bot(bot=bot, actor=alice)
    assert [row.status for row in running_bots(Timeframe.H1)] == [BotStatus.ACTIVE]


def test_pausing_twice_is_audited_once(order, alice):
    bot = create_bot(**order)
    for _ in range(2):
        pause_bot(bot=bot, actor=alice)
    assert AuditRecord.objects.filter(action="bot.paused").count() == 1


def test_bots_move_with_their_market_and_each_move_is_audited_once(order, alice):
    bot = create_bot(**order)

    assert [move_bots(owner=alice, timeframe=Timeframe.H4, instruments=[ETH]) for _ in range(2)] == [1, 0]

    assert [(row.timeframe, row.instruments) for row in running_bots(Timeframe.H4)] == [(Timeframe.H4, (ETH,))]
    assert AuditRecord.objects.filter(action="bot.moved", object_id=str(bot.public_id)).count() == 1


def test_a_stopped_bot_stays_stopped(order, alice):
    bot = create_bot(**order)
    Bot.objects.update(status=BotStatus.STOPPED)
    with pytest.raises(CryptoUniverseError) as refusal:
        resume_bot(bot=bot, actor=alice)
    assert refusal.value.code == "bot.stopped"
    assert running_bots(Timeframe.H1) == []


def test_a_person_sees_their_own_bots_only(order, alice):
    bot, stranger = create_bot(**order), given_person("stranger")

    assert list(bots_for(alice)) == [bot] == [access_bot(alice, bot.public_id, permission="trading:read")]
    assert not bots_for(stranger).exists()
    for person, public_id in ((stranger, bot.public_id), (alice, uuid4())):
        with pytest.raises(CryptoUniverseError) as refusal:
            access_bot(person, public_id, permission="trading:read")
        assert refusal.value.code == "bot.unknown"


@pytest.mark.parametrize(
    "wrong", [{"stop_bps": 0}, {"stop_bps": 10_000}, {"instruments": []}, {"allocation": -1}, {"status": "dozing"}]
)
def test_the_database_itself_refuses_a_bot_without_a_stop_or_a_market(order, wrong):
    create_bot(**order)
    with pytest.raises(IntegrityError), transaction.atomic():
        Bot.objects.update(**wrong)


def test_a_bot_that_reads_funding_is_made_where_rates_are_stored_and_does_not_move_to_where_none_are(order, alice):
    given_funding(*(walk(200, instrument_id=name) for name in order["instruments"]))
    bot = create_bot(**order | {"strategy": "unpaid_trend", "parameters": {}})
    given_stored(walk(200, instrument_id="bare:BTC/USDT"))

    with pytest.raises(CryptoUniverseError) as refusal:
        change_bot(bot=bot, actor=alice, instruments=["bare:BTC/USDT"])
    assert refusal.value.code == "strategy.missing_input" and "bare:BTC/USDT" in refusal.value.facts["instruments"]
    bot.refresh_from_db()
    assert bot.instruments == order["instruments"]
