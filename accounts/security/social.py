"""Signing in with Google, GitHub or a tenant's own OpenID Connect provider, as allauth does it, with our rules.

The provider must vouch for the e-mail address. Who has an account with it comes into that account, whose address was
shown to be theirs when it was made, and is told by a letter; a second factor is asked for all the same. Who is new
comes in where sign-up is open, or where the tenant's own provider lets new people in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import requests
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext

from accounts.security.outgoing import checked_session
from accounts.security.selectors import identity_provider, identity_providers, sign_up_is_open
from accounts.security.services import letters
from accounts.security.services.keeping import kept_client_secret
from accounts.security.visits import origin_of
from accounts.users import services as users
from accounts.users.selectors import person_by_email
from tenants.audit import services as audit

if TYPE_CHECKING:
    from accounts.security.models import IdentityProvider
    from accounts.users.models import User

OIDC = "openid_connect"
SHARED = {"google": "Google", "github": "GitHub"}
ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
LEEWAY_S = 30


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth is not typed
    """allauth's adapter for identity providers."""

    def list_apps(self, request: HttpRequest, provider: Any = None, client_id: Any = None) -> list[SocialApp]:
        """The installation's providers and the tenant's own; allauth's own table of them stays empty."""
        apps = [app for app in super().list_apps(request, provider, client_id) if app.pk is None]
        own = [_as_app(row) for row in identity_providers().filter(is_active=True)]
        return apps + [app for app in own if provider in (None, OIDC, app.provider_id)]

    def get_requests_session(self) -> requests.Session:
        """The one way out."""
        return checked_session()

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Find the account, or say why there is none. Raises ImmediateHttpResponse."""
        if sociallogin.state.get("process") != "login":
            raise _refused(request, gettext("Sign in first."))
        if sociallogin.is_existing:
            return
        email = vouched_for(sociallogin)
        if not email:
            raise _refused(request, gettext("This provider does not vouch for your e-mail address."))
        if known := person_by_email(email):
            _connect(request, sociallogin, known)
        elif not _lets_in(sociallogin.account.provider):
            raise _refused(request, gettext("There is no account with this address, and sign-up is closed."))

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """It was asked before: see `pre_social_login`."""
        return True

    def is_auto_signup_allowed(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Nothing more is asked of somebody for whom a provider vouches."""
        return True

    @transaction.atomic
    def save_user(self, request: HttpRequest, sociallogin: Any, form: Any = None) -> User:
        """Make the account. It has no password: its owner comes in by the provider, or sets one by letter."""
        name = sociallogin.user.get_full_name() if sociallogin.user else ""
        user = users.add_person(email=vouched_for(sociallogin), password_hash="", display_name=name)
        sociallogin.user = user
        sociallogin.save(request, connect=True)
        return user

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> User:
        """What is known of somebody new."""
        user: User = sociallogin.user
        user.email = (data.get("email") or "").lower()
        user.display_name = (data.get("name") or "")[:120]
        return user


class CheckedOIDC(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]  # allauth is not typed
    """allauth's OpenID Connect; the ID token's signature is checked though it came over TLS, and both answers agree.

    The token must be of this very sign-in: it repeats the nonce that went out with it (OpenID Connect Core 3.1.3.7).
    """

    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **kwargs: Any) -> Any:
        """Who it is, by the ID token and the provider's own answer. Raises OAuth2Error."""
        claims = self._checked(app, kwargs["response"].get("id_token") or "")
        info = self._fetch_user_info(token.token)
        if info.get("sub") != claims["sub"]:
            raise OAuth2Error("the two answers are of two people")
        if not constant_time_compare(str(claims.get("nonce")), nonce_of(request.GET["state"])):
            raise OAuth2Error("the ID token is of another sign-in")
        return self.get_provider().sociallogin_from_response(request, {"userinfo": info, "id_token": claims})

    def _checked(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        config, issuer = self.openid_config, app.settings["server_url"]
        if config.get("issuer", "").rstrip("/") != issuer:
            raise OAuth2Error("the provider calls itself something else")
        try:
            keys = jwt.PyJWKSet.from_dict(checked_session().get(config["jwks_uri"]).json())
            key = keys[jwt.get_unverified_header(id_token)["kid"]]
            claims: dict[str, Any] = jwt.decode(
                id_token,
                key.key,
                algorithms=[name for name in ALGORITHMS if name == key.algorithm_name],
                audience=app.client_id,
                issuer=config["issuer"],
                leeway=LEEWAY_S,
                options={"require": ["exp", "iat", "sub", "aud", "iss"]},
            )
        except (jwt.PyJWTError, KeyError, ValueError) as error:
            raise OAuth2Error("the ID token is not good") from error
        return claims


def with_nonce(address: str) -> str:
    """The provider's address of a sign-in, with the nonce that its ID token has to repeat."""
    [state] = parse_qs(urlsplit(address).query)["state"]
    return f"{address}&{urlencode({'nonce': nonce_of(state)})}"


def nonce_of(state: str) -> str:
    """Follows from the sign-in's state, which the session keeps: nothing else has to be remembered."""
    return salted_hmac("oidc nonce", state, algorithm="sha256").hexdigest()


def other_ways() -> list[dict[str, str]]:
    """Name and address of each provider that people can go on with here."""
    shared = [name for name in SHARED if name in settings.SOCIALACCOUNT_PROVIDERS]
    found = [{"name": SHARED[name], "address": reverse(f"{name}_login")} for name in shared]
    for row in identity_providers().filter(is_active=True):
        found.append({"name": row.name, "address": reverse(f"{OIDC}_login", kwargs={"provider_id": row.slug})})
    return found


def vouched_for(sociallogin: Any) -> str:
    """The e-mail address that the provider has checked; "" for none."""
    primary_first = sorted(sociallogin.email_addresses, key=lambda one: not one.primary)
    return next((one.email.strip().lower() for one in primary_first if one.verified is True), "")


def _lets_in(provider: str) -> bool:
    row = identity_provider(provider)
    return sign_up_is_open() or (row is not None and row.provisions)


@transaction.atomic
def _connect(request: HttpRequest, sociallogin: Any, user: User) -> None:
    sociallogin.user = user
    sociallogin.save(request, connect=True)
    name = sociallogin.account.provider
    audit.record(actor=user, action="provider.connected", object=user, after={"provider": name})
    letters.write(kind="provider_added", address=user.email, host=origin_of(request), provider=name)


def _as_app(row: IdentityProvider) -> SocialApp:
    return SocialApp(
        provider=OIDC,
        provider_id=row.slug,
        name=row.name,
        client_id=row.client_id,
        secret=kept_client_secret(row).reveal(),
        settings={"server_url": row.issuer},
    )


def _refused(request: HttpRequest, said: str) -> ImmediateHttpResponse:
    messages.error(request, said)
    return ImmediateHttpResponse(redirect("account_login"))
