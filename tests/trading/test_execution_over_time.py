"""Orders over time on paper: children through the gate, sums that agree, and whatever may come between."""

from dataclasses import replace
from decimal import Decimal

import pytest

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.market import DAY_MS, Side
from tenants.audit.models import AuditRecord
from tenants.provisioning.models import Tenant
from tenants.provisioning.types import Life
from tests.autopilot.market import given_market
from tests.trading.desk import HOUR, trader
from trading.algorithms import all_kinds, parent_from, report_of, state_from
from trading.algorithms.errors import BadAlgorithm
from trading.ceilings.types import Mode
from trading.execution.errors import BadTicket, RefusedByRisk, UnknownOrder
from trading.execution.models import Fill, Intent, Order, ParentOrder
from trading.execution.over_time import OverTime
from trading.execution.selectors import candles_at
from trading.execution.services import (
    begin_over_time,
    carry_on,
    end_over_time,
    go_on,
    hold_up,
    leave_by_hand,
    place_by_hand,
    place_recorded,
    resume_everything,
    settle_slot,
    stop_everything,
)
from trading.execution.tickets import Ticket
from trading.marketdata.models import Feed
from trading.marketdata.selectors import prices_at
from trading.marketdata.simulation import EPOCH_MS
from trading.portfolio.models import Lot, Position
from trading.risk.models import RiskLimits

START_MS = EPOCH_MS + 3 * DAY_MS
HOURS = 3_600
KINDS = {
    "twap": {"duration_s": 5 * HOURS, "interval_s": HOURS},
    "vwap": {"interval_s": HOURS, "weights": [1, 3, 0, 2]},
    "participation": {"rate_bps": 100, "cap_steps": 4_000, "interval_s": HOURS, "duration_s": 40 * HOURS},
    "iceberg": {"visible_steps": 3_000, "vary_pct": 10},
    "schedule": {"steps_each": 4_000, "every_min": 60},
}


@pytest.fixture
def market(acme):
    """The simulated market at a moment in its past, so that there is a way to go."""
    name = given_market()[0]
    facts = {"source": "simulated", "timeframe": HOUR.value, "cursor_ms": START_MS, "end_ms": START_MS + 2 * DAY_MS}
    Feed.objects.update_or_create(defaults={**facts, "updated_at": clock.now(), "running": True})
    return name


@pytest.fixture
def desk(market):
    return trader(cash="1000000", position_pct_max=100, open_positions_max=1)


def now(market):
    """The instrument and its last price in ticks."""
    slot_ms = Feed.objects.get().cursor_ms
    found, (*_, last) = prices_at([market], HOUR, slot_ms=slot_ms)[market]
    return found, last


