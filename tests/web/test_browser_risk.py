"""The risk page in a real browser: what was typed outlives the question who is there, and it fits a phone."""

import pytest
from playwright.sync_api import expect

from accounts.users.models import Session
from cryptouniverse.kernel.tenancy import in_tenant
from tests.people import PASSWORD, member
from tests.web.stage import given_desk, given_market
from tests.web.test_browser_connections import NARROW, WATCH, WIDE
from trading.risk.models import RiskLimits

EMAIL = "dana@limits.example"
UNSAVED = "the server responded with a status of 422"  # what Chromium says of a form that was refused


@pytest.fixture(scope="module")
def tenant(beside_playwright, committed):
    with committed("limits") as tenant:
        given_market()
        with in_tenant(tenant):
            given_desk(member(EMAIL, display_name="Dana"))
        yield tenant


@pytest.fixture(scope="module")
def signed_in(chromium, tenant, port):
    with chromium.new_context() as context:
        page = context.new_page()
        page.goto(f"http://limits.localhost:{port}/accounts/login/?next=/risk/")
        page.get_by_label("E-mail address").fill(EMAIL)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_role("heading", name="Risk", exact=True)).to_be_visible()
        return context.storage_state()


@pytest.fixture
def opened(chromium, signed_in, port):
    """A window; fails at the end if the browser complained about anything."""
    contexts, complaints = [], []

    def opened(viewport, scheme):
        address = f"http://limits.localhost:{port}"
        context = chromium.new_context(
            viewport=viewport, color_scheme=scheme, base_url=address, storage_state=signed_in
        )
        contexts.append(context)
        context.add_init_script(WATCH)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [text for text in complaints if UNSAVED not in text] == []


def forget_who_is_there(tenant) -> None:
    with in_tenant(tenant):
        Session.objects.update(step_up_at=None)


def confirm(page) -> None:
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()


def stored(tenant) -> RiskLimits:
    with in_tenant(tenant):
        return RiskLimits.objects.get()


def test_limits_that_were_typed_come_back_after_the_question_who_is_there(opened, tenant):
    page = opened(WIDE, "dark")
    forget_who_is_there(tenant)
    page.goto("/risk/")
    page.get_by_label("Size of one order").fill("777")
    page.get_by_role("button", name="Save the limits").click()
    confirm(page)

    expect(page.locator("#form-limits [data-kept]")).to_be_visible()
    expect(page.get_by_label("Size of one order")).to_have_value("777")
    assert stored(tenant).order_notional_max == 10_000
    page.get_by_role("button", name="Save the limits").click()

    expect(page.get_by_text("The limits are saved")).to_be_visible()
    expect(page.locator("#form-limits [data-kept]")).to_be_hidden()
    assert stored(tenant).order_notional_max == 777


def test_a_trigger_is_added_by_the_keyboard_alone_and_what_was_typed_comes_back(opened, tenant):
    page = opened(NARROW, "light")
    forget_who_is_there(tenant)
    page.goto("/risk/")
    page.locator("#add-drawdown > summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("12.5")
    page.keyboard.press("Tab")
    page.keyboard.press("End")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    confirm(page)

    expect(page.locator("#drawdown-limit")).to_have_value("12.5")
    expect(page.locator("#form-drawdown [type=submit]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("progress[aria-label='Drawdown from the highest value']")).to_be_visible()
    assert stored(tenant).triggers == [{"trigger": "drawdown", "limit": "12.5", "mode": "freeze"}]


@pytest.mark.parametrize(
    ("viewport", "scheme", "way"), [(WIDE, "light", "fixed-amount"), (NARROW, "dark", "percent-percent")]
)
def test_every_form_of_it_fits(opened, tenant, viewport, scheme, way):
    page = opened(viewport, scheme)
    page.goto("/risk/")
    for summary in page.locator(".part__more > summary").all():
        summary.click()
    page.locator("#cap-collar_bps").fill("-1")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Save the limits").click()
    expect(page.locator("#cap-collar_bps_error")).to_contain_text("At least 0.")

    page.goto("/")
    page.get_by_role("link", name="Size of an entry").first.click()
    expect(page.locator("#sizing")).to_be_visible()
    page.locator(f"#sizing details:has(#{way}) > summary").click()
    page.locator(f"#{way}").fill("25")
    page.locator(f"#sizing form:has(#{way}) [type=submit]").click()
    expect(page.get_by_text("sizes its entries so")).to_be_visible()
