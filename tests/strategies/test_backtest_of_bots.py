"""A bot's past as a backtest: its own terms, without what its panel refused, and never later than what is shown."""

from dataclasses import replace
from decimal import Decimal

import pytest

from aiengine.autopilot.models import DecisionRecord
from cryptouniverse.kernel import clock
from strategies.backtest.errors import BadTerms, NoCandles
from strategies.backtest.models import Run
from strategies.backtest.selectors import checked, plan_of, studied
from strategies.backtest.services import ask_for_bot, work_runs
from tenants.audit.models import AuditRecord
from tests.api.client import ApiClient
from tests.people import browser, member
from tests.strategies.monitoring_stage import FIRST_MS, HOUR_MS, WIDE, fills_of, given_bot, given_market, ring
from tests.strategies.scanner_stage import shown_to
from trading.marketdata.models import Feed, Instrument
from trading.marketdata.selectors import books_count

NAMES = ["night:BTC/USDT", "night:ETH/USDT"]
END_MS = FIRST_MS + 72 * HOUR_MS


@pytest.fixture
def bot(acme):
    """One that traded for three days, and whose panel refused some entries."""
    given_market(*NAMES, days=4, seed=80)
    bot = given_bot(NAMES, strategy="impulse", parameters={}, limits=WIDE, stop_bps=150, target_bps=200)
    ring(0, 72)
    shown_to(END_MS - HOUR_MS)
    return bot


def traded(run):
    """Entries and exits of a study, as (slot, price)."""
    bars = run.result.markets.open_ms
    listed = dict(enumerate(run.result.instruments))
    for trade in run.result.trades:
        yield int(bars[trade["entry_bar"]]), listed[trade["asset"]].price_of(int(trade["entry_ticks"]))
        if trade["exit_bar"] >= 0:
            yield int(bars[trade["exit_bar"]]), listed[trade["asset"]].price_of(int(trade["exit_ticks"]))


def test_its_backtest_trades_what_it_traded_and_not_what_the_panel_refused(bot):
    run = ask_for_bot(actor=bot.owner, bot=bot, until_ms=END_MS)
    plan = plan_of(run)
    refused = DecisionRecord.objects.filter(bot_id=bot.public_id, outcome="no_verdict").count()

    assert sum(map(len, plan.vetoes.values())) == refused > 0
    assert plan.terms.capital == 10_000
    done = studied(plan, owner=bot.owner).study
    assert sorted(traded(done)) == sorted((fill.slot_ms, fill.price) for fill in fills_of(bot)) != []
    assert AuditRecord.objects.get(action="backtest.asked").after["vetoes"] == refused


def test_the_run_is_named_by_what_was_refused_then(bot):
    run = ask_for_bot(actor=bot.owner, bot=bot, until_ms=END_MS)
    DecisionRecord.objects.filter(bot_id=bot.public_id).update(outcome="refused")
    work_runs()
    run.refresh_from_db()

    assert run.state == "done"
    assert run.hash == studied(plan_of(run), owner=bot.owner).study.result.hash
    assert len(fills_of(bot)) > run.result["metrics"]["trades"]["value"] > 0


def test_whoever_may_see_it_asks_and_nobody_else(bot):
    hers = ApiClient.signed_in(bot.owner, host="acme.localhost")
    his = ApiClient.signed_in(member("bob@example.com"), host="acme.localhost")
    until = clock.from_ms(END_MS).isoformat()

    made = hers.post(f"bots/{bot.public_id}/backtest", {"until": until})
    assert (made.status_code, made.json()["plan"]["bot"]) == (201, str(bot.public_id))
    assert his.post(f"bots/{bot.public_id}/backtest", {}).status_code == 404
    page = browser(bot.owner).post(f"/bots/{bot.public_id}/expected/backtest/")
    assert page.status_code == 302
    assert "/lab/" in page["Location"]


def test_signals_from_outside_are_no_backtest(bot):
    bot.strategy = "webhook"
    bot.save()
    with pytest.raises(BadTerms, match="alerts"):
        ask_for_bot(actor=bot.owner, bot=bot)
    assert not Run.objects.exists()


def test_a_run_over_a_simulated_market_ends_where_that_has_come_to(bot):
    plan = plan_of(ask_for_bot(actor=bot.owner, bot=bot))
    Instrument.objects.update(source="simulated")
    Feed.objects.update(source="simulated", cursor_ms=FIRST_MS + 9 * HOUR_MS)

    capped, _count = checked(plan, owner=bot.owner)

    assert capped.end_ms == FIRST_MS + 10 * HOUR_MS < plan.end_ms
    assert Decimal(plan.terms.capital) == capped.terms.capital
    with pytest.raises(NoCandles) as told:
        checked(replace(plan, start_ms=FIRST_MS + 20 * HOUR_MS), owner=bot.owner)
    shown_day = f"{clock.from_ms(FIRST_MS + 10 * HOUR_MS):%Y-%m-%d}"
    assert told.value.facts["there"].endswith(shown_day), "what was not shown is not told"
    assert books_count(plan.instruments, start_ms=FIRST_MS, end_ms=END_MS) > 0
    assert books_count(plan.instruments, start_ms=END_MS, end_ms=FIRST_MS) == 0, "as a range of candles is refused"
