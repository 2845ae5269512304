"""Webhooks in a real browser: added, tried, read; on a desk and on a phone, under the strict policy."""

import pytest
from playwright.sync_api import expect

from accounts.webhooks.models import Delivery, Endpoint
from accounts.webhooks.services import deliver_due
from cryptouniverse.kernel.tenancy import in_tenant
from tests.accounts.webhooks_stage import given_deliveries, given_endpoint, receiving
from tests.people import PASSWORD, member

pytestmark = pytest.mark.soak

EMAIL = "wanda@hooks.example"
WATCH = "addEventListener('securitypolicyviolation', e => console.error('CSP ' + e.violatedDirective))"
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def tenant(beside_playwright, committed):
    """Where Wanda is; one of her webhooks fails."""
    with committed("hooks") as made, in_tenant(made):
        wanda = member(EMAIL)
        with receiving(lambda *_: 302) as receiver:
            row, _ = given_endpoint(wanda, receiver.url, description="A server with a name that is rather long")
            given_deliveries(wanda, 2)
            deliver_due(endpoint_id=row.public_id)
        yield made


@pytest.fixture(scope="module")
def signed_in(chromium, tenant, port):
    """What Wanda's browser keeps after signing in by the form."""
    with chromium.new_context(base_url=f"http://hooks.localhost:{port}") as context:
        page = context.new_page()
        page.goto("/accounts/login/?next=/webhooks/")
        page.get_by_label("E-mail address").fill(EMAIL)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", name="Webhooks", exact=True)).to_be_visible()
        return context.storage_state()


@pytest.mark.parametrize(("viewport", "scheme"), [(WIDE, "dark"), (NARROW, "light")], ids=["wide", "narrow"])
def test_a_webhook_is_added_tried_and_read(chromium, signed_in, tenant, port, viewport, scheme):
    complaints = []
    with chromium.new_context(
        viewport=viewport, color_scheme=scheme, base_url=f"http://hooks.localhost:{port}", storage_state=signed_in
    ) as context:
        context.add_init_script(WATCH)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
        page.goto("/webhooks/add/")
        _fits(page)
        page.get_by_label("Address").fill("https://hooks.example.com/cu")
        page.get_by_label("Name", exact=True).fill(f"From {scheme}")
        page.get_by_role("button", name="Add").click()
        expect(page.locator("#secret")).to_contain_text("whsec_")
        _fits(page)
        page.get_by_role("button", name="Send a test").click()
        expect(page.get_by_text("A test is on its way")).to_be_visible()
        expect(page.get_by_text("webhooks.test", exact=True)).to_be_visible()
        expect(page.locator("#secret")).to_have_count(0)
        page.get_by_role("link", name="Replace the secret").click()
        expect(page.get_by_role("button", name="Keep the old one")).to_be_focused()
        page.goto("/webhooks/")
        _fits(page)
        page.get_by_role("link", name="Open A server with a name").click()
        page.get_by_role("link", name="credits.topped_up").last.click()
        expect(page.get_by_text("redirects are not followed")).to_be_visible()
        _fits(page)
    assert complaints == []
    with in_tenant(tenant):
        row = Endpoint.objects.get(description=f"From {scheme}")
        assert Delivery.objects.get(endpoint=row).type == "webhooks.test"


def _fits(page):
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
