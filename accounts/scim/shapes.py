"""A person as SCIM writes them (RFC 7643), and back. Only what we keep is in the shape; the rest is left out.

`TOLERANT` is for what directories really send: attributes that we do not keep, and Entra's ways of patching.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

from scim2_models import (
    URN,
    ComplexAttribute,
    Context,
    Meta,
    MultiValuedComplexAttribute,
    PatchOp,
    Required,
    Resource,
    ScimPolicy,
    Uniqueness,
)

if TYPE_CHECKING:
    from accounts.scim.models import DirectoryEntry
    from accounts.users.models import User

TOLERANT: Final = ScimPolicy(
    unknown=ScimPolicy.Unknown.ignore,
    remove_value_as_filter=ScimPolicy.RemoveValue.apply,
    unmatched_path_filter=ScimPolicy.UnmatchedPathFilter.create,
)


class Name(ComplexAttribute):
    """What a person is called. We keep one line; the parts are read and joined."""

    formatted: str | None = None
    family_name: str | None = None
    given_name: str | None = None


class Email(MultiValuedComplexAttribute):
    """An address: there is one, the userName."""

    value: str | None = None
    type: str | None = None
    primary: bool | None = None


class RoleValue(MultiValuedComplexAttribute):
    """A role: admin, trader, viewer or api."""

    value: str | None = None
    display: str | None = None
    type: str | None = None
    primary: bool | None = None


class Person(Resource[Any]):
    """The core User, as far as we keep it."""

    __schema__ = URN("urn:ietf:params:scim:schemas:core:2.0:User")

    user_name: Annotated[str | None, Uniqueness.server, Required.true] = None
    name: Name | None = None
    display_name: str | None = None
    active: bool | None = None
    emails: list[Email] | None = None
    roles: list[RoleValue] | None = None


def shown(user: User, entry: DirectoryEntry | None, *, base: str) -> Person:
    """The person as they are. base: address of the SCIM face, for `meta.location`."""
    changed = entry.changed_at if entry else user.date_joined
    return Person(
        id=str(user.public_id),
        external_id=(entry.external_id or None) if entry else None,
        user_name=user.email,
        name=Name(formatted=user.get_full_name()),
        display_name=user.get_full_name(),
        active=user.is_active,
        emails=[Email.model_validate({"value": user.email, "type": "work", "primary": True})],
        roles=[RoleValue.model_validate({"value": user.role, "primary": True})],
        meta=Meta(
            resource_type="User",
            created=user.date_joined,
            last_modified=changed,
            location=f"{base}/Users/{user.public_id}",
        ),
    )


def created(payload: Any) -> Person:
    """What a directory asks to be made. Raises pydantic's ValidationError."""
    return Person.model_validate(_booleans(payload), scim_ctx=Context.RESOURCE_CREATION_REQUEST, scim_policy=TOLERANT)


def replaced(payload: Any) -> Person:
    """What a directory puts in the place of a person. Raises pydantic's ValidationError."""
    return Person.model_validate(
        _booleans(payload), scim_ctx=Context.RESOURCE_REPLACEMENT_REQUEST, scim_policy=TOLERANT
    )


def patched(person: Person, payload: Any) -> Person:
    """The person after a PATCH, all of it or nothing. Raises ValidationError or SCIMException."""
    wanted = person.model_copy(deep=True)
    if isinstance(payload, dict) and isinstance(payload.get("Operations"), list):
        payload = {**payload, "Operations": [_booleans_of(operation) for operation in payload["Operations"]]}
    patch = PatchOp[Person].model_validate(payload, scim_ctx=Context.RESOURCE_PATCH_REQUEST, scim_policy=TOLERANT)
    patch.patch(wanted, scim_policy=TOLERANT)
    return wanted


def _booleans(payload: Any) -> Any:
    """Entra writes booleans as "True" and "False" unless it is told otherwise."""
    if isinstance(payload, dict):
        return {
            key: _boolean(value) if str(key).lower() in {"active", "primary"} else _booleans(value)
            for key, value in payload.items()
        }
    return [_booleans(value) for value in payload] if isinstance(payload, list) else payload


def _booleans_of(operation: Any) -> Any:
    if isinstance(operation, dict) and str(operation.get("path", "")).lower().rpartition(":")[2] == "active":
        return {**operation, "value": _boolean(operation.get("value"))}
    return _booleans(operation)


def _boolean(value: Any) -> Any:
    return {"true": True, "false": False}.get(value.lower(), value) if isinstance(value, str) else value
