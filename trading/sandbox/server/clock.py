"""The sandbox's own clock."""

from __future__ import annotations

import time


def now_ms() -> int:
    """UTC milliseconds of the machine."""
    return time.time_ns() // 1_000_000
