"""Orders by hand over the API: every answer as documented, what is unknown refused by name, each write once."""

from uuid import uuid4

import pytest

from tenants.audit.models import AuditRecord
from tests.api.client import ApiClient
from tests.trading.by_hand_stage import at, bar, bought_and_sold, meet, now, size, ticket
from trading.execution.models import Intent, Template
from trading.execution.services import place_recorded
from trading.portfolio.models import Position


@pytest.fixture
def api(desk):
    return ApiClient.signed_in(desk.owner, host="acme.localhost")


@pytest.fixture
def orders(desk):
    return f"portfolios/{desk.public_id}/orders"


def body(market, kind="limit", **said):
    """A ticket as it is sent; None leaves a field out."""
    told = {**ticket(market, kind=kind).as_json(), "instrument": market[0], **said}
    return {name: value for name, value in told.items() if value is not None}


def sent(api, path, content):
    return api.post(path, content, Idempotency_Key=str(uuid4()))


def audited(action):
    return AuditRecord.objects.filter(action=action).count()


@pytest.mark.parametrize("kind", ["market", "limit", "stop", "stop_limit", "trailing", "oco"])
def test_every_kind_is_placed_and_told_as_it_was_said(api, orders, market, kind):
    said = body(market, kind)
    placed = sent(api, f"{orders}/place", {**said, "targets": [{"price": f"{at(market, '1.1'):f}"}]})

    assert placed.status_code == 201
    terms = placed.json()["terms"]
    assert (terms["kind"], terms["targets"][0]["quantity"]) == (kind, None)
    assert {name: terms[name] for name in said if name not in {"instrument", "quantity"}}.keys() == said.keys() - {
        "instrument",
        "quantity",
    }
    assert api.get(f"{orders}/{placed.json()['id']}").json() == placed.json()


@pytest.mark.parametrize(
    ("said", "field", "nearest"),
    [
        ({"stop_prise": "1"}, "stop_prise", "stop_price"),
        ({"kind": "limmit"}, "kind", "limit"),
        ({"time_in_force": "GTT"}, "time_in_force", "GTX"),
        ({"trail_source": "mark", "trail_bps": 5}, "trail_source", None),
        ({"targets": [{"price": "1", "share": "2"}]}, "share", None),
    ],
)
def test_what_is_unknown_is_refused_by_name_with_the_nearest(api, orders, market, said, field, nearest):
    refused = sent(api, f"{orders}/place", body(market, **said))

    facts = refused.json()["facts"]
    assert (refused.status_code, refused.json()["code"], facts["field"]) == (422, "order.bad_ticket", field)
    assert facts["limit"] and (nearest is None or facts["nearest"] == nearest)
    assert Intent.objects.count() == 0


def test_an_order_is_amended_under_its_version_and_audited_once(api, orders, market):
    placed = sent(api, f"{orders}/place", body(market)).json()["id"]
    version = api.get(f"{orders}/{placed}")["ETag"]
    change = {"limit_price": f"{at(market, '0.97'):f}"}

    amended = api.patch(f"{orders}/{placed}", change, If_Match=version)
    assert (amended.status_code, amended.json()["id"]) == (200, placed)
    assert api.patch(f"{orders}/{placed}", change, If_Match=version).status_code == 412
    assert api.patch(f"{orders}/{placed}", change, If_Match=amended["ETag"]).json() == amended.json()
    assert api.patch(f"{orders}/{placed}", {"stop": "1"}).json()["facts"]["nearest"] == "stop_price"
    assert audited("order.amended") == 1


def test_what_was_filled_meanwhile_is_a_conflict_that_says_so(api, orders, market):
    placed = sent(api, f"{orders}/place", body(market)).json()["id"]
    version = api.get(f"{orders}/{placed}")["ETag"]
    meet(1, bar(market, "1", "1", "0.98", "0.99"))

    refused = api.patch(f"{orders}/{placed}", {"limit_price": f"{at(market, '0.97'):f}"}, If_Match=version)
    assert (refused.status_code, refused.json()["code"]) == (409, "order.not_waiting")


def test_a_positions_protection_is_amended_under_its_version(api, desk, orders, market):
    sent(api, f"{orders}/place", body(market, "market"))
    meet(1, bar(market, "1", "1.001", "0.999", "1"))
    place = f"portfolios/{desk.public_id}/positions/{Position.objects.get().public_id}/protection"
    change = {"stop_price": f"{at(market, '0.9'):f}", "trail_bps": 500}

    after = api.patch(place, change)
    assert (after.status_code, after.json()["trail_bps"]) == (200, 500)
    assert api.patch(place, change).json() == after.json()
    assert audited("protection.amended") == 1
    for wrong in ({"stop_price": f"{at(market, '1.1'):f}"}, {"stop_price": None}, {"kind": "limit"}):
        assert api.patch(place, wrong).status_code in {400, 422}


