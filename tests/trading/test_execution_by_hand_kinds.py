"""Orders by hand on paper that trail, show a part, or are a pair; and what of a ticket is refused, with its limit."""

from decimal import Decimal

import pytest

from tests.trading.by_hand_stage import at, bar, bought_and_sold, meet, now, place, size, ticket
from tests.trading.desk import fills, orders
from trading.execution.errors import BadTicket
from trading.execution.models import Intent
from trading.execution.services import preview_by_hand
from trading.execution.tickets import KINDS, changed, read_ticket
from trading.fills import read_spec
from trading.portfolio.models import Position


def test_an_iceberg_shows_a_part_and_fills_whole(desk, market):
    part = now(market)[0].step
    placed = place(desk, market, kind="limit", visible_quantity=part)
    meet(1, bar(market, "1", "1", "0.98", "0.99"))

    assert read_spec(placed.spec["order"]).entry.visible_steps == 1
    assert bought_and_sold() == ["buy (entry)"]
    assert Position.objects.get().quantity == placed.quantity


def test_a_trailing_entry_buys_once_the_price_has_risen_from_its_lowest(desk, market):
    place(desk, market, kind="trailing", entry_trail_bps=0, entry_trail_distance=at(market, "0.02"))
    meet(1, bar(market, "1", "1.01", "0.97", "0.975"))
    meet(2, bar(market, "0.975", "0.98", "0.96", "0.965"))
    assert fills() == []

    meet(3, bar(market, "0.965", "0.985", "0.965", "0.98"))
    assert bought_and_sold() == ["buy (entry)"]
    assert at(market, "0.979") < Position.objects.get().entry_price < at(market, "0.982")


def test_a_trailing_entry_waits_for_its_activation(desk, market):
    place(desk, market, kind="trailing", entry_trail_bps=100, entry_trail_activation_price=at(market, "0.97"))
    meet(1, bar(market, "1", "1.02", "0.98", "1"))
    assert fills() == []

    meet(2, bar(market, "1", "1", "0.965", "0.966"))
    meet(3, bar(market, "0.966", "0.98", "0.966", "0.98"))
    assert bought_and_sold() == ["buy (entry)"]


def test_a_trailing_entry_that_comes_to_its_stop_frees_its_cash(desk, market):
    place(desk, market, kind="trailing", entry_trail_bps=100)
    meet(1, bar(market, "1", "1", "0.94", "0.98"))

    desk.refresh_from_db()
    assert (orders(), desk.reserved, fills()) == (["entry expired"], 0, [])


@pytest.mark.parametrize(
    ("candle", "price"), [(("1", "1.01", "0.97", "1"), "0.98"), (("1", "1.03", "0.99", "1"), "1.02")]
)
def test_a_pair_buys_once_at_the_leg_that_comes_first(desk, market, candle, price):
    place(desk, market, kind="oco")
    for number in (1, 2):
        meet(number, bar(market, *candle))

    assert bought_and_sold() == ["buy (entry)"]
    assert abs(Position.objects.get().entry_price / at(market, price) - 1) < Decimal("0.002")
    assert orders() == ["entry filled", "protect open"]


@pytest.mark.parametrize("kind", KINDS)
def test_no_entry_costs_more_than_was_set_aside(desk, market, kind):
    placed = place(desk, market, kind=kind)
    paths = {"trailing": [("1", "1", "0.995", "1"), ("1.0001", "1.03", "1", "1.02")]}
    for number, parts in enumerate(paths.get(kind, [("1", "1.03", "0.98", "1.02")])):
        meet(number, bar(market, *parts))

    position = Position.objects.get()
    assert position.cost <= placed.reserved
    assert position.entry_price <= placed.limit_price
    desk.refresh_from_db()
    assert desk.reserved == 0


def test_the_dearer_leg_of_a_pair_is_what_it_may_cost(desk, market):
    seen = preview_by_hand(portfolio=desk, instrument_id=market[0], ticket=ticket(market, kind="oco"))

    assert seen.worst_price >= at(market, "1.02")


def test_a_trail_of_closes_begins_at_its_activation(desk, market):
    half = size(market, 500)
    targets = ((at(market, "1.08"), half), (at(market, "1.09"), half))
    trail = {
        "trail_distance": at(market, "0.01"),
        "trail_activation_price": at(market, "1.03"),
        "trail_source": "close",
    }
    place(desk, market, quantity=2 * half, targets=targets, **trail)
    meet(1, bar(market, "1", "1.05", "0.99", "1.02"))
    assert Position.objects.get().stop_price == at(market, "0.95")

    meet(2, bar(market, "1.02", "1.06", "1.02", "1.04"))
    assert abs(Position.objects.get().stop_price - at(market, "1.03")) <= now(market)[0].tick


def test_break_even_comes_after_a_move(desk, market):
    place(desk, market, break_even_bps=200)
    meet(1, bar(market, "1", "1.03", "0.99", "1.02"))

    position = Position.objects.get()
    assert position.stop_price > position.entry_price


