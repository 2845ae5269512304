"""The socket routes, behind the tenant middleware. `asgi.py` says how a host becomes a tenant."""

from __future__ import annotations

from collections.abc import Callable

from channels.routing import URLRouter
from django.urls import path

from cryptouniverse.kernel.context import TenantCtx
from cryptouniverse.realtime.consumers import LiveConsumer
from cryptouniverse.realtime.middleware import Admit, App, TenantSocketMiddleware

websocket_urlpatterns = [path("ws/live/", LiveConsumer.as_asgi(), name="live")]


def websocket_application(*, tenant_of_host: Callable[[str], TenantCtx], admit: Admit) -> App:
    """The ASGI application for "websocket" scopes. tenant_of_host, admit: see TenantSocketMiddleware."""
    return TenantSocketMiddleware(URLRouter(websocket_urlpatterns), tenant_of_host=tenant_of_host, admit=admit)
