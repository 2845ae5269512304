"""What every indicator asks of its input."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from cryptouniverse.kernel.errors import Invalid
from cryptouniverse.kernel.market import Floats
from cryptouniverse.kernel.words import gettext_noop as _


def series(*values: ArrayLike) -> tuple[Floats, ...]:
    """`values` as contiguous float64 arrays of one dimension and one length. Raises Invalid where they are not."""
    arrays = tuple(np.ascontiguousarray(value, dtype=np.float64) for value in values)
    if any(array.ndim != 1 or array.shape != arrays[0].shape for array in arrays):
        raise Invalid(_("An indicator reads series of one dimension and one length."))
    return arrays


def require_period(period: int, least: int = 2) -> None:
    """Raises Invalid unless `period` is a whole number of bars, `least` to 100,000."""
    if not isinstance(period, (int, np.integer)) or not least <= period <= 100_000:
        raise Invalid(
            _("An indicator's period is a whole number from %(least)s to 100,000, not %(period)s."),
            least=least,
            period=str(period),
        )
