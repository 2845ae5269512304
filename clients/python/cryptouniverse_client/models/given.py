from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.permissions_enum import PermissionsEnum

T = TypeVar("T", bound="Given")


@_attrs_define
class Given:
    """A delegation as its owner gave it.

    Attributes:
        id (UUID):
        portfolio (UUID):
        email (str):
        permissions (list[PermissionsEnum]):
        begins_at (datetime.datetime):
        until (datetime.datetime):
    """

    id: UUID
    portfolio: UUID
    email: str
    permissions: list[PermissionsEnum]
    begins_at: datetime.datetime
    until: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        portfolio = str(self.portfolio)

        email = self.email

        permissions = []
        for permissions_item_data in self.permissions:
            permissions_item = permissions_item_data.value
            permissions.append(permissions_item)

        begins_at = self.begins_at.isoformat()

        until = self.until.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "portfolio": portfolio,
                "email": email,
                "permissions": permissions,
                "begins_at": begins_at,
                "until": until,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        portfolio = UUID(d.pop("portfolio"))

        email = d.pop("email")

        permissions = []
        _permissions = d.pop("permissions")
        for permissions_item_data in _permissions:
            permissions_item = PermissionsEnum(permissions_item_data)

            permissions.append(permissions_item)

        begins_at = datetime.datetime.fromisoformat(d.pop("begins_at"))

        until = datetime.datetime.fromisoformat(d.pop("until"))

        given = cls(
            id=id,
            portfolio=portfolio,
            email=email,
            permissions=permissions,
            begins_at=begins_at,
            until=until,
        )

        given.additional_properties = d
        return given

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
