"""Receivers on this machine, endpoints that lead to them, and facts that somebody's webhooks are about."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings as django_settings
from standardwebhooks import Webhook

from accounts.users.models import User
from accounts.webhooks import services
from accounts.webhooks.models import Delivery, Endpoint
from accounts.webhooks.types import State
from credits.ledger.events import CreditsToppedUp
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.context import current_tenant
from cryptouniverse.kernel.events.types import Envelope, Event
from cryptouniverse.kernel.ids import new_id
from cryptouniverse.kernel.secret import Secret
from tests.servers import serving


@dataclass
class Message:
    """One request as it came."""

    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    def verified_by(self, secret: Secret) -> Any:
        """What the scheme's own library makes of it; raises where the signature is not good."""
        return Webhook(secret.reveal()).verify(self.body, self.headers)


@dataclass
class Receiver:
    """An HTTP server. answer: from a request's number (0, 1, ...) and message to a status; None: it hangs up."""

    answer: Callable[[int, Message], int | None] = lambda _number, _message: 204
    heard: list[Message] = field(default_factory=list)
    retry_after: str = ""
    port: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"


@contextmanager
def receiving(answer: Callable[[int, Message], int | None] | None = None) -> Iterator[Receiver]:
    """A receiver that the settings let through."""
    receiver = Receiver(answer) if answer else Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            message = Message({name.lower(): value for name, value in self.headers.items()}, body)
            with receiver.lock:
                number = len(receiver.heard)
                receiver.heard.append(message)
            status = receiver.answer(number, message)
            if status is None:
                self.close_connection = True
                return
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", f"http://127.0.0.1:{receiver.port}/elsewhere")
            if receiver.retry_after:
                self.send_header("Retry-After", receiver.retry_after)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Tests are quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.port = server.server_address[1]
    before = django_settings.CU
    django_settings.CU = before.model_copy(update={"cu_egress_allowed": f"127.0.0.1:{receiver.port}"})
    try:
        with serving(server):
            yield receiver
    finally:
        django_settings.CU = before


def given_endpoint(owner: User, url: str = "https://hooks.example.com/cu", **more: Any) -> tuple[Endpoint, Secret]:
    return services.create_endpoint(owner=owner, url=url, **{"patterns": ["*"], **more})


def enveloped(event: Event, *, sequence: int = 1) -> Envelope:
    return Envelope(new_id(), event, current_tenant().id, event.stream, sequence, clock.now(), str(uuid4()))


def topped_up(owner: User | UUID, *, amount: int = 5) -> Event:
    """A fact that is `owner`'s."""
    kinds = {"amount": Decimal(amount), "balance": Decimal(amount)}
    public_id = owner if isinstance(owner, UUID) else owner.public_id
    return made(CreditsToppedUp, user_id=public_id, **kinds)


def made(event: type[Event], **facts: Any) -> Event:
    """An event with these facts and anything in the other fields."""
    from dataclasses import fields
    from typing import get_type_hints

    kinds = get_type_hints(event)
    some: dict[type, Any] = {str: "x", int: 1, bool: True, Decimal: Decimal(1), UUID: uuid4()}
    return event(**{f.name: facts.get(f.name, some[kinds[f.name]]) for f in fields(event)})


def given_deliveries(owner: User, number: int = 1) -> list[Envelope]:
    """So many facts of `owner`, offered to webhooks."""
    envelopes = [enveloped(topped_up(owner), sequence=place) for place in range(1, number + 1)]
    services.offer(envelopes)
    return envelopes


def deliver_all(endpoint: Endpoint, *, within: timedelta = timedelta(days=9), step: timedelta | None = None) -> int:
    """Let time pass as far as it takes until nothing waits; how many turns that took."""
    moment, end, turns = clock.now(), clock.now() + within, 0
    while moment < end:
        with clock.at(moment):
            services.deliver_due(endpoint_id=endpoint.public_id)
        turns += 1
        endpoint.refresh_from_db()
        waiting = Delivery.objects.filter(endpoint=endpoint, state=State.PENDING).order_by("next_attempt_at").first()
        if waiting is None or endpoint.off_since is not None:
            return turns
        due = waiting.next_attempt_at or moment
        moment = max(moment, due, endpoint.rest_until or due, endpoint.busy_until or due) + timedelta(milliseconds=1)
    raise AssertionError(f"still waiting after {within}")
