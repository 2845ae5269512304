"""The pages of connections: what a person sees and presses, and that nothing typed as a key is ever written back."""

from datetime import timedelta
from decimal import Decimal

import pytest

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.events.models import OutboxEvent
from cryptouniverse.wiring import WIRING, show_connections
from tests.people import browser, member
from tests.trading.connections_cast import API_KEY, SECRET, credentials, given_connection
from tests.trading.fake_exchange import silent
from tests.trading.operators import operators_browser
from tests.trading.sandbox_control import sandbox_control
from trading.connections.models import Connection, TenantKey
from trading.connections.services import record_proof, stop_entries
from trading.connections.types import TERMS_VERSION, Kind, Status
from trading.exchanges.types import KeyRights

FORM = {"label": "Practice", "venue": "binance", "api_key": API_KEY, "secret": SECRET}


@pytest.fixture
def page(alice):
    return browser(alice)


def text(answer):
    said = answer.content.decode()
    assert API_KEY not in said and SECRET not in said
    return " ".join(said.split())


def at(row, verb=""):
    return f"/connections/{row.public_id}/{verb}"


def test_without_a_connection_the_page_says_how_to_begin(page, settings):
    settings.CU = settings.CU.model_copy(update={"cu_sandbox_url": "http://127.0.0.1:9"})
    said = text(page.get("/connections/"))

    assert "No connection yet" in said and "Open a sandbox account" in said
    assert 'aria-current="page" title="Connections"' in said


def test_the_desk_leads_to_connections(page):
    assert 'href="/connections/"' in text(page.get("/connections/"))


def test_the_list_says_how_each_connection_is(page, alice):
    row = given_connection(alice, ip_restricted=False, may_withdraw=False)
    record_proof(connection=row, drift=Decimal(0), at=clock.now() - timedelta(seconds=12))

    said = text(page.get("/connections/"))

    for words in ("Main", "Sandbox", "Active", "trade", "not withdraw", "works from anywhere", "drift 0", "proven"):
        assert words in said
    assert "12 s ago</time>" in said or "13 s ago</time>" in said


def test_a_difference_and_a_stop_are_said_with_their_reason(page, alice):
    drifting, stopped = given_connection(alice), given_connection(alice, label="B", keys=credentials("b-key", "b-sec"))
    record_proof(connection=drifting, drift=Decimal("0.0500"), at=clock.now())
    stop_entries(connection=stopped, reason="An order that nobody knows")

    said = text(page.get("/connections/"))

    assert "drift 0.05" in said and "Our books and the exchange&#x27;s differ." in said
    assert "An order that nobody knows" in said and said.count("Exits go on.") == 2


def test_adding_tests_the_key_first(page, exchange):
    exchange.knows(credentials())
    answer = page.post("/connections/add/?kind=sandbox", FORM)

    row = Connection.objects.get()
    assert answer["Location"] == at(row)
    assert "Practice (binance) is connected" in text(page.get(at(row)))


@pytest.mark.parametrize(
    ("rights", "words"),
    [
        (KeyRights(trade=True, withdraw=True, transfer=True, ip_restricted=True), "It allows: withdrawals, transfers."),
        (KeyRights(trade=False, withdraw=None, transfer=None, ip_restricted=None), "allow spot trading"),
        (silent(f"{API_KEY} {SECRET}"), "no usable answer"),
        (None, "Nothing was stored"),
    ],
)
def test_a_key_that_is_not_fit_is_refused_on_the_page_and_never_shown_again(page, exchange, rights, words):
    if rights is not None:
        exchange.knows(credentials(), rights)
    answer = page.post("/connections/add/?kind=sandbox", FORM)

    said = text(answer)
    assert words in said and "Nothing was stored." in said
    assert 'value="Practice"' in said
    assert answer.status_code in {422, 503} and not Connection.objects.exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [({"label": ""}, "Give it a name"), ({"secret": "x y"}, "no blanks"), ({"api_key": ""}, "Copy it from")],
)
def test_a_form_with_a_fault_says_which(page, exchange, change, words):
    answer = page.post("/connections/add/?kind=sandbox", {**FORM, **change})

    assert answer.status_code == 422 and words in text(answer)
    assert exchange.opened == []


def test_a_beginner_reads_what_to_allow_and_what_not(page):
    said = text(page.get("/connections/add/"))
    for words in ("reading, and spot trading", "withdrawals. We refuse a key", "transfers between accounts"):
        assert words in said
    assert 'type="password"' in said and 'autocomplete="off"' in said


def test_live_shows_warning_and_terms_and_says_whose_yes_is_missing(page, exchange):
    said = text(page.get("/connections/add/?kind=live"))
    assert "Risk warning" in said and f"Terms, version {TERMS_VERSION}" in said

    without = page.post("/connections/add/?kind=live", FORM)
    assert "Read and accept the risk warning and terms." in text(without)
    old = page.post("/connections/add/?kind=live", {**FORM, "terms": "2020-01"})
    assert "The terms have changed" in text(old)
    accepted = page.post("/connections/add/?kind=live", {**FORM, "terms": TERMS_VERSION})
    assert accepted.status_code == 422 and "operators of this platform have not switched" in text(accepted)
    assert not Connection.objects.exists() and exchange.opened == []


