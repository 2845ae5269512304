"""Triggers of emergencies, one a file: at its limit each puts the portfolio into a mode, and warns at 80% of it. Pure.

Whoever adds one writes a file and names it here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from trading.risk.triggers import day_loss, drawdown, drift, feed, loss_streak, venue, volatility
from trading.risk.triggers.types import CALM, NEAR, Kind, Standing, Trigger

_FILES = (drawdown, day_loss, loss_streak, volatility, feed, venue, drift)
KINDS: Final[dict[str, Kind]] = {file.KIND.name: file.KIND for file in _FILES}

__all__ = ["KINDS", "Look", "Seen", "Standing", "Trigger", "look"]


@dataclass(frozen=True, slots=True)
class Seen:
    """A trigger and what it saw."""

    trigger: Trigger
    value: Decimal


@dataclass(slots=True)
class Look:
    """What a look at all triggers came to. met: at or above their limits, the most severe mode first. near: names of
    those people are to be warned of. fresh: of them the ones that were not near before.
    """

    met: list[Seen] = field(default_factory=list)
    near: list[str] = field(default_factory=list)
    fresh: list[Seen] = field(default_factory=list)


def look(triggers: Iterable[Trigger], standing: Standing, *, warned: Collection[str] = ()) -> Look:
    """Ask each trigger. A warning begins at 80% of a limit and is over below 70%, so that it does not flicker.

    warned: names of the triggers that were near at the last look. A value that is no number counts as reached.
    """
    found = Look()
    for trigger in triggers:
        value = KINDS[trigger.trigger].value(standing)
        if value is None:
            continue
        seen = Seen(trigger, value)
        if not value.is_finite() or value >= trigger.limit:
            found.met.append(seen)
        elif value >= trigger.limit * NEAR or (trigger.trigger in warned and value >= trigger.limit * CALM):
            found.near.append(trigger.trigger)
            if trigger.trigger not in warned:
                found.fresh.append(seen)
    found.met.sort(key=lambda seen: -seen.trigger.mode.severity)
    return found
