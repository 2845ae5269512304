"""What monitoring writes: days, nights, alarms, and what an owner chose."""

from strategies.monitoring.refusals import on_refusals
from strategies.monitoring.services.alarming import choose_pause, end_alarm
from strategies.monitoring.services.mornings import keep_mornings, keep_mornings_at_books
from strategies.monitoring.services.nights import replay_day, run_nights

__all__ = [
    "choose_pause",
    "end_alarm",
    "keep_mornings",
    "keep_mornings_at_books",
    "on_refusals",
    "replay_day",
    "run_nights",
]
