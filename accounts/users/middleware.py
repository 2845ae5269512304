"""Who comes in: a session counts only in the tenant that gave it, and a page runs only if its access rule allows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse

from accounts.users.permissions import WITHOUT_PAGES
from accounts.users.services import note_seen
from cryptouniverse.kernel.access import SAFE_METHODS, Access, confirmed, rule_of
from cryptouniverse.kernel.addresses import client_address
from cryptouniverse.kernel.context import tenant_or_none

OPERATORS_TENANT = "platform"
Answer = Callable[[HttpRequest], HttpResponseBase]


class PersonMiddleware(AuthenticationMiddleware):
    """Whose request it is: session and user come in one query. Without a tenant, or a session of it, nobody's."""

    def process_request(self, request: HttpRequest) -> None:
        """Set `request.user`; note that the session was seen, at most once a minute."""
        session: Any = request.session
        session.address, session.agent = client_address(request), request.headers.get("User-Agent", "")
        user = session.person() if tenant_or_none() else None
        request.user = user or AnonymousUser()
        if user is not None:
            note_seen(session)


class AccessMiddleware:
    """Enforces each page's rule before the page runs; a route without a rule answers nobody.

    API views are asked by their own permission class, after they know the caller. The admin asks for itself, and exists
    only where the operators are.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The work is in `process_view`, which knows the view."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponseBase | None:
        """Refuse, send to the sign-in page, or let the view run (None)."""
        if request.resolver_match and request.resolver_match.app_names[:1] == ["admin"]:
            _only_for_operators()
            return None
        rule = rule_of(view, request.method or "GET")
        if rule is None and _does_not_answer(view, request.method or "GET"):
            return None  # it says so itself: 405
        if rule is None:
            raise ImproperlyConfigured(f"{request.path} has no access rule: mark its view with @access or @public.")
        if hasattr(view, "cls"):
            return None
        return _asked(request, rule)


def _does_not_answer(view: Callable[..., Any], method: str) -> bool:
    """Whether a view made of a class has no handler of its own for `method`; a plain function answers them all."""
    owner = getattr(view, "cls", None) or getattr(view, "view_class", None)
    name = "get" if method == "HEAD" else method.lower()
    return owner is not None and (name == "options" or not hasattr(owner, name))


def _asked(request: HttpRequest, rule: Access) -> HttpResponseBase | None:
    if not rule.allows_method(request.method or "GET"):
        return HttpResponseNotAllowed(sorted(SAFE_METHODS))
    if rule.permission is None:
        return None
    if not request.user.is_authenticated:
        return _to_sign_in(request)
    if request.user.role in WITHOUT_PAGES or not request.user.may(rule.permission):
        raise PermissionDenied(rule.permission)
    if rule.asks_step_up(request.method or "GET") and not confirmed(request):
        return _to_confirm(request)
    return None


def _to_confirm(request: HttpRequest) -> HttpResponseBase:
    """The page that asks for a second factor; it leads back to the page whose form was sent."""
    came_from = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    page = urlsplit(came_from)
    back = urlunsplit(("", "", page.path or "/", page.query, "")) if page.netloc == request.get_host() else "/"
    there = f"{reverse('confirm')}?{urlencode({'next': back})}"
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=403, headers={"HX-Redirect": there})
    return redirect(there)


def _to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """The sign-in page; a part of a page cannot be redirected, so htmx is told to move the whole."""
    if request.headers.get("HX-Request") != "true":
        return redirect_to_login(request.get_full_path())
    page = urlsplit(request.headers.get("HX-Current-URL", "/"))
    there = redirect_to_login(urlunsplit(("", "", page.path or "/", page.query, "")))
    return HttpResponse(status=401, headers={"HX-Redirect": there["Location"]})


def _only_for_operators() -> None:
    tenant = tenant_or_none()
    if tenant is None or tenant.slug != OPERATORS_TENANT:
        raise Http404
