"""Contracts are traded by what reads order books alone: everything else refuses them with one sentence."""

from __future__ import annotations

from decimal import Decimal

import pytest

from cryptouniverse.kernel.market import Side, Timeframe
from cryptouniverse.web.trade_parts import instruments_now, pair_told
from strategies.backtest.engine.terms import Terms
from strategies.backtest.selectors import ladder_start, lined_up, plan_for, start_now
from strategies.backtest.types import Plan
from strategies.bots.keeping import starts_now
from strategies.bots.models import Bot
from strategies.bots.services import change_bot, create_bot, move_bots
from strategies.catalog.registry import strategy
from strategies.feed.services import follow_strategy
from strategies.scanner.models import Opportunity
from strategies.scanner.services import scan_market
from strategies.signals.examining import subject_of
from strategies.signals.services import execute_strategy
from tenants.audit.models import AuditRecord
from tests.api.client import ApiClient
from tests.autopilot.finders import HOUR, given_books
from tests.autopilot.managers import WIDE
from tests.people import browser
from tests.strategies.contracts_stage import COIN, FUTURE, basis
from tests.strategies.scanner_stage import shown_to
from tests.trading.desk import trader
from trading.execution.models import Intent
from trading.execution.over_time import OverTime
from trading.execution.services import begin_over_time, place_by_hand, place_many_by_hand, preview_by_hand
from trading.execution.services.templates import apply_template, save_template
from trading.execution.templates import read_terms
from trading.execution.tickets import Ticket
from trading.fills import Costs
from trading.marketdata.errors import OnlyAtBooks
from trading.marketdata.selectors import feed_state, market_instruments, market_pairs, market_symbols, timeframes_there
from trading.marketdata.types import MarketSource
from trading.risk.services import set_limits

D = Decimal
pytestmark = pytest.mark.django_db
BARS = "moving_average_cross"
TICKET = Ticket(kind="market", quantity=D("0.1"), stop_price=D("90"))
SPAN = {"timeframe": HOUR, "since_ms": None, "until_ms": None}


@pytest.fixture
def portfolio(acme):
    shown_to(given_books((COIN, FUTURE), basis(60))[-1])
    return trader("alice@example.com", cash="100000", practice="10000", **WIDE)


def bot(desk, name=BARS, **said):
    terms = {"parameters": {}, "timeframe": HOUR, "instruments": [FUTURE.id], "allocation": "500", **said}
    return create_bot(owner=desk.owner, portfolio=desk, strategy=name, **terms)


def by_hand(desk, **more):
    return {"portfolio": desk, "instrument_id": FUTURE.id, **more}


def followed(desk):
    said = {"strategy": BARS, "parameters": {}, "instrument_id": FUTURE.id, "timeframe": HOUR}
    return follow_strategy(actor=desk.owner, **said)


def from_template(desk):
    terms = read_terms({"kind": "market", "size_equity_pct": D(1), "stop_pct": D(-5)})
    made = save_template(actor=desk.owner, name="usual", terms=terms)
    return apply_template(actor=desk.owner, template_id=made.public_id, **by_hand(desk))


def over_time(desk):
    asked = OverTime("twap", Side.BUY, D(1), stop_price=D(90), parameters={"duration_s": 18_000, "interval_s": 3_600})
    return begin_over_time(actor=desk.owner, key="k", asked=asked, **by_hand(desk))


def planned():
    return Plan(BARS, strategy(BARS).resolve({}), (FUTURE.id,), HOUR, 0, feed_state().cursor_ms, Terms())


DOORS = {
    "a bot on bars": bot,
    "a bot that keeps orders": lambda desk: bot(desk, "spot_grid"),
    "a bot of signals from outside": lambda desk: bot(desk, "webhook"),
    "a bot beside its coin": lambda desk: bot(desk, instruments=[COIN.id, FUTURE.id]),
    "a bot that is given another market": lambda desk: change_bot(
        bot=bot(desk, instruments=[COIN.id]), actor=desk.owner, instruments=[FUTURE.id]
    ),
    "bots that are moved": lambda desk: move_bots(owner=desk.owner, timeframe=HOUR, instruments=[FUTURE.id]),
    "what a manager would place": lambda _desk: starts_now([FUTURE.id], D(500)),
    "a preview by hand": lambda desk: preview_by_hand(ticket=TICKET, **by_hand(desk)),
    "an order by hand": lambda desk: place_by_hand(actor=desk.owner, ticket=TICKET, key="k", **by_hand(desk)),
    "a template": from_template,
    "an order over time": over_time,
    "a plan": lambda _desk: plan_for(strategy_name=BARS, parameters={}, names=[FUTURE.symbol], terms=Terms(), **SPAN),
    "a run": lambda _desk: lined_up(planned(), strategy(BARS), warmup=None),
    "a ladder": lambda _desk: start_now(FUTURE.id, "1h", "500"),
    "a ladder at a price": lambda _desk: ladder_start(
        symbol=FUTURE.symbol, units=(D(1), D(1)), price=D(100), funds=D(500), costs=Costs()
    ),
    "what is asked for now": lambda desk: execute_strategy(
        name=BARS, instrument_id=FUTURE.id, parameters={}, actor=desk.owner
    ),
    "a signal that is followed": followed,
    "a look for lookahead": lambda _desk: subject_of(
        {"strategy": BARS, "set": [], "timeframe": Timeframe.H1, "instrument": FUTURE.id, "reference": None}
    ),
}


