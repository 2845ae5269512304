"""The trade page: the ticket shows what it costs before it is placed, refuses in words, and the history is a file."""

import csv
import io
from uuid import uuid4

import pytest

from cryptouniverse.kernel.tenancy import in_public
from cryptouniverse.web import trade_history
from tests.people import browser
from trading.execution.models import Intent, Order

BTC = "sim:BTC/USDT"
TICKET = {"instrument": BTC, "kind": "limit", "quantity": "0.001", "limit_price": "30000", "stop_price": "28000"}


@pytest.fixture
def page(stage):
    return browser(stage.people["owner"])


@pytest.fixture
def at(stage):
    return {"portfolio": stage.ids["portfolio_id"]}


def seen(answer) -> str:
    return answer.content.decode()


def test_what_waits_can_be_cancelled_and_what_is_placed_waits(page, at, stage):
    assert "0.1 at 1,100" in seen(page.get("/trade/", at)) or "Cancel all" in seen(page.get("/trade/", at))

    answer = page.post("/trade/place/", {**TICKET, **at, "key": uuid4()}, follow=True)

    assert "The order is placed." in seen(answer)
    assert Order.objects.filter(state="open", intent__purpose="entry", intent__bot_id=None).count() == 2
    answer = page.post("/trade/cancel-all/", at, follow=True)
    assert "No order of yours waits" in seen(answer)


def test_a_submit_that_is_repeated_places_once(page, at):
    sent = {**TICKET, **at, "key": uuid4()}
    for _ in range(2):
        page.post("/trade/place/", sent)

    assert Intent.objects.filter(instrument_id=BTC, bot_id=None).count() == 1


def test_the_preview_says_what_it_costs_and_that_it_is_allowed(page, at):
    text = seen(page.get("/trade/preview/", {**TICKET, **at}))

    assert "Your limits allow it" in text and "30.00" in text  # 0.001 at 30,000
    assert "2.00" in text  # lost at the stop
    assert Intent.objects.filter(instrument_id=BTC, bot_id=None).count() == 0


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"quantity": ""}, "Say a quantity and a stop"),
        ({"quantity": "much"}, "a number such as 0.5"),
        ({"quantity": "", "stop_price": "NaN"}, "Stop: "),
        ({"quantity": "1e999999"}, "Quantity: "),
        ({"quantity": "-1"}, "quantity is above zero"),
        ({"quantity": "1", "stop_price": "1000"}, "Your limits allow"),
        ({"stop_price": "31000"}, "This order cannot be placed"),
        ({"limit_price": ""}, "This kind of order needs limit_price"),
        ({"limit_price": "30000.001"}, "the nearest is 30000"),
        ({"instrument": "sim:NONE/USDT"}, "There is no price of this instrument now"),
    ],
)
def test_the_preview_says_in_words_what_is_wrong(page, at, changed, words):
    assert words in seen(page.get("/trade/preview/", {**TICKET, **at, **changed}))


def test_what_is_wrong_places_nothing_and_says_why(page, at):
    answer = page.post("/trade/place/", {**TICKET, **at, "stop_price": "31000", "key": uuid4()}, follow=True)

    assert "stop_price" in seen(answer)
    assert Intent.objects.filter(instrument_id=BTC, bot_id=None).count() == 0


def test_a_long_history_comes_whole_and_once(page, at, monkeypatch):
    monkeypatch.setattr(trade_history, "PAGE", 2)
    for number in range(5):
        page.post("/trade/place/", {**TICKET, **at, "key": uuid4(), "quantity": f"0.00{number + 1}"})
        page.post("/trade/cancel-all/", at)

    rows = b"".join(page.get("/trade/history.csv", at).streaming_content).decode().splitlines()

    assert len(rows) == 1 + Order.objects.filter(portfolio__public_id=at["portfolio"]).count() == 8
    assert len(set(rows)) == 8


def test_the_history_is_a_file_that_no_spreadsheet_takes_for_formulas(page, at, stage):
    page.post(f"/trade/orders/{stage.ids['order_id']}/cancel/", at)
    Order.objects.update(reason="=1+1")

    answer = page.get("/trade/history.csv", at)

    with in_public():  # a server reads it when the request, and with it the tenant, is over
        text = b"".join(answer.streaming_content).decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert (rows[0]["state"], rows[0]["quantity"], rows[0]["reason"]) == ("cancelled", "0.1", "'=1+1")
    assert "attachment" in answer["Content-Disposition"]
