"""ccxt's asynchronous clients, without surprises: no retries, numbers as text, one address, a quiet log."""

from __future__ import annotations

import logging
import ssl
from contextvars import ContextVar
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from cryptouniverse.kernel.secret import Secret
from trading.exchanges.outcomes import Reply
from trading.exchanges.venues.profile import VenueProfile

# Where a call's answer is written down, as the venue gave it: ccxt's exceptions keep neither status nor code.
heard: ContextVar[Reply | None] = ContextVar("venue_reply", default=None)


def make_client(
    profile: VenueProfile,
    *,
    base_url: str,
    timeout_ms: int,
    api_key: Secret | None = None,
    secret: Secret | None = None,
    streaming: bool = False,
) -> Any:
    """A client of `profile`'s venue; with base_url all of its addresses are there. It has no session yet."""
    hush()
    client: Any = client_class(profile.name, streaming)(
        {
            "apiKey": api_key.reveal() if api_key else "",
            "secret": secret.reveal() if secret else "",
            "enableRateLimit": False,  # our own budget governs, which all processes share
            "maxRetriesOnFailure": 0,
            "timeout": timeout_ms,
            "userAgent": "CryptoUniverse",
            "options": {**profile.options, "maxRetriesOnFailure": 0},
        }
    )
    client.number = str
    if base_url:
        for section in ("api", "test", "demo", "apiBackup"):
            if section in client.urls:
                client.urls[section] = moved(client.urls[section], base_url)
    return client


def hush() -> None:
    """ccxt's DEBUG lines hold whole requests: keys, signatures, secrets. They are never written."""
    logging.getLogger("ccxt").setLevel(logging.INFO)


@lru_cache(maxsize=32)
def client_class(venue: str, streaming: bool) -> type[Any]:
    """ccxt's class of `venue`, told to write each answer into `heard` before it judges it."""
    if streaming:
        import ccxt.pro as library
    else:
        import ccxt.async_support as library
    base: Any = getattr(library, venue)

    class Telling(base):  # type: ignore[misc]  # ccxt has no types
        def handle_errors(
            self, status: int, reason: str, url: str, method: str, headers: Any, body: Any, reply: Any, *rest: Any
        ) -> Any:
            if (note := heard.get()) is not None:
                note.status, note.headers, note.body = int(status), dict(headers or {}), reply
                if isinstance(reply, dict):
                    note.code, note.words = str(reply.get("code", "")), str(reply.get("msg", ""))
            return super().handle_errors(status, reason, url, method, headers, body, reply, *rest)

    return Telling


def moved(urls: Any, base_url: str) -> Any:
    """`urls`, nested as ccxt nests them, with every address at `base_url`: scheme and host change, the path stays."""
    if isinstance(urls, dict):
        return {name: moved(url, base_url) for name, url in urls.items()}
    if isinstance(urls, list):
        return [moved(url, base_url) for url in urls]
    if not isinstance(urls, str):
        return urls
    there, here = urlsplit(urls), urlsplit(base_url)
    secure = here.scheme in {"https", "wss"}
    sockets = there.scheme in {"ws", "wss"}
    scheme = ("wss" if secure else "ws") if sockets else ("https" if secure else "http")
    return urlunsplit((scheme, here.netloc, here.path.rstrip("/") + there.path, there.query, ""))


@lru_cache(maxsize=4)
def tls(cafile: str) -> ssl.SSLContext:
    """One TLS context for all: making one costs tens of milliseconds."""
    return ssl.create_default_context(cafile=cafile)
