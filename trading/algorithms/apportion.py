"""Whole steps for weights: nothing is lost to rounding, and nothing stays that a venue would not take."""

from __future__ import annotations

from collections.abc import Sequence


def apportioned(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """`total` in whole parts in proportion to `weights`, by the largest remainder; of equal ones the earlier gets it.

    The parts add up to `total` exactly. weights: not below zero, not all zero.
    """
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for index in by_remainder[: total - sum(parts)]:
        parts[index] += 1
    return tuple(parts)


def merged(parts: Sequence[int], least: int) -> tuple[int, ...]:
    """`parts` where each is 0 or at least `least`: what is too small waits for the next, the last rest joins the one
    before it. The sum stays; below `least` in all it stands whole in the last place."""
    found, waiting, last = [0] * len(parts), 0, -1
    for index, part in enumerate(parts):
        waiting += part
        if waiting >= least:
            found[index], waiting, last = waiting, 0, index
    found[last] += waiting
    return tuple(found)
