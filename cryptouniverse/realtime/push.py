"""Hints to browsers, sent by workers after their commit. Losing one is harmless; a page re-reads what it names."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from threading import Lock, Thread
from typing import Any
from uuid import UUID

from channels.layers import get_channel_layer
from redis.exceptions import RedisError

from cryptouniverse.kernel.context import TenantCtx
from cryptouniverse.realtime.groups import group

SEND_TIMEOUT_S = 5.0
log = logging.getLogger(__name__)

Push = tuple[str, UUID | int, Mapping[str, Any]]
Frame = tuple[str, dict[str, Any]]  # a group, and what is said to it


@dataclass(slots=True)
class _Sender:
    loop: asyncio.AbstractEventLoop | None = None
    starting: Lock = field(default_factory=Lock)

    def begin_anew(self) -> None:
        """After a fork: threads are not inherited, and a lock may be held by one that is not there."""
        self.loop, self.starting = None, Lock()


_sender = _Sender()
os.register_at_fork(after_in_child=_sender.begin_anew)


def push(tenant: TenantCtx, kind: str, id: UUID | int, message: Mapping[str, Any]) -> None:
    """Send one hint to every socket in the group of (tenant, kind, id).

    message: {"stream": str, "sequence": int, "what": [panel names]}, and "first" where it stands for several facts; ids
    and names only, never figures.
    A layer that cannot be reached is logged, not raised: what was committed stays committed.
    """
    push_many(tenant, [(kind, id, message)])


def push_many(tenant: TenantCtx, pushes: Iterable[Push]) -> None:
    """Like `push`, for many (kind, id, message) over one connection."""
    frames = [_frame(tenant, kind, id, type="live.hint", hint=dict(message)) for kind, id, message in pushes]
    if frames:
        _send(frames)


def close_sockets(tenant: TenantCtx, kind: str, id: UUID | int) -> None:
    """Close every socket in the group with 4401: the sign-out of a user reaches open pages at once."""
    close_many(tenant, kind, [id])


def close_many(tenant: TenantCtx, kind: str, ids: Iterable[UUID | int]) -> None:
    """Like `close_sockets`, for several groups of one kind over one connection."""
    _send([_frame(tenant, kind, id, type="live.end") for id in ids])


def _frame(tenant: TenantCtx, kind: str, id: UUID | int, **message: Any) -> Frame:
    name = group(tenant.id, kind, id)
    return name, {**message, "group": name}


def _send(frames: list[Frame]) -> None:
    try:
        asyncio.run_coroutine_threadsafe(_send_all(frames), _own_loop()).result(SEND_TIMEOUT_S)
    except (RedisError, OSError, TimeoutError) as error:
        log.warning("push_failed", extra={"frames": len(frames), "error": str(error)})


def _own_loop() -> asyncio.AbstractEventLoop:
    """This process's loop for sending, in a thread that never touches the database.

    It keeps its connection to Redis; a loop for each hint would start a thread and connect anew each time.
    """
    with _sender.starting:
        if _sender.loop is None:
            _sender.loop = asyncio.new_event_loop()
            Thread(target=_sender.loop.run_forever, name="hints", daemon=True).start()
        return _sender.loop


async def _send_all(frames: list[Frame]) -> None:
    layer = get_channel_layer()
    for name, message in frames:
        try:
            await layer.group_send(name, message)
        except (RedisError, OSError):  # the connection that was kept may have died meanwhile: once more, on a new one
            await layer.group_send(name, message)
