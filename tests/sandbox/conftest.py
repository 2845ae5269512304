"""One sandbox for the module, with no limits that a test did not set; accounts are the tests' own."""

import pytest

from tests.sandbox.program import Sandbox, in_thread


@pytest.fixture(scope="module")
def shared(tmp_path_factory) -> Sandbox:
    unlimited = {"weight_per_minute": 0, "orders_per_10s": 0, "orders_per_day": 0}
    with in_thread(tmp_path_factory.mktemp("sandbox"), **unlimited) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(shared) -> Sandbox:
    """A sandbox as on its first day: no accounts, no faults, the markets' first prices."""
    shared.control("reset", {})
    return shared
