"""Which sockets of this process are in which group. The process listens to a group once, for all of them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from channels.layers import get_channel_layer

from cryptouniverse.realtime.outgoing import Outgoing, Page

log = logging.getLogger(__name__)


class Socket(Protocol):
    """What is in groups."""

    async def end(self) -> None:
        """The session was ended elsewhere: close now."""


class Switchboard:
    """The groups of one event loop's sockets, and the one channel by which messages to them come.

    A message names its group; it goes to the sockets that joined exactly that group, and to no other. Groups are named
    by `groups.group` alone, with the tenant in each name.
    """

    def __init__(self) -> None:
        self.outgoing = Outgoing()
        self._layer = get_channel_layer()
        self._channel = ""
        self._groups: dict[str, dict[Any, None]] = {}
        self._changing = asyncio.Lock()
        self._reading: asyncio.Task[None] | None = None

    async def join(self, socket: Socket, name: str) -> None:
        """From now on `socket` gets what is sent to the group `name`."""
        self._groups.setdefault(name, {})[socket] = None
        async with self._changing:
            if not self._channel:
                self._channel = await self._layer.new_channel()
                self._reading = asyncio.create_task(self._read())
            await self._layer.group_add(name, self._channel)

    async def leave(self, socket: Socket, names: Sequence[str]) -> None:
        """It gets nothing more; the process stops listening to a group that has no sockets left."""
        for name in names:
            self._groups.get(name, {}).pop(socket, None)
        async with self._changing:
            for name in names:
                if name in self._groups and not self._groups[name]:
                    del self._groups[name]
                    await self._layer.group_discard(name, self._channel)

    async def _read(self) -> None:
        while True:
            message = await self._layer.receive(self._channel)
            try:
                self._hear(message)
            except (KeyError, TypeError, ValueError):  # such as one of a version before: it must not deafen the rest
                log.exception("message_not_understood")

    def _hear(self, message: Mapping[str, Any]) -> None:
        """A message from the channel layer: {"type", "group"}, and "hint" where it is one."""
        sockets = self._groups.get(message["group"], {})
        if message["type"] == "live.end":
            for socket in sockets:
                self.outgoing.run(socket.end())
        else:
            self.outgoing.hint((socket for socket in sockets if isinstance(socket, Page)), message["hint"])


_boards: WeakKeyDictionary[asyncio.AbstractEventLoop, Switchboard] = WeakKeyDictionary()


def switchboard() -> Switchboard:
    """The running loop's."""
    loop = asyncio.get_running_loop()
    if loop not in _boards:
        _boards[loop] = Switchboard()
    return _boards[loop]
