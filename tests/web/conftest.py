"""Desks to look at."""

import pytest

from tests.people import browser, member
from tests.web.stage import given_cycles, given_desk, given_market


@pytest.fixture
def alice(acme):
    return member("alice@acme.example", display_name="Alice")


@pytest.fixture
def desk(alice):
    """Alice's portfolio with bots and credits, before anything has happened."""
    given_market()
    return given_desk(alice)


@pytest.fixture
def busy_desk(alice):
    """Alice's portfolio after two days of trading, with positions open."""
    feed = given_market()
    portfolio = given_desk(alice)
    given_cycles(feed, 48, before=11)
    portfolio.refresh_from_db()
    return portfolio


@pytest.fixture
def page(alice):
    """Alice's browser."""
    return browser(alice)