def test_paper_is_added_without_a_key(page, exchange):
    assert 'name="secret"' not in text(page.get("/connections/add/?kind=paper"))
    page.post("/connections/add/?kind=paper", {"label": "Paper", "venue": "binance"})

    assert Connection.objects.get().kind == Kind.PAPER


def test_one_press_opens_a_sandbox_account(page, exchange, settings):
    with sandbox_control(exchange, settings, token="control") as control:
        first = page.post("/connections/sandbox/", follow=True)
        page.post("/connections/sandbox/")

    assert "100,000 USDT of play money" in text(first)
    assert sorted(Connection.objects.values_list("label", flat=True)) == ["Sandbox", "Sandbox 2"]
    assert len(control.opened) == 2


def test_a_sandbox_that_is_down_is_said_on_the_page(page, exchange):
    said = text(page.post("/connections/sandbox/", follow=True))
    assert "The sandbox exchange does not answer" in said


def test_each_button_does_what_it_says(page, alice, exchange):
    row = given_connection(alice, status=Status.TESTED)

    assert "Active: bots may trade there." in text(page.post(at(row, "activate/"), follow=True))
    assert "Switched off" in text(page.post(at(row, "deactivate/"), follow=True))
    assert "Renamed" in text(page.post(at(row, "rename/"), {"label": "New name"}, follow=True))
    assert "The exchange is being asked" in text(page.post(at(row, "test/"), follow=True))
    exchange.knows(credentials("new-key-of-alice", "new-secret-of-alice"))
    said = page.post(at(row, "rotate/"), {"api_key": "new-key-of-alice", "secret": "new-secret-of-alice"}, follow=True)
    assert "The new key was tested" in text(said) and "new-secret" not in text(said)
    assert "its key destroyed" in text(page.post(at(row, "delete/"), follow=True))
    assert page.get(at(row)).status_code == 404


def test_entries_are_allowed_again_with_a_reason(page, alice):
    row = given_connection(alice)
    stop_entries(connection=row, reason="An order that nobody knows")
    assert "Allow entries again" in text(page.get(at(row)))

    assert "Say why" in text(page.post(at(row, "allow/"), {"reason": ""}, follow=True))
    assert "Entries are allowed again" in text(page.post(at(row, "allow/"), {"reason": "looked at it"}, follow=True))
    row.refresh_from_db()
    assert row.takes_entries


def test_deleting_and_replacing_ask_first(page, alice):
    row = given_connection(alice)
    for name, words in (
        ("delete", "cannot be brought back"),
        ("rotate", "takes the place"),
        ("deactivate", "every exit"),
    ):
        said = text(page.get(f"{at(row)}?open={name}"))
        assert f'<dialog id="{name}"' in said and "open data-opened" in said and words in said


def test_a_part_of_the_page_is_refreshed(page, alice):
    row = given_connection(alice)

    assert 'id="panel-connections"' in text(page.get("/connections/panels/?only=connections"))
    assert 'id="panel-connection"' in text(page.get(at(row, "panels/?only=all")))
    assert page.get("/connections/panels/?only=positions").status_code == 204
    assert page.get(at(row, "panels/?only=positions")).status_code == 204
    assert WIRING["connections.changed"] == (show_connections,)


def test_a_change_reaches_the_owners_open_pages(alice):
    stop_entries(connection=given_connection(alice), reason="for a test")

    [event] = OutboxEvent.objects.filter(type="connections.changed")
    assert event.stream == f"user:{alice.public_id}"


def test_somebody_elses_connection_is_not_there(alice, exchange):
    row = given_connection(alice, label="The vault")
    eve = browser(member("eve@acme.example", role="admin"))

    assert eve.get(at(row)).status_code == 404
    assert eve.get(at(row, "panels/")).status_code == 404
    for verb in ("rename/", "test/", "activate/", "deactivate/", "allow/", "rotate/", "delete/"):
        assert eve.post(at(row, verb), {**FORM, "reason": "looked"}).status_code == 404
    assert "The vault" not in text(eve.get("/connections/"))


def test_a_viewer_sees_and_presses_nothing(acme):
    viewer = member("viewer@acme.example", role="viewer")
    row, page = given_connection(viewer), browser(viewer)

    said = text(page.get(at(row)))
    for words in ("Delete this connection", "Replace the key", ">Test<", "Switch off"):
        assert words not in said
    assert page.get("/connections/add/").status_code == 403
    assert page.post(at(row, "delete/")).status_code == 403


def test_operators_read_and_see_no_key(alice, acme_ctx):
    row, key = given_connection(alice), TenantKey.objects.first()

    with operators_browser(acme_ctx) as admin:
        for path in ("connection/", f"connection/{row.pk}/change/", "tenantkey/", f"tenantkey/{key.pk}/change/"):
            answer = admin.get(f"/admin/trading_connections/{path}")
            assert answer.status_code == 200, path
            assert row.key_fingerprint not in text(answer)
        assert admin.get("/admin/trading_connections/sealedsecret/").status_code == 404
