"""A local HTTP server that speaks the wire formats of OpenAI, Anthropic and Gemini, as recorded, and fails if told."""

import copy
import json
import socket
import struct
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Barrier, Event
from typing import Any

from tests import servers

VENDORS = ("openai", "anthropic", "gemini")
_FILES = {
    "openai": "openai/chat_completion_payloads.json",
    "anthropic": "anthropic/message_payloads.json",
    "gemini": "gemini/generate_content_payloads.json",
}
_ANSWERED = {
    "openai": "lib/chat/test_completions.py:117",
    "anthropic": "api_resources/beta/test_output_format_conversion.py:28",
    "gemini": "models/test_gc_continuation_token.py:3501",
}


@dataclass(frozen=True)
class Reply:
    """What a vendor sends: a body (JSON, or raw bytes) with a status; or nothing, by hanging or dropping the line.

    together: answers only once so many requests wait at the same time.
    """

    body: Any = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    hangs: bool = False
    drops: bool = False
    together: Barrier | None = None


@dataclass
class VendorServer:
    """replies: vendor -> what it sends next and from then on. heard: every request as (vendor, path, headers, body)."""

    port: int
    replies: dict[str, Reply] = field(default_factory=dict)
    heard: list[tuple[str, str, dict[str, str], Any]] = field(default_factory=list)
    closing: Event = field(default_factory=Event)

    def base_url(self, vendor: str) -> str:
        """The address to configure for that vendor's SDK."""
        return f"http://127.0.0.1:{self.port}/{vendor}{'/v1' if vendor == 'openai' else ''}"


def recorded(folder: Path, vendor: str) -> list[Any]:
    """Every recorded message body of that vendor."""
    return [item["payload"] for item in json.loads((folder / "llm" / _FILES[vendor]).read_text())]


def errors(folder: Path, vendor: str) -> list[Any]:
    """Every recorded error body of that vendor."""
    return [item["payload"] for item in json.loads((folder / "llm" / vendor / "error_payloads.json").read_text())]


def limits(folder: Path, vendor: str) -> list[Reply]:
    """The documented rate-limit, quota and overload replies of that vendor."""
    items = json.loads((folder / "llm" / "rate_limit_and_quota_errors.json").read_text())
    return [
        Reply(item["payload"], item["http_status"], item.get("headers", {}))
        for item in items
        if item["provider"] == vendor
    ]


def answering(folder: Path, vendor: str, text: str) -> Reply:
    """A recorded message of that vendor with `text` in the place of the model's words."""
    items = json.loads((folder / "llm" / _FILES[vendor]).read_text())
    body = copy.deepcopy(next(item["payload"] for item in items if item["source"] == _ANSWERED[vendor]))
    if vendor == "openai":
        body["choices"][0]["message"]["content"] = text
    elif vendor == "anthropic":
        body["content"][0]["text"] = text
    else:
        body["candidates"][0]["content"]["parts"][0]["text"] = text
    return Reply(body)


@contextmanager
def serving():
    """A running VendorServer on a free port of the loopback."""
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    httpd.daemon_threads = True
    server = VendorServer(httpd.server_address[1])
    httpd.vendors = server
    with servers.serving(httpd):
        try:
            yield server
        finally:
            server.closing.set()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        vendors: VendorServer = self.server.vendors
        vendor = self.path.split("/")[1]
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        vendors.heard.append((vendor, self.path, {k.lower(): v for k, v in self.headers.items()}, sent))
        reply = vendors.replies[vendor]
        if reply.together:
            reply.together.wait(timeout=30)
        if reply.hangs:
            vendors.closing.wait()
        if reply.hangs or reply.drops:
            self._drop()
            return
        body = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
        self.send_response(reply.status)
        for name, value in {"Content-Type": "application/json", **reply.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _drop(self) -> None:
        """Reset the connection, as a dying peer does."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def log_message(self, *_args: Any) -> None:
        """Silent."""
