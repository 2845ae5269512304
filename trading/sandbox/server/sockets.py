"""The WebSocket faces: market streams and listen keys under /ws and /stream, the WebSocket API under /ws-api."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Any

import orjson
from aiohttp import WSMsgType, web

from trading.sandbox.server.calls import METHODS, SIGNED, Call, Endpoint
from trading.sandbox.server.exchange import Exchange
from trading.sandbox.server.faults import AFTER, BEFORE, Struck
from trading.sandbox.server.rest import Asked, Rest
from trading.sandbox.server.streams import Connection, Streams
from trading.sandbox.venue import refusals
from trading.sandbox.venue.refusals import Refusal

HEARTBEAT_S = 20.0


class Sockets:
    """Answers WebSocket requests for one exchange."""

    def __init__(self, exchange: Exchange, rest: Rest) -> None:
        self.exchange = exchange
        self.rest = rest
        self.streams = Streams(exchange)

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """Serve one WebSocket until it ends."""
        socket = web.WebSocketResponse(heartbeat=HEARTBEAT_S)
        try:
            await socket.prepare(request)
        except ConnectionError:  # it went before it was answered
            return socket
        path = request.path.removeprefix("/stream") if request.path.startswith("/stream/ws") else request.path
        connection = Connection(socket, combined=path.startswith("/stream"))
        listed = request.query.get("streams", "") if connection.combined else path.removeprefix("/ws").strip("/")
        if not path.startswith("/ws-api"):
            self._attach(connection, listed.split("/"))
        self.streams.connections.add(connection)
        writer = asyncio.create_task(connection.write())
        try:
            await self._listen(connection, request, is_api=path.startswith("/ws-api"))
        finally:
            self.streams.connections.discard(connection)
            writer.cancel()
            with contextlib.suppress(asyncio.CancelledError, ConnectionError):
                await writer
        return socket

    def _attach(self, connection: Connection, names: list[str]) -> None:
        """Follow the streams and listen keys that the address names; what is neither is left alone, as Binance does."""
        for name in names:
            if account := self.exchange.listen_keys.account_of(name):
                connection.accounts[account] = None
        self.streams.follow(connection, [name for name in names if "@" in name])

    async def _listen(self, connection: Connection, request: web.BaseRequest, *, is_api: bool) -> None:
        calls: set[asyncio.Task[None]] = set()
        async for message in connection.socket:
            if message.type is not WSMsgType.TEXT:
                continue
            try:
                asked = orjson.loads(message.data)
                method, params = str(asked["method"]), asked.get("params")
            except (orjson.JSONDecodeError, KeyError, TypeError):
                connection.send({"error": {"code": -1135, "msg": "Invalid JSON request."}, "id": None})
                continue
            if not is_api:
                connection.send(self._subscribe(connection, method, list(params or [])) | {"id": asked.get("id")})
                continue
            call = asyncio.create_task(self._call(connection, request, asked.get("id"), method, dict(params or {})))
            calls.add(call)  # each on its own: one that is delayed holds up none behind it
            call.add_done_callback(calls.discard)

    def _subscribe(self, connection: Connection, method: str, params: list[str]) -> dict[str, Any]:
        if method == "SUBSCRIBE":
            self.streams.follow(connection, params)
        elif method == "UNSUBSCRIBE":
            connection.streams -= set(params)
        elif method == "LIST_SUBSCRIPTIONS":
            return {"result": sorted(connection.streams)}
        else:
            return {"error": {"code": 0, "msg": f"Unknown request type: {method}"}}
        return {"result": None}

    # --- the WebSocket API --------------------------------------------------------------------------------------------

    async def _call(
        self, connection: Connection, request: web.BaseRequest, number: Any, method: str, raw: dict[str, Any]
    ) -> None:
        """Carry out one call and send its reply, unless a fault swallows it."""
        params = {name: _plain(value) for name, value in raw.items()}
        payload = "&".join(f"{name}={params[name]}" for name in sorted(params))
        asked = Asked("WS", method, payload, params, params.get("apiKey", ""), request.remote or "")
        struck = self.exchange.faults.strike(BEFORE + AFTER, asked.key, "WS", method) if self.exchange.faults else {}
        self.exchange.note_faults(struck, asked.key, method, params.get("newClientOrderId", ""))
        if (answer := await self._answer(connection, asked, struck)) is not None:
            connection.send({"id": number} | answer)
        if "accept_then_drop_reply" in struck:
            connection.end()

    async def _answer(
        self, connection: Connection, asked: Asked, struck: Mapping[str, Struck]
    ) -> dict[str, Any] | None:
        if delay := struck.get("delay_before_ms"):
            await asyncio.sleep(delay.ms / 1000)
        if struck.keys() & {"hang", "html_instead_of_json"}:
            return None
        if early := struck.get("status") or struck.get("5xx_before"):
            return _failed(Refusal(-1003, "Too many requests.", early.status or 503))
        answer = self._reply(connection, asked)
        if delay := struck.get("delay_after_ms"):
            await asyncio.sleep(delay.ms / 1000)
        if late := struck.get("5xx_after_accept"):
            return _failed(Refusal(-1007, "Timeout waiting for response from backend server.", late.status or 504))
        swallowed = {"accept_then_drop_reply", "hang_after_accept", "html_after_accept"}
        return None if struck.keys() & swallowed else answer

    def _reply(self, connection: Connection, asked: Asked) -> dict[str, Any]:
        try:
            if asked.path.startswith("userDataStream."):
                return _fine(self._user_stream(connection, asked))
            found = METHODS.get(asked.path)
            if found is None:
                raise Refusal(-1099, f"Unknown method '{asked.path}'.")
            self.exchange.limits.charge(asked.address, found.weighs(asked.params), self.exchange.now_ms())
            body = self.rest.carry_out(asked, found, {})
            return _fine(orjson.loads(body) if isinstance(body, bytes) else body)
        except Refusal as refusal:
            return _failed(refusal)

    def _user_stream(self, connection: Connection, asked: Asked) -> dict[str, Any]:
        """Subscribe this connection to the account of a signed request, or end that."""
        if asked.path == "userDataStream.unsubscribe":
            connection.accounts.clear()
            return {}
        if asked.path != "userDataStream.subscribe.signature":
            raise refusals.unknown_key()
        account = self.rest.carry_out(asked, Endpoint(_account_of, 2, SIGNED), {})
        if account in connection.accounts:
            raise Refusal(-2035, "Subscription already active.")
        connection.accounts[account] = len(connection.accounts)
        return {"subscriptionId": connection.accounts[account]}


def _account_of(call: Call) -> str:
    return call.account.key


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _fine(result: Any) -> dict[str, Any]:
    return {"status": 200, "result": result, "rateLimits": []}


def _failed(refusal: Refusal) -> dict[str, Any]:
    return {"status": refusal.status, "error": refusal.body(), "rateLimits": []}
