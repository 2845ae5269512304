"""People over the API: who one is, and for administrators everybody of the tenant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.users import services
from accounts.users.models import User
from accounts.users.permissions import ALL_PERMISSIONS
from accounts.users.selectors import access_person, people
from accounts.users.types import Role
from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.shown import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

ROLES = [role.value for role in Role]


class PersonSerializer(serializers.Serializer[Any]):
    """A person, or a program, of this tenant."""

    id = serializers.UUIDField(source="public_id")
    email = serializers.EmailField()
    display_name = serializers.CharField(allow_blank=True)
    role = serializers.ChoiceField(choices=ROLES)
    is_active = serializers.BooleanField()
    joined_at = serializers.DateTimeField(source="date_joined")


class MeSerializer(PersonSerializer):
    """The caller, and what their role allows."""

    permissions = serializers.ListField(child=serializers.CharField())


class NewPersonSerializer(serializers.Serializer[Any]):
    """Somebody to be added. They choose a password by the mail for that."""

    email = serializers.EmailField()
    role = serializers.ChoiceField(choices=ROLES)
    display_name = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")


class PersonChangesSerializer(serializers.Serializer[Any]):
    """What is to be another one; what is not named stays."""

    role = serializers.ChoiceField(choices=ROLES, required=False)
    is_active = serializers.BooleanField(required=False)
    display_name = serializers.CharField(max_length=120, required=False, allow_blank=True)


@access("trading:read")
class Me(APIView):
    """The caller."""

    @extend_schema(responses=MeSerializer)
    def get(self, request: Request, **_: Any) -> Response:
        """Who they are here, and what their role allows."""
        user = _caller(request)
        allowed = sorted(permission for permission in ALL_PERMISSIONS if user.may(permission))
        return Response({**shown(PersonSerializer, user), "permissions": allowed})


@access("users:read")
class People(generics.ListAPIView[User]):
    """Everybody of this tenant, newest first."""

    serializer_class = PersonSerializer
    filters: ClassVar = {
        "role": ("role", tuple(ROLES)),
        "email": ("email__iexact", str),
        "is_active": ("is_active", bool),
    }

    def get_queryset(self) -> QuerySet[User]:
        """Also who is switched off."""
        return people()

    @access("users:write", audit="user.created")
    @extend_schema(
        request=NewPersonSerializer,
        responses={201: PersonSerializer},
        examples=[
            OpenApiExample("A trader", value={"email": "grace@example.com", "role": "trader"}, request_only=True)
        ],
    )
    def post(self, request: Request, **_: Any) -> Response:
        """Add somebody."""
        sent = _read(NewPersonSerializer, request)
        person = services.make_person(
            email=sent["email"], role=Role(sent["role"]), display_name=sent["display_name"], actor=_caller(request)
        )
        return Response(shown(PersonSerializer, person), status=201)


@access("users:read")
class OnePerson(APIView):
    """One person of this tenant."""

    @extend_schema(responses=PersonSerializer)
    def get(self, request: Request, user_id: UUID, **_: Any) -> Response:
        """Their address, name, role, and whether they are switched on."""
        return Response(shown(PersonSerializer, access_person(_caller(request), user_id, permission="users:read")))

    @access("users:write", audit="user.changed")
    @extend_schema(request=PersonChangesSerializer, responses=PersonSerializer)
    def patch(self, request: Request, user_id: UUID, **_: Any) -> Response:
        """Another role or name, or switched off or on: never the last administrator, nor oneself."""
        person = access_person(_caller(request), user_id, permission="users:write")
        sent = _read(PersonChangesSerializer, request)
        role = Role(sent.pop("role")) if "role" in sent else None
        return Response(
            shown(PersonSerializer, services.change_person(person=person, actor=_caller(request), role=role, **sent))
        )


def _caller(request: Any) -> User:
    return cast("User", request.user)  # signed in: the rule asked


def _read(kind: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    sent = kind(data=request.data)
    sent.is_valid(raise_exception=True)
    return dict(cast("Mapping[str, Any]", sent.validated_data))
