"""How a domain's view becomes a route of API v1. Domains state rules with `@access`; here is what keeps them."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpResponseBase
from django.utils.http import http_date
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cryptouniverse.api.idempotency import answer_once
from cryptouniverse.api.tags import tag_of, update_named
from cryptouniverse.kernel.access import rule_of
from cryptouniverse.kernel.deprecation import Deprecation
from cryptouniverse.kernel.shown import shown_all


class V1View(APIView):
    """What every view of API v1 has in front of its own.

    Idempotent writes happen once, updates name the version that they change, single resources carry their entity tag,
    and a route that goes says so.
    """

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """After DRF has admitted the caller, put what the rule and the method ask for around the handler."""
        super().initial(request, *args, **kwargs)
        method = (request.method or "").lower()
        rule = rule_of(type(self), method)
        if rule and rule.idempotent:
            setattr(self, method, partial(_once, handler=getattr(self, method)))
        elif method in {"patch", "put"} and hasattr(self, "get"):  # what cannot be read has no version to name
            setattr(self, method, partial(_named, update=getattr(self, method), view=self))

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Response:
        """Add the entity tag of a single resource, and the headers of a route that goes."""
        answer = super().finalize_response(request, response, *args, **kwargs)
        if request.method == "GET" and _is_single(answer):
            answer["ETag"] = tag_of(answer.data, getattr(self, "tagged", ()))
        if going := getattr(self, "deprecation", None):
            _say_so(answer, going)
        return answer

    def list(self, request: Request, *_args: Any, **_kwargs: Any) -> Response:
        """One page of the view's queryset, filtered as the view states."""
        view: Any = self  # only views with lists come here
        page = view.paginate_queryset(view.filter_queryset(view.get_queryset()))
        answer: Response = view.get_paginated_response(shown_all(view.serializer_class, page))
        return answer


def v1(view: type[APIView], **options: Any) -> Any:
    """`view` as a callable for `path()`; every route of API v1 goes through here."""
    facts = {"__doc__": view.__doc__, "__module__": view.__module__}
    made: Any = type(view.__name__, (V1View, view), facts)
    return made.as_view(**options)


def _once(request: Request, *, handler: Any, **address: Any) -> Any:
    return answer_once(request=request, handler=handler, **address)


def _named(request: Request, *, update: Any, view: Any, **address: Any) -> Any:
    return update_named(request=request, update=update, read=view.get, fields=getattr(view, "tagged", ()), **address)


def _is_single(answer: HttpResponseBase) -> bool:
    body = getattr(answer, "data", None)
    return answer.status_code == 200 and isinstance(body, dict) and "has_more" not in body


def _say_so(answer: HttpResponseBase, going: Deprecation) -> None:
    """RFC 9745 and RFC 8594."""
    answer["Deprecation"] = f"@{int(going.since.timestamp())}"
    answer["Sunset"] = http_date(going.sunset.timestamp())
    answer["Link"] = f'<{going.instead}>; rel="successor-version", </api/docs/>; rel="deprecation"'
