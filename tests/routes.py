"""Every route there is, on every face: the resolver's and the sockets', with the access rule of each method."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from cryptouniverse.kernel.access import SAFE_METHODS, Access, rule_of

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
SKIPPED_NAMESPACES = ("admin",)  # asks for itself, on the operators' host only: see test_users_operators


@dataclass(frozen=True)
class Route:
    path: str
    name: str
    view: Any

    def rules(self) -> dict[str, Access | None]:
        """Method -> rule, for the methods that this view answers (a plain function answers them all)."""
        owner = getattr(self.view, "cls", None) or getattr(self.view, "view_class", None)
        methods = [m for m in METHODS if owner is None or hasattr(owner, m.lower())]
        return {method: rule_of(self.view, method) for method in methods or ["GET"]}

    def writes(self) -> set[str]:
        """The audit actions of this route's unsafe methods."""
        rules = self.rules().items()
        return {rule.audit for method, rule in rules if method not in SAFE_METHODS and rule and rule.audit}


def http_routes(urlconf: str | None = None) -> list[Route]:
    return list(_walk(get_resolver(urlconf).url_patterns, ""))


def socket_routes() -> list[Route]:
    from cryptouniverse.realtime.routing import websocket_urlpatterns

    return list(_walk(websocket_urlpatterns, "ws:"))


def without_rule(routes: list[Route]) -> list[str]:
    """The routes that ask nothing, and do not say so."""
    return [route.path for route in routes if None in route.rules().values()]


def _walk(patterns: list[Any], prefix: str) -> Iterator[Route]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            if pattern.namespace not in SKIPPED_NAMESPACES:
                yield from _walk(pattern.url_patterns, path)
        elif isinstance(pattern, URLPattern):
            yield Route(path, pattern.name or "", pattern.callback)
