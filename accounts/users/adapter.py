"""How allauth behaves here: no public sign-up, and programs do not sign in by password."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from accounts.users.models import User
from accounts.users.permissions import WITHOUT_PAGES


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is not typed
    """allauth's adapter for people of one tenant."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Closed: people are invited by their tenant."""
        return False

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """Back to the sign-in page, which says so."""
        messages.error(request, gettext("This user is switched off. Ask the administrator of your organisation."))
        return redirect("account_login")

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Refuse roles that have no pages; the rest is allauth's."""
        if user.role in WITHOUT_PAGES:
            messages.error(request, gettext("This user works through the API only and cannot sign in here."))
            return redirect("account_login")
        answer: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return answer
