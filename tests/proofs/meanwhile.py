"""Two transactions that meet, in an order that is said."""

from contextlib import contextmanager
from threading import Event, Thread

from django.db import DatabaseError, connection, transaction

from cryptouniverse.kernel.bulk import query
from cryptouniverse.kernel.tenancy import in_tenant
from tests.trading.trader_stage import until

_SOMEBODY_WAITS = """
    SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' LIMIT 1
"""


@contextmanager
def meanwhile(tenant, steps):
    """Another connection's transaction: it takes its first step before what is done here, and the others once that
    waits for it.
    """
    begun, failed = Event(), []

    def run():
        try:
            with in_tenant(tenant), transaction.atomic():
                next(steps)
                begun.set()
                until(lambda: query(_SOMEBODY_WAITS), "the other one waits")
                list(steps)
        except (DatabaseError, AssertionError) as error:  # shown where it is looked for
            failed.append(error)
        finally:
            begun.set()
            connection.close()

    other = Thread(target=run, daemon=True)
    other.start()
    begun.wait()
    try:
        yield
    finally:
        other.join()
    assert failed == []
