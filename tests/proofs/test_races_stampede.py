"""Thousands of attempts of 64 workers over every way: no cap is crossed, none is refused who had room, no deadlock."""

from collections import Counter
from decimal import Decimal

import pytest
from django.db.models import Count, F, Max, Sum

from aiengine.autopilot.replay import proof
from aiengine.autopilot.slots import run_due_cycles
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.market import DAY_MS
from tests.autopilot.market import given_market
from tests.proofs.deadlocks import deadlocks_so_far
from tests.proofs.stampede import Attempts, given_desks, on_their_way
from tests.proofs.storm import sized
from tests.proofs.workers import Share, alone, at_once
from tests.trading.desk import HOUR
from trading.execution.models import Fill, Intent
from trading.execution.selectors import candles_at
from trading.marketdata.models import Feed
from trading.marketdata.selectors import feed_state
from trading.marketdata.simulation import EPOCH_MS
from trading.portfolio.models import Portfolio, Position
from trading.portfolio.services import mark_portfolios

pytestmark = [pytest.mark.prove, pytest.mark.timeout(900)]

WORKERS = 64
RUSH, STORM, AGAIN = sized(3, 50), sized(5, 77), sized(2, 30)  # attempts of each worker
NOTIONAL = F("quantity") * F("limit_price")
CAPS = {"open_positions", "position_notional", "order_notional", "cash", "min_notional", "daily_loss", "position_share"}


def test_a_stampede_of_64_workers_crosses_no_cap_and_refuses_nobody_who_had_room(cleared):
    names = given_market()[:3]
    opened_ms = EPOCH_MS + 6 * DAY_MS
    shown = {"source": "simulated", "timeframe": HOUR.value, "cursor_ms": opened_ms, "end_ms": opened_ms}
    Feed.objects.update_or_create(defaults={**shown, "updated_at": clock.now(), "running": True})
    desks = given_desks()
    alone(cleared, run_due_cycles)  # from here on each candle is met, in order
    deadlocks = deadlocks_so_far()

    refused = _phase(cleared, desks, names, 1, lambda attempts: attempts.rush(RUSH))
    _assert_nobody_had_room(desks, refused)
    assert {"open_positions", "position_notional"} <= {one.rule for one in refused}

    refused += _phase(cleared, desks, names, 2, lambda attempts: attempts.storm(STORM))
    assert {one.rule for one in refused} >= {"stop_switch"}
    alone(cleared, run_due_cycles)  # candles that closed while a cycle was still busy
    assert Fill.objects.filter(cause="entry").exists() and Fill.objects.filter(side="sell").exists()
    assert {"filled", "cancelled", "acked"} <= set(Intent.objects.values_list("state", flat=True))

    _fall(names, Decimal("0.8"))
    down = [desk for desk in desks if _loss_pct(desk) >= desk.loss_pct]
    before = _entries()
    late = _phase(cleared, desks, names, 3, lambda attempts: attempts.rush(AGAIN))
    _assert_nobody_had_room(desks, late)
    new = _entries() - before
    assert 0 < len(down) < len(desks)
    assert not {desk.portfolio.pk for desk in down} & set(new) and sum(new.values()) > 0
    assert deadlocks_so_far() == deadlocks


def _phase(tenant, desks, names, number, work):
    shares = [Share(lambda w=w: work(Attempts(desks, names, number, w))) for w in range(WORKERS)]
    refused = [one for answer in at_once(tenant, shares) for one in answer]
    for desk in desks:
        _assert_within_caps(desk)
    assert {name: wrong for name, wrong in proof.contradictions().items() if wrong} == {}
    return refused


def _assert_within_caps(desk):
    portfolio = Portfolio.objects.get(pk=desk.portfolio.pk)
    entries = Intent.objects.filter(portfolio=portfolio, purpose="entry")
    waiting = on_their_way(portfolio)
    assert _open(portfolio).count() + waiting.count() <= desk.positions
    assert (entries.aggregate(largest=Max(NOTIONAL))["largest"] or 0) <= desk.order
    assert max(_exposure(portfolio).values(), default=0) <= desk.held
    assert 0 <= portfolio.reserved <= portfolio.cash
    assert portfolio.reserved == (waiting.aggregate(sum=Sum("reserved"))["sum"] or 0)


def _assert_nobody_had_room(desks, refused):
    """After entries alone, whoever was refused would be refused now: what was asked for is more than there is room."""
    by_pk = {desk.portfolio.pk: desk for desk in desks}
    assert {one.rule for one in refused} <= CAPS
    rooms = {pk: _room(desk) for pk, desk in by_pk.items()}
    wrong = [one for one in refused if one.asked <= rooms[one.portfolio_pk](one.instrument_id)]
    assert wrong == []


def _room(desk):
    """What the largest entry is that the caps leave room for, by instrument; counted from the tables alone."""
    portfolio = Portfolio.objects.get(pk=desk.portfolio.pk)
    exposure, cash = _exposure(portfolio, marked=True), (portfolio.cash - portfolio.reserved) / Decimal("1.001")
    cap = min(desk.held, portfolio.equity)
    closed = _loss_pct(desk) >= desk.loss_pct
    full = _open(portfolio).count() + on_their_way(portfolio).count() >= desk.positions
    return lambda name: 0 if closed or full else min(desk.order, cap - exposure[name], cash)


def _open(portfolio):
    return Position.objects.filter(portfolio=portfolio, closed_slot_ms=None)


def _exposure(portfolio, *, marked=False):
    """Instrument -> what is held of it at its entry price, or at its mark if that is more, and what is on its way."""
    found = Counter()
    for name, quantity, paid, mark in _open(portfolio).values_list(
        "instrument_id", "quantity", "entry_price", "mark_price"
    ):
        found[name] += quantity * (max(paid, mark) if marked else paid)
    for name, notional in on_their_way(portfolio).values_list("instrument_id", NOTIONAL):
        found[name] += notional
    return found


def _loss_pct(desk):
    portfolio = Portfolio.objects.get(pk=desk.portfolio.pk)
    return (portfolio.day_start_equity - portfolio.equity) / portfolio.day_start_equity * 100


def _fall(names, share):
    """Everything is worth less of a sudden: the books are marked down, as a candle does it."""
    slot_ms = feed_state().cursor_ms
    candles = candles_at(HOUR, slot_ms, instrument_ids=names)
    closes = {name: candle.instrument.price_of(candle.close) * share for name, candle in candles.items()}
    mark_portfolios(slot_ms=slot_ms, closes=closes)


def _entries():
    rows = Intent.objects.filter(purpose="entry").values("portfolio").annotate(number=Count("pk"))
    return Counter(dict(rows.values_list("portfolio", "number")))
