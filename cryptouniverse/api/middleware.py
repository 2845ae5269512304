"""The correlation id in and out, the address for the audit, and errors that no view has caught."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.log import log_response

from cryptouniverse.api.problems import API_PREFIX, answer_to
from cryptouniverse.kernel.addresses import client_address
from cryptouniverse.kernel.context import correlated
from cryptouniverse.kernel.errors import CryptoUniverseError
from cryptouniverse.kernel.ids import new_id
from tenants.audit.services import acting_from

HEADER = "Correlation-Id"
_WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{1,64}")


class CorrelationMiddleware:
    """Ties logs, events, audit and answer of a request together: by the caller's Correlation-Id if well formed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer under one correlation id, which the answer carries too."""
        given = request.headers.get(HEADER, "")
        correlation = given if _WELL_FORMED.fullmatch(given) else str(new_id())
        with correlated(correlation), acting_from(client_address(request)):
            refusal = getattr(request, "refusal", None)  # the tenant is not served, or not written to, now
            answer = answer_to(request, refusal) if refusal else self.get_response(request)
            if answer.status_code >= 400:  # Django says it once: here, where tenant and correlation id are known
                log_response(
                    "%s: %s", answer.reason_phrase, request.path, response=cast("HttpResponse", answer), request=request
                )
        answer[HEADER] = correlation
        return answer

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """Our errors become a problem document below the API, a page elsewhere; others are Django's to answer."""
        if request.path.startswith(API_PREFIX) or isinstance(error, CryptoUniverseError):
            return answer_to(request, error)
        return None
