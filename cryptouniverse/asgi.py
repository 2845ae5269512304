"""The ASGI entry: an ASGI server such as daphne serves pages, API and sockets.

Pages and API are synchronous Django: the whole middleware chain of one request runs in one thread, with a connection
from a bounded pool, so that a burst of requests waits instead of exhausting PostgreSQL.
"""

from __future__ import annotations

import os

import django
from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cryptouniverse.settings")

POOL = {"min_size": 2, "max_size": 24, "timeout": 10}


class OneThreadHandler(ASGIHandler):
    """Django's ASGI handler with a synchronous middleware chain: one hop to a thread, not one per middleware."""

    def load_middleware(self, is_async: bool = False) -> None:
        """Build the chain for synchronous calls."""
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        """Answer `request` in this request's own thread."""
        return await sync_to_async(self.get_response, thread_sensitive=True)(request)


def _application() -> object:
    django.setup(set_prefix=False)
    from channels.routing import ProtocolTypeRouter
    from django.db import connections

    connections.settings["default"]["OPTIONS"]["pool"] = POOL
    connections.settings["default"]["CONN_MAX_AGE"] = 0
    from cryptouniverse.realtime.routing import websocket_application
    from tenants.provisioning.selectors import tenant_by_host
    from tenants.regions.selectors import admit

    sockets = websocket_application(tenant_of_host=tenant_by_host, admit=admit)
    return ProtocolTypeRouter({"http": OneThreadHandler(), "websocket": sockets})


application = _application()
