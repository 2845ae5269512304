"""How a domain's view becomes a route of API v1. Domains state rules with `@access`; here is what keeps them."""

from __future__ import annotations

from functools import partial
from typing import Any

from rest_framework.request import Request
from rest_framework.views import APIView

from cryptouniverse.api.idempotency import answer_once
from cryptouniverse.kernel.access import rule_of


class V1View(APIView):
    """What every view of API v1 has in front of its own: idempotent writes happen once."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """After DRF has admitted the caller, put `answer_once` around the handler where the rule asks for it."""
        super().initial(request, *args, **kwargs)
        method = (request.method or "").lower()
        rule = rule_of(type(self), method)
        if rule and rule.idempotent:
            setattr(self, method, partial(_once, handler=getattr(self, method)))


def v1(view: type[APIView], **options: Any) -> Any:
    """`view` as a callable for `path()`; every route of API v1 goes through here."""
    facts = {"__doc__": view.__doc__, "__module__": view.__module__}
    made: Any = type(view.__name__, (V1View, view), facts)
    return made.as_view(**options)


def _once(request: Request, *, handler: Any, **address: Any) -> Any:
    return answer_once(request=request, handler=handler, **address)
