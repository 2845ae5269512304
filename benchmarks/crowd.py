"""A crowd of pages in one process: bare sockets, whose frames the kernel stamps with the time they came in.

A client library spends more time on a frame than the server does, and one process reads a thousand sockets one after
the other, which a thousand browsers do not: such a crowd would measure itself.
"""

from __future__ import annotations

import json
import os
import select
import socket
import struct
from base64 import b64encode
from functools import lru_cache

WAIT_S = 30
SIZE = 65_536
SO_TIMESTAMPNS = 35  # Linux; Python's socket module does not name it
STAMP = struct.Struct("@qq")  # seconds and nanoseconds
TEXT, SHORT_MAX, LENGTH_FOLLOWS = 0x81, 125, 126


class Crowd:
    """Sockets that were opened and greeted. close() ends them."""

    def __init__(self) -> None:
        self._sockets: dict[int, socket.socket] = {}
        self._ready = select.epoll()

    def join(self, *, port: int, host: str, session: str) -> None:
        """One more: a page of `host`, signed in by `session`, that has been greeted.

        host: the tenant's, with the port. Raises ConnectionError if it is not let in.
        """
        one = socket.create_connection(("127.0.0.1", port), timeout=WAIT_S)
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        one.sendall(_request(host, session))
        said = b""
        while b'"hello"' not in said:
            if not (more := one.recv(SIZE)):
                raise ConnectionError(said.decode("latin-1"))
            said += more
        one.setblocking(False)
        one.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self._sockets[one.fileno()] = one
        self._ready.register(one.fileno(), select.EPOLLIN)

    def arrivals(self) -> list[float]:
        """When the next frame came in, by `time.time`, for each socket; each is acknowledged as soon as it is read."""
        arrived: dict[int, float] = {}
        while len(arrived) < len(self._sockets):
            if not (ready := self._ready.poll(WAIT_S)):
                raise TimeoutError(f"{len(arrived)} of {len(self._sockets)} frames came")
            for number, _ in ready:
                frame, [(_level, _kind, stamp)], _flags, _peer = self._sockets[number].recvmsg(SIZE, SIZE)
                seconds, nanoseconds = STAMP.unpack(stamp)
                arrived[number] = seconds + nanoseconds / 1e9
                self._sockets[number].sendall(acknowledgement(frame))
        return list(arrived.values())

    def close(self) -> None:
        """Leave."""
        self._ready.close()
        for one in self._sockets.values():
            one.close()


@lru_cache(maxsize=8)  # a crowd that is told the same answers the same
def acknowledgement(frame: bytes) -> bytes:
    """What a page answers to a frame with hints, which came whole and alone; both as they are on the wire."""
    length = frame[1]
    if frame[0] != TEXT or length > LENGTH_FOLLOWS:
        raise ValueError(f"not a short text: {frame[:20]!r}")
    body = frame[2:] if length <= SHORT_MAX else frame[4:]
    if len(body) != (length if length <= SHORT_MAX else int.from_bytes(frame[2:4], "big")):
        raise ValueError(f"not one whole frame: {frame!r}")
    answer = json.dumps({"ack": json.loads(body)["n"]}).encode()
    return bytes([TEXT, 0x80 | len(answer)]) + bytes(4) + answer  # masked by zeros: it stays as it is


def _request(host: str, session: str) -> bytes:
    lines = [
        "GET /ws/live/ HTTP/1.1",
        f"Host: {host}",
        f"Origin: http://{host}",
        f"Cookie: sessionid={session}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {b64encode(os.urandom(16)).decode()}",
    ]
    return "".join(f"{line}\r\n" for line in [*lines, ""]).encode()
