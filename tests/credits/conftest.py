"""The cast: Alice and Bob of Acme."""

import pytest

from tests.credits.stage import person


@pytest.fixture
def alice(acme):
    return person("alice")


@pytest.fixture
def bob(acme):
    return person("bob")
