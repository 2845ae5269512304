"""Facts about the cycle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from cryptouniverse.kernel.events.types import Event


@dataclass(frozen=True, slots=True)
class CycleFinished(Event):
    """A tenant's cycle worked a slot: values moved, and `decisions` decisions were recorded."""

    type: ClassVar[str] = "autopilot.cycle_finished"
    slot_ms: int
    timeframe: str
    decisions: int
