"""A session for writes that says where a request is, so that a proof can kill the process there.

ccxt asks its session for `post`, `delete` and so on; this one hands them to aiohttp with a body that is written in two
halves while somebody listens, and in one piece otherwise.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from typing import Any

import aiohttp
from aiohttp.abc import AbstractStreamWriter
from aiohttp.payload import BytesPayload

from cryptouniverse.kernel import crashpoints
from cryptouniverse.kernel.crashpoints import crashpoint

CONNECTIONS = 20


class WriteSession:
    """An aiohttp session that sends each request once and passes the crash points."""

    def __init__(self, context: ssl.SSLContext | bool) -> None:
        self._session = session(context, traces=[_traces()])
        # aiohttp sends a DELETE again when a kept connection turns out to be closed: a cancel goes out once.
        self._session._retry_connection = False

    def post(self, url: Any, *, data: bytes | None = None, **rest: Any) -> Any:
        """A request with a body."""
        return self._session.post(url, data=None if data is None else _Body(data), **rest)

    def delete(self, url: Any, **rest: Any) -> Any:
        """A cancel."""
        return self._session.delete(url, **rest)

    def get(self, url: Any, **rest: Any) -> Any:
        """A request that changes nothing: ccxt's own look-ups."""
        return self._session.get(url, **rest)

    @property
    def headers(self) -> Mapping[str, str]:
        """Headers of every request; ccxt adds them to its own."""
        return self._session.headers

    async def close(self) -> None:
        """Close every socket."""
        await self._session.close()


def session(
    context: ssl.SSLContext | bool, *, traces: list[aiohttp.TraceConfig] | None = None
) -> aiohttp.ClientSession:
    """A session with a pool of its own, so that one connection that hangs holds up no other."""
    connector = aiohttp.TCPConnector(ssl=context, limit=CONNECTIONS)
    return aiohttp.ClientSession(connector=connector, trace_configs=traces or [], trust_env=False)


class _Body(BytesPayload):
    async def write_with_length(self, writer: AbstractStreamWriter, content_length: int | None) -> None:
        if crashpoints.watched():
            half = len(self._value) // 2
            await writer.write(self._value[:half])
            await writer.drain()
            crashpoint("body.half")
            await writer.write(self._value[half:])
            await writer.drain()
        else:
            await super().write_with_length(writer, content_length)
        crashpoint("body.sent")


def _traces() -> aiohttp.TraceConfig:
    traces = aiohttp.TraceConfig()

    async def before(_session: object, _context: object, _params: object) -> None:
        crashpoint("connect.before")

    async def after(_session: object, _context: object, _params: object) -> None:
        crashpoint("connect.after")

    async def headers(_session: object, _context: object, params: aiohttp.TraceRequestEndParams) -> None:
        if params.method == "DELETE":
            crashpoint("cancel.sent")
        crashpoint("headers.read")

    async def body(_session: object, _context: object, _params: object) -> None:
        crashpoint("body.read")

    traces.on_request_start.append(before)
    traces.on_connection_create_end.append(after)
    traces.on_connection_reuseconn.append(after)
    traces.on_request_end.append(headers)
    traces.on_response_chunk_received.append(body)
    return traces
