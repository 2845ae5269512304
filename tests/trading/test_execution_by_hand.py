"""Orders by hand on paper: every kind with its stop and targets, the gate before it, the books after it."""

import random
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.market import DAY_MS
from tests.autopilot.market import given_market
from tests.trading import desk as books
from tests.trading.desk import HOUR, candle, fills, orders, trader
from trading.ceilings.types import Mode
from trading.execution.errors import BadTicket, NotCancellable, RefusedByRisk, UnknownOrder
from trading.execution.models import Fill, Order
from trading.execution.services import (
    cancel_all_by_hand,
    cancel_by_hand,
    leave_by_hand,
    place_by_hand,
    place_recorded,
    preview_by_hand,
    stop_everything,
)
from trading.execution.tickets import KINDS, Ticket
from trading.marketdata.models import Feed
from trading.marketdata.selectors import prices_at
from trading.marketdata.simulation import EPOCH_MS
from trading.portfolio.models import Position
from trading.risk.models import RiskLimits


@pytest.fixture
def market(acme):
    """An instrument of the simulated market and the slot at which it stands; candles come as each test says."""
    slot_ms = EPOCH_MS + 6 * DAY_MS
    facts = {"source": "simulated", "timeframe": HOUR.value, "cursor_ms": slot_ms, "end_ms": slot_ms}
    name = given_market()[0]
    Feed.objects.update_or_create(defaults={**facts, "updated_at": clock.now(), "running": True})
    return name, slot_ms


@pytest.fixture
def desk(market):
    return trader(cash="100000", position_pct_max=100, open_positions_max=50)


def now(market):
    """The instrument and its last price."""
    name, slot_ms = market
    found, (*_, last) = prices_at([name], HOUR, slot_ms=slot_ms)[name]
    return found, found.price_of(last)


def at(market, part: str) -> Decimal:
    """A price as a part of the last one, on the instrument's grid."""
    instrument, price = now(market)
    return instrument.price_of(instrument.ticks_nearest(price * Decimal(part)))


def ticket(market, kind="market", **said) -> Ticket:
    needs = {
        "limit": {"limit_price": at(market, "0.99")},
        "stop": {"trigger_price": at(market, "1.02")},
        "stop_limit": {"trigger_price": at(market, "1.02"), "limit_price": at(market, "1.025")},
    }
    usual = {"quantity": size(market, 1_000), "stop_price": at(market, "0.95"), **needs.get(kind, {})}
    return Ticket(kind=kind, **{**usual, **said})


def size(market, notional) -> Decimal:
    instrument, price = now(market)
    return instrument.quantity_of(instrument.steps_down(Decimal(notional) / price))


def place(desk, market, key="k1", **said) -> Order:
    asked = said if "ticket" in said else {"ticket": ticket(market, **said)}
    return place_by_hand(portfolio=desk, actor=desk.owner, instrument_id=market[0], key=key, **asked)


def bar(market, *parts):
    instrument, _ = now(market)
    return candle(instrument, *(str(at(market, part)) for part in parts))


