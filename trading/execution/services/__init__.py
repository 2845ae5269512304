"""Writes of intents, orders and fills: record, place, settle, stop; and what a person says of an order."""

from trading.execution.services.amending import amend_by_hand
from trading.execution.services.at_books import (
    BookOrder,
    BookPart,
    Funding,
    fill_quote,
    pay_funding,
    rest_at_book,
    resting_quotes,
    take_at_books,
    withdraw_quotes,
)
from trading.execution.services.brackets import follow_brackets, release_held
from trading.execution.services.bulk import BULK_MAX, place_many_by_hand
from trading.execution.services.by_hand import (
    cancel_all_by_hand,
    cancel_by_hand,
    place_by_hand,
    preview_by_hand,
)
from trading.execution.services.carrying import carry_on
from trading.execution.services.explaining import explain_order
from trading.execution.services.kept import release_stops
from trading.execution.services.leaving import leave_by_hand, leave_everything
from trading.execution.services.lines import record_lines, replace_lines, show_levels, withdraw_lines
from trading.execution.services.parents import (
    begin_over_time,
    end_over_time,
    go_on,
    hold_up,
    read_over_time,
)
from trading.execution.services.place import place_recorded
from trading.execution.services.platform import resume_platform, stop_platform
from trading.execution.services.protecting import protect_by_hand, protection_at
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
from trading.execution.services.templates import (
    apply_template,
    change_template,
    delete_template,
    save_template,
    terms_from,
)
from trading.execution.services.watching import watch_triggers

__all__ = [
    "BULK_MAX",
    "BookOrder",
    "BookPart",
    "Funding",
    "amend_by_hand",
    "apply_template",
    "begin_over_time",
    "cancel_all_by_hand",
    "cancel_by_hand",
    "carry_on",
    "carry_out",
    "change_template",
    "delete_template",
    "end_over_time",
    "explain_order",
    "fill_quote",
    "follow_brackets",
    "go_on",
    "hold_up",
    "leave_at_targets",
    "leave_by_hand",
    "leave_everything",
    "pay_funding",
    "place_by_hand",
    "place_many_by_hand",
    "place_recorded",
    "preview_by_hand",
    "protect_by_hand",
    "protection_at",
    "read_over_time",
    "record_intents",
    "record_lines",
    "release_held",
    "release_stops",
    "replace_lines",
    "rest_at_book",
    "resting_quotes",
    "resume_everything",
    "resume_for",
    "resume_level",
    "resume_platform",
    "save_template",
    "settle_slot",
    "show_levels",
    "stop_everything",
    "stop_for",
    "stop_level",
    "stop_platform",
    "take_at_books",
    "terms_from",
    "watch_triggers",
    "withdraw_entries_of",
    "withdraw_lines",
    "withdraw_quotes",
]
