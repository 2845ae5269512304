"""Who calls the API: the person whose session it is, with the CSRF token on writes."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request

from cryptouniverse.api.errors import ForgeryRefused


class TenantSession(SessionAuthentication):
    """The signed-in session of this tenant; another tenant's never gets here."""

    def authenticate_header(self, request: Request) -> str:
        """What makes DRF answer 401, and not 403, to nobody."""
        return 'Session realm="api"'

    def enforce_csrf(self, request: Any) -> None:
        """Refuse a write without the session's CSRF token. Raises ForgeryRefused."""
        try:
            super().enforce_csrf(request)
        except PermissionDenied as error:
            raise ForgeryRefused(str(error.detail)) from error


class TenantSessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # drf-spectacular's
    """How the document describes it."""

    target_class = "cryptouniverse.api.authentication.TenantSession"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """A cookie; its name has a prefix in production."""
        from django.conf import settings

        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}
