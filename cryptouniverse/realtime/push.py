"""Hints to browsers, sent by workers after their commit. Losing one is harmless; a page re-reads what it names."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from redis.exceptions import RedisError

from cryptouniverse.kernel.context import TenantCtx
from cryptouniverse.realtime.groups import group

log = logging.getLogger(__name__)

Push = tuple[str, UUID | int, Mapping[str, Any]]


def push(tenant: TenantCtx, kind: str, id: UUID | int, message: Mapping[str, Any]) -> None:
    """Send one hint to every socket in the group of (tenant, kind, id).

    message: {"stream": str, "sequence": int, "what": [panel names]}, and "first" where it stands for several facts; ids
    and names only, never figures.
    A layer that cannot be reached is logged, not raised: what was committed stays committed.
    """
    push_many(tenant, [(kind, id, message)])


def push_many(tenant: TenantCtx, pushes: Iterable[Push]) -> None:
    """Like `push`, for many (kind, id, message) over one connection."""
    frames = [
        (group(tenant.id, kind, id), {"type": "live.hint", "hint": dict(message)}) for kind, id, message in pushes
    ]
    if frames:
        _send(frames)


def close_sockets(tenant: TenantCtx, kind: str, id: UUID | int) -> None:
    """Close every socket in the group with 4401: the sign-out of a user reaches open pages at once."""
    _send([(group(tenant.id, kind, id), {"type": "live.end"})])


def _send(frames: list[tuple[str, dict[str, Any]]]) -> None:
    try:
        async_to_sync(_send_all)(frames)
    except (RedisError, OSError) as error:
        log.warning("push_failed", extra={"frames": len(frames), "error": str(error)})


async def _send_all(frames: list[tuple[str, dict[str, Any]]]) -> None:
    layer = get_channel_layer()
    for name, message in frames:
        await layer.group_send(name, message)
