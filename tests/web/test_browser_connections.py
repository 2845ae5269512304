"""Connections in a real browser: strict policy, a narrow screen, the keyboard, ages that count."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.tenancy import in_tenant
from tests.people import PASSWORD, member
from tests.trading.connections_cast import credentials, given_connection
from trading.connections.services import record_proof, stop_entries

EMAIL = "cleo@keys.example"
WATCH = "addEventListener('securitypolicyviolation', e => console.error('CSP ' + e.violatedDirective))"
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def rows(beside_playwright, committed):
    """Cleo's connections: one as it should be, one that is stopped."""
    with committed("keys") as tenant, in_tenant(tenant):
        cleo = member(EMAIL)
        good = given_connection(cleo, label="Main", may_withdraw=False, ip_restricted=True)
        record_proof(connection=good, drift=Decimal(0), at=clock.now())
        keys = credentials("another-key", "another-secret")
        bad = given_connection(cleo, label="An account with a name that is rather long", keys=keys)
        stop_entries(connection=bad, reason="An order that nobody knows")
        yield good, bad


@pytest.fixture(scope="module")
def signed_in(chromium, rows, port):
    """What Cleo's browser keeps after signing in by the form."""
    with chromium.new_context(base_url=f"http://keys.localhost:{port}") as context:
        page = context.new_page()
        page.goto("/accounts/login/?next=/connections/")
        page.get_by_label("E-mail address").fill(EMAIL)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", name="Connections", exact=True)).to_be_visible()
        return context.storage_state()


@pytest.fixture
def opened(chromium, signed_in, port):
    """Opens Cleo's connections in a window; fails at the end if the browser complained about anything."""
    contexts, complaints = [], []

    def opened(viewport=WIDE, scheme="dark"):
        address = f"http://keys.localhost:{port}"
        context = chromium.new_context(
            viewport=viewport, color_scheme=scheme, base_url=address, storage_state=signed_in
        )
        contexts.append(context)
        context.add_init_script(WATCH)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/connections/")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def page(opened):
    """Cleo's connections in a wide window."""
    return opened()


@pytest.mark.parametrize(
    ("viewport", "scheme"), [(WIDE, "dark"), (NARROW, "dark"), (NARROW, "light")], ids=["wide", "narrow", "light"]
)
def test_the_pages_fit_and_obey_the_policy(opened, rows, viewport, scheme):
    page = opened(viewport, scheme)
    good, bad = (f"/connections/{row.public_id}/" for row in rows)
    for address in ("/connections/", "/connections/add/", "/connections/add/?kind=live", good, bad):
        page.goto(address)
        expect(page.locator("#conn")).to_have_attribute("data-state", "live", timeout=45_000)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address


def test_an_age_goes_on_counting(page):
    age = page.locator("time[data-since]").first
    before = age.inner_text()
    expect(age).not_to_have_text(before, timeout=5_000)
    assert age.inner_text().endswith(" ago")


def test_a_dialog_starts_on_the_safe_button_and_leaves_by_the_keyboard(page, rows):
    page.goto(f"/connections/{rows[0].public_id}/")
    page.get_by_role("link", name="Delete this connection").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Delete Main")
    expect(dialog.get_by_role("button", name="Keep it")).to_be_focused()

    page.keyboard.press("Escape")

    expect(dialog).to_be_hidden()
    expect(page.get_by_role("heading", name="Main")).to_be_visible()


def test_on_a_phone_the_account_is_behind_more(opened):
    page = opened(NARROW)
    tabs = page.get_by_role("navigation", name="Main, phone")
    for name, heading in (("Security", "Security"), ("Team", "Team"), ("API keys", "API keys")):
        tabs.get_by_text("More", exact=True).click()
        expect(tabs.get_by_role("button", name="Sign out")).to_be_visible()
        tabs.get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_role("heading", name=heading, exact=True).first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name


def test_between_phone_and_desktop_one_can_still_sign_out(opened):
    page = opened({"width": 900, "height": 800})
    expect(
        page.get_by_role("navigation", name="Main", exact=True).get_by_role("button", name="Sign out")
    ).to_be_visible()
