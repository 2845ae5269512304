from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.currency_enum import CurrencyEnum

T = TypeVar("T", bound="ToppedUp")


@_attrs_define
class ToppedUp:
    """The entry that was booked.

    Attributes:
        id (UUID):
        amount (str):
        currency (CurrencyEnum): * `CREDIT` - CREDIT
            * `PRACTICE` - PRACTICE
    """

    id: UUID
    amount: str
    currency: CurrencyEnum
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        amount = self.amount

        currency = self.currency.value

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "amount": amount,
                "currency": currency,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        amount = d.pop("amount")

        currency = CurrencyEnum(d.pop("currency"))

        topped_up = cls(
            id=id,
            amount=amount,
            currency=currency,
        )

        topped_up.additional_properties = d
        return topped_up

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