def meet(number, *candles):
    """Settle the candle `number` after the one at which orders are placed."""
    return books.meet(number + 1 + (EPOCH_MS + 6 * DAY_MS - books.DAY_ONE) // HOUR.ms, *candles)


def bought_and_sold():
    return [text.split()[0] + " " + text.split()[-1] for text in fills()]


PATHS = {  # kind -> candles, as parts of the last price, until it is entered
    "market": [("1", "1.001", "0.999", "1")],
    "limit": [("1", "1.01", "0.995", "1"), ("1", "1", "0.98", "0.99")],
    "stop": [("1", "1.01", "0.99", "1"), ("1", "1.03", "1", "1.02")],
    "stop_limit": [("1", "1.01", "0.99", "1"), ("1", "1.03", "1", "1.02")],
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_entered_when_its_candle_comes_and_holds_its_stop_from_then_on(desk, market, kind):
    placed = place(desk, market, kind=kind)
    desk.refresh_from_db()
    assert desk.reserved > 0
    *before, entered = PATHS[kind]
    for number, parts in enumerate(before):
        meet(number, bar(market, *parts))
        assert fills() == []

    meet(10, bar(market, *entered))

    placed.refresh_from_db()
    assert (placed.state, bought_and_sold()) == ("filled", ["buy (entry)"])
    assert orders() == ["entry filled", "protect open"]
    desk.refresh_from_db()
    assert desk.reserved == 0
    position = Position.objects.get()
    assert (position.bot_id, position.stop_price) == (None, at(market, "0.95"))
    meet(11, bar(market, "0.98", "0.98", "0.94", "0.95"))
    assert bought_and_sold() == ["buy (entry)", "sell (stop)"]
    assert orders() == ["entry filled", "protect filled"]
    assert Position.objects.get().closed_slot_ms is not None


def test_several_targets_close_their_parts_and_the_stop_moves_to_break_even(desk, market):
    half = size(market, 500)
    targets = ((at(market, "1.02"), half), (at(market, "1.05"), half))
    place(desk, market, quantity=2 * half, targets=targets, break_even_after=1)
    meet(1, bar(market, "1", "1.001", "0.999", "1"))
    meet(2, bar(market, "1", "1.03", "1", "1.02"))

    position = Position.objects.get()
    assert bought_and_sold() == ["buy (entry)", "sell (target)"]
    assert position.quantity == half
    assert position.stop_price > position.entry_price
    assert position.target_price == at(market, "1.05")
    meet(3, bar(market, "1.01", "1.01", "0.99", "0.99"))
    assert bought_and_sold()[-1] == "sell (stop)"
    assert Position.objects.get().realised > 0


def test_a_trailing_stop_rises_with_the_price_and_never_falls(desk, market):
    place(desk, market, trail_bps=300)
    levels = []
    for number, parts in enumerate(
        [("1", "1.01", "0.99", "1"), ("1", "1.06", "1", "1.05"), ("1.05", "1.05", "1.04", "1.04")]
    ):
        meet(number, bar(market, *parts))
        levels.append(Position.objects.get().stop_price)

    assert all(one <= other for one, other in pairwise(levels))
    assert levels[-1] >= at(market, "1.028")


def test_a_time_stop_closes_after_its_candles(desk, market):
    place(desk, market, time_stop_candles=2)
    for number in range(4):
        meet(number, bar(market, "1", "1.001", "0.999", "1"))

    assert bought_and_sold() == ["buy (entry)", "sell (exit)"]


def test_an_entry_and_its_stop_in_one_candle_are_both_booked(desk, market):
    place(desk, market)
    meet(1, bar(market, "1", "1", "0.94", "0.95"))

    assert bought_and_sold() == ["buy (entry)", "sell (stop)"]
    assert Position.objects.get().quantity == 0


@pytest.mark.parametrize("time_in_force", ["IOC", "FOK"])
def test_what_is_not_filled_at_once_expires_and_frees_its_cash(desk, market, time_in_force):
    place(desk, market, kind="limit", time_in_force=time_in_force)
    meet(1, bar(market, "1.01", "1.02", "0.98", "1"))

    desk.refresh_from_db()
    assert (orders(), desk.reserved, fills()) == (["entry expired"], 0, [])


def test_a_price_that_ran_away_from_a_market_order_buys_nothing(desk, market):
    place(desk, market)
    meet(1, bar(market, "1.05", "1.06", "1.04", "1.05"))

    assert (orders(), fills()) == (["entry expired"], [])


def test_a_candle_that_had_closed_when_it_was_placed_is_not_met(desk, market):
    place(desk, market)
    for number in (-2, -1):
        meet(number, bar(market, "1", "1.001", "0.999", "1"))
    assert fills() == []

    meet(0, bar(market, "1", "1.001", "0.999", "1"))
    assert bought_and_sold() == ["buy (entry)"]


def test_the_same_key_places_once(desk, market):
    assert place(desk, market).pk == place(desk, market).pk
    assert Order.objects.count() == 1


def test_each_order_by_hand_opens_a_position_of_its_own(desk, market):
    place(desk, market, stop_price=at(market, "0.98"))
    place(desk, market, key="k2", stop_price=at(market, "0.9"))
    meet(1, bar(market, "1", "1.001", "0.999", "1"))
    meet(2, bar(market, "1", "1.001", "0.97", "1"))

    assert bought_and_sold() == ["buy (entry)", "buy (entry)", "sell (stop)"]
    assert Position.objects.get(closed_slot_ms=None).stop_price == at(market, "0.9")


def test_cancelling_frees_the_cash_and_a_stop_is_not_cancelled(desk, market):
    placed = place(desk, market, kind="limit")
    assert cancel_by_hand(portfolio=desk, order_id=placed.public_id, actor=desk.owner).state == "cancelled"
    desk.refresh_from_db()
    assert desk.reserved == 0
    assert cancel_by_hand(portfolio=desk, order_id=placed.public_id, actor=desk.owner).state == "cancelled"

    place(desk, market, key="k2")
    meet(1, bar(market, "1", "1.001", "0.999", "1"))
    stop = Order.objects.get(intent__purpose="protect")
    with pytest.raises(NotCancellable):
        cancel_by_hand(portfolio=desk, order_id=stop.public_id, actor=desk.owner)
    with pytest.raises(UnknownOrder):
        cancel_by_hand(portfolio=desk, order_id=desk.public_id, actor=desk.owner)


def test_all_that_waits_is_cancelled_at_once(desk, market):
    place(desk, market, kind="limit")

    assert cancel_all_by_hand(portfolio=desk, actor=desk.owner) == 1
    assert cancel_all_by_hand(portfolio=desk, actor=desk.owner) == 0


def test_stopping_withdraws_what_waits_and_leaves_what_protects(desk, market):
    place(desk, market)
    meet(1, bar(market, "1", "1.001", "0.999", "1"))
    stop_everything(portfolio=desk, by="alice", reason="news")
    assert orders() == ["entry filled", "protect open"]
    with pytest.raises(RefusedByRisk) as refused:
        place(desk, market, key="k2")
    assert refused.value.facts["rule"] == "stop_switch"

    RiskLimits.objects.update(mode=Mode.NO_ENTRIES.value)
    assert place(desk, market, key="k3").state == "acked"  # a person may still order


def test_closing_by_hand_ends_the_stop(desk, market):
    place(desk, market)
    meet(1, bar(market, "1", "1.001", "0.999", "1"))
    leave_by_hand(portfolio=desk, position_id=Position.objects.get().public_id, actor=desk.owner)
    place_recorded()
    meet(2, bar(market, "1", "1.001", "0.94", "1"))

    assert bought_and_sold() == ["buy (entry)", "sell (exit)"]
    assert sorted(orders()) == ["entry filled", "exit filled", "protect cancelled"]


def test_a_preview_says_what_placing_would_and_records_nothing(desk, market):
    seen = preview_by_hand(portfolio=desk, instrument_id=market[0], ticket=ticket(market))

    assert (seen.allowed, seen.rule, Order.objects.count()) == (seen.quantity, "", 0)
    assert seen.cost == seen.quantity * seen.worst_price
    assert seen.at_risk == seen.quantity * (seen.worst_price - at(market, "0.95"))
    placed = place(desk, market)
    assert placed.limit_price == seen.worst_price
    desk.refresh_from_db()
    assert desk.reserved >= seen.cost + seen.fee


def test_more_than_the_limits_allow_is_refused_with_what_they_allow(desk, market):
    RiskLimits.objects.update(order_notional_max=500)
    seen = preview_by_hand(portfolio=desk, instrument_id=market[0], ticket=ticket(market))
    assert 0 < seen.allowed < seen.quantity and seen.rule == "order_notional"

    with pytest.raises(RefusedByRisk) as refused:
        place(desk, market)

    assert Decimal(refused.value.facts["nearest"]) == seen.allowed
    assert place(desk, market, key="k2", quantity=seen.allowed).state == "acked"


def test_the_risk_per_trade_holds_for_people_too(desk, market):
    with pytest.raises(RefusedByRisk) as refused:
        place(desk, market, quantity=size(market, 60_000), stop_price=at(market, "0.5"))

    assert refused.value.facts["rule"] in {"risk_per_trade", "order_notional"}


def test_at_a_price_that_is_too_old_nothing_is_ordered(desk, market):
    Feed.objects.update(updated_at=clock.now() - timedelta(minutes=5))

    with pytest.raises(RefusedByRisk) as refused:
        place(desk, market)
    assert refused.value.facts["rule"] == "stale_data"


BAD = {
    "a stop above the entry": ({"stop_price": "1.2"}, "stop_price"),
    "a stop between two ticks": ({"stop_price": "tick"}, "stop_price"),
    "no quantity": ({"quantity": Decimal(0)}, "quantity"),
    "a quantity that is no number": ({"quantity": Decimal("NaN")}, "quantity"),
    "a target below the entry": ({"targets": "0.9"}, None),
    "a limit far above the market": ({"kind": "limit", "limit_price": "1.5"}, "limit_price"),
    "a limit without a price": ({"kind": "limit", "limit_price": None}, "limit_price"),
    "a stop order below the market": ({"kind": "stop", "trigger_price": "0.97"}, None),
    "a trail of everything": ({"trail_bps": 10_000}, "trail_bps"),
}


@pytest.mark.parametrize(("changed", "field"), BAD.values(), ids=BAD)
def test_what_cannot_be_is_refused_before_anything_is_recorded(desk, market, changed, field):
    instrument, _ = now(market)

    def made(name, value):
        if value == "tick":
            return at(market, "0.95") + instrument.tick / 2
        if name == "targets":
            return ((at(market, value), None),)
        return at(market, value) if name.endswith("price") and value is not None else value

    with pytest.raises(BadTicket) as refused:
        place(desk, market, **{name: made(name, value) for name, value in changed.items()})

    assert field in (None, refused.value.facts["field"])
    assert Order.objects.count() == 0


def test_a_part_is_closed_and_the_rest_stays_protected(desk, market):
    place(desk, market, targets=((at(market, "1.05"), None),))
    meet(1, bar(market, "1", "1.001", "0.999", "1"))
    position, unit = Position.objects.get(), now(market)[0].step
    leave_by_hand(portfolio=desk, position_id=position.public_id, actor=desk.owner, quantity=unit)
    place_recorded()
    meet(2, bar(market, "1", "1.001", "0.999", "1"))
    assert sorted(orders()) == ["entry filled", "exit filled", "protect open"]
    held = position.quantity - unit
    assert Position.objects.get().quantity == held

    meet(3, bar(market, "1", "1.06", "0.999", "1"))
    assert bought_and_sold() == ["buy (entry)", "sell (exit)", "sell (target)"]
    assert Fill.objects.get(cause="target").quantity == held
    assert Position.objects.get().closed_slot_ms is not None


@pytest.mark.parametrize(("steps", "field"), [("0.5", "quantity"), ("0", "quantity"), ("1000000", "quantity")])
def test_a_part_that_cannot_be_is_refused(desk, market, steps, field):
    place(desk, market)
    meet(1, bar(market, "1", "1.001", "0.999", "1"))
    part = now(market)[0].step * Decimal(steps)
    with pytest.raises(BadTicket) as refused:
        leave_by_hand(portfolio=desk, position_id=Position.objects.get().public_id, actor=desk.owner, quantity=part)
    assert refused.value.facts["field"] == field
    assert refused.value.facts["nearest"]


def test_random_days_keep_the_books(desk, market):
    """Whatever happens, cash, positions and reservations agree, and a position by hand always has its stop."""
    chosen = random.Random(7)  # noqa: S311  # a seed, so that it is the same each time
    for number in range(60):
        if chosen.random() < 0.4:
            also: dict = {"stop_price": at(market, "0.98")}
            also |= {"trail_bps": chosen.choice([0, 150]), "time_stop_candles": chosen.choice([0, 3])}
            place(desk, market, key=str(number), kind=chosen.choice(KINDS), **also)
        if chosen.random() < 0.2 and (some := Position.objects.filter(closed_slot_ms=None).first()):
            part = now(market)[0].step * chosen.randint(1, int(some.quantity / now(market)[0].step))
            leave_by_hand(portfolio=desk, position_id=some.public_id, actor=desk.owner, quantity=part)
            place_recorded()
        low, high = 1 - chosen.random() * 0.03, 1 + chosen.random() * 0.03
        meet(number, bar(market, "1", f"{high:.4f}", f"{low:.4f}", "1"))
        desk.refresh_from_db()
        open_now = Position.objects.filter(closed_slot_ms=None)
        assert Order.objects.filter(state="open", intent__purpose="protect").count() == open_now.count()
        waiting = Order.objects.filter(state="open", intent__purpose="entry")
        assert desk.reserved == sum((order.intent.reserved for order in waiting), Decimal(0))
        assert desk.cash == desk.start_cash + desk.realised - sum((p.cost for p in open_now), Decimal(0))
    assert len(fills()) > 20
