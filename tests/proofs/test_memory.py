"""A process that trades for a long time is as large as one that has traded for a short time."""

import gc

import pytest

from benchmarks.orders_paper import resident_mb, rounds
from tests.proofs.storm import sized
from trading.execution.models import Fill

pytestmark = [pytest.mark.soak, pytest.mark.timeout(0)]

SETTLED, WHOLE = sized(20, 200), sized(100, 1_000)  # thousands of orders
GROWN_MB_MAX = 5


def test_memory_stays_as_it_is_from_the_two_hundred_thousandth_order_to_the_millionth(fresh_tenant):
    trading = rounds()
    for _ in range(SETTLED):
        next(trading)
    before_mb, objects = resident_mb(), _objects()
    for _ in range(WHOLE - SETTLED):
        next(trading)

    assert Fill.objects.count() == WHOLE * 1_000
    assert resident_mb() - before_mb < GROWN_MB_MAX
    assert _objects() - objects < 1_000


def _objects() -> int:
    gc.collect()
    return len(gc.get_objects())
