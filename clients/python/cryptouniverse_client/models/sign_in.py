from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.blank_enum import BlankEnum
from ..models.token_code_kind import TokenCodeKind
from ..types import UNSET, Unset

T = TypeVar("T", bound="SignIn")


@_attrs_define
class SignIn:
    """Who signs in. code: of the second factor, where the person has one.

    code_kind: which one, for who has several. Without a code one is sent, if it is of a kind that is sent; the refusal
    names it: send that as sent_id, with the code.

        Attributes:
            email (str):
            password (str):
            code (str | Unset):  Default: ''.
            code_kind (BlankEnum | TokenCodeKind | Unset):  Default: BlankEnum.VALUE_0.
            sent_id (None | Unset | UUID):
    """

    email: str
    password: str
    code: str | Unset = ""
    code_kind: BlankEnum | TokenCodeKind | Unset = BlankEnum.VALUE_0
    sent_id: None | Unset | UUID = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        email = self.email

        password = self.password

        code = self.code

        code_kind: str | Unset
        if isinstance(self.code_kind, Unset):
            code_kind = UNSET
        elif isinstance(self.code_kind, TokenCodeKind):
            code_kind = self.code_kind.value
        else:
            code_kind = self.code_kind.value

        sent_id: None | str | Unset
        if isinstance(self.sent_id, Unset):
            sent_id = UNSET
        elif isinstance(self.sent_id, UUID):
            sent_id = str(self.sent_id)
        else:
            sent_id = self.sent_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "email": email,
                "password": password,
            }
        )
        if code is not UNSET:
            field_dict["code"] = code
        if code_kind is not UNSET:
            field_dict["code_kind"] = code_kind
        if sent_id is not UNSET:
            field_dict["sent_id"] = sent_id

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        email = d.pop("email")

        password = d.pop("password")

        code = d.pop("code", UNSET)

        def _parse_code_kind(data: object) -> BlankEnum | TokenCodeKind | Unset:
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                code_kind_type_0 = TokenCodeKind(data)

                return code_kind_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, str):
                raise TypeError()
            code_kind_type_1 = BlankEnum(data)

            return code_kind_type_1

        code_kind = _parse_code_kind(d.pop("code_kind", UNSET))

        def _parse_sent_id(data: object) -> None | Unset | UUID:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                sent_id_type_0 = UUID(data)

                return sent_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | UUID, data)

        sent_id = _parse_sent_id(d.pop("sent_id", UNSET))

        sign_in = cls(
            email=email,
            password=password,
            code=code,
            code_kind=code_kind,
            sent_id=sent_id,
        )

        sign_in.additional_properties = d
        return sign_in

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
