"""Tokens over the API: programs that act as a person sign in here. Sessions and cookies play no part."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.tokens import services
from accounts.tokens.second_factor import TYPED
from accounts.tokens.types import Code, TokenPair
from cryptouniverse.kernel.access import Counted, public_write

PASSWORD_MAX = 1_000
TOKEN_MAX = 2_000
METHODS = [method.value for method in TYPED]


class SignInSerializer(serializers.Serializer[Any]):
    """Who signs in. code: of the second factor, where the person has one.

    code_kind: which one, for who has several. Without a code one is sent, if it is of a kind that is sent; the refusal
    names it: send that as sent_id, with the code.
    """

    email = serializers.CharField(max_length=254)
    password = serializers.CharField(max_length=PASSWORD_MAX, trim_whitespace=False, write_only=True)
    code = serializers.CharField(max_length=64, required=False, allow_blank=True, default="", write_only=True)
    code_kind = serializers.ChoiceField(choices=METHODS, required=False, allow_blank=True, default="")
    sent_id = serializers.UUIDField(required=False, allow_null=True, default=None)


class RefreshTokenSerializer(serializers.Serializer[Any]):
    """A refresh token."""

    refresh_token = serializers.CharField(max_length=TOKEN_MAX, write_only=True)


class TokenPairSerializer(serializers.Serializer[Any]):
    """Two tokens. Send the access token as `Authorization: Bearer`; use the refresh token once, before it expires.

    expires_in, refresh_expires_in: seconds.
    """

    token_type = serializers.CharField()
    access_token = serializers.CharField()
    expires_in = serializers.IntegerField()
    refresh_token = serializers.CharField()
    refresh_expires_in = serializers.IntegerField()


class TokenView(APIView):
    """No session is looked at: what is sent decides."""

    authentication_classes = ()


@public_write(audit="token.issued")
class Tokens(TokenView):
    """Signing in."""

    @extend_schema(request=SignInSerializer, responses=TokenPairSerializer)
    def post(self, request: Request, **_: Any) -> Response:
        """Sign in with e-mail address, password and, where there is one, the second factor's code."""
        sent = SignInSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        facts = sent.validated_data
        code = Code(text=facts["code"], method=facts["code_kind"], sent_id=str(facts["sent_id"] or ""))
        pair = services.sign_in(request=request._request, email=facts["email"], password=facts["password"], code=code)
        return _answered(pair)


@public_write(audit="token.refreshed", counted=Counted.GENERAL)
class TokenRefresh(TokenView):
    """The next pair."""

    @extend_schema(request=RefreshTokenSerializer, responses=TokenPairSerializer)
    def post(self, request: Request, **_: Any) -> Response:
        """Get the next pair. The token is used up: sent again, it ends all tokens of this sign-in."""
        return _answered(services.refresh(text=_sent(request)))


@public_write(audit="token.revoked", counted=Counted.GENERAL)
class TokenRevoke(TokenView):
    """Signing out."""

    @extend_schema(request=RefreshTokenSerializer, responses={204: None})
    def post(self, request: Request, **_: Any) -> Response:
        """End all tokens of this sign-in. What is no token of ours is answered the same."""
        services.revoke(text=_sent(request))
        return Response(status=204)


def _sent(request: Request) -> str:
    sent = RefreshTokenSerializer(data=request.data)
    sent.is_valid(raise_exception=True)
    text: str = sent.validated_data["refresh_token"]
    return text


def _answered(pair: TokenPair) -> Response:
    body = {
        "token_type": "Bearer",
        "access_token": pair.access,
        "expires_in": pair.expires_in_s,
        "refresh_token": pair.refresh,
        "refresh_expires_in": pair.refresh_expires_in_s,
    }
    return Response(body, headers={"Cache-Control": "no-store"})
