"""Desks to look at."""

import os
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection
from django.utils import translation
from playwright.sync_api import sync_playwright

from cryptouniverse.kernel.tenancy import in_public
from tenants.provisioning.services import create_tenant, drop_tenant
from tests.people import browser, member
from tests.pseudo import CODE, write_catalogue
from tests.web.processes import web_server, worker
from tests.web.stage import forget_market, given_cycles, given_desk, given_market
from trading.portfolio.models import Portfolio

SYSTEM_CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture
def alice(acme):
    return member("alice@acme.example", display_name="Alice")


@pytest.fixture
def desk(alice):
    """Alice's portfolio with bots and credits, before anything has happened."""
    given_market()
    return given_desk(alice)


@pytest.fixture(scope="module")
def busy_desk_of_the_file(acme_of_the_file):
    """Made once a file, which takes a second; tests take `busy_desk`."""
    feed = given_market()
    portfolio = given_desk(member("bea@acme.example", display_name="Bea"))
    given_cycles(feed, 48, before=11)
    return portfolio


@pytest.fixture
def busy_desk(acme, busy_desk_of_the_file):
    """Bea's portfolio after two days of trading, with positions open."""
    return Portfolio.objects.get(pk=busy_desk_of_the_file.pk)


@pytest.fixture
def busy_page(busy_desk):
    """Bea's browser."""
    return browser(busy_desk.owner)


@pytest.fixture
def page(alice):
    """Alice's browser."""
    return browser(alice)


@pytest.fixture
def language(settings, tmp_path):
    """Readers may ask for the language from now on."""
    write_catalogue(tmp_path)
    settings.LOCALE_PATHS = [tmp_path]
    settings.LANGUAGES = [("en", "English"), (CODE, "Nobody's")]
    with translation.override(None):
        yield CODE


@pytest.fixture
def reader(alice, language):
    """Alice's browser, set to the language."""
    client = browser(alice)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    return client


@pytest.fixture(scope="session")
def port(django_db_setup):
    """The port of a real web server over this test process's database."""
    with web_server() as number:
        yield number


@pytest.fixture(scope="module")
def committed(django_db_setup, django_db_blocker):
    """Makes tenants whose rows are really committed, for servers in other processes; all of it is removed after."""

    @contextmanager
    def make(slug: str, *hosts: str):
        try:
            yield create_tenant(slug=slug, name=slug.title(), hosts=(f"{slug}.localhost", *hosts))
        finally:
            with in_public():
                drop_tenant(slug=slug)

    with django_db_blocker.unblock():
        yield make
        forget_market()
        connection.close()


@pytest.fixture(scope="module")
def running_worker(django_db_setup):
    """A real worker over this test process's database."""
    with worker():
        yield


@pytest.fixture(scope="module")
def beside_playwright():
    """Playwright keeps an event loop in this thread, where Django would refuse to read: here nothing runs in it."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    yield
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="module")
def chromium(beside_playwright):
    """Debian's Chromium if it is installed, else Playwright's own; skipped where there is neither, but never in CI."""
    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
        found = next((path for path in (SYSTEM_CHROMIUM, own) if path.exists()), None)
        if found is None and os.environ.get("CI") != "true":
            pytest.skip("there is neither Debian's Chromium (apt-get install chromium) nor Playwright's own")
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()
