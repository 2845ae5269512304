"""Django's last answers (400, 403, 404, 500): problem documents below the API, pages elsewhere."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase, HttpResponseServerError
from django.shortcuts import render
from django.views import defaults

from cryptouniverse.api.errors import Malformed, OurFaultError
from cryptouniverse.api.problems import API_PREFIX, problem_response
from cryptouniverse.kernel.access import public
from cryptouniverse.kernel.context import correlation_id
from cryptouniverse.kernel.errors import CryptoUniverseError, NotAllowed, NotFound

logger = logging.getLogger(__name__)


def _either(error: type[CryptoUniverseError], page: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    @public
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return problem_response(error()) if request.path.startswith(API_PREFIX) else page(request, *args, **kwargs)

    return answer


bad_request = _either(Malformed, defaults.bad_request)
forbidden = _either(NotAllowed, defaults.permission_denied)
not_found = _either(NotFound, defaults.page_not_found)


def _broken(request: HttpRequest) -> HttpResponseBase:
    """The page in the tenant's look; where even that breaks, a bare one that names nobody."""
    try:
        return render(request, "500.html", status=500)
    except Exception:  # the last answer there is must not fail itself
        logger.exception("the page of errors failed")
        return HttpResponseServerError(f"500 {correlation_id()}", content_type="text/plain")


def forged(request: HttpRequest, reason: str = "") -> HttpResponseBase:  # noqa: ARG001  # as Django calls it
    """What a page without its token gets."""
    return render(request, "403_csrf.html", status=403)


server_error = _either(OurFaultError, _broken)
