"""Writes of intents, orders and fills: record, place, settle, stop; and what a person says of an order."""

from trading.execution.services.explaining import explain_order
from trading.execution.services.place import place_recorded
from trading.execution.services.record import record_intents
from trading.execution.services.settle import settle_slot
from trading.execution.services.stop import (
    resume_everything,
    resume_for,
    stop_everything,
    stop_for,
    withdraw_entries_of,
)
from trading.execution.services.targets import leave_at_targets

__all__ = [
    "explain_order",
    "leave_at_targets",
    "place_recorded",
    "record_intents",
    "resume_everything",
    "resume_for",
    "settle_slot",
    "stop_everything",
    "stop_for",
    "withdraw_entries_of",
]
