"""To an identity provider and back. Links of our own pages lead there, and no others."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.github.views import oauth2_callback as from_github
from allauth.socialaccount.providers.github.views import oauth2_login as to_github
from allauth.socialaccount.providers.google.views import oauth2_callback as from_google
from allauth.socialaccount.providers.google.views import oauth2_login as to_google
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.security.social import CheckedOIDC, with_nonce
from cryptouniverse.kernel.access import public

View = Callable[..., HttpResponse]


def _to(view: View) -> View:
    """A way there: only from a page of our own (or typed in), so that nobody is signed in by another site's link."""

    @wraps(view)
    def guarded(request: HttpRequest, **address: str) -> HttpResponse:
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
            return redirect("account_login")
        return _answer(view, request, address)

    return public(require_GET(never_cache(guarded)))


def _from(view: View) -> View:
    """A way back."""

    @wraps(view)
    def back(request: HttpRequest, **address: str) -> HttpResponse:
        return _answer(view, request, address)

    return public(require_GET(never_cache(back)))


def _answer(view: View, request: HttpRequest, address: dict[str, Any]) -> HttpResponse:
    try:
        return view(request, **address)
    except SocialApp.DoesNotExist as error:
        raise Http404 from error


def _to_oidc(request: HttpRequest, provider_id: str) -> HttpResponse:
    answer: HttpResponse = OAuth2LoginView.adapter_view(CheckedOIDC(request, provider_id))(request)
    if isinstance(answer, HttpResponseRedirect):
        answer["Location"] = with_nonce(answer["Location"])
    return answer


def _from_oidc(request: HttpRequest, provider_id: str) -> HttpResponse:
    answer: HttpResponse = OAuth2CallbackView.adapter_view(CheckedOIDC(request, provider_id))(request)
    return answer


google_login, google_callback = _to(to_google), _from(from_google)
github_login, github_callback = _to(to_github), _from(from_github)
oidc_login, oidc_callback = _to(_to_oidc), _from(_from_oidc)


@public
@require_GET
def cancelled(request: HttpRequest) -> HttpResponse:
    """The person said no at the provider."""
    messages.info(request, gettext("You were not signed in."))
    return redirect("account_login")
