"""Why entries were not ordered: known above this app, so whoever wires the product brings it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from uuid import UUID

Whys = Mapping[tuple[UUID, str, int], str]
_explain: list[Callable[[Collection[UUID], int, int], Whys]] = []


def on_refusals(explain: Callable[[Collection[UUID], int, int], Whys]) -> None:
    """`explain` says of bots, in slots from one to another (UTC ms, not in), why an entry was decided against.

    By bot, instrument and slot: the rule that refused, or what the decision was.
    """
    _explain[:] = [explain]


def refusals_of(bot_ids: Collection[UUID], *, start_ms: int, end_ms: int) -> Whys:
    """What `explain` says; nothing where nobody wired it. One query."""
    return {key: why for explain in _explain for key, why in explain(bot_ids, start_ms, end_ms).items()}
