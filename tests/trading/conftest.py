"""What tests of connections stand on."""

import pytest

from tests.people import member
from tests.trading.by_hand_stage import rich_desk, standing_market
from tests.trading.fake_exchange import exchange_there
from trading.connections.services import opening


@pytest.fixture
def alice(acme):
    return member("alice@acme.example")


@pytest.fixture
def trader():
    """This process, as if it were the one that sends orders."""
    with opening():
        yield


@pytest.fixture
def exchange(settings):
    """An exchange that nobody has a key for yet, and a sandbox at an address of its own."""
    settings.CU = settings.CU.model_copy(update={"cu_sandbox_url": "http://127.0.0.1:9"})
    with exchange_there() as there:
        yield there


@pytest.fixture
def market(acme):
    """Where people order by hand: an instrument, and the slot at which its market stands."""
    return standing_market()


@pytest.fixture
def desk(market):
    """Who orders there."""
    return rich_desk()
