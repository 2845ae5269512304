"""The operators' admin and the audit's page in a real browser: the theme under the strict policy, wide and narrow."""

import pytest
from playwright.sync_api import expect

from accounts.users.models import User
from cryptouniverse.kernel.tenancy import in_tenant
from tests.people import PASSWORD
from tests.web.test_browser_connections import NARROW, WATCH, WIDE

pytestmark = pytest.mark.soak

EMAIL = "root@platform.example"
PAGES = ("", "health/", "kill-switch/", "platform-limits/", "accounts_users/user/", "tenants_audit/auditrecord/")


@pytest.fixture(scope="module")
def operator(beside_playwright, committed):
    with committed("platform") as platform, in_tenant(platform):
        yield User.objects.create_superuser(EMAIL, PASSWORD)


@pytest.fixture(scope="module")
def signed_in(chromium, operator, port):
    with chromium.new_context(base_url=f"http://platform.localhost:{port}") as context:
        page = context.new_page()
        page.goto("/accounts/login/?next=/admin/")
        page.get_by_label("E-mail address").fill(EMAIL)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_role("heading", name="Which tenant do you look at?")).to_be_visible()
        return context.storage_state()


@pytest.fixture
def opened(chromium, signed_in, port):
    """A window; fails at the end if the browser complained about anything."""
    contexts, complaints = [], []

    def opened(viewport, scheme):
        address = f"http://platform.localhost:{port}"
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
    assert complaints == []


@pytest.mark.parametrize(("viewport", "scheme"), [(WIDE, "light"), (NARROW, "dark")], ids=["wide", "narrow"])
def test_the_admin_fits_and_obeys_the_policy(opened, operator, viewport, scheme):
    page = opened(viewport, scheme)
    for address in (*PAGES, f"accounts_users/user/{operator.pk}/change/"):
        page.goto(f"/admin/{address}")
        expect(page.locator("#content")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
    if viewport == NARROW:
        page.locator("[x-on\\:click='toggleMobile()']").click()
        expect(page.get_by_role("link", name="Health")).to_be_visible()


def test_an_action_asks_why_before_it_acts(opened, operator):
    page = opened(WIDE, "dark")
    page.goto("/admin/accounts_users/user/")
    page.locator("input[name=_selected_action]").first.check()
    page.locator("select[name=action]").select_option("make_viewer")
    page.get_by_role("button", name="Run").click()
    page.get_by_label("Why?").fill("A mistake")
    page.get_by_role("button", name="Make viewer").click()

    expect(page.get_by_text("The rights of operators are not changed here")).to_be_visible()


@pytest.mark.parametrize(("viewport", "scheme"), [(WIDE, "dark"), (NARROW, "light")], ids=["wide", "narrow"])
def test_the_audit_is_found_and_read(opened, viewport, scheme):
    page = opened(viewport, scheme)
    page.goto("/settings/audit/")
    page.get_by_label("Action").fill("session.")
    page.get_by_role("button", name="Find").click()
    expect(page.locator("#panel-audit")).to_contain_text("session.started")
    page.locator("#panel-audit tbody a").first.click()

    expect(page.get_by_role("heading", name="What changed")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
