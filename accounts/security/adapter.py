"""How allauth behaves here: guesses are counted, a second factor is a stage of signing in, programs stay outside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from accounts.security.selectors import sign_up_is_open
from accounts.security.services import lockout
from accounts.security.types import Guess
from accounts.security.visits import address_of, origin_of, wait_in_words
from accounts.users.selectors import has_pages

if TYPE_CHECKING:
    from accounts.users.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is not typed
    """allauth's adapter for people of one tenant."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Whether the tenant lets people sign up by themselves."""
        return sign_up_is_open()

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Who this password belongs to. A guess is counted first; while nobody may guess, nothing is compared."""
        account = str(credentials.get("email") or credentials.get("username") or "")
        kind, address = Guess.PASSWORD, address_of(request)
        if wait := lockout.begin_guess(kind=kind, account=account, address=address, host=origin_of(request)):
            raise ValidationError(wait_in_words(wait.seconds))
        user: User | None = super().authenticate(request, **credentials)
        if user is not None:
            lockout.guessed_right(kind=kind, account=account, address=address)
        return user

    def get_login_stages(self) -> list[str]:
        """The second factor, for who has one. An account has no address that is not verified."""
        return ["accounts.security.stages.SecondFactorStage"]

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """Back to the sign-in page, which says so."""
        messages.error(request, gettext("This user is switched off. Ask the administrator of your organisation."))
        return redirect("account_login")

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Refuse roles that have no pages; the rest is allauth's."""
        if not has_pages(user):
            messages.error(request, gettext("This user works through the API only and cannot sign in here."))
            return redirect("account_login")
        answer: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return answer
