"""New terms for what waits and for what protects, many orders at once, templates: on paper, by the services."""

from decimal import Decimal

import pytest

from tenants.audit.models import AuditRecord
from tests.trading import desk as books
from tests.trading.by_hand_stage import at, bar, bought_and_sold, meet, now, place, size, ticket
from tests.trading.desk import fills, orders
from trading.execution.errors import BadTicket, BulkRefused, NotWaiting, RefusedByRisk, UnknownOrder
from trading.execution.models import Fill, Intent, Order
from trading.execution.services import (
    amend_by_hand,
    cancel_by_hand,
    leave_by_hand,
    place_many_by_hand,
    place_recorded,
    protect_by_hand,
    protection_at,
)
from trading.portfolio.models import Position
from trading.risk.models import RiskLimits

CALM = ("1", "1.001", "0.999", "1")


def amend(desk, placed, **changes):
    return amend_by_hand(portfolio=desk, order_id=placed.name, actor=desk.owner, changes=changes)


def protect(desk, **changes):
    return protect_by_hand(portfolio=desk, position_id=held().public_id, actor=desk.owner, changes=changes).protection


def held():
    return Position.objects.get(closed_slot_ms=None)


def audited(action):
    return [(row.before, row.after) for row in AuditRecord.objects.filter(action=action)]


def test_an_amended_order_keeps_its_id_and_has_its_new_terms_alone(desk, market):
    placed = place(desk, market, kind="limit")
    amended = amend(desk, placed, limit_price=at(market, "0.97"))

    assert (amended.name, amended.limit_price) == (placed.public_id, at(market, "0.97"))
    assert orders() == ["entry cancelled", "entry open"]
    desk.refresh_from_db()
    assert desk.reserved == amended.reserved
    assert audited("order.amended") == [
        ({"limit_price": f"{at(market, '0.99'):f}"}, {"limit_price": f"{at(market, '0.97'):f}"})
    ]
    meet(1, bar(market, "1", "1", "0.98", "0.99"))
    assert fills() == []
    meet(2, bar(market, "0.99", "0.99", "0.96", "0.97"))
    assert bought_and_sold() == ["buy (entry)"]


def test_the_same_id_amends_again_and_cancels(desk, market):
    placed = place(desk, market, kind="limit")
    amend(desk, placed, limit_price=at(market, "0.98"))
    again = amend(desk, placed, limit_price=at(market, "0.97"))

    assert Intent.objects.filter(amends=placed.public_id).count() == 2
    assert cancel_by_hand(portfolio=desk, order_id=placed.public_id, actor=desk.owner).pk == again.pk
    assert not Order.objects.filter(state="open").exists()


def test_terms_that_it_has_already_change_nothing(desk, market):
    placed = place(desk, market, kind="limit")
    amend(desk, placed, limit_price=at(market, "0.98"))
    amend(desk, placed, limit_price=at(market, "0.98"))

    assert (len(audited("order.amended")), Intent.objects.count()) == (1, 2)


def test_it_is_judged_as_if_the_old_one_were_gone(desk, market):
    RiskLimits.objects.update(order_notional_max=1_500, position_notional_max=1_500, open_positions_max=1)
    placed = place(desk, market, kind="limit")

    assert amend(desk, placed, quantity=size(market, 1_400)).quantity == size(market, 1_400)


def test_what_is_refused_leaves_the_old_one_waiting(desk, market):
    RiskLimits.objects.update(order_notional_max=1_500)
    placed = place(desk, market, kind="limit")
    for error, changes in [
        (RefusedByRisk, {"quantity": size(market, 2_000)}),
        (BadTicket, {"stop_price": at(market, "1.1")}),
    ]:
        with pytest.raises(error):
            amend(desk, placed, **changes)
    placed.refresh_from_db()
    assert (placed.state, orders(), audited("order.amended")) == ("acked", ["entry open"], [])


def test_what_was_filled_meanwhile_is_a_conflict(desk, market):
    placed = place(desk, market, kind="limit")
    meet(1, bar(market, "1", "1", "0.98", "0.99"))

    with pytest.raises(NotWaiting):
        amend(desk, placed, limit_price=at(market, "0.97"))
    with pytest.raises(UnknownOrder):
        amend_by_hand(portfolio=desk, order_id=desk.public_id, actor=desk.owner, changes={})
    assert orders() == ["entry filled", "protect open"]


