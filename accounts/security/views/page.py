"""The security page: password, address, second factors, sessions. Thin: parse, call one service, answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote, urlencode
from uuid import UUID

import segno
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.security import passkeys
from accounts.security.forms import AddressForm, CodeForm, NumberForm, PasskeyForm, PasswordForm
from accounts.security.selectors import (
    access_factor,
    factors_for,
    recovery_codes_left,
    sign_up_is_open,
    step_up_methods_of,
)
from accounts.security.senders import sms_is_there
from accounts.security.services import door, factors
from accounts.security.types import Method
from accounts.security.visits import address_of, origin_of
from accounts.users.selectors import access_session, sessions_for
from accounts.users.services import end_other_sessions, end_session, step_up
from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.errors import CryptoUniverseError, NotFound

if TYPE_CHECKING:
    from accounts.users.models import User
    from cryptouniverse.kernel.secret import Secret

ADDRESS, NUMBER = "address_code", "number_code"
page = require_http_methods(["GET", "HEAD", "POST"])


@access("portfolio:read")
@require_GET
@never_cache
def security(request: HttpRequest) -> HttpResponse:
    """How the person signs in, and where they are signed in."""
    user = _person(request)
    mine = factors_for(user)
    facts = {
        "factors": mine,
        "has": {factor.method.value for factor in mine},
        "codes_left": recovery_codes_left(user),
        "sms": sms_is_there(),
        "sessions": sessions_for(user),
        "this": cast("Any", request.session).public_id,
        "methods": step_up_methods_of(user),
        "sign_up_open": sign_up_is_open(),
        "may_users": user.may("users:write"),
    }
    return render(request, "security/page.html", {**facts, **_shell()})


@access("portfolio:read", audit="user.password_changed", step_up=True)
@require_POST
@sensitive_post_parameters("password")
def change_password(request: HttpRequest) -> HttpResponse:
    """A new password. The person's other sessions end."""

    def change(sent: dict[str, Any]) -> None:
        user = _person(request)
        door.change_password(user=user, password=sent["password"], host=origin_of(request))
        update_session_auth_hash(request, user)
        step_up(request.session)

    said = gettext("Your password is changed, and your other sessions are ended.")
    return _done(request, PasswordForm(request.POST), change, said)


@access("portfolio:read", audit="user.email_change_asked", step_up=True)
@require_POST
def change_address(request: HttpRequest) -> HttpResponse:
    """The first half of another e-mail address."""

    def ask(sent: dict[str, Any]) -> None:
        row = door.ask_for_address(
            user=_person(request), email=sent["email"], address=address_of(request), host=origin_of(request)
        )
        request.session[ADDRESS] = [str(row.public_id), row.address]

    return _done(request, AddressForm(request.POST), ask, "", there="confirm-address")


@access("portfolio:read", audit="user.email_changed")
@page
@never_cache
def confirm_address(request: HttpRequest) -> HttpResponse:
    """The second half: the code that went to the new address."""

    def finish(public_id: str, code: str) -> None:
        door.finish_address(
            user=_person(request), public_id=public_id, code=code, address=address_of(request), host=origin_of(request)
        )

    return _code_page(request, ADDRESS, finish, gettext("Your e-mail address is changed."))


@access("portfolio:read", audit="factor.begun", step_up=True)
@require_POST
def begin_totp(request: HttpRequest) -> HttpResponse:
    """An authenticator app: its key is made."""
    return _done(request, None, lambda _sent: factors.begin_totp(user=_person(request)), "", there="totp")


@access("portfolio:read", audit="factor.added")
@page
@never_cache
@sensitive_post_parameters("code")
def totp(request: HttpRequest) -> HttpResponse:
    """The picture for the app, and its first code."""
    user, form = _person(request), CodeForm(request.POST or None)
    key = factors.pending_totp(user)
    if key is None:
        return redirect("security")
    if request.method == "POST" and form.is_valid():
        try:
            factors.confirm_totp(user=user, code=form.cleaned_data["code"], host=origin_of(request))
        except CryptoUniverseError as error:
            form.add_error("code", error.sentence(gettext))
        else:
            step_up(request.session)
            return _protected(request)
    code = segno.make(_app_address(request.get_host(), user.email, key), error="m")
    picture = code.svg_data_uri(scale=5, border=2, dark="#000", light="#fff")
    spaced = " ".join(key.reveal()[at : at + 4] for at in range(0, 32, 4))
    facts = {"form": form, "picture": picture, "key": spaced, **_shell()}
    return render(request, "security/totp.html", facts, status=422 if form.errors else 200)


@access("portfolio:read", audit="factor.added", step_up=True)
@require_POST
def add_mail(request: HttpRequest) -> HttpResponseBase:
    """Codes by e-mail."""
    said = gettext("From now on we also ask for a code from your mailbox.")
    return _done(request, None, lambda _sent: factors.add_mail(user=_person(request), host=origin_of(request)), said)


@access("portfolio:read", audit="factor.code_sent", step_up=True)
@require_POST
def add_sms(request: HttpRequest) -> HttpResponse:
    """The first half of codes by text message."""

    def ask(sent: dict[str, Any]) -> None:
        row = factors.ask_for_sms(
            user=_person(request), number=sent["number"], address=address_of(request), host=origin_of(request)
        )
        request.session[NUMBER] = [str(row.public_id), row.address]

    return _done(request, NumberForm(request.POST), ask, "", there="confirm-sms")


