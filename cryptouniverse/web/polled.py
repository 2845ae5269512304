"""Pages that ask for themselves again while something goes on."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from cryptouniverse.kernel.errors import NotFound


def polled(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page whose subject may be deleted while it is open: it is then loaded anew, which says so, and asks no more."""

    @wraps(view)
    def read(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        try:
            return view(request, *args, **named)
        except NotFound:
            if request.headers.get("HX-Request") != "true":
                raise
            return HttpResponse(status=404, headers={"HX-Refresh": "true"})

    return read
