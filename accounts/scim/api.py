"""The directory's tokens over the API, for administrators."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.scim import services
from accounts.scim.models import DirectoryToken
from accounts.scim.selectors import directory_token, directory_tokens
from accounts.scim.types import NAME_MAX
from accounts.users.types import Role
from cryptouniverse.kernel.access import access

DEFAULT_ROLES = [Role.VIEWER.value, Role.TRADER.value]


class DirectoryTokenSerializer(serializers.Serializer[Any]):
    """A token of the company's directory. hint: how it begins. default_role: of people who come without a role."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()
    hint = serializers.CharField()
    default_role = serializers.ChoiceField(choices=DEFAULT_ROLES)
    created_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField(allow_null=True)


class NewDirectoryTokenSerializer(serializers.Serializer[Any]):
    """A token to be made."""

    name = serializers.CharField(max_length=NAME_MAX)
    default_role = serializers.ChoiceField(choices=DEFAULT_ROLES, default=Role.VIEWER.value)


class IssuedTokenSerializer(DirectoryTokenSerializer):
    """The same, with the token itself: this once."""

    token = serializers.CharField()


@access("users:read")
class DirectoryTokens(generics.ListAPIView[DirectoryToken]):
    """The tokens by which a company's directory adds, changes and switches off people (SCIM 2.0, at `/scim/v2`)."""

    serializer_class = DirectoryTokenSerializer

    def get_queryset(self) -> QuerySet[DirectoryToken]:
        """Those in force."""
        return directory_tokens()

    @access("users:write", audit="directory.key_issued", step_up=True)
    @extend_schema(request=NewDirectoryTokenSerializer, responses={201: IssuedTokenSerializer})
    def post(self, request: Request, **_: Any) -> Response:
        """Make one. Its text is in this answer and nowhere else."""
        sent = NewDirectoryTokenSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        role = Role(sent.validated_data["default_role"])
        row, text = services.issue_token(actor=request.user, name=sent.validated_data["name"], default_role=role)  # type: ignore[arg-type]  # signed in
        row.token = text  # type: ignore[attr-defined]  # for this answer alone
        return Response(IssuedTokenSerializer(row).data, status=201)


@access("users:read")
class OneDirectoryToken(APIView):
    """One of them."""

    @extend_schema(responses=DirectoryTokenSerializer)
    def get(self, request: Request, token_id: UUID, **_: Any) -> Response:
        """What is known of it."""
        return Response(DirectoryTokenSerializer(directory_token(token_id)).data)

    @access("users:delete", audit="directory.key_revoked")
    @extend_schema(responses={204: None})
    def delete(self, request: Request, token_id: UUID, **_: Any) -> Response:
        """End it at once."""
        services.revoke_token(actor=request.user, token=directory_token(token_id))  # type: ignore[arg-type]  # signed in
        return Response(status=204)
