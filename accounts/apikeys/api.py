"""API keys over the API, for people: a key cannot look after keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.apikeys import services
from accounts.apikeys.errors import NotByKey
from accounts.apikeys.models import ApiKey
from accounts.apikeys.selectors import access_key, access_owner, key_of_caller, keys_for
from accounts.apikeys.types import NAME_MAX, NETWORKS_MAX, OVERLAP_HOURS_MAX, ROTATE_DAYS_MAX, ROTATE_DAYS_MIN
from accounts.users.permissions import ALL_PERMISSIONS
from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.credentials import Credential, CredentialKind
from cryptouniverse.kernel.secret import Secret

if TYPE_CHECKING:
    from accounts.users.models import User

STATUSES = ["active", "replaced", "expired", "revoked"]


class ApiKeySerializer(serializers.Serializer[Any]):
    """An API key, without the key. status `replaced`: it works until it expires, and another has taken its place.

    rotate_every_days: the key is on schedule. due_from: from then on its end is near, and one on schedule may replace
    itself.
    """

    id = serializers.UUIDField(source="public_id")
    owner = serializers.UUIDField(source="user.public_id")
    name = serializers.CharField()
    prefix = serializers.CharField(source="shown")
    status = serializers.ChoiceField(choices=STATUSES)
    scopes = serializers.ListField(child=serializers.CharField())
    networks = serializers.ListField(child=serializers.CharField())
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    rotate_every_days = serializers.IntegerField(allow_null=True)
    due_from = serializers.DateTimeField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)
    last_used_at = serializers.DateTimeField(allow_null=True)
    last_used_address = serializers.CharField(allow_null=True)


class ShownKeySerializer(ApiKeySerializer):
    """A key that was made just now. `key` is here this once: nobody can read it again."""

    key = serializers.CharField()


class NameSerializer(serializers.Serializer[Any]):
    """What the owner calls it."""

    name = serializers.CharField(max_length=NAME_MAX)


class NewKeySerializer(NameSerializer):
    """A key to be made. networks: addresses or CIDR that it works from, none = everywhere. owner: a program's id.

    rotate_every_days: put it on a schedule instead of a date on which it expires. It may fetch the key that takes its
    place at `auth/keys/self/rotate` when its time comes, and expires if it has not.
    """

    scopes = serializers.ListField(
        child=serializers.ChoiceField(choices=sorted(ALL_PERMISSIONS)), min_length=1, max_length=len(ALL_PERMISSIONS)
    )
    networks = serializers.ListField(
        child=serializers.CharField(max_length=60), max_length=NETWORKS_MAX, required=False, default=list
    )
    expires_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    rotate_every_days = serializers.IntegerField(
        min_value=ROTATE_DAYS_MIN, max_value=ROTATE_DAYS_MAX, required=False, allow_null=True, default=None
    )
    owner = serializers.UUIDField(required=False, allow_null=True, default=None)


class RotationSerializer(serializers.Serializer[Any]):
    """How long the old key goes on working."""

    overlap_hours = serializers.IntegerField(min_value=0, max_value=OVERLAP_HOURS_MAX, required=False, default=0)


@access("trading:read")
class ApiKeys(generics.ListAPIView[ApiKey]):
    """The caller's API keys, and for who looks after people those of programs."""

    serializer_class = ApiKeySerializer

    def get_queryset(self) -> QuerySet[ApiKey]:
        """Ended ones too."""
        return keys_for(_person(self.request))

    @access("trading:read", audit="apikey.created", step_up=True)
    @extend_schema(request=NewKeySerializer, responses={201: ShownKeySerializer})
    def post(self, request: Request, **_: Any) -> Response:
        """Make a key. It is in this answer and nowhere else, so no Idempotency-Key is taken: the answer is not kept."""
        sent = NewKeySerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        facts, person = dict(sent.validated_data), _person(request)
        owner = access_owner(person, facts.pop("owner"))
        return _shown_once(*services.create_key(owner=owner, actor=person, **facts), status=201)


@access("trading:read")
class OneApiKey(APIView):
    """One of those keys."""

    @extend_schema(responses=ApiKeySerializer)
    def get(self, request: Request, key_id: UUID, **_: Any) -> Response:
        """What is known of it; not the key."""
        return Response(ApiKeySerializer(access_key(_person(request), key_id)).data)

    @access("trading:read", audit="apikey.renamed")
    @extend_schema(request=NameSerializer, responses=ApiKeySerializer)
    def patch(self, request: Request, key_id: UUID, **_: Any) -> Response:
        """Give it another name."""
        person = _person(request)
        row, sent = access_key(person, key_id), NameSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        row = services.rename_key(key=row, actor=person, name=sent.validated_data["name"])
        return Response(ApiKeySerializer(row).data)

    @access("trading:read", audit="apikey.revoked")
    @extend_schema(responses={200: ApiKeySerializer})
    def delete(self, request: Request, key_id: UUID, **_: Any) -> Response:
        """Revoke it: the next call with it is refused. Again is harmless."""
        person = _person(request)
        row = services.revoke_key(key=access_key(person, key_id), actor=person)
        return Response(ApiKeySerializer(row).data)


@access("trading:read", audit="apikey.rotated", step_up=True)
class RotateApiKey(APIView):
    """Replacing a key."""

    @extend_schema(request=RotationSerializer, responses=ShownKeySerializer)
    def post(self, request: Request, key_id: UUID, **_: Any) -> Response:
        """Make a key in its place; the old one works as long as is asked, and no longer than it would have."""
        person = _person(request)
        row, sent = access_key(person, key_id), RotationSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        hours = sent.validated_data["overlap_hours"]
        return _shown_once(*services.rotate_key(key=row, actor=person, overlap_hours=hours), status=200)


@access("trading:read")
class OwnKey(APIView):
    """The key that a program came by."""

    @extend_schema(responses=ApiKeySerializer)
    def get(self, request: Request, **_: Any) -> Response:
        """What is known of it: when it expires, and from when it may replace itself."""
        return Response(ApiKeySerializer(key_of_caller(request.auth)).data)


@access("trading:read", audit="apikey.rotated")
class RotateOwnKey(APIView):
    """A key on schedule replacing itself."""

    @extend_schema(request=None, responses=ShownKeySerializer)
    def post(self, request: Request, **_: Any) -> Response:
        """Get the next key, from `due_from` on. The old one works for a day longer, if it would have.

        Where the answer got lost, ask again with the old key: as long as nobody has used the new one, it ends and there
        is another.
        """
        return _shown_once(*services.renew_key(key=key_of_caller(request.auth)), status=200)


def _person(request: Any) -> User:
    """The caller, who did not come by a key. Raises NotByKey."""
    if isinstance(request.auth, Credential) and request.auth.kind is CredentialKind.KEY:
        raise NotByKey
    return cast("User", request.user)  # signed in: the rule asked


def _shown_once(row: ApiKey, text: Secret, *, status: int) -> Response:
    body = {**ApiKeySerializer(row).data, "key": text.reveal()}
    return Response(body, status=status, headers={"Cache-Control": "no-store"})
