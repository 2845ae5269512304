"""A person's own rules in bots and searches: theirs alone, in the version that was chosen, to the last digit."""

import logging
from dataclasses import replace

import pytest

from aiengine.autopilot.cycle import run_cycle
from aiengine.autopilot.models import DecisionRecord
from aiengine.consensus.models import VerdictRecord
from aiengine.consensus.services import verdicts_for
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.events.services import without_kick
from cryptouniverse.kernel.market import Timeframe
from cryptouniverse.kernel.tenancy import in_tenant
from strategies.bots.errors import BadBot
from strategies.bots.models import Bot
from strategies.bots.services import change_bot, create_bot
from strategies.builder.errors import RulesInUse
from strategies.builder.models import RuleSet
from strategies.builder.selectors import name_of_version, strategy_of
from strategies.builder.services import create_rule_set, delete_rule_set, save_version
from strategies.catalog.errors import BadParameter, UnknownStrategy
from strategies.catalog.types import BY_RISK, SignalKey, canonical
from strategies.lab.errors import BadSearch
from strategies.lab.selectors import best_trials, searched
from strategies.lab.services import delete_optimisation, start_optimisation, work_optimisation
from strategies.signals.models import SignalRecord
from strategies.signals.services import forget_decided, signals_at
from tests.aiengine.stage import actors
from tests.api.client import ApiClient
from tests.people import member
from tests.proofs.test_parity import KINDS, engine_fills, engine_run, money, paper_fills
from tests.strategies.markets import START_MS, given_stored, walk
from tests.strategies.rule_documents import TWINS, above, below, declared, document, line, price
from tests.strategies.test_lab_services import asked
from tests.trading.desk import trader

BTC = "binance:BTC/USDT"
CROSS = {**TWINS["moving_average_cross"], "note": "Grandmother's secret recipe"}
QUICK = document(
    above(price(), line("sma", period="period")),
    below(price(), line("sma", period="period")),
    parameters=[declared("period", 5, 2, 50, 1)],
    patience=6,
    target_bps=150,
)
APART = {"fast": {"low": 5, "high": 15, "step": 5}, "slow": {"low": 20, "high": 60, "step": 10}}
SLOTS = [START_MS + (960 + hour) * Timeframe.H1.ms for hour in range(200)]


@pytest.fixture
def alice(acme):
    given_stored(walk(24 * 60, instrument_id=BTC))
    forget_decided()
    return trader(practice="1000000")


def kept(owner, document=CROSS):
    made = create_rule_set(actor=owner, document=document)
    return made, name_of_version(made, 1)


def given_bot(portfolio, name, **terms):
    return create_bot(
        owner=portfolio.owner, portfolio=portfolio, strategy=name, parameters=terms.pop("parameters", {}),
        timeframe=Timeframe.H1, instruments=[BTC], sizing=BY_RISK, **terms,
    )  # fmt: skip


def listened(bot):
    return {SignalKey(bot.strategy, canonical(bot.parameters), BTC, Timeframe.H1)}


def played(slots):
    with without_kick():
        for slot_ms in slots:
            with clock.at(clock.from_ms(slot_ms + Timeframe.H1.ms)):
                run_cycle(timeframe=Timeframe.H1, slot_ms=slot_ms)


def test_a_bot_by_rules_trades_as_its_backtest_does_and_nothing_of_it_is_everybodys(alice):
    _made, name = kept(alice.owner, QUICK)
    with clock.at(clock.from_ms(SLOTS[0])):
        bot = given_bot(alice, name)
    played(SLOTS)

    result = engine_run([BTC], SLOTS, bot, KINDS[0], chosen=strategy_of(name))
    paper = paper_fills(alice)
    assert sorted(engine_fills(result), key=str) == sorted(paper, key=str)
    assert len(paper) >= 8
    alice.refresh_from_db()
    assert money(int(result.equity[-1])) == alice.equity
    assert DecisionRecord.objects.filter(strategy=name, outcome__in=["taken", "reduced"]).exists()
    assert not SignalRecord.objects.filter(strategy__startswith="rules:").exists()


def test_rules_are_traded_by_their_owners_bots_alone(alice):
    _made, name = kept(member("bob@example.com"))
    for wrong in (name, name + "0", "rules:7:1", "rules:"):
        with pytest.raises(UnknownStrategy):
            given_bot(alice, wrong)
    api = ApiClient.signed_in(alice.owner, host="acme.localhost")
    answer = api.post(f"strategies/{name}/execute", {"instrument": BTC})
    assert (answer.status_code, answer.json()["code"]) == (404, "strategy.unknown")


def test_a_bot_keeps_its_version_until_it_is_moved_to_another_of_the_same_rules(alice):
    made, name = kept(alice.owner)
    bot = given_bot(alice, name, parameters={"fast": 6})
    shorter = {**CROSS, "parameters": CROSS["parameters"][:2], "enter_long": above(
        line("sma", period="fast"), line("sma", period="slow")
    )}  # fmt: skip
    save_version(actor=alice.owner, rule_set_id=made.public_id, document=shorter, based_on=1)
    bot.refresh_from_db()
    assert (bot.strategy, bot.parameters) == (name, {"fast": 6, "slow": 48, "band_bps": 10})

    moved = change_bot(bot=bot, actor=alice.owner, strategy=name_of_version(made, 2))
    moved.refresh_from_db()
    assert (moved.strategy, moved.parameters) == (name_of_version(made, 2), {"fast": 6, "slow": 48})
    with pytest.raises(BadParameter):
        change_bot(bot=moved, actor=alice.owner, parameters={"band_bps": 5})
    _other, elsewhere = kept(alice.owner)
    for wrong in (elsewhere, "donchian_breakout"):
        with pytest.raises(BadBot):
            change_bot(bot=moved, actor=alice.owner, strategy=wrong)


