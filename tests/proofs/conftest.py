"""Markets that are really committed, and what of them is removed after."""

import pytest
from django.db import connection

from tests.web.stage import forget_market


@pytest.fixture
def cleared(fresh_tenant):
    """The fresh tenant; whatever its test commits to the public schema is removed after."""
    yield fresh_tenant
    forget_market()
    connection.close()
