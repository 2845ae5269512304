"""What a trader sees in a real browser, from a real server, while a real worker trades."""

import pytest
from playwright.sync_api import expect

from cryptouniverse.kernel.tenancy import in_tenant
from tests.people import PASSWORD, member
from tests.web.stage import given_cycles, given_desk, given_market, given_time_passes
from trading.execution.models import Fill
from trading.risk.models import RiskLimits

EMAIL = "dana@demo.example"
ARRIVES_WITHIN_MS = 45_000
# what a page must not do: run or load what its policy forbids
WATCH = (
    "addEventListener('securitypolicyviolation', e => console.error('CSP ' + e.violatedDirective + ' ' + e.blockedURI))"
)

SHRUNK_HEADS = """
    [...document.querySelectorAll(".panel > .panel__head")]
        .filter(head => head.clientWidth < head.parentElement.clientWidth).map(head => head.innerText)
"""


@pytest.fixture(scope="module")
def tenants(beside_playwright, committed):
    """Demo and Other, each with a desk of the same person's name and bots that trade the same market."""
    with committed("demo") as demo, committed("other") as other:
        feed = given_market()
        for tenant, cash in ((demo, 100_000), (other, 55_555)):
            with in_tenant(tenant):
                given_desk(member(EMAIL, display_name=f"Dana of {tenant.slug}"), cash=cash)
                given_cycles(feed, 1)
        yield demo, other


@pytest.fixture(scope="module")
def signed_in(chromium, tenants, port):
    """What the browser keeps after signing in on demo.localhost by the form."""
    with chromium.new_context() as context:
        page = context.new_page()
        page.goto(f"http://demo.localhost:{port}/")
        page.get_by_label("E-mail address").fill(EMAIL)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.locator("#conn")).to_have_attribute("data-state", "live", timeout=ARRIVES_WITHIN_MS)
        return context.storage_state()


@pytest.fixture
def page(chromium, signed_in, port):
    """Signed in on demo.localhost; fails at the end if the browser complained about anything."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, storage_state=signed_in)
    context.add_init_script(WATCH)
    page = context.new_page()
    complaints: list[str] = []
    page.on(
        "console", lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"http://demo.localhost:{port}/")
    expect(page.locator("#conn")).to_have_attribute("data-state", "live", timeout=ARRIVES_WITHIN_MS)
    yield page
    context.close()
    assert complaints == []


def in_database(tenant, act):
    """`act()` inside `tenant`."""
    with in_tenant(tenant):
        return act()


def fill_ids() -> list[str]:
    return [str(fill.public_id) for fill in Fill.objects.order_by("-sequence")]


def test_a_trade_that_a_worker_makes_arrives_by_itself(page, tenants, running_worker):
    demo, other = tenants
    expect(page.get_by_text("No order yet")).to_be_visible()
    page.evaluate("document.body.dataset.since = 'the first load'")
    page.locator("#panel-value .seg a").first.focus()

    in_database(demo, lambda: given_time_passes(60))
    expect(page.locator("#panel-activity tbody tr").first).to_be_visible(timeout=ARRIVES_WITHIN_MS)

    row = page.locator("#panel-activity tbody tr").first.get_attribute("id") or ""
    assert row.removeprefix("act-fill-") in in_database(demo, fill_ids)
    assert page.evaluate("document.body.dataset.since") == "the first load"
    assert page.evaluate("document.activeElement.textContent") == "1D"
    expect(page.locator("#equity")).not_to_have_text("100,000.00", timeout=ARRIVES_WITHIN_MS)
    html = page.content()
    assert "Dana of other" not in html and "55,5" not in html
    assert not any(fill in html for fill in in_database(other, fill_ids))


def test_a_session_of_one_tenant_is_nobody_in_the_other(page, port):
    page.goto(f"http://other.localhost:{port}/")

    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_stop_all_starts_on_the_safe_button_and_shows_on_the_page(page, tenants):
    page.get_by_role("link", name="Stop all").click()
    expect(page.get_by_role("button", name="Go on trading")).to_be_focused()
    page.get_by_role("button", name="Stop all now").click()

    expect(page.get_by_text("All trading is stopped", exact=True)).to_be_visible()
    assert in_database(tenants[0], lambda: RiskLimits.objects.exclude(stopped_at=None).count()) == 1

    page.get_by_role("link", name="Re-arm").click()
    page.get_by_label("What was checked before resuming").fill("Looked at every position")
    page.get_by_role("button", name="Re-arm").click()
    expect(page.get_by_role("link", name="Stop all")).to_be_visible()


def test_a_top_up_is_on_the_page_at_once(page):
    before = float(page.locator("#credits-left").inner_text().replace(",", ""))
    page.locator("#panel-credits").get_by_role("link", name="Top up").click()
    page.get_by_label("Credits", exact=True).fill("250")
    page.get_by_role("dialog").get_by_role("button", name="Top up").click()

    expect(page.locator("#credits-left")).to_have_text(f"{before + 250:,.2f}")


@pytest.mark.parametrize("path", ["/", "/?open=stop", "/accounts/logout/"])
def test_nothing_is_wider_than_the_window(page, port, path):
    page.goto(f"http://demo.localhost:{port}{path}")

    for width in (360, 768, 1180, 1720):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width
        assert page.evaluate(SHRUNK_HEADS) == [], width


def test_the_page_is_usable_by_keyboard_alone(page):
    reached = []
    while "Stop all" not in reached and len(reached) < 6:
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.textContent.trim()"))

    assert reached[0] == "Skip to content" and reached[-1] == "Stop all"
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Go on trading")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_theme_is_kept_for_the_next_visit(page):
    page.get_by_role("button", name="Switch between dark and light").click()
    chosen = page.locator("html").get_attribute("data-theme")
    page.reload()

    assert chosen in {"dark", "light"} and page.locator("html").get_attribute("data-theme") == chosen
