"""Bots and real money: without every yes and a vote of models nothing is bought, and the decision says why."""

from dataclasses import replace
from decimal import Decimal

import pytest

from aiengine.autopilot import cycle
from aiengine.autopilot.models import DecisionRecord
from credits.ledger.services import top_up
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.money import Credits
from strategies.bots.errors import BadBot
from strategies.bots.services import allow_live, end_live
from tenants.audit.models import AuditRecord
from tests.autopilot.market import given_bots, given_market, given_slots, play
from tests.trading.desk import trader
from tests.trading.live_stage import given_live_desk, take_back
from trading.connections.models import Connection
from trading.execution.models import Intent
from trading.marketdata.models import Instrument
from trading.marketdata.simulation import EPOCH_MS, TIMEFRAME
from trading.portfolio.models import Portfolio

SLOTS = (6, 24)


@pytest.fixture
def live(acme, settings, monkeypatch, request):
    """Bots with real money and every yes, bought credits (as many as the parameter says), and models that voted."""
    instruments = given_market_of("binance")
    with clock.at(clock.from_ms(EPOCH_MS)):
        desk = given_live_desk(settings, served_since=clock.now())
        portfolio = Portfolio.objects.select_related("owner").get(pk=desk.portfolio_pk)
        bots = [allow_live(bot=bot, actor=portfolio.owner) for bot in given_bots(portfolio, instruments)]
    if bought := getattr(request, "param", 1000):
        top_up(
            user=portfolio.owner, amount=Credits(bought), currency="CREDIT", idempotency_key="bought", reason="bought"
        )
    asked = cycle.verdicts_for
    voted = {"by_rules": False}

    def by_models(**facts):
        return {key: replace(verdict, **voted) for key, verdict in asked(**facts).items()}

    monkeypatch.setattr(cycle, "verdicts_for", by_models)
    return desk, portfolio, bots, voted


def given_market_of(venue: str) -> list[str]:
    """The simulated market, as if it were an exchange's."""
    for name in given_market():
        Instrument.objects.filter(name=name).update(name=name.replace("sim:", f"{venue}:"))
    return sorted(Instrument.objects.values_list("name", flat=True).filter(name__startswith=f"{venue}:"))


def outcome(run=cycle.run_cycle) -> set[tuple[str, str]]:
    play(given_slots(*SLOTS), run)
    entries = DecisionRecord.objects.exclude(outcome__in=["no_verdict", "exit"])
    return set(entries.values_list("outcome", "rule"))


def test_with_every_yes_and_a_vote_of_models_bots_buy(live):
    assert {found for found, _rule in outcome()} & {"taken", "reduced"}
    assert Intent.objects.filter(purpose="entry", state="recorded").exists()


@pytest.mark.parametrize("who", ["platform", "tenant", "connection", "bot"])
def test_without_one_of_them_nothing_is_bought_and_the_decision_says_whose(live, settings, who):
    desk, portfolio, bots, _voted = live
    if who == "bot":
        for bot in bots:
            end_live(bot=bot, actor=portfolio.owner)
    else:
        take_back(who, desk, settings)

    assert outcome() == {("refused", "live_consent")}
    assert len(set(DecisionRecord.objects.filter(outcome="refused").values_list("value", flat=True))) == 1
    assert not Intent.objects.exists()


def test_the_word_of_rules_alone_buys_nothing(live):
    live[3]["by_rules"] = True

    assert outcome() == {("refused", "live_vote")}


def test_prices_of_another_exchange_buy_nothing(live):
    Connection.objects.update(venue="kraken")

    assert {rule for _found, rule in outcome()} == {"live_consent"}  # nothing is proven there


def test_a_simulated_market_buys_nothing(acme, settings, live):
    names = {name: name.replace("binance:", "sim:") for name in Instrument.objects.values_list("name", flat=True)}
    for old, new in names.items():
        Instrument.objects.filter(name=old).update(name=new)
    for bot in live[2]:
        type(bot).objects.filter(pk=bot.pk).update(instruments=sorted(names.values()))

    assert outcome() == {("refused", "live_prices")}


def test_a_replayed_market_buys_nothing(live):
    def an_hour_late(*, slot_ms, **facts):
        with clock.at(clock.from_ms(slot_ms + 2 * TIMEFRAME.ms)):
            return cycle.run_cycle(slot_ms=slot_ms, **facts)

    assert outcome(an_hour_late) == {("refused", "stale_data")}


@pytest.mark.parametrize("live", [0], indirect=True)
def test_without_bought_credits_practice_ones_do_not_help(live):
    assert outcome() == {("refused", "profit_limit")}


def test_a_bot_whose_yes_is_taken_back_has_its_wishes_withdrawn_and_its_cash_freed(live):
    _desk, portfolio, bots, _voted = live
    outcome()
    portfolio.refresh_from_db()
    assert portfolio.reserved > 0

    for bot in bots:
        end_live(bot=bot, actor=portfolio.owner)

    portfolio.refresh_from_db()
    assert (portfolio.reserved, set(Intent.objects.values_list("state", flat=True))) == (Decimal(0), {"cancelled"})
    told = AuditRecord.objects.filter(action__startswith="bot.live").values_list("action", flat=True)
    assert sorted(told) == ["bot.live_allowed"] * len(bots) + ["bot.live_ended"] * len(bots)


def test_a_bot_with_play_money_has_no_yes_to_give(acme):
    instruments = given_market()
    [bot, *_] = given_bots(trader(), instruments)
    with pytest.raises(BadBot):
        allow_live(bot=bot, actor=bot.owner)
