from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.permissions_enum import PermissionsEnum
from ..types import UNSET, Unset

T = TypeVar("T", bound="Delegation")


@_attrs_define
class Delegation:
    """One person may act on one portfolio of another's until then. delegate: null until they have accepted.

    Attributes:
        id (UUID):
        portfolio (UUID):
        owner (UUID):
        email (str):
        permissions (list[PermissionsEnum]):
        begins_at (datetime.datetime):
        until (datetime.datetime):
        delegate (None | Unset | UUID):
    """

    id: UUID
    portfolio: UUID
    owner: UUID
    email: str
    permissions: list[PermissionsEnum]
    begins_at: datetime.datetime
    until: datetime.datetime
    delegate: None | Unset | UUID = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        portfolio = str(self.portfolio)

        owner = str(self.owner)

        email = self.email

        permissions = []
        for permissions_item_data in self.permissions:
            permissions_item = permissions_item_data.value
            permissions.append(permissions_item)

        begins_at = self.begins_at.isoformat()

        until = self.until.isoformat()

        delegate: None | str | Unset
        if isinstance(self.delegate, Unset):
            delegate = UNSET
        elif isinstance(self.delegate, UUID):
            delegate = str(self.delegate)
        else:
            delegate = self.delegate

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "portfolio": portfolio,
                "owner": owner,
                "email": email,
                "permissions": permissions,
                "begins_at": begins_at,
                "until": until,
            }
        )
        if delegate is not UNSET:
            field_dict["delegate"] = delegate

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        portfolio = UUID(d.pop("portfolio"))

        owner = UUID(d.pop("owner"))

        email = d.pop("email")

        permissions = []
        _permissions = d.pop("permissions")
        for permissions_item_data in _permissions:
            permissions_item = PermissionsEnum(permissions_item_data)

            permissions.append(permissions_item)

        begins_at = datetime.datetime.fromisoformat(d.pop("begins_at"))

        until = datetime.datetime.fromisoformat(d.pop("until"))

        def _parse_delegate(data: object) -> None | Unset | UUID:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                delegate_type_0 = UUID(data)

                return delegate_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | UUID, data)

        delegate = _parse_delegate(d.pop("delegate", UNSET))

        delegation = cls(
            id=id,
            portfolio=portfolio,
            owner=owner,
            email=email,
            permissions=permissions,
            begins_at=begins_at,
            until=until,
            delegate=delegate,
        )

        delegation.additional_properties = d
        return delegation

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
