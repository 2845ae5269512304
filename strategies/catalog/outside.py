"""The strategy that decides nothing: what its bot asks for comes from outside, by alerts that its owner has sent.

It stands in no family, so that neither backtests nor searches offer it: there is nothing to run over candles.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from cryptouniverse.kernel.market import Bars
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.types import Stances, Strategy

WEBHOOK: Final = "webhook"


def _decide(bars: Bars, **_parameters: Any) -> Stances:
    return np.zeros(len(bars), dtype=np.int8)


OUTSIDE: Final = Strategy(
    name=WEBHOOK,
    title=_("Signals from outside"),
    family="outside",
    hypothesis=_("Its owner's own system, which runs elsewhere, knows when to enter and when to leave."),
    regime=_("Whatever that system was made for."),
    known_failure=_("Alerts that come late, twice or not at all: the stop alone protects a position then."),
    parameters=(),
    warmup=lambda _parameters: 0,
    stop_bps=300,
    target_bps=0,
    plan="free",
    decide=_decide,
    entry="trend",
)
