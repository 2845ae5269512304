"""Markets that are really committed, and what of them is removed after."""

import pytest
from django.db import connection

from tests.web.stage import forget_market
from trading.marketdata.models import Instrument


@pytest.fixture
def cleared(fresh_tenant):
    """The fresh tenant; whatever its test commits to the public schema is removed after."""
    yield fresh_tenant
    forget_market()
    connection.close()


@pytest.fixture(scope="module", autouse=True)
def _cleared_after(django_db_setup, django_db_blocker):
    """No market that a file of proofs committed is met by the next file's tests."""
    yield
    with django_db_blocker.unblock():
        connection.set_schema_to_public()
        if Instrument.objects.exists():
            forget_market()
        connection.close()
