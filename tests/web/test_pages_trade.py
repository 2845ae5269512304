"""The trade page: the ticket shows what it costs before it is placed, refuses in words, and the history is a file."""

import csv
import io
from decimal import Decimal
from uuid import uuid4

import pytest

from cryptouniverse.kernel.tenancy import in_public
from cryptouniverse.web import trade_history
from tests.people import browser
from trading.execution.models import Intent, Order, Template
from trading.portfolio.models import Position
from trading.risk.models import RiskLimits

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
        ({"quantity": "-1"}, "Quantity is above zero"),
        ({"quantity": "1", "stop_price": "1000"}, "Your limits allow"),
        ({"stop_price": "31000"}, "This order cannot be placed"),
        ({"limit_price": ""}, "This kind of order needs Limit price"),
        ({"limit_price": "30000.001"}, "the nearest is 30000"),
        ({"instrument": "sim:NONE/USDT"}, "There is no price of this instrument now"),
    ],
)
def test_the_preview_says_in_words_what_is_wrong(page, at, changed, words):
    assert words in seen(page.get("/trade/preview/", {**TICKET, **at, **changed}))


def test_what_is_wrong_places_nothing_and_says_why(page, at):
    answer = page.post("/trade/place/", {**TICKET, **at, "stop_price": "31000", "key": uuid4()}, follow=True)

    assert "Stop is 31000" in seen(answer)
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


def waiting(at) -> Intent:
    return Intent.objects.get(instrument_id=BTC, bot_id=None, purpose="entry", state="acked")


def test_an_order_is_changed_in_the_ticket_that_it_was_placed_with(page, at):
    page.post("/trade/place/", {**TICKET, **at, "key": uuid4()})
    placed = waiting(at)
    text = seen(page.get("/trade/", {**at, "amend": placed.name}))
    assert "Change the order" in text and 'value="30000"' in text

    answer = page.post(f"/trade/orders/{placed.name}/amend/", {**TICKET, **at, "limit_price": "29000"}, follow=True)
    assert "The order has its new terms." in seen(answer)
    assert (waiting(at).name, waiting(at).limit_price) == (placed.name, 29000)


def test_the_preview_of_a_changed_order_counts_the_old_one_no_more(page, at, stage):
    Position.objects.update(closed_slot_ms=0)
    RiskLimits.objects.update(position_notional_max=35)
    page.post("/trade/place/", {**TICKET, **at, "key": uuid4()})
    placed = waiting(at)

    assert "Your limits do not allow it" in seen(page.get("/trade/preview/", {**TICKET, **at}))
    text = seen(page.get("/trade/preview/", {**TICKET, **at, "amends": placed.name}))
    assert "Your limits allow it" in text
    assert waiting(at).state == "acked"


KINDS = {
    "trailing": {"kind": "trailing", "entry_trail": "1.5", "limit_price": "", "stop_price": "1000"},
    "oco": {"kind": "oco", "limit_price": "30000", "trigger_price": "90000"},
    "iceberg": {"visible_quantity": "0.0005"},
    "several targets": {"target_price": "90000", "target_price_2": "91000", "break_even_after": "1", "trail": "2"},
    "a trail in price": {"trail_distance": "100", "trail_activation_price": "99000", "trail_source": "close"},
}


@pytest.mark.parametrize("changed", KINDS.values(), ids=KINDS)
def test_every_kind_can_be_ordered_and_comes_back_into_the_ticket(page, at, changed):
    answer = page.post("/trade/place/", {**TICKET, **at, **changed, "key": uuid4()}, follow=True)
    assert "The order is placed." in seen(answer)
    placed = waiting(at)
    text = seen(page.get("/trade/", {**at, "amend": placed.name}))
    assert all(f'value="{value}"' in text for value in changed.values() if value and value.isnumeric())

    page.post(f"/trade/orders/{placed.name}/amend/", {**TICKET, **at, **changed, "quantity": "0.002"})
    assert (waiting(at).quantity, waiting(at).ticket.kind) == (Decimal("0.002"), placed.ticket.kind)


