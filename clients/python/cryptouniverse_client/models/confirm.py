from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.confirm_method import ConfirmMethod
from ..types import UNSET, Unset

T = TypeVar("T", bound="Confirm")


@_attrs_define
class Confirm:
    """code: the code, or the password. sent_id: of the code that was sent, where one was.

    Attributes:
        method (ConfirmMethod): * `totp` - totp
            * `sms` - sms
            * `mail` - mail
            * `recovery` - recovery
            * `password` - password
        code (str):
        sent_id (UUID | Unset):
    """

    method: ConfirmMethod
    code: str
    sent_id: UUID | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        method = self.method.value

        code = self.code

        sent_id: str | Unset = UNSET
        if not isinstance(self.sent_id, Unset):
            sent_id = str(self.sent_id)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "method": method,
                "code": code,
            }
        )
        if sent_id is not UNSET:
            field_dict["sent_id"] = sent_id

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        method = ConfirmMethod(d.pop("method"))

        code = d.pop("code")

        _sent_id = d.pop("sent_id", UNSET)
        sent_id: UUID | Unset
        if isinstance(_sent_id, Unset):
            sent_id = UNSET
        else:
            sent_id = UUID(_sent_id)

        confirm = cls(
            method=method,
            code=code,
            sent_id=sent_id,
        )

        confirm.additional_properties = d
        return confirm

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
