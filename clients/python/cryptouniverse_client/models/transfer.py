from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Transfer")


@_attrs_define
class Transfer:
    """Cash that was moved. source, target: ids of the portfolios.

    Attributes:
        id (UUID):
        source (UUID):
        target (UUID):
        amount (str):
        currency (str):
        booked_at (datetime.datetime):
    """

    id: UUID
    source: UUID
    target: UUID
    amount: str
    currency: str
    booked_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        source = str(self.source)

        target = str(self.target)

        amount = self.amount

        currency = self.currency

        booked_at = self.booked_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "source": source,
                "target": target,
                "amount": amount,
                "currency": currency,
                "booked_at": booked_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        source = UUID(d.pop("source"))

        target = UUID(d.pop("target"))

        amount = d.pop("amount")

        currency = d.pop("currency")

        booked_at = datetime.datetime.fromisoformat(d.pop("booked_at"))

        transfer = cls(
            id=id,
            source=source,
            target=target,
            amount=amount,
            currency=currency,
            booked_at=booked_at,
        )

        transfer.additional_properties = d
        return transfer

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
