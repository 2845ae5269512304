"""The page for orders over time: every algorithm is on it, begins once, is held up, goes on and ends."""

from uuid import uuid4

import pytest

from tests.people import browser
from trading.algorithms import all_kinds, state_from
from trading.execution.models import ParentOrder
from trading.portfolio.models import Position

BTC = "sim:BTC/USDT"
BUY = {"instrument": BTC, "quantity": "0.01", "stop_price": "1000", "limit_price": "90000"}
SAID = {
    "twap": {"twap-duration_s": "180", "twap-interval_s": "60"},
    "vwap": {"vwap-interval_s": "60", "vwap-intervals": "3", "vwap-profile_days": "2"},
    "participation": {
        "participation-rate_bps": "1", "participation-cap_steps": "0.01", "participation-duration_s": "600",
    },
    "iceberg": {"iceberg-visible_steps": "0.005"},
    "schedule": {"schedule-steps_each": "0.005", "schedule-every_min": "60"},
}  # fmt: skip


@pytest.fixture
def page(stage):
    return browser(stage.people["owner"])


@pytest.fixture
def at(stage):
    return {"portfolio": stage.ids["portfolio_id"]}


def seen(answer) -> str:
    return answer.content.decode()


def newest() -> ParentOrder:
    return ParentOrder.objects.latest("pk")


def test_each_algorithm_is_on_the_page_and_can_be_begun_there(page, at):
    shown = seen(page.get("/trade/over-time/", at))
    assert set(SAID) == set(all_kinds())
    for kind, said in SAID.items():
        assert all(f'name="{name}"' in shown for name in said)
        answer = page.post("/trade/over-time/begin/", {**BUY, **at, **said, "kind": kind, "key": uuid4()}, follow=True)
        assert "It has begun." in seen(answer)
        assert newest().kind == kind
    again = seen(page.get("/trade/over-time/", at))
    assert 'id="over-list"' in again and 'hx-select="#over-list"' in again, "it moves by itself"
    begun = dict(newest().terms["parameters"])
    assert (begun["steps_each"], begun["every_min"]) == (500, 60), "sizes in steps"
    twap = ParentOrder.objects.filter(kind="twap").latest("pk").terms["parameters"]
    assert (twap["duration_s"], twap["interval_s"]) == (10_800, 3_600), "minutes become seconds"


def test_a_submit_that_is_repeated_begins_once(page, at):
    sent = {**BUY, **at, **SAID["twap"], "kind": "twap", "key": uuid4()}
    before = ParentOrder.objects.count()
    for _ in range(2):
        page.post("/trade/over-time/begin/", sent)
    assert ParentOrder.objects.count() == before + 1


def test_it_is_paused_goes_on_and_ends(page, at):
    page.post("/trade/over-time/begin/", {**BUY, **at, **SAID["twap"], "kind": "twap", "key": uuid4()})
    place = f"/trade/over-time/{newest().public_id}"
    assert "It is paused." in seen(page.post(f"{place}/pause/", at, follow=True))
    assert state_from(newest().state).paused
    assert "It goes on." in seen(page.post(f"{place}/resume/", at, follow=True))
    assert state_from(newest().state).paused is None
    assert "It is ended." in seen(page.post(f"{place}/end/", at, follow=True))
    assert str(state_from(newest().state).finished) == "cancelled"


def test_a_position_is_sold_over_time(page, at):
    position = Position.objects.filter(closed_slot_ms=None).first()
    sent = {**at, **SAID["twap"], "kind": "twap", "key": uuid4(), "position": position.public_id, "quantity": "0.5"}
    assert "It has begun." in seen(page.post("/trade/over-time/begin/", sent, follow=True))
    assert (newest().side, newest().position_id) == ("sell", position.pk)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"quantity": ""}, "Quantity:"),
        ({"stop_price": ""}, "What is bought needs a stop"),
        ({"twap-interval_s": ""}, "interval_s must be"),
        ({"twap-interval_s": "soon"}, "interval_s must be"),
        ({"twap-duration_s": "NaN"}, "duration_s must be"),
        ({"kind": "magic"}, "How:"),
    ],
)
def test_what_cannot_be_is_said_in_words(page, at, changed, words):
    before = ParentOrder.objects.count()
    sent = {**BUY, **at, **SAID["twap"], "kind": "twap", "key": uuid4(), **changed}
    assert words in seen(page.post("/trade/over-time/begin/", sent, follow=True))
    assert ParentOrder.objects.count() == before
