"""SCIM 2.0 (RFC 7644) for a company's directory: people come, change and go. Its errors are SCIM's, not problems."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from rest_framework import exceptions as drf
from rest_framework.authentication import BaseAuthentication
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import JSONParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.scim import services
from accounts.scim.errors import TokenNeeded
from accounts.scim.selectors import directory_by_token, people_seen, person_seen
from accounts.scim.types import PAGE_DEFAULT, PAGE_MAX, Directory
from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.context import current_tenant
from tenants.provisioning.selectors import origin_of

if TYPE_CHECKING:
    from accounts.scim.shapes import Person

CONTENT_TYPE = "application/scim+json"


class Bearer(BaseAuthentication):
    """The directory behind `Authorization: Bearer ...`. A session is nobody here."""

    def authenticate(self, request: Request) -> tuple[Directory, Directory]:
        """The caller, twice: as user and as credential. Raises TokenNeeded."""
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        directory = directory_by_token(token.strip()) if kind.lower() == "bearer" else None
        if directory is None:
            raise TokenNeeded
        return directory, directory

    def authenticate_header(self, request: Request) -> str:
        """What makes it 401."""
        return "Bearer"


class ScimJson(JSONParser):
    """SCIM's own media type."""

    media_type = CONTENT_TYPE


class ScimRenderer(JSONRenderer):
    """The same, outwards."""

    media_type = CONTENT_TYPE
    format = "scim"


class OnlyScim(BaseContentNegotiation):
    """There is one format, whatever is asked for."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        """By the content type; None refuses it."""
        kind = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == kind), None)

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        """The one."""
        return renderers[0], CONTENT_TYPE


class ScimView(APIView):
    """What all of them share. The access rule is asked by the permission class of the whole installation."""

    authentication_classes = (Bearer,)
    parser_classes = (ScimJson, JSONParser)
    renderer_classes = (ScimRenderer,)
    content_negotiation_class = OnlyScim
    schema = None  # outside of API v1's document

    def get_exception_handler(self) -> Any:
        """SCIM's errors."""
        return answer_to


@access("users:read")
class Users(ScimView):
    """The people of the tenant."""

    def get(self, request: Request, **_: Any) -> Response:
        """A page of them, or those that a filter finds."""
        wire = _wire()
        asked, rows = wire.search(_query(request)), people_seen()
        if asked.filter:
            rows = rows.filter(wire.condition_of(str(asked.filter)))
        start = asked.start_index or 1
        count = min(PAGE_DEFAULT if asked.count is None else asked.count, PAGE_MAX)
        found = [_shown(user) for user in rows[start - 1 : start - 1 + count]]
        return Response(wire.page(asked, found, total=rows.count(), start=start))

    @access("users:write", audit="directory.person_added")
    def post(self, request: Request, **_: Any) -> Response:
        """Make one."""
        user = services.provision(directory=_directory(request), person=_wire().created(request.data))
        return _answer(_shown(user), to="CREATION", status=201)


@access("users:read")
class OneUser(ScimView):
    """One of them."""

    def get(self, request: Request, user_id: str, **_: Any) -> Response:
        """As they are."""
        return _answer(_shown(person_seen(user_id)))

    @access("users:write", audit="directory.person_changed")
    def put(self, request: Request, user_id: str, **_: Any) -> Response:
        """Make them what the body says."""
        user = person_seen(user_id)
        before = _shown(user)
        wanted = _wire().replaced(request.data)
        user = services.replace(directory=_directory(request), user=user, person=wanted, before=before)
        return _answer(_shown(user), to="REPLACEMENT")

    @access("users:write", audit="directory.person_changed")
    def patch(self, request: Request, user_id: str, **_: Any) -> Response:
        """Change what the operations name."""
        user = person_seen(user_id)
        before = _shown(user)
        wanted = _wire().patched(before, request.data)
        user = services.replace(directory=_directory(request), user=user, person=wanted, before=before)
        return _answer(_shown(user), to="PATCH")

    @access("users:delete", audit="directory.person_removed")
    def delete(self, request: Request, user_id: str, **_: Any) -> Response:
        """Switch them off, and show them no more."""
        services.deprovision(directory=_directory(request), user=person_seen(user_id))
        return Response(status=204)


@access("users:read")
class ProviderConfig(ScimView):
    """What of SCIM there is here."""

    def get(self, request: Request, **_: Any) -> Response:
        """The configuration."""
        return _answer(_wire().provider_config(_base()))


@access("users:read")
class ResourceTypes(ScimView):
    """Which kinds of things there are: users."""

    def get(self, request: Request, name: str = "", **_: Any) -> Response:
        """All, or one."""
        return Response(_wire().types_answer(_base(), name))


@access("users:read")
class Schemas(ScimView):
    """Which attributes they have."""

    def get(self, request: Request, name: str = "", **_: Any) -> Response:
        """All, or one."""
        return Response(_wire().schemas_answer(_base(), name))


@access("users:read")
class NothingHere(ScimView):
    """What is not here is said as SCIM says it."""

    def get(self, request: Request, **_: Any) -> Response:
        """Raises NotFound."""
        raise drf.NotFound


def answer_to(error: Exception, _context: Mapping[str, Any]) -> Response:
    """An error as SCIM writes it."""
    status, body = _wire().error(error)
    return Response(body, status=status, headers={"WWW-Authenticate": "Bearer"} if status == 401 else {})


def _query(request: Request) -> dict[str, Any]:
    """SCIM's parameters, however they are written; others are left out."""
    known = {name.lower(): name for name in ("filter", "startIndex", "count", "attributes", "excludedAttributes")}
    given: dict[str, Any] = {
        known[key.lower()]: value for key, value in request.query_params.items() if key.lower() in known
    }
    for name in ("attributes", "excludedAttributes"):
        if name in given:
            given[name] = [part.strip() for part in given[name].split(",") if part.strip()]
    return given


def _directory(request: Request) -> Directory:
    return cast("Directory", request.user)  # the only caller that is let in here


def _base() -> str:
    return f"{origin_of(current_tenant())}/scim/v2"


def _shown(user: Any) -> Person:
    person: Person = _wire().shown(user, getattr(user, "directory_entry", None), base=_base())
    return person


def _answer(resource: Any, *, to: str = "QUERY", status: int = 200) -> Response:
    body = _wire().answer(resource, to=to)
    where = body.get("meta", {}).get("location")
    return Response(body, status=status, headers={"Location": where} if where else {})


def _wire() -> Any:
    from accounts.scim import wire  # here and not above: see there

    return wire
