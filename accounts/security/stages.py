"""allauth's stage between the password (or the identity provider) and the session: the second factor."""

from __future__ import annotations

from allauth.account.stages import LoginStage
from django.http import HttpResponse
from django.shortcuts import redirect

from accounts.security.selectors import second_methods_of


class SecondFactorStage(LoginStage):  # type: ignore[misc]  # allauth is not typed
    """Nobody who has a second factor is signed in before they have shown it."""

    key = "second_factor"
    urlname = "second-factor"

    def handle(self) -> tuple[HttpResponse | None, bool]:
        """To the page that asks; straight on for people without one."""
        if not second_methods_of(self.login.user):
            return None, True
        return redirect(self.urlname), True
