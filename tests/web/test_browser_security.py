"""Signing up, a passkey, confirming and ending sessions, in a real browser: strict policy, wide and narrow."""

import time

import pytest
from playwright.sync_api import expect

from accounts.security.models import OneTimeCode
from accounts.security.services.codes import digits_of
from accounts.security.services.door import set_sign_up
from accounts.security.services.factors import add_mail
from accounts.users.models import User
from cryptouniverse.kernel.tenancy import in_tenant
from tests.people import PASSWORD, member

pytestmark = pytest.mark.soak

WATCH = "addEventListener('securitypolicyviolation', e => console.error('CSP ' + e.violatedDirective))"
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 360, "height": 740}
EXPECTED = "status of 422"  # a form that was filled in wrongly says so by its status; the browser notes it


@pytest.fixture(scope="module")
def home(beside_playwright, committed):
    """A tenant that is open for sign-up, with Dora in it."""
    with committed("guarded") as tenant, in_tenant(tenant):
        set_sign_up(is_open=True, actor=None)
        member("dora@guarded.example", role="admin")
        yield tenant


@pytest.fixture
def window(chromium, home, port):
    """Opens windows, each a browser of its own; fails at the end if one complained about anything."""
    contexts, complaints = [], []

    def window(viewport=WIDE, scheme="dark"):
        address = f"http://guarded.localhost:{port}"
        context = chromium.new_context(viewport=viewport, color_scheme=scheme, base_url=address)
        contexts.append(context)
        context.add_init_script(WATCH)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield window
    for context in contexts:
        context.close()
    assert [said for said in complaints if EXPECTED not in said] == []


def sign_in(page, email="dora@guarded.example"):
    page.goto("/accounts/login/?next=/security/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def fits(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("viewport", "scheme"), [(WIDE, "dark"), (NARROW, "light")], ids=["wide", "narrow"])
def test_somebody_signs_up_and_is_in(window, viewport, scheme):
    page, email = window(viewport, scheme), f"new{viewport['width']}@guarded.example"
    page.goto("/accounts/login/")
    page.get_by_role("link", name="Sign up").click()
    page.get_by_label("Your name").fill("Nora")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    assert fits(page)
    page.get_by_role("button", name="Send me a code").click()
    expect(page.get_by_text(f"We have written to {email}")).to_be_visible()
    assert fits(page)

    page.get_by_label("Code").fill(digits_of(OneTimeCode.objects.get(address=email)))
    page.get_by_role("button", name="Finish signing up").click()

    page.goto("/security/")
    expect(page.get_by_text(email, exact=True)).to_be_visible()
    assert fits(page)


def test_a_passkey_is_added_and_signs_in(window):
    member("pia@guarded.example")
    page = window()
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    sign_in(page, "pia@guarded.example")
    page.get_by_label("Name of the device").fill("Laptop")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("The passkey is added.")).to_be_visible()

    page.context.clear_cookies()
    sign_in(page, "pia@guarded.example")
    page.get_by_role("button", name="Use a passkey").click()

    expect(page.get_by_role("heading", name="Security")).to_be_visible()
    expect(page.get_by_text("last used")).to_be_visible()


def test_ending_a_session_elsewhere_closes_its_page_within_five_seconds(window):
    here, there = window(), window()
    for page in (here, there):
        sign_in(page)
        expect(page.locator("#conn")).to_have_attribute("data-state", "live", timeout=45_000)

    here.reload()
    here.get_by_role("button", name="End all others").click()
    expect(here.get_by_text("All your other sessions are ended.")).to_be_visible()
    began = time.monotonic()

    expect(there.locator("#conn")).to_have_attribute("data-state", "ended", timeout=5_000)
    assert time.monotonic() - began < 5


def test_a_guarded_change_asks_to_confirm_and_comes_back(window):
    page = window(NARROW)
    sign_in(page)
    user = User.objects.get(email="dora@guarded.example")
    user.sessions.update(step_up_at=None)

    page.get_by_role("button", name="Authenticator app").click()
    expect(page.get_by_role("heading", name="Confirm that it is you")).to_be_visible()
    assert fits(page)
    page.get_by_label("Your password").fill("not this one")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("This password is not right.")).to_be_visible()
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.get_by_role("button", name="Authenticator app").click()

    expect(page.get_by_alt_text("QR code")).to_be_visible()
    assert fits(page)


@pytest.mark.parametrize(("viewport", "scheme"), [(WIDE, "light"), (NARROW, "dark")], ids=["wide", "narrow"])
def test_the_other_pages_fit_and_obey_the_policy(window, home, viewport, scheme):
    email = f"sam{viewport['width']}@guarded.example"
    sam = member(email, role="admin")
    page = window(viewport, scheme)
    for address in ("/accounts/password/reset/", "/accounts/unlock/01890000-0000-7000-8000-000000000000/x/"):
        page.goto(address)
        assert fits(page), address
    sign_in(page, email)
    for address in ("/security/", "/security/providers/"):
        page.goto(address)
        assert fits(page), address
    add_mail(user=sam, host="http://guarded.localhost")
    page.goto("/security/")
    page.get_by_role("button", name="Make recovery codes").click()
    expect(page.get_by_role("heading", name="Write these down now")).to_be_visible()
    assert fits(page)
    page.goto("/security/confirm/")
    expect(page.get_by_role("button", name="Send me a code")).to_be_visible()
    assert fits(page)
