from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.permissions_enum import PermissionsEnum

T = TypeVar("T", bound="NewDelegation")


@_attrs_define
class NewDelegation:
    """To whom (an e-mail address in the tenant), what, and until when: 90 days from now at most.

    Attributes:
        email (str):
        permissions (list[PermissionsEnum]):
        until (datetime.datetime):
    """

    email: str
    permissions: list[PermissionsEnum]
    until: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        email = self.email

        permissions = []
        for permissions_item_data in self.permissions:
            permissions_item = permissions_item_data.value
            permissions.append(permissions_item)

        until = self.until.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "email": email,
                "permissions": permissions,
                "until": until,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        email = d.pop("email")

        permissions = []
        _permissions = d.pop("permissions")
        for permissions_item_data in _permissions:
            permissions_item = PermissionsEnum(permissions_item_data)

            permissions.append(permissions_item)

        until = datetime.datetime.fromisoformat(d.pop("until"))

        new_delegation = cls(
            email=email,
            permissions=permissions,
            until=until,
        )

        new_delegation.additional_properties = d
        return new_delegation

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
