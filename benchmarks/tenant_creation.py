"""How long a new tenant takes: its schema cloned from the template, its rows, its grants."""

from __future__ import annotations

import time
from collections.abc import Iterator
from statistics import median

from benchmarks.figures import Figure, below
from tenants.provisioning.services import create_tenant

TIMES = 10


def measure() -> Iterator[Figure]:
    """The median of ten."""
    yield below("tenant_creation", median(_seconds(number) for number in range(TIMES)), "s", 2)


def _seconds(number: int) -> float:
    began = time.perf_counter()
    create_tenant(slug=f"bench-{number}", name="Bench", hosts=(f"bench-{number}.localhost",))
    return time.perf_counter() - began