@access("portfolio:read", audit="factor.added")
@page
@never_cache
def confirm_sms(request: HttpRequest) -> HttpResponse:
    """The second half: the code that went to the telephone."""

    def finish(public_id: str, code: str) -> None:
        factors.confirm_sms(user=_person(request), public_id=public_id, code=code, host=origin_of(request))

    return _code_page(request, NUMBER, finish, gettext("From now on we also ask for a code from your telephone."))


@access("portfolio:read", audit="factor.challenged", step_up=True)
@require_POST
def passkey_options(request: HttpRequest) -> JsonResponse:
    """What the browser makes a passkey of."""
    public_id, options = passkeys.options_to_add(user=_person(request), host=origin_of(request))
    return JsonResponse({"id": public_id, "options": options})


@access("portfolio:read", audit="factor.added", step_up=True)
@require_POST
def add_passkey(request: HttpRequest) -> HttpResponse:
    """The passkey that the browser made."""

    def add(sent: dict[str, Any]) -> None:
        factors.add_passkey(
            user=_person(request),
            public_id=sent["sent_id"],
            answer=sent["code"],
            name=sent["name"],
            host=origin_of(request),
        )

    return _done(request, PasskeyForm(request.POST), add, gettext("The passkey is added."))


@access("portfolio:read", audit="factor.recovery_renewed", step_up=True)
@require_POST
@never_cache
def recovery(request: HttpRequest) -> HttpResponse:
    """New recovery codes, shown this once."""
    try:
        codes = factors.new_recovery_codes(user=_person(request))
    except CryptoUniverseError:
        messages.error(request, gettext("Add a second factor first."))
        return redirect("security")
    return render(request, "security/recovery.html", {"codes": codes, **_shell()})


@access("portfolio:read", audit="factor.removed", step_up=True)
@require_POST
def remove_factor(request: HttpRequest, factor_id: UUID) -> HttpResponse:
    """Take a second factor away."""
    user = _person(request)
    row = access_factor(user, factor_id)
    return _done(
        request, None, lambda _sent: factors.remove(factor=row, user=user, host=origin_of(request)), gettext("Removed.")
    )


@access("portfolio:read", audit="session.revoked")
@require_POST
def revoke(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """End one of the person's sessions."""
    row = access_session(_person(request), session_id)
    said = gettext("That session is ended.")
    return _done(request, None, lambda _sent: end_session(session=row, actor=_person(request)), said)


@access("portfolio:read", audit="session.others_revoked")
@require_POST
def revoke_others(request: HttpRequest) -> HttpResponse:
    """End all of the person's sessions but this one."""
    keep = cast("Any", request.session).public_id
    said = gettext("All your other sessions are ended.")
    return _done(request, None, lambda _sent: end_other_sessions(user=_person(request), keep=keep), said)


@access("users:write", audit="sign_up.switched", step_up=True)
@require_POST
def switch_sign_up(request: HttpRequest) -> HttpResponse:
    """Open or close sign-up for everybody."""
    is_open = request.POST.get("open") == "yes"
    said = gettext("Anybody can sign up now.") if is_open else gettext("Nobody can sign up by themselves now.")
    return _done(request, None, lambda _sent: door.set_sign_up(is_open=is_open, actor=_person(request)), said)


def _done(
    request: HttpRequest, form: Form | None, act: Callable[[dict[str, Any]], Any], said: str, *, there: str = "security"
) -> HttpResponse:
    """Do it and go on with a message; a refusal goes back to the security page and is said there."""
    if form is not None and not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect("security")
    try:
        act(form.cleaned_data if form is not None else {})
    except NotFound:
        raise
    except CryptoUniverseError as error:
        messages.error(request, error.sentence(gettext))
        return redirect("security")
    if said:
        messages.success(request, said)
    return redirect(there)


def _code_page(request: HttpRequest, name: str, finish: Callable[[str, str], None], said: str) -> HttpResponse:
    asked, form = request.session.get(name), CodeForm(request.POST or None)
    if not asked:
        return redirect("security")
    if request.method == "POST" and form.is_valid():
        try:
            finish(asked[0], form.cleaned_data["code"])
        except CryptoUniverseError as error:
            form.add_error("code", error.sentence(gettext))
        else:
            del request.session[name]
            messages.success(request, said)
            return redirect("security")
    facts = {"form": form, "to": asked[1], **_shell()}
    return render(request, "security/code.html", facts, status=422 if form.errors else 200)


def _protected(request: HttpRequest) -> HttpResponse:
    messages.success(request, gettext("Your account is protected. Now make recovery codes, for the day without it."))
    return redirect("security")


def _app_address(host: str, email: str, key: Secret) -> str:
    """What the picture says to the app."""
    label = quote(f"{host}:{email}")
    return f"otpauth://totp/{label}?{urlencode({'secret': key.reveal(), 'issuer': host})}"


def _person(request: HttpRequest) -> User:
    return cast("User", request.user)  # signed in: the rule asked


def _shell() -> dict[str, Any]:
    return {"page": "security", "method_names": {method.value: method.value for method in Method}}
