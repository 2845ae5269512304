"""What every indicator asks of its input, and what several do with it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cryptouniverse.kernel.errors import Invalid
from cryptouniverse.kernel.market import Floats
from cryptouniverse.kernel.words import gettext_noop as _

PIECE = 8_192  # so many elements of a few columns fit into the processor's cache


def series(**columns: ArrayLike) -> list[NDArray[np.generic]]:
    """`columns` as contiguous arrays that may be written, of one dimension and one length.

    float64, but `open_ms`, which is int64. Only what is not so already is copied. Raises Invalid where they differ.
    """
    arrays: list[NDArray[np.generic]] = [
        np.require(column, dtype=np.int64 if name == "open_ms" else np.float64, requirements=["C", "W"])
        for name, column in columns.items()
    ]
    if any(array.ndim != 1 or array.shape != arrays[0].shape for array in arrays):
        raise Invalid(_("An indicator reads series of one dimension and one length."))
    return arrays


def piecewise(formula: Callable[..., Floats], *columns: Floats, begins: int = 0) -> Floats:
    """`formula` of `columns`, element by element, a few thousand at a time: what lies between stays in the cache.

    begins: how many NaN come before; the answer is longer than `columns` by so many.
    """
    n = len(columns[0])
    found = np.empty(begins + n)
    found[:begins] = np.nan
    for start in range(0, n, PIECE):
        found[begins + start : begins + start + PIECE] = formula(*(each[start : start + PIECE] for each in columns))
    return found


def log_returns(close: Floats, bars: int = 1) -> Floats:
    """The logarithm of each close over the one `bars` before, NaN for the first `bars`."""
    begins = min(bars, len(close))
    return piecewise(lambda new, old: np.log(new / old), close[begins:], close[: len(close) - begins], begins=begins)


def later(values: Floats, bars: int) -> Floats:
    """The series `bars` later: at each bar what it was then, NaN before."""
    moved = np.full(len(values), np.nan)
    moved[bars:] = values[: max(0, len(values) - bars)]
    return moved


def ratio(part: Floats, whole: Floats) -> Floats:
    """`part` over `whole`, NaN where that is zero."""
    found = np.full(len(part), np.nan)
    np.divide(part, whole, out=found, where=whole != 0.0)
    return found