def test_shares_of_targets_are_whole_steps_and_the_last_takes_the_rest(page, at):
    said = {"target_price": "90000", "target_price_2": "91000", "target_price_3": "92000", "quantity": "0.00100"}
    page.post("/trade/place/", {**TICKET, **at, **said, "key": uuid4()})
    assert sum(part for _, part in waiting(at).ticket.targets) == Decimal("0.001")

    shares = {"target_share": "50", "target_share_2": "30", "target_share_3": "10"}
    assert "the last one would be 20" in seen(page.get("/trade/preview/", {**TICKET, **at, **said, **shares}))


def test_a_position_is_sold_in_parts_and_a_repeated_submit_sells_once(page, at, stage):
    position, key = Position.objects.get(public_id=stage.ids["position_id"]), uuid4()
    assert "Sell all" in seen(page.get("/trade/", at))
    for _ in range(2):
        page.post(f"/trade/positions/{position.public_id}/close/", {**at, "part": "25", "key": key})
        Intent.objects.filter(purpose="exit").update(state="filled")  # nothing is being left now

    exit_ = Intent.objects.get(purpose="exit")
    assert (exit_.quantity, exit_.partial) == (position.quantity / 4, True)


def test_the_desk_sells_a_part_too_and_once_for_a_form_however_late_it_comes_again(page, at, stage):
    key, place = page.get("/", at).context["desk"].key, f"/desk/positions/{stage.ids['position_id']}/close/"
    for _ in range(2):
        page.post(place, {**at, "part": "50", "key": key})
        Intent.objects.filter(purpose="exit").update(state="filled")  # nothing is being left now
    assert Intent.objects.get(purpose="exit").quantity == Decimal("0.5")

    page.post(place, {**at, "part": "25", "key": key})
    assert Intent.objects.filter(purpose="exit").count() == 2, "another button, another wish"


def test_a_position_is_given_other_protection(page, at, stage):
    place = f"/trade/positions/{stage.ids['position_id']}/"
    assert place in seen(page.get("/trade/", at)) and 'value="90"' in seen(page.get(place, at))

    answer = page.post(f"{place}protect/", {**at, "stop_price": "95", "trail": "5"}, follow=True)
    assert "The position has its new protection." in seen(answer)
    text = seen(page.get(place, at))
    assert 'value="95"' in text and 'value="5"' in text
    answer = page.post(f"{place}protect/", {**at, "stop_price": "99999999"}, follow=True)
    assert "Stop is 99999999" in seen(answer)


def test_a_ticket_is_kept_as_a_template_and_filled_in_from_it(page, at, stage):
    answer = page.post("/trade/templates/", {**TICKET, **at, "keep_as": "Dip", "keep_size": "equity"}, follow=True)
    assert "The template is kept." in seen(answer) and "Dip" in seen(answer)
    kept = Template.objects.get(name="Dip")

    text = seen(page.get("/trade/", {**at, "template": kept.public_id, "of": BTC}))
    assert 'value="0.001"' in text and 'value="30000' in text.replace("29999.99", "30000")
    page.post(f"/trade/templates/{kept.public_id}/delete/", at)
    assert not Template.objects.filter(name="Dip").exists()


def test_the_history_is_filtered_paged_and_its_file_with_it(page, at, stage, monkeypatch):
    monkeypatch.setattr(trade_history, "SHOWN", 2)
    for number in range(3):
        page.post("/trade/place/", {**TICKET, **at, "key": uuid4(), "quantity": f"0.00{number + 1}"})
        page.post("/trade/cancel-all/", at)
    asked = {**at, "who": "hand", "state": "cancelled", "instrument": BTC, "since": "2000-01-01"}

    first = page.get("/trade/", asked).context["history"]
    assert (len(first["rows"]), first["newer"]) == (2, "")
    second = page.get(f"/trade/?{first['older']}").context["history"]
    assert (len(second["rows"]), second["older"]) == (1, "")
    file = b"".join(page.get(f"/trade/history.csv?{first['file']}").streaming_content).decode().splitlines()
    assert len(file) == 1 + 3
    assert page.get("/trade/", {**asked, "until": "2000-01-02"}).context["history"]["rows"] == []
    assert len(page.get("/trade/", {**at, "who": "bot"}).context["history"]["rows"]) == 1
    assert page.get("/trade/", {**at, "state": "nonsense", "since": "soon"}).status_code == 200