def test_a_trailing_entry_keeps_its_lowest_price_unless_its_own_terms_change(desk, market):
    for key, changes in (("kept", {"stop_price": at(market, "0.94")}), ("anew", {"entry_trail_bps": 200})):
        placed = place(desk, market, key=key, kind="trailing")
        meet(len(key), bar(market, "1", "1", "0.97", "0.975"))
        changed = amend(desk, placed, **changes)
        extreme = (changed.order.working or {"entry": {"extreme": 0}})["entry"]["extreme"]
        assert bool(extreme) == (key == "kept")
        cancel_by_hand(portfolio=desk, order_id=placed.public_id, actor=desk.owner)


def test_a_trailing_entry_is_not_given_a_stop_above_its_lowest_price(desk, market):
    placed = place(desk, market, kind="trailing")
    meet(1, bar(market, "1", "1", "0.97", "0.975"))

    with pytest.raises(BadTicket) as refused:
        amend(desk, placed, stop_price=at(market, "0.98"))
    assert (refused.value.facts["field"], Decimal(refused.value.facts["nearest"]) < at(market, "0.97")) == (
        "stop_price", True,
    )  # fmt: skip


def test_another_kind_takes_over_what_it_can(desk, market):
    placed = place(desk, market, kind="limit", time_in_force="GTX")
    amended = amend(desk, placed, kind="stop", trigger_price=at(market, "1.02"))

    assert amended.ticket == ticket(market, kind="stop")


def test_a_position_by_hand_is_given_other_protection(desk, market):
    place(desk, market, targets=((at(market, "1.05"), None),))
    meet(1, bar(market, *CALM))
    after = protect(desk, stop_price=at(market, "0.9"), targets=((at(market, "1.02"), None),), time_stop_candles=5)

    assert (after.stop_price, after.targets) == (at(market, "0.9"), ((at(market, "1.02"), held().quantity),))
    assert (held().stop_price, held().target_price) == (at(market, "0.9"), at(market, "1.02"))
    ((before, told),) = audited("protection.amended")
    assert (before["stop_price"], told["stop_price"]) == (f"{at(market, '0.95'):f}", f"{at(market, '0.9'):f}")
    meet(2, bar(market, "1", "1.01", "0.93", "1"))
    assert bought_and_sold() == ["buy (entry)"]
    meet(3, bar(market, "1", "1.03", "0.93", "1"))
    assert bought_and_sold() == ["buy (entry)", "sell (target)"]


def test_the_level_that_a_trail_has_reached_stays_unless_a_new_stop_is_said(desk, market):
    place(desk, market, trail_bps=300)
    meet(1, bar(market, "1", "1.04", "1", "1.03"))
    reached = held().stop_price
    assert protect(desk, trail_bps=0).stop_price == reached > at(market, "1")
    assert protect(desk, trail_bps=1_000).stop_price == reached
    assert protect(desk, stop_price=at(market, "0.97")).stop_price == at(market, "0.97")


def test_a_stop_that_is_moved_away_is_judged_by_the_risk_of_one_trade_and_one_that_comes_closer_never(desk, market):
    place(desk, market, quantity=size(market, 1_000))
    meet(1, bar(market, *CALM))
    desk.refresh_from_db()
    loss = (held().entry_price - at(market, "0.93")) * held().quantity
    RiskLimits.objects.update(risk_per_trade_pct=loss * 100 / desk.equity)
    with pytest.raises(RefusedByRisk) as refused:
        protect(desk, stop_price=at(market, "0.92"))
    facts = refused.value.facts
    assert facts["rule"] == "risk_per_trade"
    assert at(market, "0.92") < Decimal(facts["nearest"]) < at(market, "0.94")
    assert (held().stop_price, audited("protection.amended")) == (at(market, "0.95"), [])
    assert protect(desk, stop_price=Decimal(facts["nearest"])).stop_price < at(market, "0.95")

    RiskLimits.objects.update(risk_per_trade_pct="0.01")
    assert protect(desk, stop_price=at(market, "0.96")).stop_price == at(market, "0.96")
    assert len(audited("protection.amended")) == 2


@pytest.mark.parametrize(
    ("field", "price"), [("stop_price", "1"), ("stop_price", "1.1"), ("targets", "0.99"), ("trail_source", "mark")]
)
def test_protection_that_cannot_be_is_refused_and_the_old_one_stays(desk, market, field, price):
    place(desk, market)
    meet(1, bar(market, *CALM))
    said = {"targets": ((at(market, "0.99"), None),), "trail_source": price}.get(field)

    with pytest.raises(BadTicket) as refused:
        protect(desk, **{field: said or at(market, price), **({"trail_bps": 5} if field == "trail_source" else {})})
    assert refused.value.facts["field"] == {"targets": "target_price"}.get(field, field)
    assert (held().stop_price, audited("protection.amended")) == (at(market, "0.95"), [])