def test_a_ticket_is_the_same_after_its_way_through_json(desk, market):
    asked = ticket(market, kind="trailing", targets=((at(market, "1.1"), None),), trail_distance=at(market, "0.01"))

    assert read_ticket(asked.as_json()) == asked
    assert read_ticket(Intent.objects.get(pk=place(desk, market, ticket=asked).pk).spec["ticket"]) == asked


BAD = {
    "an unknown kind": ({"kind": "magic"}, "kind", None),
    "an unknown time": ({"kind": "limit", "time_in_force": "GTD"}, "time_in_force", None),
    "a limit price of a market order": ({"limit_price": "1"}, "limit_price", None),
    "a trigger of a limit order": ({"kind": "limit", "trigger_price": "1.1"}, "trigger_price", None),
    "post-only above the market": (
        {"kind": "limit", "limit_price": "1.001", "time_in_force": "GTX"}, "limit_price", "1-",
    ),
    "an iceberg that shows more than it is": ({"kind": "limit", "visible_quantity": 10}, "visible_quantity", None),
    "an iceberg that does not wait": (
        {"kind": "limit", "time_in_force": "IOC", "visible_quantity": 1}, "time_in_force", "GTC",
    ),
    "a stop entry below the market": ({"kind": "stop", "trigger_price": "0.97"}, "trigger_price", "1+"),
    "a pair both above": ({"kind": "oco", "limit_price": "1.001"}, "limit_price", "1-"),
    "a pair both below": ({"kind": "oco", "trigger_price": "0.999"}, "trigger_price", "1+"),
    "a pair whose stop is above its limit": ({"kind": "oco", "limit_price": "0.94"}, "stop_price", None),
    "a trail without a distance": ({"kind": "trailing", "entry_trail_bps": 0}, "entry_trail_bps", None),
    "a trail with two": ({"kind": "trailing", "entry_trail_distance": "0.01"}, "entry_trail_bps", None),
    "a trail of everything": ({"kind": "trailing", "entry_trail_bps": 10_000}, "entry_trail_bps", "9999"),
    "an activation above the market": (
        {"kind": "trailing", "entry_trail_activation_price": "1.01"}, "entry_trail_activation_price", "1",
    ),
    "an activation below the stop": (
        {"kind": "trailing", "entry_trail_activation_price": "0.94"}, "stop_price", None,
    ),
    "a price that nobody measures": ({"trail_bps": 100, "trail_source": "mark"}, "trail_source", None),
    "another one": ({"kind": "trailing", "entry_trail_source": "index"}, "entry_trail_source", None),
    "a source of no trail": ({"trail_source": "close"}, "trail_source", None),
    "an activation of no trail": ({"trail_activation_price": "1.1"}, "trail_activation_price", None),
    "a trail between two ticks": ({"trail_distance": "tick"}, "trail_distance", None),
    "break-even after a target that is not": ({"break_even_after": 1}, "break_even_after", "0"),
    "targets that do not add up": ({"targets": (("1.1", 1), ("1.2", 1))}, "target_quantity", None),
    "a target below the one before": ({"targets": (("1.2", 1), ("1.1", 1))}, "target_price", "1.2+"),
}  # fmt: skip


@pytest.mark.parametrize(("said", "field", "nearest"), BAD.values(), ids=BAD)
def test_what_cannot_be_is_refused_with_its_field_and_the_nearest(desk, market, said, field, nearest):
    instrument, _ = now(market)

    def made(name, value):
        if value == "tick":
            return instrument.tick / 2
        if name == "targets":
            return tuple((at(market, price), instrument.step * steps) for price, steps in value)
        if name == "visible_quantity":
            return size(market, 1_000) * value if value > 1 else instrument.step
        return at(market, value) if name.endswith(("price", "distance")) else value

    with pytest.raises(BadTicket) as refused:
        place(desk, market, **{"kind": "market", **{name: made(name, value) for name, value in said.items()}})

    assert refused.value.facts["field"] == field
    if nearest and nearest[0] in "0123456789" and "price" in field:
        step = {"+": instrument.tick, "-": -instrument.tick}.get(nearest[-1], 0)
        assert Decimal(refused.value.facts["nearest"]) == at(market, nearest.rstrip("+-")) + step
    elif nearest:
        assert refused.value.facts["nearest"] == nearest
    assert Intent.objects.count() == 0


def test_another_kind_keeps_of_the_old_terms_what_it_takes(desk, market):
    pair = ticket(market, kind="oco")
    assert changed(pair, {"kind": "limit"}) == ticket(market, kind="limit", limit_price=at(market, "0.98"))

    trailing = ticket(market, kind="trailing", entry_trail_activation_price=at(market, "0.97"))
    other = changed(trailing, {"entry_trail_distance": at(market, "0.01")})
    assert (other.entry_trail_bps, other.entry_trail_activation_price) == (0, at(market, "0.97"))
    assert changed(ticket(market, trail_bps=100, trail_source="close"), {"trail_bps": 0}).trail_source == "last"
