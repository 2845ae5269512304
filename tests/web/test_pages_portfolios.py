"""One portfolio at a time, and what stands behind it: paper, or an account at an exchange."""

from decimal import Decimal

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.market import Timeframe
from strategies.bots.services import create_bot
from tests.people import browser, member
from tests.trading.connections_cast import given_connection
from tests.web.test_pages_desk import seen
from trading.connections.models import Connection
from trading.connections.services import record_proof, stop_entries
from trading.execution.models import Attempt, Intent, StrangeOrder
from trading.execution.services.opening import portfolio_of_connection
from trading.execution.services.proving import STRANGE
from trading.marketdata.selectors import instruments
from trading.portfolio.models import Dust
from trading.risk.models import RiskLimits

BTC = "binance:BTC/USDT"
QUERIES_MAX = 22  # of the paper desk, and one for each part of the connection's panel


@pytest.fixture
def sandbox(alice, desk):
    """Alice's portfolio at a practice exchange, beside the one on paper, with a bot of its own."""
    link = given_connection(alice, label="Practice exchange", clock_offset_ms=-12)
    portfolio = portfolio_of_connection(connection_pk=link.pk, cash=Decimal(4321))
    create_bot(
        owner=alice, portfolio=portfolio, strategy="rsi_reversion", parameters={}, timeframe=Timeframe.H1,
        instruments=sorted(instruments())[:1], allocation=100, name="Practice bot",
    )  # fmt: skip
    return portfolio


def at(portfolio, more: str = "") -> str:
    return f"/?portfolio={portfolio.public_id}{more}"


def strange(portfolio, number: str, *, ours: bool, status: str = "open") -> StrangeOrder:
    return StrangeOrder.objects.create(
        connection=portfolio.connection, venue_order_id=number, client_order_id="", symbol="ETH/USDT", side="buy",
        quantity=2, executed=0, status=status, ours=ours, seen_at=clock.now(),
    )  # fmt: skip


def test_one_portfolio_needs_no_switch(page, desk):
    assert 'class="pots"' not in page.get("/").content.decode()


def test_the_desk_shows_paper_unless_another_is_asked_for(page, sandbox):
    paper, other = seen(page.get("/")), seen(page.get(at(sandbox)))

    assert "100,000.00 USDT" in paper and "Environment: Paper" in paper and "Moving average cross" in paper
    assert "4,321.00 USDT" in other and "Environment: Sandbox" in other and "Practice bot" in other
    assert "4,321.00" not in paper and "Practice bot" not in paper
    assert "100,000.00" not in other and "Moving average cross" not in other


def test_the_switch_is_made_of_links_that_name_the_kind(page, desk, sandbox):
    html = page.get(at(sandbox)).content.decode()
    switch = html[html.index('class="pots"') : html.index("</nav>", html.index('class="pots"'))]

    assert switch.count("<a ") == 2 and f"?portfolio={desk.public_id}" in switch
    assert "Paper" in switch and "Sandbox" in switch and "Practice exchange" in switch
    assert f'portfolio={sandbox.public_id}" aria-current="true"' in switch


def test_every_panel_of_figures_names_the_kind(page, sandbox):
    html = page.get(at(sandbox)).content.decode()
    heads = [piece.split("</h2>")[1][:400] for piece in html.split('<section class="panel')[1:]]

    assert sum("badge--sim" in head for head in heads) == 7


def test_the_choice_stays_in_every_link_and_in_what_is_fetched(page, sandbox):
    html = page.get(at(sandbox)).content.decode()

    assert html.count(f"?portfolio={sandbox.public_id}&amp;period=1d") == 2
    assert f"?portfolio={sandbox.public_id}&amp;show=refused" in html
    assert f"?portfolio={sandbox.public_id}&amp;open=stop" in html
    fetched = page.get(f"/desk/panels/?portfolio={sandbox.public_id}&only=value,connection").content.decode()
    assert "4,321.00" in fetched and 'id="panel-connection" aria-labelledby="p-link" hx-swap-oob="morph"' in fetched


@pytest.mark.parametrize("address", ["/", "/desk/panels/"])
@pytest.mark.parametrize("asked", ["nonsense", "theirs", "00000000-0000-4000-8000-000000000000"])
def test_somebody_elses_portfolio_is_not_there(sandbox, address, asked):
    eve = browser(member("eve@acme.example"))
    asked = str(sandbox.public_id) if asked == "theirs" else asked

    assert eve.get(f"{address}?portfolio={asked}").status_code == 404


def test_the_switch_stops_that_portfolio_and_says_which(page, desk, sandbox):
    assert "Your other portfolios are not touched." in seen(page.get(at(sandbox, "&open=stop")))

    sent = {"reason": "Looks odd", "portfolio": str(sandbox.public_id)}
    answer = page.post("/desk/stop/", sent, follow=True)

    assert answer.redirect_chain == [(at(sandbox), 302)]
    assert "All trading on Practice exchange is stopped" in seen(answer)
    assert RiskLimits.objects.get(portfolio=sandbox).stopped_at is not None
    assert RiskLimits.objects.get(portfolio=desk).stopped_at is None


@pytest.mark.parametrize("path", ["/desk/stop/", "/desk/rearm/"])
def test_nobody_stops_what_is_somebody_elses(sandbox, path):
    eve = browser(member("eve@acme.example"))

    assert eve.post(path, {"reason": "mine now", "portfolio": str(sandbox.public_id)}).status_code == 404
    assert RiskLimits.objects.get(portfolio=sandbox).stopped_at is None


