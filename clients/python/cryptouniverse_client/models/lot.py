from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Lot")


@_attrs_define
class Lot:
    """Credits that came together. price_usd: paid per credit. ratio: USD of profit that one credit allows.

    Attributes:
        id (UUID):
        bought (str):
        remaining (str):
        price_usd (str):
        ratio (str):
        bought_at (datetime.datetime):
    """

    id: UUID
    bought: str
    remaining: str
    price_usd: str
    ratio: str
    bought_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        bought = self.bought

        remaining = self.remaining

        price_usd = self.price_usd

        ratio = self.ratio

        bought_at = self.bought_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "bought": bought,
                "remaining": remaining,
                "price_usd": price_usd,
                "ratio": ratio,
                "bought_at": bought_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        bought = d.pop("bought")

        remaining = d.pop("remaining")

        price_usd = d.pop("price_usd")

        ratio = d.pop("ratio")

        bought_at = datetime.datetime.fromisoformat(d.pop("bought_at"))

        lot = cls(
            id=id,
            bought=bought,
            remaining=remaining,
            price_usd=price_usd,
            ratio=ratio,
            bought_at=bought_at,
        )

        lot.additional_properties = d
        return lot

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
