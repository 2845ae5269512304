"""One sandbox for the module, with no limits that a test did not set; accounts are the tests' own."""

import pytest

from tests.sandbox.program import Sandbox, running

UNLIMITED = ("--weight-per-minute", "0", "--orders-per-10s", "0", "--orders-per-day", "0")


@pytest.fixture(scope="module")
def shared(tmp_path_factory) -> Sandbox:
    with running(tmp_path_factory.mktemp("sandbox"), *UNLIMITED) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(shared) -> Sandbox:
    """A sandbox as on its first day: no accounts, no faults, the markets' first prices."""
    shared.control("reset", {})
    return shared
