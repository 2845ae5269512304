"""The door: sign in, sign up, a forgotten password, the link that unlocks. The same answer whoever has the address."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from allauth.account.views import LoginView, LogoutView
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.security.forms import AddressForm, CodeForm, NewPasswordForm, SignUpForm
from accounts.security.selectors import sign_up_is_open
from accounts.security.services import door, lockout
from accounts.security.social import other_ways
from accounts.security.visits import address_of, origin_of
from accounts.users.services import step_up
from cryptouniverse.kernel.access import public_write
from cryptouniverse.kernel.errors import CryptoUniverseError

__all__ = ["LogoutView", "SignIn", "confirm_reset", "confirm_sign_up", "reset", "sign_up", "unlock"]
SIGN_UP, RESET = "sign_up_code", "reset_code"
page = require_http_methods(["GET", "HEAD", "POST"])


class SignIn(LoginView):  # type: ignore[misc]  # allauth is not typed
    """allauth's page. Who comes in by a password alone has just confirmed that it is they."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Go on, if need be to the second factor."""
        answer: HttpResponse = super().form_valid(form)
        if self.request.user.is_authenticated:
            step_up(self.request.session)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds whether there is another way in."""
        return {**super().get_context_data(**kwargs), "open": sign_up_is_open(), "others": other_ways()}


@public_write(audit="sign_up.asked")
@page
@never_cache
@sensitive_post_parameters("password")
def sign_up(request: HttpRequest) -> HttpResponse:
    """The first half: name, address, password."""
    if request.user.is_authenticated:
        return redirect("/")
    if not sign_up_is_open():
        raise Http404
    form = SignUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = door.ask_to_sign_up(
                email=form.cleaned_data["email"],
                password=form.cleaned_data["password"],
                display_name=form.cleaned_data["display_name"],
                address=address_of(request),
                host=origin_of(request),
            )
        except CryptoUniverseError as error:
            form.add_error("password", error.sentence(gettext))
        else:
            request.session[SIGN_UP] = [str(row.public_id), row.address]
            return redirect("account_email_verification_sent")
    return _page(request, "account/signup.html", form)


@public_write(audit="user.signed_up")
@page
@never_cache
def confirm_sign_up(request: HttpRequest) -> HttpResponse:
    """The second half: the code from the letter. The account is made and its owner signed in."""
    asked = request.session.get(SIGN_UP)
    if not asked:
        return redirect("account_signup")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = door.finish_sign_up(public_id=asked[0], code=form.cleaned_data["code"], address=address_of(request))
        except CryptoUniverseError as error:
            form.add_error("code", error.sentence(gettext))
        else:
            del request.session[SIGN_UP]
            answer: HttpResponse = perform_login(request, Login(user=user, signup=True))
            step_up(request.session)
            return answer
    return _page(request, "account/signup_code.html", form, email=asked[1])


@public_write(audit="password_reset.asked")
@page
@never_cache
def reset(request: HttpRequest) -> HttpResponse:
    """The first half of a new password: the address."""
    form = AddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        row = door.ask_for_new_password(
            email=form.cleaned_data["email"], address=address_of(request), host=origin_of(request)
        )
        request.session[RESET] = [str(row.public_id), row.address]
        return redirect("account_reset_password_done")
    return _page(request, "account/reset.html", form)


@public_write(audit="user.password_changed")
@page
@never_cache
@sensitive_post_parameters("password", "code")
def confirm_reset(request: HttpRequest) -> HttpResponse:
    """The second half: the code from the letter, and the new password."""
    asked = request.session.get(RESET)
    if not asked:
        return redirect("account_reset_password")
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            door.finish_new_password(
                public_id=asked[0], **form.cleaned_data, address=address_of(request), host=origin_of(request)
            )
        except CryptoUniverseError as error:
            form.add_error(None, error.sentence(gettext))
        else:
            del request.session[RESET]
            messages.success(request, gettext("Your password is changed. Sign in with it."))
            return redirect("account_login")
    return _page(request, "account/reset_code.html", form, email=asked[1])


@public_write(audit="sign_in.unlocked")
@page
@never_cache
def unlock(request: HttpRequest, public_id: str, secret: str) -> HttpResponse:
    """The link from the letter. A press on the button unlocks, so that a mail program that looks at links does not."""
    if request.method != "POST":
        return render(request, "account/unlock.html")
    if lockout.unlock(public_id=public_id, secret=secret):
        messages.success(request, gettext("You can try again now."))
    else:
        messages.error(request, gettext("This link does not work any more. Wait a while, or set a new password."))
    return redirect("account_login")


def _page(request: HttpRequest, template: str, form: Any, **facts: Any) -> HttpResponse:
    return render(request, template, {"form": form, **facts}, status=422 if form.errors else 200)
