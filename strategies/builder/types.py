"""What the builder tells and is told. Pure, no Django."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID


class Asked(NamedTuple):
    """What a version of a rule set asked for, as `RuleSignal` keeps it; public_id: of the signal."""

    public_id: UUID
    strategy: str
    parameters: str
    instrument_id: str
    timeframe: str
    slot_ms: int
    action: str
