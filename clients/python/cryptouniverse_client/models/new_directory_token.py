from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.default_role_enum import DefaultRoleEnum
from ..types import UNSET, Unset

T = TypeVar("T", bound="NewDirectoryToken")


@_attrs_define
class NewDirectoryToken:
    """A token to be made.

    Attributes:
        name (str):
        default_role (DefaultRoleEnum | Unset): * `viewer` - viewer
            * `trader` - trader Default: DefaultRoleEnum.VIEWER.
    """

    name: str
    default_role: DefaultRoleEnum | Unset = DefaultRoleEnum.VIEWER
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        default_role: str | Unset = UNSET
        if not isinstance(self.default_role, Unset):
            default_role = self.default_role.value

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
            }
        )
        if default_role is not UNSET:
            field_dict["default_role"] = default_role

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        name = d.pop("name")

        _default_role = d.pop("default_role", UNSET)
        default_role: DefaultRoleEnum | Unset
        if isinstance(_default_role, Unset):
            default_role = UNSET
        else:
            default_role = DefaultRoleEnum(_default_role)

        new_directory_token = cls(
            name=name,
            default_role=default_role,
        )

        new_directory_token.additional_properties = d
        return new_directory_token

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
