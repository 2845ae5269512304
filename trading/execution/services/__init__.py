"""Writes of intents, orders and fills: record, place, settle, stop; and what a person says of an order."""

from trading.execution.services.brackets import follow_brackets, release_held
from trading.execution.services.by_hand import (
    cancel_all_by_hand,
    cancel_by_hand,
    place_by_hand,
    preview_by_hand,
)
from trading.execution.services.carrying import carry_on
from trading.execution.services.explaining import explain_order
from trading.execution.services.leaving import leave_by_hand, leave_everything
from trading.execution.services.parents import (
    begin_over_time,
    end_over_time,
    go_on,
    hold_up,
    read_over_time,
)
from trading.execution.services.place import place_recorded
from trading.execution.services.platform import resume_platform, stop_platform
from trading.execution.services.record import record_intents
from trading.execution.services.settle import settle_slot
from trading.execution.services.stop import (
    carry_out,
    resume_everything,
    resume_for,
    resume_level,
    stop_everything,
    stop_for,
    stop_level,
    withdraw_entries_of,
)
from trading.execution.services.targets import leave_at_targets
from trading.execution.services.watching import watch_triggers

__all__ = [
    "begin_over_time",
    "cancel_all_by_hand",
    "cancel_by_hand",
    "carry_on",
    "carry_out",
    "end_over_time",
    "explain_order",
    "follow_brackets",
    "go_on",
    "hold_up",
    "leave_at_targets",
    "leave_by_hand",
    "leave_everything",
    "place_by_hand",
    "place_recorded",
    "preview_by_hand",
    "read_over_time",
    "record_intents",
    "release_held",
    "resume_everything",
    "resume_for",
    "resume_level",
    "resume_platform",
    "settle_slot",
    "stop_everything",
    "stop_for",
    "stop_level",
    "stop_platform",
    "watch_triggers",
    "withdraw_entries_of",
]
