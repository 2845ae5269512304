"""Of the limits of all levels the strictest wins, field by field. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from trading.ceilings.types import CAPS, Ceiling, Level
from trading.risk.types import Limits


def strictest(limits: Limits, ceilings: Iterable[Ceiling]) -> Limits:
    """`limits` lowered to what every one of `ceilings` allows; `levels` says which of them each field comes from.

    An instrument must stand in every whitelist that is not empty. The order of the ceilings changes nothing but who is
    named where two say the same.
    """
    found: dict[str, Any] = {}
    levels: dict[str, Level] = {}
    for ceiling in ceilings:
        for name in CAPS:
            cap = getattr(ceiling, name)
            if cap is not None and cap < found.get(name, getattr(limits, name)):
                found[name], levels[name] = cap, ceiling.level
        if ceiling.whitelist:
            allowed = found.get("whitelist", limits.whitelist)
            found["whitelist"] = ceiling.whitelist if allowed is None else allowed & ceiling.whitelist
            levels["whitelist"] = ceiling.level
        if ceiling.mode.severity > found.get("mode", limits.mode).severity:
            found["mode"], levels["mode"] = ceiling.mode, ceiling.level
    return replace(limits, **found, levels={**limits.levels, **levels}) if found else limits
