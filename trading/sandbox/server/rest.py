"""The REST face: parse, check key, signature and window, let the fault happen that is set, answer."""

from __future__ import annotations

import asyncio
import sys
import traceback
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import orjson
from aiohttp import web

from trading.sandbox.server import accounts, listen_keys, lists, market_data, trading
from trading.sandbox.server.calls import ENDPOINTS, PUBLIC, SIGNED, TRADE, Call, Endpoint
from trading.sandbox.server.exchange import Exchange
from trading.sandbox.server.faults import AFTER, BEFORE, Struck
from trading.sandbox.server.signing import check_signature, check_window, unsigned
from trading.sandbox.venue import refusals
from trading.sandbox.venue.accounts import Account
from trading.sandbox.venue.refusals import Refusal

FACES = (accounts, listen_keys, lists, market_data, trading)  # importing them enters their endpoints
JSON = "application/json"
HTML = b"<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
ASKS_S = 0.2


@dataclass(slots=True)
class Asked:
    """One request on its way in. payload: query string and body in a row, as they are signed."""

    method: str
    path: str
    payload: str
    params: dict[str, str]
    key: str
    address: str


@dataclass(slots=True)
class Reply:
    """What goes back."""

    status: int
    body: bytes
    headers: dict[str, str]
    content_type: str = JSON


class Rest:
    """Answers REST requests for one exchange."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """The reply to one request, or what a fault makes of it."""
        try:
            asked = await _asked(request)
        except ConnectionResetError:
            return web.Response()  # to nobody: the client went before it had said what it asks for
        struck = self._strike(BEFORE + AFTER, asked) if self.exchange.faults else {}
        if "delay_before_ms" in struck:
            if (refused := self._refused_on_arrival(asked)) is not None:
                return _sent(refused)
            await asyncio.sleep(struck["delay_before_ms"].ms / 1000)
        if (early := self._instead(struck)) is not None:
            return _sent(early)
        if "hang" in struck:
            await _hang(request)
            return web.Response()  # to nobody: what hangs is not done when the client has gone either
        reply = self.reply(asked)
        if "delay_after_ms" in struck:
            await asyncio.sleep(struck["delay_after_ms"].ms / 1000)
        if "hang_after_accept" in struck:
            await _hang(request)
        if "accept_then_drop_reply" in struck:
            _drop(request)
        elif "5xx_after_accept" in struck:
            reply = _backend_timeout(struck["5xx_after_accept"])
        elif "html_after_accept" in struck:
            reply = Reply(struck["html_after_accept"].status or 502, HTML, {}, "text/html")
        return _sent(reply)

    def reply(self, asked: Asked) -> Reply:
        """Charge, check and carry out one request, in one go."""
        exchange, headers = self.exchange, dict[str, str]()
        now = exchange.now_ms()
        try:
            found = ENDPOINTS.get((asked.method, asked.path))
            if found is None:
                return Reply(404, b'{"code":-1099,"msg":"Not found, unauthenticated, or unauthorized."}', headers)
            used = str(exchange.limits.charge(asked.address, found.weighs(asked.params), now))
            headers |= {"X-MBX-USED-WEIGHT": used, "X-MBX-USED-WEIGHT-1M": used}
            body = self.carry_out(asked, found, headers)
            return Reply(200, body if isinstance(body, bytes) else orjson.dumps(body), headers)
        except Refusal as refusal:
            if refusal.status in {418, 429}:
                headers["Retry-After"] = str(exchange.limits.retry_after_s(asked.address, now))
            return Reply(refusal.status, orjson.dumps(refusal.body()), headers)
        except Exception:  # noqa: BLE001 - whatever breaks, the client gets an answer and the others go on
            traceback.print_exc(file=sys.stderr)
            return Reply(
                500, b'{"code":-1000,"msg":"An unknown error occurred while processing the request."}', headers
            )

    def carry_out(self, asked: Asked, found: Endpoint, headers: dict[str, str]) -> Any:
        """Check the caller's key, signature and window, do what is asked, and write down what it did."""
        exchange, account = self.exchange, None
        try:
            if found.security != PUBLIC:
                account = admitted(exchange, asked.key, found)
            now = exchange.now_ms(account)
            if account is not None and found.security in {SIGNED, TRADE}:
                signed, signature = unsigned(asked.payload), asked.params.get("signature", "")
                check_signature(exchange.secrets.get(account.key, ""), signed, signature)
                check_window(asked.params, now)
                if found.orders:
                    headers |= exchange.limits.count_order(account.key, now)
            return act(exchange, found, Call(exchange, asked.params, now, account))
        except Refusal as refusal:
            if found.orders:
                note_rejection(exchange, asked.key, asked.params, refusal)
            raise

    def _refused_on_arrival(self, asked: Asked) -> Reply | None:
        """The reply to a signed request that is outside its window before it waits; inside it is looked at again."""
        account, found = self.exchange.venue.accounts.get(asked.key), ENDPOINTS.get((asked.method, asked.path))
        if account is None or found is None or found.security not in {SIGNED, TRADE}:
            return None
        try:
            check_window(asked.params, self.exchange.now_ms(account))
        except Refusal:
            return self.reply(asked)
        return None

    def _strike(self, kinds: tuple[str, ...], asked: Asked) -> dict[str, Struck]:
        struck = self.exchange.faults.strike(kinds, asked.key, asked.method, asked.path)
        self.exchange.note_faults(struck, asked.key, asked.path, asked.params.get("newClientOrderId", ""))
        return struck

    def _instead(self, struck: dict[str, Struck]) -> Reply | None:
        """The reply of a fault that keeps the request from being carried out."""
        if fault := struck.get("status"):
            banned = fault.status == 418
            words = "Way too many requests; IP banned." if banned else "Too many requests."
            body = orjson.dumps({"code": -1003, "msg": words})
            return Reply(fault.status or 429, body, {"Retry-After": str(fault.retry_after_s)})
        if fault := struck.get("5xx_before"):
            return Reply(fault.status or 503, b'{"code":-1008,"msg":"Server is currently overloaded."}', {})
        if fault := struck.get("html_instead_of_json"):
            return Reply(fault.status or 502, HTML, {}, "text/html")
        return None


