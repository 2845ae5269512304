"""Execution algorithms: how a parent order is cut into children over time. Pure, in whole steps, ticks and ms."""

from trading.algorithms.profile import Traded, profile_of
from trading.algorithms.reading import min_steps_of, read_parent
from trading.algorithms.registry import all_kinds, kind_of
from trading.algorithms.report import Candle, Report, report_of
from trading.algorithms.running import (
    begun,
    cancel,
    counts_from_ms,
    due,
    ended,
    filled,
    known,
    pause,
    reduced,
    resume,
)
from trading.algorithms.storing import parent_from, parent_told, state_from, state_told
from trading.algorithms.types import Child, Due, Finish, Kind, Made, Market, Parent, State

__all__ = [
    "Candle",
    "Child",
    "Due",
    "Finish",
    "Kind",
    "Made",
    "Market",
    "Parent",
    "Report",
    "State",
    "Traded",
    "all_kinds",
    "begun",
    "cancel",
    "counts_from_ms",
    "due",
    "ended",
    "filled",
    "kind_of",
    "known",
    "min_steps_of",
    "parent_from",
    "parent_told",
    "pause",
    "profile_of",
    "read_parent",
    "reduced",
    "report_of",
    "resume",
    "state_from",
    "state_told",
]
