from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.access_enum import AccessEnum

T = TypeVar("T", bound="Shared")


@_attrs_define
class Shared:
    """A portfolio that a member shared with the team.

    Attributes:
        id (UUID):
        portfolio (UUID):
        owner (UUID):
        access (AccessEnum): * `read` - read
            * `trade` - trade
    """

    id: UUID
    portfolio: UUID
    owner: UUID
    access: AccessEnum
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        portfolio = str(self.portfolio)

        owner = str(self.owner)

        access = self.access.value

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "portfolio": portfolio,
                "owner": owner,
                "access": access,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        portfolio = UUID(d.pop("portfolio"))

        owner = UUID(d.pop("owner"))

        access = AccessEnum(d.pop("access"))

        shared = cls(
            id=id,
            portfolio=portfolio,
            owner=owner,
            access=access,
        )

        shared.additional_properties = d
        return shared

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