def test_the_connections_panel_tells_how_it_is(page, sandbox):
    record_proof(connection=sandbox.connection, drift=Decimal(0), at=clock.now())
    Dust.objects.create(portfolio=sandbox, asset="BTC", quantity=Decimal("0.000004"), cost=Decimal("0.2"))
    intent = Intent.objects.create(
        portfolio=sandbox, instrument_id=BTC, purpose="entry", side="buy", quantity=1, limit_price=1, slot_ms=0,
        client_order_id="cu-1", state="sending", recorded_at=clock.now(),
    )  # fmt: skip
    Attempt.objects.create(
        intent=intent, number=1, client_order_id="cu-1", quantity=1, epoch=1, signed_at_ms=0, sent_at=clock.now(),
        valid_until=clock.now(),
    )  # fmt: skip
    strange(sandbox, "77", ours=False)
    strange(sandbox, "78", ours=False, status="filled")

    text = seen(page.get(at(sandbox)))

    assert "drift 0" in text and "proven 0 s ago" in text and "−12 ms" in text and "closed: calls go through" in text
    assert "0.000004 BTC" in text and "Sent, and not heard of yet" in text
    assert "Not ours, never touched" in text and "77" in text and " 78 " not in text


def test_paper_has_no_connections_panel(page, desk, sandbox):
    assert "panel-connection" not in page.get(at(desk)).content.decode()
    assert "panel-connection" not in page.get("/desk/panels/?only=connection").content.decode()


def test_a_drift_is_told_on_the_desk_whatever_is_shown(page, sandbox):
    record_proof(connection=sandbox.connection, drift=Decimal("0.50"), at=clock.now())

    on_paper, there = seen(page.get("/")), seen(page.get(at(sandbox)))

    assert "Practice exchange: nothing new is bought there" in on_paper and "They differ by 0.5 units." in on_paper
    assert "drift 0.5" in there and "Stops and exits go on." in there and "Nothing new is bought here" in there
    assert "nothing new is bought" in seen(page.get("/desk/panels/?only=notices"))


def test_an_order_with_our_mark_is_marked_as_looked_at_with_a_reason(page, sandbox):
    strange(sandbox, "99", ours=True)
    stop_entries(connection=sandbox.connection, reason=STRANGE)
    html = page.get(at(sandbox)).content.decode()
    path = f"/desk/connections/{sandbox.connection.public_id}/explain/"
    assert f'action="{path}"' in html and "It has our mark, and we did not send it." in html
    sent = {"order": "99", "portfolio": str(sandbox.public_id)}

    page.post(path, {**sent, "reason": " "})
    assert StrangeOrder.objects.get().explained_by == ""

    text = seen(page.post(path, {**sent, "reason": "An old installation"}, follow=True))
    assert "The order is marked as looked at." in text and "Looked at by Alice" in text
    assert Connection.objects.get(pk=sandbox.connection_id).entries_stopped_at is None


def test_nobody_explains_an_order_of_somebody_elses(sandbox):
    strange(sandbox, "99", ours=True)
    path = f"/desk/connections/{sandbox.connection.public_id}/explain/"

    answer = browser(member("eve@acme.example")).post(path, {"order": "99", "reason": "it is mine"})

    assert answer.status_code == 404 and StrangeOrder.objects.get().explained_by == ""


def test_a_viewer_sees_the_warning_and_no_button(acme, desk):
    viewer = member("vera@acme.example", role="viewer")
    link = given_connection(viewer)
    portfolio = portfolio_of_connection(connection_pk=link.pk, cash=Decimal(1))
    strange(portfolio, "99", ours=True)

    html = browser(viewer).get("/").content.decode()

    assert "It has our mark" in html and "desk-explain" not in html and "/explain/" not in html
    assert browser(viewer).post(f"/desk/connections/{link.public_id}/explain/", {}).status_code == 403


def test_a_portfolio_at_an_exchange_costs_few_queries(page, sandbox):
    for number in range(4):
        strange(sandbox, str(number), ours=number < 2)
    page.get(at(sandbox))
    with CaptureQueriesContext(database) as queries:
        page.get(at(sandbox))

    asked = [query["sql"] for query in queries if not query["sql"].startswith("SET ")]
    assert len(asked) <= QUERIES_MAX, "\n".join(asked)


@pytest.mark.parametrize("address", ["/trade/", "/risk/"])
def test_stop_all_and_other_pages_keep_the_portfolio_that_is_shown(page, desk, sandbox, address):
    html = page.get(f"{address}?portfolio={sandbox.public_id}").content.decode()

    kept = f"portfolio={sandbox.public_id}"
    assert f'href="/?{kept}&amp;open=stop"' in html and "open=stop&amp;level" not in html
    assert all(f'href="{other}?{kept}"' in html for other in ("/", "/trade/", "/risk/"))
    assert f'href="/?{kept}#panel-positions"' in html and str(desk.public_id) not in html.split("<main")[0]


@pytest.mark.parametrize("address", ["/connections/", "/keys/", "/webhooks/", "/settings/team/"])
def test_stop_all_of_a_page_without_a_portfolio_is_about_all_of_them(page, desk, sandbox, address):
    assert 'href="/?open=stop&amp;level=user"' in page.get(address).content.decode()

    opened = page.get("/?open=stop&level=user").content.decode()
    assert '<option value="user" selected>' in opened and "All your portfolios stop" in opened
    assert '<option value="user" selected>' not in page.get(at(sandbox, "&open=stop")).content.decode()
