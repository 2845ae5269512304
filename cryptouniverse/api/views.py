"""The API's own pages: what each route does, and what each problem means; from the document that programs read."""

from __future__ import annotations

import re
from typing import Any, Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils.translation import gettext

from cryptouniverse.api.registry import error_entries
from cryptouniverse.api.schema import OnceGenerator
from cryptouniverse.kernel.access import public

_PLACES: Final = re.compile(r"%\(\w+\)s")  # for the facts of an occurrence
_METHODS = ("get", "post", "put", "patch", "delete")


@public
def api_docs(request: HttpRequest) -> HttpResponse:
    """Every operation of API v1, from the OpenAPI document."""
    generator: Any = OnceGenerator  # not typed there
    document = generator().get_schema(public=True)
    get_token(request)  # the explorer's writes need the cookie
    facts = {"operations": _operations(document), "info": document["info"], "csrf_cookie": settings.CSRF_COOKIE_NAME}
    return render(request, "api/docs.html", facts)


@public
def problem_page(request: HttpRequest, code: str) -> HttpResponse:
    """What a problem's `type` points to."""
    entry = next((entry for entry in error_entries() if entry.code == code), None)
    if entry is None:
        raise Http404
    title = _PLACES.sub("…", gettext(entry.title))
    return render(request, "api/problem.html", {"entry": entry, "title": title})


def _operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"method": method.upper(), "path": path, **operation}
        for path, item in sorted(document["paths"].items())
        for method, operation in item.items()
        if method in _METHODS
    ]
