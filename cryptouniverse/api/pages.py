"""Django's last answers (400, 403, 404, 500): problem documents below the API, pages elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.views import defaults

from cryptouniverse.api.errors import Malformed, OurFaultError
from cryptouniverse.api.problems import API_PREFIX, problem_response
from cryptouniverse.kernel.access import public
from cryptouniverse.kernel.errors import CryptoUniverseError, NotAllowed, NotFound


def _either(error: type[CryptoUniverseError], page: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    @public
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return problem_response(error()) if request.path.startswith(API_PREFIX) else page(request, *args, **kwargs)

    return answer


bad_request = _either(Malformed, defaults.bad_request)
forbidden = _either(NotAllowed, defaults.permission_denied)
not_found = _either(NotFound, defaults.page_not_found)
server_error = _either(OurFaultError, defaults.server_error)