def test_a_part_of_a_position_is_closed_once_for_its_key(api, desk, orders, market):
    sent(api, f"{orders}/place", body(market, "market"))
    meet(1, bar(market, "1", "1.001", "0.999", "1"))
    place = f"portfolios/{desk.public_id}/positions/{Position.objects.get().public_id}/close"
    part = {"quantity": f"{now(market)[0].step:f}"}
    for number in (2, 3):
        answer = api.post(place, part, Idempotency_Key="a part")
        assert answer.json()["recorded"] == (number == 2)
        place_recorded()
        meet(number, bar(market, "1", "1.001", "0.999", "1"))

    assert bought_and_sold() == ["buy (entry)", "sell (exit)"]
    assert api.post(place, {"amount": "1"}).json()["facts"]["field"] == "amount"
    assert api.post(place, {}).json()["recorded"] is True


def test_many_orders_have_an_answer_each_in_their_order(api, orders, market):
    many = [
        body(market),
        body(market, stop_prise="1"),
        "no order",
        body(market, quantity=f"{size(market, 1_000_000):f}"),
        body(market),
    ]
    key = str(uuid4())
    answer = api.post(f"{orders}/bulk", {"orders": many}, Idempotency_Key=key)

    problems = [one["problem"] and one["problem"]["code"] for one in answer.json()["results"]]
    assert problems == [None, "order.bad_ticket", "request.invalid", "order.refused_by_risk", None]
    assert (answer.json()["placed"], audited("order.placed")) == (2, 2)
    again = api.post(f"{orders}/bulk", {"orders": many}, Idempotency_Key=key)
    assert (again.json(), Intent.objects.count()) == (answer.json(), 2)


def test_all_or_nothing_says_which_was_refused(api, orders, market):
    many = {"orders": [body(market), body(market, stop_prise="1")], "all_or_nothing": True}
    refused = sent(api, f"{orders}/bulk", many)

    assert (refused.status_code, refused.json()["code"]) == (422, "order.bulk_refused")
    assert [one["number"] for one in refused.json()["facts"]["refused"]] == [1]
    assert Intent.objects.count() == 0


@pytest.mark.parametrize("count", [0, 51])
def test_there_are_one_to_fifty_orders_in_a_call(api, orders, market, count):
    assert sent(api, f"{orders}/bulk", {"orders": [body(market)] * count}).status_code in {400, 422}


TEMPLATE = {
    "name": "Dip", "kind": "limit", "size_equity_pct": "2", "limit_pct": "-1", "stop_pct": "-4", "trail_bps": 300,
    "targets": [{"pct": "3", "share_pct": "50"}, {"pct": "5", "share_pct": "50"}],
}  # fmt: skip


def test_a_template_comes_to_an_order_at_todays_price_that_can_be_sent(api, desk, orders, market):
    kept = sent(api, "order-templates", TEMPLATE)
    place = f"order-templates/{kept.json()['id']}"
    assert (kept.status_code, kept.json()["targets"]) == (201, TEMPLATE["targets"])
    assert api.get(place).json() == kept.json() == api.get("order-templates").json()["data"][0]

    applied = api.get(f"portfolios/{desk.public_id}/templates/{kept.json()['id']}/apply", {"instrument": market[0]})
    order = applied.json()
    assert (order["limit_price"], order["stop_price"]) == (f"{at(market, '0.99'):f}", f"{at(market, '0.96'):f}")
    said = {name: value for name, value in order.items() if value is not None}
    placed = sent(api, f"{orders}/place", said)
    assert placed.status_code == 201
    assert Intent.objects.get().quantity * at(market, "0.99") <= desk.equity * 2 / 100

    assert api.patch(place, {"name": "Deeper", "stop_pct": "-8"}).json()["stop_pct"] == "-8"
    assert api.delete(place).status_code == 204
    assert (api.get(place).status_code, Template.objects.count()) == (404, 0)
    assert [audited(f"template.{done}") for done in ("created", "changed", "deleted")] == [1, 1, 1]


@pytest.mark.parametrize(
    ("changed", "field", "nearest"),
    [
        ({"stop_pct": "1"}, "stop_pct", "-1.0001"),
        ({"size_quote": "5"}, "size_quote", None),
        ({"size_equity_pct": None}, "size_quote", None),
        ({"trigger_pct": "1"}, "trigger_pct", None),
        ({"kind": "limmit"}, "kind", "limit"),
        ({"limit_price": "1"}, "limit_price", "limit_pct"),
        ({"targets": [{"pct": "-2", "share_pct": "100"}]}, "targets", "-0.9999"),
    ],
)
def test_a_template_that_cannot_be_is_refused_in_its_own_terms(api, changed, field, nearest):
    refused = sent(api, "order-templates", {**TEMPLATE, **changed})

    facts = refused.json()["facts"]
    assert (refused.status_code, facts["field"]) == (422, field)
    assert nearest is None or facts["nearest"] == nearest


def test_templates_are_ones_own_and_each_name_is_used_once(api, desk, acme):
    kept = sent(api, "order-templates", TEMPLATE).json()
    assert sent(api, "order-templates", TEMPLATE).json()["code"] == "order.template_name_taken"
    assert Template.objects.get().owner_id == desk.owner_id
    assert kept["name"] == "Dip"
