"""From what was sent to a parent order: what is out of bounds is refused with the limit and the nearest valid value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from cryptouniverse.kernel.errors import Invalid
from cryptouniverse.kernel.market import INT64_MAX, Side
from cryptouniverse.kernel.words import gettext_noop as _
from trading.algorithms.parameters import refuse, whole_within
from trading.algorithms.registry import kind_of
from trading.algorithms.types import Kind, Parent, Value

START_MAX: Final = 4_102_444_800_000  # the year 2100
KEY_MAX: Final = 64


def read_parent(
    *,
    key: str,
    kind: str,
    side: str,
    total_steps: int,
    start_ms: int,
    min_steps: int = 1,
    limit_ticks: int | None = None,
    parameters: Mapping[str, Any],
) -> Parent:
    """The parent order; what is None among `parameters` counts as not said.

    Raises BadAlgorithm with parameter, limit and nearest valid value; UnknownAlgorithm.
    """
    return read_by(
        kind_of(kind),
        key=key,
        side=side,
        total_steps=total_steps,
        start_ms=start_ms,
        min_steps=min_steps,
        limit_ticks=limit_ticks,
        parameters=parameters,
    )


def read_by(
    kind: Kind,
    *,
    key: str,
    side: str,
    total_steps: int,
    start_ms: int,
    min_steps: int = 1,
    limit_ticks: int | None = None,
    parameters: Mapping[str, Any],
) -> Parent:
    """As `read_parent`, of an algorithm that need not be one of ours."""
    if not isinstance(key, str) or not 1 <= len(key) <= KEY_MAX:
        refuse("key", f"1 … {KEY_MAX}", 1)
    if side not in set(Side):
        refuse("side", ", ".join(Side), Side.BUY)
    least = whole_within("min_steps", min_steps, 1, INT64_MAX)
    parent = Parent(
        key=key,
        kind=kind.name,
        side=Side(side),
        total_steps=whole_within("total_steps", total_steps, least, INT64_MAX),
        start_ms=whole_within("start_ms", start_ms, 0, START_MAX),
        min_steps=least,
        limit_ticks=None if limit_ticks is None else whole_within("limit_ticks", limit_ticks, 1, INT64_MAX),
        parameters=_read(kind, parameters),
    )
    kind.check(parent)
    return parent


def min_steps_of(min_notional_minor: int, ticks: int, minor_per_tick_step: int) -> int:
    """The fewest steps that are worth `min_notional_minor` at `ticks`, rounded up; at least one.

    Take the lowest price at which a child may trade, with a margin: the minimum does not follow the market later.
    """
    if ticks < 1 or minor_per_tick_step < 1 or min_notional_minor < 0:
        raise Invalid(_("A minimum needs a price of at least one tick."))
    return max(-(-min_notional_minor // (ticks * minor_per_tick_step)), 1)


def _read(kind: Kind, sent: Mapping[str, Any]) -> tuple[tuple[str, Value], ...]:
    known = {parameter.name: parameter for parameter in kind.parameters}
    said = {name: value for name, value in sent.items() if value is not None}
    for name in said:
        if name not in known:
            refuse(str(name), ", ".join(known), next(iter(known)))
    found: dict[str, Value] = {}
    for name, parameter in known.items():
        if name in said:
            found[name] = parameter.read(said[name])
        elif parameter.default is not None:
            found[name] = parameter.default
        elif parameter.needed:
            parameter.read(None)
    return tuple(sorted(found.items()))
