"""Writes of limits, ceilings and modes. What a mode does to orders is done by `trading.execution`."""

from trading.risk.services.ceilings import change_ceiling
from trading.risk.services.limits import change_limits, change_part, set_limits
from trading.risk.services.modes import (
    lift_ceiling_mode,
    note_warned,
    require_reason,
    require_stop,
    resume_trading,
    set_ceiling_mode,
    stop_trading,
)
from trading.risk.services.platform import change_platform_ceiling

__all__ = [
    "change_ceiling",
    "change_limits",
    "change_part",
    "change_platform_ceiling",
    "lift_ceiling_mode",
    "note_warned",
    "require_reason",
    "require_stop",
    "resume_trading",
    "set_ceiling_mode",
    "set_limits",
    "stop_trading",
]