def act(exchange: Exchange, found: Endpoint, call: Call) -> Any:
    """Carry out one call as one action of the exchange, and write it down. A refusal too may have done a half."""
    try:
        return found.answer(call)
    finally:
        exchange.venue.settle(call.now_ms, found.answer.__name__)
        exchange.commit()


def admitted(exchange: Exchange, key: str, found: Endpoint) -> Account:
    """The account of a key that may do this. Raises Refusal."""
    account = exchange.venue.accounts.get(key)
    if account is None:
        raise refusals.unknown_key() if len(key) == 64 and key.isalnum() else refusals.malformed_key()
    if account.revoked or (found.security == TRADE and not account.rights.trade):
        raise refusals.unknown_key()
    return account


def note_rejection(exchange: Exchange, key: str, params: dict[str, str], refusal: Refusal) -> None:
    """Write down that an order was refused, and why."""
    names = ("symbol", "side", "type", "quantity", "price", "stopPrice", "newClientOrderId", "timestamp", "recvWindow")
    said = {name: params[name][:64] for name in names if name in params}
    now = exchange.now_ms()
    exchange.venue.note("order_rejected", now, account=key[:128], code=refusal.code, msg=refusal.message, request=said)
    exchange.commit()


def _backend_timeout(fault: Struck) -> Reply:
    words = "Timeout waiting for response from backend server. Send status unknown; execution status unknown."
    return Reply(fault.status or 504, orjson.dumps({"code": -1007, "msg": words}), {})


async def _asked(request: web.BaseRequest) -> Asked:
    query = request.rel_url.raw_query_string
    body = (await request.read()).decode(errors="replace") if request.body_exists else ""
    payload = "&".join(part for part in (query, body) if part)
    return Asked(
        request.method,
        request.path,
        payload,
        dict(parse_qsl(payload, keep_blank_values=True)),
        request.headers.get("X-MBX-APIKEY", ""),
        request.remote or "",
    )


async def _hang(request: web.BaseRequest) -> None:
    """Say nothing until the client goes away."""
    while request.transport is not None and not request.transport.is_closing():
        await asyncio.sleep(ASKS_S)


def _drop(request: web.BaseRequest) -> None:
    if request.transport is not None:
        request.transport.abort()


def _sent(reply: Reply) -> web.Response:
    return web.Response(
        status=reply.status, body=reply.body, headers=reply.headers | {"Content-Type": reply.content_type}
    )
