"""What a signal is: a strategy's wish to enter or leave, after one closed candle. Pure, no Django."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from uuid import UUID

from cryptouniverse.kernel import clock, ids
from cryptouniverse.kernel.market import Side
from strategies.catalog.types import Number, SignalKey

__all__ = ["Action", "Advice", "Signal", "SignalKey", "signal_id"]


class Action(enum.StrEnum):
    """What a signal asks for."""

    ENTER_LONG = "enter_long"
    EXIT_LONG = "exit_long"

    @property
    def side(self) -> Side:
        """The side of the order that it takes."""
        return Side.BUY if self is Action.ENTER_LONG else Side.SELL


@dataclass(frozen=True, slots=True)
class Signal:
    """What a strategy asks for once the candle that opened at `slot_ms` (UTC) has closed. id: from `signal_id`.

    judged_as: the family as which the panel judges it, "" for its strategy's own.
    """

    key: SignalKey
    slot_ms: int
    action: Action
    id: UUID
    judged_as: str = ""


@dataclass(frozen=True, slots=True)
class Advice:
    """What a strategy would ask for now. slot_ms: open of the last closed candle. action: None = nothing."""

    key: SignalKey
    parameters: dict[str, Number]
    slot_ms: int
    action: Action | None


def signal_id(key: SignalKey, code_hash: str, slot_ms: int) -> UUID:
    """The one id of this signal, whoever computes it and whenever: derived from what it is, at its candle's close."""
    with clock.at(clock.from_ms(slot_ms + key.timeframe.ms)):
        return ids.derived_id("signal", *key, code_hash, slot_ms)
