"""Every error as one `application/problem+json` body (RFC 9457): ours, DRF's, Django's, and mistakes."""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from rest_framework import exceptions as drf
from rest_framework.utils.encoders import JSONEncoder

from cryptouniverse.api import errors
from cryptouniverse.kernel.context import correlation_id, tenant_or_none
from cryptouniverse.kernel.errors import CryptoUniverseError, Invalid, Limited, NotAllowed, NotFound
from cryptouniverse.kernel.words import gettext_noop as _
from tenants.provisioning.selectors import origin_of

logger = logging.getLogger(__name__)
API_PREFIX = "/api/v1/"
OF_PROGRAMS = (API_PREFIX, "/hooks/")  # where nobody reads pages
CONTENT_TYPE = "application/problem+json"
_FROM_DRF: tuple[tuple[type[Exception], type[CryptoUniverseError]], ...] = (
    (drf.ParseError, errors.Malformed),
    (drf.NotAuthenticated, errors.SignInRequired),
    (drf.AuthenticationFailed, errors.SignInRequired),
    (drf.PermissionDenied, NotAllowed),
    (PermissionDenied, NotAllowed),
    (drf.NotFound, NotFound),
    (Http404, NotFound),
    (drf.MethodNotAllowed, errors.MethodNotAllowed),
    (drf.NotAcceptable, errors.NotAcceptable),
    (drf.UnsupportedMediaType, errors.UnsupportedMedia),
)


def type_of(code: str) -> str:
    """The address of a problem's page at the tenant's primary domain; relative where there is no tenant."""
    return f"{_origin()}/problems/{code}"


def _origin() -> str:
    tenant = tenant_or_none()
    try:
        return origin_of(tenant) if tenant else ""
    except DatabaseError:  # an error must be told where the database cannot be asked
        return ""


def problem_body(error: CryptoUniverseError) -> dict[str, Any]:
    """The error as RFC 9457 members: type, status, title, detail, and our own code, correlation_id and facts."""
    return {
        "type": type_of(error.code),
        "status": error.status,
        "title": gettext(error.title),
        "detail": error.sentence(gettext),
        "code": error.code,
        "correlation_id": correlation_id(),
        "facts": error.facts,
    }


def problem_response(error: CryptoUniverseError) -> HttpResponse:
    """The error as an answer."""
    text = JSONEncoder(ensure_ascii=False).encode(problem_body(error))
    answer = HttpResponse(text, status=error.status, content_type=CONTENT_TYPE)
    if error.status == errors.SignInRequired.status:
        answer["WWW-Authenticate"] = 'Bearer realm="api"'
    if retry_after_s := error.facts.get("retry_after_s"):
        answer["Retry-After"] = str(retry_after_s)
    return answer


def answer_to(request: HttpRequest, error: Exception) -> HttpResponse:
    """The error as a problem document where programs call, as a fragment for a page that asked for a part of itself, as
    a page elsewhere; for those who answer without a view.
    """
    ours = as_our_error(error)
    answer = problem_response(ours)
    if request.path.startswith(OF_PROGRAMS):
        return answer
    if request.headers.get("HX-Request") == "true":
        return _fragment(request, ours, answer)
    page = render(request, "problem.html", {"problem": problem_body(ours)}, status=ours.status)
    if "Retry-After" in answer:
        page["Retry-After"] = answer["Retry-After"]
    return page


def _fragment(request: HttpRequest, error: CryptoUniverseError, answer: HttpResponse) -> HttpResponse:
    """A note above what the page shows, whatever part of it was asked for."""
    part = render(request, "problem_part.html", {"problem": problem_body(error)}, status=error.status)
    part["HX-Retarget"], part["HX-Reswap"], part["HX-Reselect"] = "main", "afterbegin", ".problem"
    if "Retry-After" in answer:
        part["Retry-After"] = answer["Retry-After"]
    return part


def as_our_error(error: Exception) -> CryptoUniverseError:
    """The error in our own words. What nobody expected is logged, and becomes one that tells nothing of its cause."""
    if isinstance(error, CryptoUniverseError):
        if error.status >= errors.OurFaultError.status:
            logger.error("request failed", exc_info=error)
        return error
    if isinstance(error, drf.ValidationError):
        return Invalid(fields=error.get_full_details())
    if isinstance(error, drf.Throttled):
        return Limited(retry_after_s=int(getattr(error, "wait", None) or 1))
    if isinstance(error, RequestDataTooBig):
        return errors.TooLarge(_("A request has %(limit)s bytes at most."), limit=settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    for theirs, ours in _FROM_DRF:
        if isinstance(error, theirs):
            return ours(str(getattr(error, "detail", "")))  # in the reader's language already
    logger.error("request failed", exc_info=error)
    return errors.OurFaultError()


def exception_handler(error: Exception, context: dict[str, Any]) -> HttpResponse:
    """DRF's hook: nothing that a view raises leaves as HTML."""
    answer = problem_response(as_our_error(error))
    if isinstance(error, drf.MethodNotAllowed):
        answer["Allow"] = ", ".join(context["view"].allowed_methods)
    return answer
