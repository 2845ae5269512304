"""The operators' admin and the audit's page in a real browser: the theme under the strict policy, wide and narrow."""

import io
import json
import zipfile

import pytest
from playwright.sync_api import expect

from accounts.users.models import User
from cryptouniverse.kernel.tenancy import in_public, in_tenant
from tenants.audit.selectors import audit_records
from tenants.provisioning.models import Tenant
from tenants.provisioning.selectors import tenant_by_slug
from tests.people import PASSWORD, browser
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


def test_an_operator_exports_a_tenant_for_a_reason_and_both_audits_know(committed, operator):
    with committed("exported") as tenant:
        desk = browser(operator, host="platform.localhost")
        with in_public():
            chosen = {"action": "export", "_selected_action": Tenant.objects.get(slug="exported").pk}
        place, why = "/admin/tenants_provisioning/tenant/", "asked for by the customer"
        assert "personal data" in desk.post(place, chosen).content.decode()
        refused = desk.post(place, {**chosen, "confirmed": "1", "reason": "no"})
        answer = desk.post(place, {**chosen, "confirmed": "1", "reason": why})

        assert refused.status_code == 302 and answer["Content-Disposition"] == 'attachment; filename="exported.zip"'
        with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
            assert json.loads(archive.read("manifest.json"))["slug"] == "exported"
        for home in (tenant, tenant_by_slug("platform")):
            with in_tenant(home):
                [record] = audit_records().filter(action="tenant.exported")
                assert (record.after["reason"], record.actor) == (why, operator.public_id)


def test_a_tenant_that_is_too_large_for_a_page_is_exported_by_command(committed, operator, monkeypatch):
    monkeypatch.setattr("tenants.provisioning.admin.EXPORT_ROWS_MAX", -1)
    with committed("large"):
        with in_public():
            chosen = {"action": "export", "_selected_action": Tenant.objects.get(slug="large").pk}
        facts = {**chosen, "confirmed": "1", "reason": "asked for by the customer"}
        desk = browser(operator, host="platform.localhost")

        assert (
            "export it by command"
            in desk.post("/admin/tenants_provisioning/tenant/", facts, follow=True).content.decode()
        )
