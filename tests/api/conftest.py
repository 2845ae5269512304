"""People of the API tests, and a client whose every answer is held against the OpenAPI document."""

import pytest

from tests.api.client import ApiClient
from tests.people import member


@pytest.fixture
def alice(acme):
    return member("alice@acme.example", role="trader")


@pytest.fixture
def api(alice) -> ApiClient:
    """Signed in as Alice, trader at Acme."""
    return ApiClient.signed_in(alice, host="acme.localhost")


@pytest.fixture
def nobody(acme) -> ApiClient:
    return ApiClient(host="acme.localhost")
