"""What a directory may read about this face itself: RFC 7643, sections 5 to 7."""

from __future__ import annotations

from scim2_models import (
    AuthenticationScheme,
    Bulk,
    ChangePassword,
    ETag,
    Filter,
    Meta,
    Patch,
    ResourceType,
    Schema,
    ServiceProviderConfig,
    Sort,
)

from accounts.scim.shapes import Person
from accounts.scim.types import PAGE_MAX


def provider_config(base: str) -> ServiceProviderConfig:
    """Users with patches and filters; no bulk, sorting, passwords or entity tags."""
    return ServiceProviderConfig(
        patch=Patch(supported=True),
        bulk=Bulk(supported=False, max_operations=0, max_payload_size=0),
        filter=Filter(supported=True, max_results=PAGE_MAX),
        change_password=ChangePassword(supported=False),
        sort=Sort(supported=False),
        etag=ETag(supported=False),
        authentication_schemes=[
            AuthenticationScheme(
                type=AuthenticationScheme.Type.oauthbearertoken,
                name="Bearer token",
                description="A token that an administrator makes in the settings.",
                primary=True,
            )
        ],
        meta=Meta(resource_type="ServiceProviderConfig", location=f"{base}/ServiceProviderConfig"),
    )


def resource_types(base: str) -> list[ResourceType]:
    """One: User."""
    user = ResourceType.from_resource(Person)
    user.meta = Meta(resource_type="ResourceType", location=f"{base}/ResourceTypes/{user.id}")
    return [user]


def schemas(base: str) -> list[Schema]:
    """One: the core User, with the attributes that are kept here."""
    user = Person.to_schema()
    user.name = "User"
    user.meta = Meta(resource_type="Schema", location=f"{base}/Schemas/{user.id}")
    return [user]