def test_rules_that_a_bot_or_a_search_names_stay(alice):
    for_bot, name = kept(alice.owner)
    for_search, other = kept(alice.owner)
    given_bot(alice, name)
    row = start_optimisation(actor=alice.owner, asked=search_by(other))

    for made, facts in ((for_bot, (1, 0)), (for_search, (0, 1))):
        with pytest.raises(RulesInUse) as refused:
            delete_rule_set(actor=alice.owner, rule_set_id=made.public_id)
        assert (refused.value.facts["bots"], refused.value.facts["searches"]) == facts
    delete_optimisation(actor=alice.owner, optimisation_id=row.public_id)
    delete_rule_set(actor=alice.owner, rule_set_id=for_search.public_id)
    assert RuleSet.objects.count() == 1


def search_by(name):
    usual = asked()
    return replace(usual, plan=replace(usual.plan, strategy=name), ranges=APART)


def test_a_search_tries_the_parameters_that_rules_declare_and_finds_what_their_twin_finds(alice):
    _made, name = kept(alice.owner)
    row = start_optimisation(actor=alice.owner, asked=replace(search_by(name), trades_min=0))
    while work_optimisation(optimisation_id=row.public_id):
        pass
    row.refresh_from_db()
    twin = searched(asked(ranges=APART, trades_min=0))

    assert (row.state, row.error) == ("done", None)
    assert row.report["best"]["parameters"] == twin.report["best"]["parameters"]
    assert row.hash == twin.report["hash"] != ""
    assert best_trials(row)[0].parameters == twin.report["best"]["parameters"]
    with pytest.raises(UnknownStrategy):
        start_optimisation(actor=member("bob@example.com"), asked=replace(search_by(name), trades_min=0))


def test_rules_that_declare_nothing_are_not_searched_and_told_why(alice):
    plain = document(above(price(), line("sma", period=20)), below(price(), line("sma", period=20)))
    _made, name = kept(alice.owner, plain)

    with pytest.raises(BadSearch, match="My rules declares no parameter"):
        start_optimisation(actor=alice.owner, asked=replace(search_by(name), ranges={}))


def test_equal_names_in_two_tenants_are_two_strategies(alice, bolt_ctx):
    """As after a tenant was copied: each goes on with versions of its own."""
    made, name = kept(alice.owner, TWINS["donchian_breakout"])
    keys = listened(given_bot(alice, name))
    ours = [slot for slot in SLOTS if signals_at(slot_ms=slot, keys=keys)]
    with in_tenant(bolt_ctx):
        opposite = {"enter_long": below(price(), line("sma", period="entry"))}
        opposite |= {"exit_long": above(price(), line("sma", period="exit"))}
        theirs, _name = kept(member("bolt@example.com"), TWINS["donchian_breakout"] | opposite)
        RuleSet.objects.filter(pk=theirs.pk).update(public_id=made.public_id)
        other = [slot for slot in SLOTS if signals_at(slot_ms=slot, keys=keys)]

    assert ours and other and ours != other
    assert [slot for slot in SLOTS if signals_at(slot_ms=slot, keys=keys)] == ours


def test_neither_logs_nor_the_panels_question_tell_what_a_person_wrote(alice, caplog):
    _made, name = kept(alice.owner)
    [key] = listened(bot := given_bot(alice, name))
    with caplog.at_level(logging.WARNING):
        signals_at(slot_ms=SLOTS[0], keys={key._replace(parameters='{"fast":777}')})
    lines = [record.msg for record in caplog.records]
    assert [line["event"] for line in lines] == ["signal_key_refused"]
    assert "777" not in str(lines)

    entry = next(s for slot in SLOTS for s in signals_at(slot_ms=slot, keys={key}).values() if s.action == "enter_long")
    verdicts_for(signals=[entry], slot_ms=entry.slot_ms, providers=actors("{}"))
    prompt = VerdictRecord.objects.get().prompt
    assert prompt
    assert not [word for word in ("Grandmother", "My rules", str(bot.strategy)) if word in prompt]


def test_the_api_makes_moves_and_refuses_bots_by_rules(alice):
    made, name = kept(alice.owner)
    api = ApiClient.signed_in(alice.owner, host="acme.localhost")
    wanted = {"portfolio": str(alice.public_id), "timeframe": "1h", "instruments": [BTC]}
    bot = api.post("bots", {**wanted, "strategy": name, "parameters": {"fast": 6}})
    save_version(actor=alice.owner, rule_set_id=made.public_id, document={**CROSS, "stop_bps": 99}, based_on=1)
    moved = api.patch(f"bots/{bot.json()['id']}", {"strategy": name_of_version(made, 2)}, If_Match="*")
    wrong = api.post("bots", {**wanted, "strategy": "rules:7:1"})

    assert (bot.status_code, moved.status_code, moved.json()["strategy"]) == (201, 200, name_of_version(made, 2))
    assert (wrong.status_code, wrong.json()["code"]) == (404, "strategy.unknown")
    assert Bot.objects.get().stop_bps == 300, "terms are the bot's own"
