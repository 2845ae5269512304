"""Sending to a checked target: the name is resolved once, every address of it is checked, one of those is dialled.

Between check and connection nothing asks again, so a name that changes its answer changes nothing. TLS is verified for
the name, redirects are answers and not followed, proxies of the environment are not known here, and time and size are
counted over the whole exchange.
"""

from __future__ import annotations

import re
import socket
import ssl
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any, Final

import dns.exception
import dns.name
import dns.resolver
import httpcore
import httpx

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.egress.addresses import is_public
from cryptouniverse.kernel.egress.errors import NoUsableAnswer
from cryptouniverse.kernel.egress.targets import Answer, Limits, Reason, Target, parse_target

Resolve = Callable[[str, float], Sequence[str]]  # a name and seconds -> its addresses; raises NoUsableAnswer
Dial = Callable[[str, int, float], socket.socket]  # a checked address, port, seconds -> connected; raises OSError
DIALS_MAX: Final = 3
_WRITE_BYTES: Final = 16_384
_SECONDS: Final = re.compile(r"[0-9]{1,9}", re.ASCII)


def resolve(name: str, within_s: float) -> Sequence[str]:
    """All IPv4 and IPv6 addresses of a public name. Raises NoUsableAnswer."""
    try:
        found = _resolver().resolve_name(dns.name.from_text(name + "."), lifetime=within_s)
        return [str(address) for address in found.addresses()]
    except dns.exception.Timeout:
        raise NoUsableAnswer(reason=Reason.TIMEOUT) from None
    except dns.exception.DNSException:
        raise NoUsableAnswer(reason=Reason.UNRESOLVED) from None


def dial(address: str, port: int, within_s: float) -> socket.socket:
    """A connection to exactly this address."""
    return socket.create_connection((address, port), within_s)


def post(
    url: str,
    *,
    body: bytes,
    headers: Mapping[str, str],
    allowed: Collection[str] = (),
    limits: Limits = Limits(),  # noqa: B008  # frozen
    resolve: Resolve = resolve,
    dial: Dial = dial,
    tls: ssl.SSLContext | None = None,
) -> Answer:
    """POST `body` there and say with what status it was answered. Raises BadAddress, or NoUsableAnswer with its reason.

    A redirect is an answer like any other. What the answer says is read up to `limits` and thrown away. tls: whom to
    trust, if not the usual authorities.
    """
    target = parse_target(url, allowed=allowed)
    transport = PublicTransport(allowed=allowed, limits=limits, resolve=resolve, dial=dial, tls=tls)
    with httpx.Client(transport=transport, trust_env=False, follow_redirects=False) as client:
        answer = client.post(target.url, content=body, headers=dict(headers))
    return Answer(answer.status_code, retry_after_of(answer.headers.get("Retry-After", "")))


def retry_after_of(said: str) -> int:
    """The header as whole seconds from now, however it is written (RFC 9110, 10.2.3); 0 for none and for nonsense."""
    if _SECONDS.fullmatch(said.strip()):
        return int(said)
    try:
        at = parsedate_to_datetime(said)
    except (ValueError, OverflowError):  # the latter for a year of twenty digits
        return 0
    return max(0, round((at.replace(tzinfo=at.tzinfo or UTC) - clock.now()).total_seconds()))


class PublicTransport(httpx.BaseTransport):
    """An httpx transport that reaches public addresses and what `allowed` names; one connection a request.

    The answer's body is empty and of its headers there is Retry-After alone, unless `keep_body` asks for all. Raises
    BadAddress or NoUsableAnswer.
    """

    def __init__(
        self,
        *,
        allowed: Collection[str] = (),
        limits: Limits = Limits(),  # noqa: B008  # frozen
        resolve: Resolve = resolve,
        dial: Dial = dial,
        tls: ssl.SSLContext | None = None,
        keep_body: bool = False,
    ) -> None:
        self._keep_body = keep_body
        self._allowed, self._limits, self._resolve, self._dial = allowed, limits, resolve, dial
        self._tls = tls or _usual_tls()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """One exchange with the target of `request`."""
        target = parse_target(str(request.url), allowed=self._allowed)
        way = _CheckedWay(target, self._limits, self._resolve, self._dial)
        address = httpcore.URL(scheme=target.scheme, host=target.host, port=target.port, target=target.path)
        headers = [(b"Host", _host_of(target)), *_without_host(request.headers.raw)]
        try:
            with (
                httpcore.ConnectionPool(network_backend=way, ssl_context=self._tls, max_connections=1) as pool,
                pool.stream(request.method, address, headers=headers, content=request.read()) as answer,
            ):
                kept = b"".join(part for part in answer.iter_stream() if self._keep_body)
        except (httpcore.ProtocolError, httpcore.NetworkError, ValueError):
            raise NoUsableAnswer(reason=Reason.PROTOCOL) from None
        named = [(name, value) for name, value in answer.headers if self._keep_body or name.lower() == b"retry-after"]
        return httpx.Response(answer.status, headers=named, content=kept)