def asked(market, kind="twap", *, steps=12_000, side=Side.BUY, **said) -> OverTime:
    instrument, last = now(market)
    stop = instrument.price_of(last // 2) if side is Side.BUY else None
    limit = instrument.price_of(last * 2) if kind == "iceberg" else None
    usual = OverTime(
        kind, side, instrument.quantity_of(steps), limit_price=limit, stop_price=stop, parameters=KINDS[kind]
    )
    return replace(usual, **said)


def begin(desk, market, kind="twap", *, key="k", position=None, **said) -> ParentOrder:
    order = asked(market, kind, **said)
    return begin_over_time(
        portfolio=desk, actor=desk.owner, instrument_id=market, asked=order, key=key, position=position
    )


def hours(count: int) -> None:
    """So many candles close; each cycle is what the worker does."""
    for _ in range(count):
        Feed.objects.update(cursor_ms=Feed.objects.get().cursor_ms + HOUR.ms, updated_at=clock.now())
        slot_ms = Feed.objects.get().cursor_ms
        settle_slot(slot_ms=slot_ms, timeframe=HOUR, candles=candles_at(HOUR, slot_ms, instrument_ids=[]))
        carry_on()
        place_recorded()


def started(desk, market, kind="twap", **said) -> ParentOrder:
    row = begin(desk, market, kind, **said)
    carry_on()
    place_recorded()
    return row


def state(row: ParentOrder):
    return state_from(ParentOrder.objects.get(pk=row.pk).state)


def filled() -> Decimal:
    return sum((fill.quantity for fill in Fill.objects.filter(side="buy")), Decimal(0))


def test_every_algorithm_is_tried_here():
    assert set(KINDS) == set(all_kinds())


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_children_of_each_kind_add_up_to_the_order_and_build_one_position(desk, market, kind):
    row = started(desk, market, kind)
    hours(30)

    row.refresh_from_db()
    assert (row.ended_at is not None, str(state(row).finished)) == (True, "done")
    assert filled() == row.quantity == Position.objects.get().quantity
    assert Intent.objects.filter(parent=row).count() == len(state(row).children) > 1
    assert Lot.objects.count() == len(state(row).children)
    assert sorted({f"{o.intent.purpose} {o.state}" for o in Order.objects.select_related("intent")}) == [
        "entry filled", "protect open"
    ]  # fmt: skip
    desk.refresh_from_db()
    assert (desk.reserved, desk.cash) == (0, desk.start_cash - Position.objects.get().cost)


def test_the_stop_sells_all_that_was_built_up_and_ends_the_order(desk, market):
    row = started(desk, market)
    hours(2)
    Position.objects.update(stop_price=now(market)[0].price_of(now(market)[1] * 2))
    Intent.objects.filter(purpose="protect").update(stop_price=now(market)[0].price_of(now(market)[1] * 2))
    built = filled()
    hours(1)

    row.refresh_from_db()
    sold = Fill.objects.get(side="sell")
    assert (sold.cause, Position.objects.filter(closed_slot_ms=None).count()) == ("stop", 0)
    assert sold.quantity > built, "the child of that candle was bought before the stop was met"
    assert str(state(row).finished) == "cancelled"
    hours(3)
    assert Position.objects.count() == 1


def test_a_child_that_was_on_its_way_when_its_position_was_left_is_protected_like_any_other(desk, market):
    row = started(desk, market)
    hours(1)
    leave_by_hand(portfolio=desk, position_id=Position.objects.get().public_id, actor=desk.owner)
    place_recorded()
    hours(1)

    [left] = Position.objects.filter(closed_slot_ms=None)
    assert Order.objects.filter(intent__position=left, intent__purpose="protect", state="open").count() == 1
    assert Position.objects.count() == 2
    hours(1)
    assert row.quantity > filled()


def test_before_its_first_fill_there_is_one_child_and_the_caps_are_kept(desk, market):
    row = begin(desk, market)
    assert carry_on() == 1
    assert carry_on() == 0  # nothing is due twice
    assert Intent.objects.filter(parent=row).count() == 1
    hours(8)
    assert filled() == row.quantity, "one position is allowed, and it is one"


def test_what_the_gate_cuts_comes_back_and_what_it_refuses_is_told(desk, market):
    instrument, last = now(market)
    RiskLimits.objects.update(order_notional_max=instrument.price_of(last) * instrument.quantity_of(1_500))
    row = started(desk, market)
    hours(1)
    row.refresh_from_db()
    assert 0 < state(row).children[0].filled < 2_000
    assert row.refusal["rule"] == "order_notional"

    RiskLimits.objects.update(order_notional_max=1)
    hours(1)
    before = filled()
    hours(3)
    row.refresh_from_db()
    assert (filled(), row.refusal["rule"]) == (before, "order_notional")
    assert state(row).left_steps(parent_from(row.terms)) > 0


def test_it_pauses_while_trading_is_stopped_and_goes_on_when_it_is_not(desk, market):
    row = started(desk, market)
    hours(1)
    stop_everything(portfolio=desk, by="alice", reason="news")
    held = filled()
    hours(3)
    assert (state(row).paused, filled()) == ("stopped", held)

    resume_everything(portfolio=desk, by="alice", reason="looked")
    hours(12)
    assert filled() == row.quantity


def test_where_the_tenant_takes_no_entries_nothing_is_bought_and_later_it_goes_on(desk, market):
    started(desk, market)
    Tenant.objects.filter(slug="acme").update(status=Life.SUSPENDED)
    hours(1)
    held = filled()  # what was on its way
    hours(2)
    assert filled() == held
    Tenant.objects.filter(slug="acme").update(status=Life.ACTIVE)
    hours(2)
    assert filled() > held


def test_only_a_freeze_holds_a_sale_up(desk, market):
    bought = started(desk, market)
    hours(8)
    position = Position.objects.get()
    sale = started(desk, market, side=Side.SELL, position=position, key="sale")
    stop_everything(portfolio=desk, by="alice", reason="news", mode=Mode.CLOSE_ONLY)
    hours(2)
    assert Fill.objects.filter(side="sell").count() == 2

    stop_everything(portfolio=desk, by="alice", reason="worse", mode=Mode.FREEZE)
    hours(2)
    assert state(sale).paused == "stopped"
    assert bought.quantity - position.quantity == 0


def test_a_position_is_sold_over_time_and_its_rest_stays_protected(desk, market):
    started(desk, market)
    hours(8)
    sale = started(desk, market, side=Side.SELL, position=Position.objects.get(), key="sale")
    hours(2)
    held = Position.objects.get().quantity
    assert 0 < held < sale.quantity
    assert Order.objects.filter(intent__purpose="protect", state="open").count() == 1

    hours(8)
    assert Position.objects.get().closed_slot_ms is not None
    assert str(state(sale).finished) == "done"
    assert Order.objects.filter(state="open").count() == 0


def test_who_holds_it_up_goes_on_and_ends_it_is_recorded_and_nothing_more_is_sent(desk, market):
    row = started(desk, market)
    hours(1)
    hold_up(row=row, actor=desk.owner, reason="stopped")  # a person's word is no mode: it does not go on by itself
    children = len(state(row).children)
    hours(2)
    assert len(state(row).children) == children
    go_on(row=row, actor=desk.owner)
    hours(1)
    assert len(state(row).children) == children + 1

    end_over_time(row=row, actor=desk.owner)
    end_over_time(row=row, actor=desk.owner)
    hours(4)
    assert len(state(row).children) == children + 1
    with pytest.raises(UnknownOrder):
        hold_up(row=row, actor=desk.owner, reason="again")
    said = [r.action for r in AuditRecord.objects.filter(object_id=str(row.public_id)).order_by("pk")]
    assert said == ["order.begun", "order.paused", "order.resumed", "order.ended"]


def test_what_a_person_wants_has_its_candle_though_no_bot_trades_there(desk, market):
    slot_ms = Feed.objects.get().cursor_ms
    assert candles_at(HOUR, slot_ms, instrument_ids=[]) == {}
    begin(desk, market)
    assert list(candles_at(HOUR, slot_ms, instrument_ids=[])) == [market]
    ParentOrder.objects.update(ended_at=clock.now())
    instrument, last = now(market)
    price = instrument.price_of
    waits = Ticket(
        kind="limit", quantity=instrument.quantity_of(100), stop_price=price(last // 2), limit_price=price(last - 10)
    )
    place_by_hand(portfolio=desk, actor=desk.owner, instrument_id=market, ticket=waits, key="k")
    assert list(candles_at(HOUR, slot_ms, instrument_ids=[])) == [market]


def test_what_the_gate_would_refuse_whole_does_not_begin(desk, market):
    stop_everything(portfolio=desk, by="alice", reason="news")
    with pytest.raises(RefusedByRisk) as refused:
        begin(desk, market)
    assert refused.value.facts["rule"] == "stop_switch"
    assert ParentOrder.objects.count() == 0


def test_the_same_key_begins_once(desk, market):
    assert begin(desk, market).pk == begin(desk, market).pk


def test_its_report_says_what_it_cost_against_the_market(desk, market):
    row = started(desk, market)
    hours(8)
    row.refresh_from_db()
    seen = report_of(parent_from(row.terms), state_from(row.state))
    paid = sum(fill.price * fill.quantity for fill in Fill.objects.filter(side="buy")) / row.quantity
    instrument, _last = now(market)
    assert abs(seen.average_ticks * instrument.tick - paid) < Decimal("0.000001") * instrument.tick
    assert seen.arrival_bps is not None


def test_a_vwap_counts_its_weights_from_the_days_before(desk, market):
    parameters = {"interval_s": HOURS, "intervals": 4, "profile_days": 2}
    row = begin(desk, market, "vwap", parameters=parameters)
    weights = row.terms["parameters"]["weights"]
    assert (len(weights), sum(weights)) == (4, 1_000_000)


@pytest.mark.parametrize(
    ("said", "error", "field"),
    [
        ({"stop_price": None}, BadTicket, "stop_price"),
        ({"stop_price": "above"}, BadTicket, "stop_price"),
        ({"target_price": "below"}, BadTicket, "target_price"),
        ({"quantity": Decimal("0.000000001")}, BadTicket, "quantity"),
        ({"parameters": {"duration_s": 5}}, BadAlgorithm, "interval_s"),
        ({"parameters": {"duration_s": 5, "interval_s": 1, "colour": 3}}, BadAlgorithm, "colour"),
        ({"side": Side.SELL}, BadTicket, "position"),
    ],
)
def test_what_cannot_be_is_refused_with_the_nearest_that_can(desk, market, said, error, field):
    instrument, last = now(market)
    made = {"above": instrument.price_of(last + 1), "below": instrument.price_of(last - 1)}
    with pytest.raises(error) as refused:
        begin(
            desk,
            market,
            **{name: made[value] if value in ("above", "below") else value for name, value in said.items()},
        )
    assert field in (refused.value.facts.get("field"), refused.value.facts.get("parameter"))
    assert "nearest" in refused.value.facts
    assert ParentOrder.objects.count() == 0


def test_where_cycles_lag_nothing_is_filled_in_a_candle_that_had_closed_already(desk, market):
    begin(desk, market)
    Feed.objects.update(cursor_ms=START_MS + 3 * HOUR.ms)
    carry_on()
    place_recorded()
    for number in (1, 2, 3):
        slot_ms = START_MS + number * HOUR.ms
        settle_slot(slot_ms=slot_ms, timeframe=HOUR, candles=candles_at(HOUR, slot_ms, instrument_ids=[]))
    assert filled() == 0
    hours(1)
    assert filled() > 0
