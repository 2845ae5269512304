"""Showing a second factor: while signing in, and again before what needs a fresh one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from allauth.account.stages import LoginStageController
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.security import passkeys
from accounts.security.errors import TooManyGuesses
from accounts.security.forms import WayForm
from accounts.security.selectors import second_methods_of, step_up_methods_of
from accounts.security.services import factors
from accounts.security.stages import SecondFactorStage
from accounts.security.types import SENT, Method
from accounts.security.visits import address_of, origin_of, safe_next, wait_in_words
from accounts.users import services as users
from cryptouniverse.kernel.access import access, public_write
from cryptouniverse.kernel.errors import CryptoUniverseError

if TYPE_CHECKING:
    from accounts.users.models import User

SENT_IDS = "factor_codes"
page = require_http_methods(["GET", "HEAD", "POST"])


@public_write(audit="session.started")
@page
@never_cache
@sensitive_post_parameters("code")
def second_factor(request: HttpRequest) -> HttpResponse:
    """Signing in, second half."""
    stage = _stage(request)
    if stage is None:
        return redirect("account_login")
    user = stage.login.user
    error = _shown(request, user) if request.method == "POST" else ""
    if request.method == "POST" and not error:
        answer: HttpResponse = stage.exit()
        users.step_up(request.session)
        return answer
    facts: dict[str, Any] = {"action": reverse("second-factor"), "passkey": reverse("second-factor-passkey")}
    facts |= {"send": reverse("second-factor-send"), "title": gettext("One more step"), "signing_in": True}
    return _ask(request, second_methods_of(user), error, facts)


@public_write(audit="factor.code_sent")
@require_POST
def send_at_sign_in(request: HttpRequest) -> HttpResponse:
    """Send a code to somebody who is signing in."""
    stage = _stage(request)
    if stage is None:
        return redirect("account_login")
    return _send(request, stage.login.user, reverse("second-factor"))


@public_write(audit="factor.challenged")
@require_POST
def passkey_at_sign_in(request: HttpRequest) -> HttpResponse:
    """What the passkey of somebody who is signing in shall sign."""
    stage = _stage(request)
    return redirect("account_login") if stage is None else _challenge(request, stage.login.user)


@access("portfolio:read", audit="session.confirmed")
@page
@never_cache
@sensitive_post_parameters("code")
def confirm(request: HttpRequest) -> HttpResponse:
    """Confirm that it is you, and go back to where it was asked."""
    user = cast("User", request.user)
    there = safe_next(request, request.POST.get("next") or request.GET.get("next", ""))
    error = _shown(request, user) if request.method == "POST" else ""
    if request.method == "POST" and not error:
        users.confirm(request.session, user=user)
        messages.success(request, gettext("Confirmed. For five minutes you will not be asked again: press once more."))
        return redirect(there)
    facts = {"action": reverse("confirm"), "passkey": reverse("confirm-passkey"), "send": reverse("confirm-send")}
    facts |= {"title": gettext("Confirm that it is you"), "next": there}
    return _ask(request, step_up_methods_of(user), error, facts)


@access("portfolio:read", audit="factor.code_sent")
@require_POST
def send_to_confirm(request: HttpRequest) -> HttpResponse:
    """Send a code to somebody who confirms."""
    there = urlencode({"next": safe_next(request, request.POST.get("next", ""))})
    return _send(request, cast("User", request.user), f"{reverse('confirm')}?{there}")


@access("portfolio:read", audit="factor.challenged")
@require_POST
def passkey_to_confirm(request: HttpRequest) -> HttpResponse:
    """What the passkey of somebody who confirms shall sign."""
    return _challenge(request, cast("User", request.user))


def _stage(request: HttpRequest) -> Any:
    return None if request.user.is_authenticated else LoginStageController.enter(request, SecondFactorStage.key)


def _shown(request: HttpRequest, user: User) -> str:
    """ "" if the person has shown it; else what to tell them."""
    form = WayForm(request.POST)
    if not form.is_valid():
        return gettext("Enter the code.")
    way = Method(form.cleaned_data["way"])
    sent_id = form.cleaned_data["sent_id"] or request.session.get(SENT_IDS, {}).get(way.value, "")
    code, address, host = form.cleaned_data["code"], address_of(request), origin_of(request)
    try:
        factors.show(user=user, method=way, code=code, sent_id=sent_id, address=address, host=host)
    except TooManyGuesses as error:
        return wait_in_words(error.facts["retry_after_s"])
    except CryptoUniverseError as error:
        return gettext("This password is not right.") if way == Method.PASSWORD else error.sentence(gettext)
    request.session.pop(SENT_IDS, None)
    return ""


def _ask(request: HttpRequest, methods: list[Method], error: str, facts: dict[str, Any]) -> HttpResponse:
    asked = request.POST.get("way") or request.GET.get("way", "")
    way = next((method for method in methods if method.value == asked), methods[0])
    sent = way.value in request.session.get(SENT_IDS, {})
    shown = {"methods": methods, "way": way.value, "sends": way in SENT, "sent": sent, "error": error, **facts}
    return render(request, "security/ask.html", shown, status=422 if error else 200)


def _send(request: HttpRequest, user: User, back: str) -> HttpResponse:
    way = request.POST.get("way", "")
    try:
        row = factors.send_code(user=user, method=Method(way), address=address_of(request), host=origin_of(request))
    except (ValueError, CryptoUniverseError) as error:
        messages.error(request, error.sentence(gettext) if isinstance(error, CryptoUniverseError) else gettext("No."))
    else:
        request.session[SENT_IDS] = {**request.session.get(SENT_IDS, {}), way: str(row.public_id)}
    return redirect(f"{back}{'&' if '?' in back else '?'}{urlencode({'way': way})}")


def _challenge(request: HttpRequest, user: User) -> JsonResponse:
    public_id, options = passkeys.options_to_use(user=user, host=origin_of(request))
    return JsonResponse({"id": public_id, "options": options})
