"""Chance that repeats itself: the same seed, the same numbers, on every machine and after every restart."""

from __future__ import annotations

import hashlib

from trading.algorithms.types import Parent


def drawn(parent: Parent, what: str, index: int, low: int, high: int) -> int:
    """A whole number from `low` to `high`, both included, for the `index`th `what` of the order.

    Of the parameter `seed`, or of the order's own key where none was said: then nobody can foresee it.
    """
    seed = parent.value("seed")
    of = f"key {parent.key}" if seed is None else f"seed {seed}"
    digest = hashlib.sha256(f"{of}|{what}|{index}".encode()).digest()
    return low + int.from_bytes(digest) % (high - low + 1)
