"""What stands between a tenant's host and its views: the region rules, then the limits. Each asks at most once.

What is counted: every call to the API, and everywhere the tries to get in, what other systems send to an address of
ours, and the calls that make us call others.
Without Redis nobody gets in (503), since guessing would be free; everything else goes on under a local count, so that
a stop or an exit never waits for a counter.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from accounts.users.types import Role
from cryptouniverse.api import limits
from cryptouniverse.api.authentication import bearer_of
from cryptouniverse.api.errors import SignInUnavailable
from cryptouniverse.api.limits import Count, Window
from cryptouniverse.api.problems import API_PREFIX, answer_to
from cryptouniverse.kernel.access import SAFE_METHODS, Access, Counted, rule_of
from cryptouniverse.kernel.addresses import client_address, subscriber_of
from cryptouniverse.kernel.context import TenantCtx
from cryptouniverse.kernel.credentials import CredentialKind
from cryptouniverse.kernel.errors import CryptoUniverseError, Limited
from cryptouniverse.kernel.words import gettext_noop as _
from tenants.regions.selectors import admit

Answer = Callable[[HttpRequest], HttpResponseBase]
ENDING_A_SESSION: Final = "session.ended"  # everybody may, and nothing can be guessed there: never refused
FAULTS: Final = frozenset({401, 403})
_ADDRESSES_MAX: Final = 10_000
_SIGN_IN_BODY_MAX: Final = 10_000
_PATH_MAX: Final = 80  # as long as the address of a hook
_ACCOUNT_FIELDS: Final = ("login", "email")


class RegionMiddleware:
    """Answers 403 where the tenant's region rules keep the caller's address out. Hosts without a tenant have none."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Refuse, or go on."""
        if tenant := getattr(request, "tenant", None):
            try:
                admit(tenant=tenant, address=client_address(request))
            except CryptoUniverseError as error:
                return answer_to(request, error)
        return self.get_response(request)


class LimitMiddleware:
    """Counts a call before its view runs, says in headers what is left, and refuses what is too much with 429."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        self._faults = Faults()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Add what was counted to the answer; remember refusals for the address's next call."""
        answer = self.get_response(request)
        counted: Count | None = getattr(request, "counted", None)
        if counted is not None:
            _say(answer, counted)
            if counted.admitted and answer.status_code in FAULTS:
                self._faults.add(_home(request))
        return answer

    def process_view(self, request: HttpRequest, view: Any, _args: Any, _kwargs: Any) -> HttpResponseBase | None:
        """Refuse with 429, or with 503 where nothing can be counted and somebody tries to get in; else None."""
        tenant: TenantCtx | None = getattr(request, "tenant", None)
        rule = rule_of(view, request.method or "GET")
        if tenant is None or rule is None:
            return None
        kind = counted_as(request, rule)
        windows = _windows(request, kind)
        if not windows:
            return None
        home = _home(request)
        try:
            counted = limits.count(
                tenant=tenant.id,
                address=home[1],
                windows=windows,
                faults=self._faults.take(home),
                a_day=_a_day(request, kind),
            )
        except limits.CountingFailedError:
            if kind is Counted.SIGN_IN:
                return answer_to(request, SignInUnavailable(retry_after_s=5))
            counted = limits.count_locally(tenant=tenant.id, windows=windows)
        request.counted = counted  # type: ignore[attr-defined]  # read on the way out
        return None if counted.admitted else answer_to(request, _too_many(counted))


class Faults:
    """Refusals that an address earned here since it was last counted: they travel with its next call to Redis."""

    def __init__(self) -> None:
        self._by_home: OrderedDict[tuple[str, str], int] = OrderedDict()
        self._lock = threading.Lock()

    def add(self, home: tuple[str, str]) -> None:
        """One more."""
        with self._lock:
            self._by_home[home] = self._by_home.pop(home, 0) + 1
            if len(self._by_home) > _ADDRESSES_MAX:
                self._by_home.popitem(last=False)

    def take(self, home: tuple[str, str]) -> int:
        """How many there are, and none are left."""
        with self._lock:
            return self._by_home.pop(home, 0)


def counted_as(request: HttpRequest, rule: Access) -> Counted:
    """The class of this call. Reads of pages are not counted, nor is ending a session."""
    if (request.method or "GET").upper() not in SAFE_METHODS:
        if rule.counted is not None:
            return rule.counted
        if rule.permission is None:
            return Counted.NEVER if rule.audit == ENDING_A_SESSION else Counted.SIGN_IN
    return Counted.GENERAL if request.path.startswith(API_PREFIX) else Counted.NEVER


