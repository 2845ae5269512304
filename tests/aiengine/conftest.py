"""Every test begins with no frame of an earlier market in mind."""

import pytest

from aiengine.consensus.shelf import shelf


@pytest.fixture(autouse=True)
def _no_memory_of_other_markets():
    shelf.forget()