class _CheckedWay(httpcore.NetworkBackend):
    """Where httpcore asks for a connection: to the target's checked addresses, whatever host it names."""

    def __init__(self, target: Target, limits: Limits, resolve: Resolve, dial: Dial) -> None:
        self._target, self._resolve, self._dial = target, resolve, dial
        self._until = time.monotonic() + limits.total_s
        self._bytes = limits.received_bytes

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first of the checked addresses that takes it. Raises NoUsableAnswer."""
        for address in self._addresses()[:DIALS_MAX]:
            try:
                connected = self._dial(address, self._target.port, _left(self._until))
            except OSError:
                continue
            return _Stream(connected, self._until, self._bytes)
        raise NoUsableAnswer(reason=Reason.TIMEOUT if time.monotonic() >= self._until else Reason.UNREACHABLE)

    def _addresses(self) -> Sequence[str]:
        if self._target.allowed:
            return [self._target.host]
        found = self._resolve(self._target.host, _left(self._until))
        if not found:
            raise NoUsableAnswer(reason=Reason.UNRESOLVED)
        if not all(map(is_public, found)):
            raise NoUsableAnswer(reason=Reason.NOT_PUBLIC)
        return sorted(found, key=lambda address: ":" in address)  # IPv4 first: not every house has the other


class _Stream(httpcore.NetworkStream):
    """A connection whose time and bytes are counted from the first to the last."""

    def __init__(self, connected: socket.socket, until: float, bytes_left: int) -> None:
        self._socket, self._until, self._bytes = connected, until, bytes_left

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """What came, of at most what is left to come. Raises NoUsableAnswer."""
        if self._bytes <= 0:
            raise NoUsableAnswer(reason=Reason.TOO_LARGE)
        try:
            self._socket.settimeout(_left(self._until))
            part = self._socket.recv(min(max_bytes, self._bytes))
        except TimeoutError:
            raise NoUsableAnswer(reason=Reason.TIMEOUT) from None
        except OSError:
            raise NoUsableAnswer(reason=Reason.PROTOCOL) from None
        self._bytes -= len(part)
        return part

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """All of `buffer`. Raises NoUsableAnswer."""
        rest = memoryview(buffer)
        try:
            while rest:
                self._socket.settimeout(_left(self._until))
                rest = rest[self._socket.send(rest[:_WRITE_BYTES]) :]
        except TimeoutError:
            raise NoUsableAnswer(reason=Reason.TIMEOUT) from None
        except OSError:
            raise NoUsableAnswer(reason=Reason.PROTOCOL) from None

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """The same connection under TLS, verified for `server_hostname`. Raises NoUsableAnswer."""
        try:
            self._socket.settimeout(_left(self._until))
            self._socket = ssl_context.wrap_socket(self._socket, server_hostname=server_hostname)
        except TimeoutError:
            raise NoUsableAnswer(reason=Reason.TIMEOUT) from None
        except (OSError, ValueError):  # ssl's errors are OSErrors
            raise NoUsableAnswer(reason=Reason.TLS) from None
        return self

    def close(self) -> None:
        """Let it go."""
        self._socket.close()

    def get_extra_info(self, info: str) -> Any:
        """Nothing that httpcore would act on."""
        return None


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise NoUsableAnswer(reason=Reason.TIMEOUT)
    return left


def _host_of(target: Target) -> bytes:
    return target.url.split("://", 1)[1].split("/", 1)[0].encode()


def _without_host(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    return [(name, value) for name, value in headers if name.lower() != b"host"]


@cache
def _usual_tls() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)


@cache
def _resolver() -> dns.resolver.Resolver:
    return dns.resolver.Resolver()