def _windows(request: HttpRequest, kind: Counted) -> list[Window]:
    if kind is Counted.NEVER:
        return []
    if kind is Counted.SIGN_IN:
        return _sign_in_windows(request)
    if kind is Counted.HOOK:
        name = f"hook:{request.path[:_PATH_MAX]}:{_home(request)[1]}"
        return [Window(name, settings.CU.cu_limit_anonymous, settings.CU.cu_limit_window_s)]
    name, most, more = _caller_of(request)
    windows = [Window(name, most, settings.CU.cu_limit_window_s), *more]
    if kind is Counted.TEST:
        windows.append(Window(f"test:{name}", settings.CU.cu_limit_test, settings.CU.cu_limit_window_s))
    return windows


def _a_day(request: HttpRequest, kind: Counted) -> int | None:
    """What the whole tenant may call in a day, for what uses it up: not for tries to get in, nor for pages."""
    if kind is Counted.SIGN_IN or not request.path.startswith(API_PREFIX):
        return None
    a_day: int = request.requests_a_day  # type: ignore[attr-defined]  # of TenantMiddleware
    return a_day


def _caller_of(request: HttpRequest) -> tuple[str, int, list[Window]]:
    """Who is counted, with how much: a person, whatever they come with, and the key too; or an address.

    A bearer that is not good is its address's. The view answers 401 to it.
    """
    span_s, more = settings.CU.cu_limit_window_s, []
    user: Any = request.user
    if request.path.startswith(API_PREFIX):
        try:
            bearer = bearer_of(request)
        except CryptoUniverseError:
            return f"address:{_home(request)[1]}", settings.CU.cu_limit_anonymous, []
        if bearer:
            user, credential = bearer
            if credential.kind is CredentialKind.KEY:
                more = [Window(f"key:{credential.id}", settings.CU.cu_limit_signed_in, span_s)]
    if not user.is_authenticated:
        return f"address:{_home(request)[1]}", settings.CU.cu_limit_anonymous, []
    most = settings.CU.cu_limit_admin if user.role == Role.ADMIN else settings.CU.cu_limit_signed_in
    return f"user:{user.public_id}", most, more


def _sign_in_windows(request: HttpRequest) -> list[Window]:
    most, span_s = settings.CU.cu_limit_sign_in, settings.CU.cu_limit_window_s
    windows = [Window(f"sign-in:{_home(request)[1]}", most, span_s)]
    if account := _account_of(request):
        windows.append(Window(f"account:{account}", most, span_s))
    return windows


def _account_of(request: HttpRequest) -> str:
    """A digest of the e-mail address that is tried, whether anybody has it or not; "" if none is named."""
    sent: Any = request.POST
    if request.content_type == "application/json":
        sent = _small_json(request)
    named = next((sent[field] for field in _ACCOUNT_FIELDS if isinstance(sent.get(field), str)), "")
    return hashlib.sha256(named.strip().lower().encode()).hexdigest()[:32] if named.strip() else ""


def _small_json(request: HttpRequest) -> dict[str, Any]:
    try:
        if int(request.META.get("CONTENT_LENGTH") or 0) > _SIGN_IN_BODY_MAX:
            return {}
        sent = json.loads(request.body)
    except (ValueError, RecursionError):
        return {}  # the view says so
    return sent if isinstance(sent, dict) else {}


def _home(request: HttpRequest) -> tuple[str, str]:
    tenant: TenantCtx | None = getattr(request, "tenant", None)
    return str(tenant.id) if tenant else "", subscriber_of(client_address(request))


def _too_many(counted: Count) -> Limited:
    said = _("That was too much at once. Try again in %(retry_after_s)s seconds.")
    if counted.of_day:
        said = _(
            "Your organisation has made the %(limit)s calls that it has for a day. Its day begins again in"
            " %(retry_after_s)s seconds; its administrator can ask for more."
        )
    return Limited(said, retry_after_s=counted.reset_s, limit=counted.limit)


def _say(answer: HttpResponseBase, counted: Count) -> None:
    for name, value in (("Limit", counted.limit), ("Remaining", counted.remaining), ("Reset", counted.reset_s)):
        answer[f"RateLimit-{name}"] = answer[f"X-RateLimit-{name}"] = str(value)
