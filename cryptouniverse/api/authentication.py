"""Who calls the API: a program by its key or access token, else the person whose session it is.

A key or token is looked for in `Authorization: Bearer` and nowhere else. Where that header is, it alone decides: what
it holds is good, or the answer is 401. It is no cookie, so no page of others can send it, and no CSRF token is asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.http import HttpRequest
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request

from accounts.apikeys.services import caller_by_key
from accounts.apikeys.types import KEY_PREFIX
from accounts.tokens.selectors import caller_by_token
from cryptouniverse.api.errors import ForgeryRefused
from cryptouniverse.kernel.addresses import client_address
from cryptouniverse.kernel.credentials import Credential
from cryptouniverse.kernel.errors import CryptoUniverseError

if TYPE_CHECKING:
    from accounts.users.models import User

_KEPT: Final = "_bearer_outcome"


def bearer_of(request: HttpRequest) -> tuple[User, Credential] | None:
    """Whose key or token the request carries; None if it carries none. Checked once a request.

    Raises KeyRefused, TokenRefused (401) or AddressRefused (403), the second time as the first.
    """
    if not hasattr(request, _KEPT):
        setattr(request, _KEPT, _checked(request))
    outcome = getattr(request, _KEPT)
    if isinstance(outcome, CryptoUniverseError):
        raise outcome
    found: tuple[User, Credential] | None = outcome
    return found


def _checked(request: HttpRequest) -> tuple[User, Credential] | CryptoUniverseError | None:
    scheme, _, text = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    try:
        if text.startswith(KEY_PREFIX):
            return caller_by_key(text=text, address=client_address(request))
        return caller_by_token(text=text)
    except CryptoUniverseError as error:
        return error


class Bearer(BaseAuthentication):
    """A key or access token. `request.auth` is its `Credential`."""

    def authenticate(self, request: Request) -> tuple[User, Credential] | None:
        """The user and what the credential allows; None without a bearer. Raises as `bearer_of`."""
        return bearer_of(request._request)

    def authenticate_header(self, request: Request) -> str:
        """What makes DRF answer 401, and not 403, to nobody."""
        return 'Bearer realm="api"'


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


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # drf-spectacular's
    """How the document describes it."""

    target_class = "cryptouniverse.api.authentication.Bearer"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """An API key (cu_...) or an access token."""
        return {"type": "http", "scheme": "bearer", "description": "An API key (`cu_...`) or an access token."}