def test_a_time_stop_that_is_over_is_refused(desk, market):
    place(desk, market)
    for number in range(4):
        meet(number, bar(market, *CALM))

    with pytest.raises(BadTicket) as refused:
        protect(desk, time_stop_candles=3)
    assert refused.value.facts["nearest"] == "5"


@pytest.fixture
def bots_position(desk, market):
    """A bot's position with a stop at 0.95 and a target at 1.05 of the price."""
    instrument, _ = now(market)
    number = (market[1] - books.DAY_ONE) // books.HOUR.ms
    said = {name: str(at(market, part)) for name, part in (("stop", "0.95"), ("target", "1.05"), ("limit", "1.01"))}
    books.enter(desk, number=number, quantity=str(size(market, 1_000)), instrument=instrument, **said)
    meet(0, bar(market, *CALM))
    return held()


def test_a_person_protects_a_bots_position_and_its_plain_order_becomes_a_held_one(desk, market, bots_position):
    seen = protection_at(portfolio=desk, position_id=bots_position.public_id).protection
    assert (seen.stop_price, seen.targets) == (at(market, "0.95"), ((at(market, "1.05"), bots_position.quantity),))

    protect(desk, trail_bps=300, stop_price=at(market, "0.9"))
    meet(1, bar(market, "1", "1.04", "0.92", "1.03"))
    assert held().stop_price > at(market, "1")
    assert (held().bot_id, orders()) == (books.BOT, ["entry filled", "protect open"])
    meet(2, bar(market, "1.03", "1.06", "1.02", "1.05"))
    assert bought_and_sold() == ["buy (entry)", "sell (target)"]
    assert Fill.objects.get(side="sell").bot_id == books.BOT


def test_protection_that_is_only_looked_at_or_said_again_leaves_a_bots_order_plain(desk, market, bots_position):
    protect(desk, stop_price=at(market, "0.95"))

    assert Intent.objects.get(purpose="protect").spec is None
    meet(1, bar(market, "0.96", "0.96", "0.94", "0.95"))
    assert bought_and_sold() == ["buy (entry)", "sell (stop)"]


def test_many_orders_are_judged_one_after_the_other(desk, market):
    RiskLimits.objects.update(position_notional_max=2_500)
    asked = [(market[0], ticket(market, kind="limit")) for _ in range(3)]
    answers = place_many_by_hand(portfolio=desk, actor=desk.owner, asked=asked, key="k")

    assert [type(one).__name__ for one in answers] == ["Intent", "Intent", "RefusedByRisk"]
    assert answers[2].facts["rule"] == "position_notional"
    assert len(audited("order.placed")) == 2
    again = place_many_by_hand(portfolio=desk, actor=desk.owner, asked=asked[:2], key="k")
    assert [one.pk for one in again] == [one.pk for one in answers[:2]]
    assert Intent.objects.count() == 2


def test_all_or_nothing_places_none_where_one_is_refused(desk, market):
    asked = [(market[0], ticket(market)), (market[0], ticket(market, stop_price=at(market, "1.1")))]
    with pytest.raises(BulkRefused) as refused:
        place_many_by_hand(portfolio=desk, actor=desk.owner, asked=asked, key="k", whole=True)

    assert [(one["number"], one["code"]) for one in refused.value.facts["refused"]] == [(1, "order.bad_ticket")]
    assert Intent.objects.count() == 0


def test_fifty_orders_take_few_more_queries_than_one(desk, market, django_assert_max_num_queries):
    asked = [(market[0], ticket(market, kind="limit", quantity=size(market, 50))) for _ in range(50)]
    with django_assert_max_num_queries(50 + 50):
        place_many_by_hand(portfolio=desk, actor=desk.owner, asked=asked, key="k")
    assert Intent.objects.filter(state="acked").count() == 50


def test_a_part_is_sold_once_for_its_key(desk, market):
    place(desk, market)
    meet(1, bar(market, *CALM))
    unit = now(market)[0].step
    for number in (2, 3):
        leave_by_hand(portfolio=desk, position_id=held().public_id, actor=desk.owner, quantity=unit, key="once")
        place_recorded()
        meet(number, bar(market, *CALM))

    assert bought_and_sold() == ["buy (entry)", "sell (exit)"]
    assert protection_at(portfolio=desk, position_id=held().public_id).quantity == held().quantity
