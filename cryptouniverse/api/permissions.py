"""The question every API route asks: may this caller do this?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ImproperlyConfigured
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.security.errors import StepUpRequired
from cryptouniverse.api.errors import SignInRequired
from cryptouniverse.kernel.access import confirmed, rule_of
from cryptouniverse.kernel.credentials import Credential
from cryptouniverse.kernel.errors import NotAllowed

if TYPE_CHECKING:
    from rest_framework.views import APIView  # it reads the settings that name this module


class HasAccess(BasePermission):
    """Enforces the `@access` or `@public` rule of the view. A route without one answers nobody."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """True, or raises: SignInRequired 401, NotAllowed 403, MethodNotAllowed 405."""
        method = request.method or "GET"
        if not hasattr(view, method.lower()) or method == "OPTIONS":
            raise MethodNotAllowed(method)
        rule = rule_of(type(view), method)
        if rule is None:
            raise ImproperlyConfigured(f"{request.path} has no access rule: mark its view with @access or @public.")
        if not rule.allows_method(method):
            raise MethodNotAllowed(method)
        if rule.permission is None:
            return True
        if not request.user.is_authenticated:
            raise SignInRequired
        if not request.user.may(rule.permission) or not _in_scope(request, rule.permission):
            raise NotAllowed(permission=rule.permission)
        if rule.asks_step_up(method) and not confirmed(request):
            raise StepUpRequired
        return True


def _in_scope(request: Request, permission: str) -> bool:
    """A key or token counts only for what it was made for; a session has all that its person has."""
    return not isinstance(request.auth, Credential) or request.auth.allows(permission)
