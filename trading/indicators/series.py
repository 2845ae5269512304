"""What every indicator asks of its input, and what several do with it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cryptouniverse.kernel.errors import Invalid
from cryptouniverse.kernel.market import Floats
from cryptouniverse.kernel.words import gettext_noop as _


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