@pytest.mark.parametrize("door", DOORS)
def test_a_contract_is_refused_where_no_order_books_are_read(portfolio, door):
    with pytest.raises(OnlyAtBooks) as refused:
        DOORS[door](portfolio)

    said = f"{FUTURE.id} is a contract: only strategies that read order books trade it."
    assert refused.value.sentence() == said
    assert not Intent.objects.exists() and not Bot.objects.filter(instruments__contains=[FUTURE.id]).exists()


def test_of_many_orders_those_of_contracts_are_refused_and_the_others_placed(portfolio):
    asked = [(FUTURE.id, TICKET), (COIN.id, TICKET)]
    answers = place_many_by_hand(portfolio=portfolio, actor=portfolio.owner, asked=asked, key="k")

    assert isinstance(answers[0], OnlyAtBooks) and answers[1].instrument_id == COIN.id
    assert AuditRecord.objects.filter(action="order.placed").count() == 1


def test_lists_leave_contracts_out_but_for_what_reads_books_and_for_whitelists(portfolio):
    there = (MarketSource.IMPORTED, HOUR)
    assert set(market_instruments(*there)) == {COIN.id, FUTURE.id} and set(market_pairs(*there)) == {COIN.id}
    assert timeframes_there() == {HOUR: [COIN.id]} and market_symbols(COIN.venue) == [COIN.symbol]
    assert [name for name, _ in instruments_now()] == [COIN.id]
    day = FUTURE.symbol[-6:]
    told = f"BTC/USDT future until 20{day[:2]}-{day[2:4]}-{day[4:]}"
    assert instruments_now(contracts=True) == [(COIN.id, COIN.symbol), (FUTURE.id, told)]
    assert pair_told("BTC/USDT:USDT") == "BTC/USDT perpetual"
    assert pair_told("BTC/USDT:USDT-261225-60000-P") == "BTC/USDT put at 60000 until 2026-12-25"
    assert set_limits(portfolio=portfolio, whitelist=[FUTURE.id]).whitelist == [FUTURE.id]
    scan_market(strategies=[strategy(BARS)])
    assert not Opportunity.objects.exclude(instrument_id=COIN.id).exists()


def test_forms_offer_contracts_where_what_reads_books_is_chosen_and_nowhere_else(portfolio):
    page = browser(portfolio.owner)
    for path in (
        "/bots/new/",
        f"/bots/new/?strategy={BARS}",
        "/trade/",
        "/trade/over-time/",
        "/lab/",
        "/bots/ladders/new/",
    ):
        answer = page.get(path)
        assert answer.status_code == 200 and FUTURE.symbol not in answer.content.decode(), path
    assert FUTURE.id in page.get("/bots/new/?strategy=dated_basis").content.decode()

    sent = {"strategy": BARS, "instruments": [FUTURE.id], "portfolio": str(portfolio.public_id), "allocation": "500"}
    answer = page.post("/bots/new/", sent)
    assert answer.status_code == 422 and "only strategies that read order books trade it" in answer.content.decode()


def test_the_api_tells_contracts_from_pairs_and_refuses_them_with_a_code(portfolio):
    api = ApiClient.signed_in(portfolio.owner, host="acme.localhost")
    told = {one["name"]: one["contract"] for one in api.get("market/instruments").json()["data"]}
    wanted = {"portfolio": str(portfolio.public_id), "timeframe": "1h", "instruments": [FUTURE.id], "allocation": "500"}
    answer = api.post("bots", {**wanted, "strategy": BARS})

    assert told[COIN.id] is None
    assert (told[FUTURE.id]["kind"], told[FUTURE.id]["strike"]) == ("future", None) and told[FUTURE.id]["expires_at"]
    assert (answer.status_code, answer.json()["code"]) == (422, "market.only_at_books")
