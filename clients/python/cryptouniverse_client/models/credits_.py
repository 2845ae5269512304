from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Credits")


@_attrs_define
class Credits:
    """Profit potential: one credit allows one dollar of profit. reached: entries have stopped, exits run.

    Attributes:
        currency (str):
        bought (str):
        consumed (str):
        available (str):
        reached (bool):
    """

    currency: str
    bought: str
    consumed: str
    available: str
    reached: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        currency = self.currency

        bought = self.bought

        consumed = self.consumed

        available = self.available

        reached = self.reached

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "currency": currency,
                "bought": bought,
                "consumed": consumed,
                "available": available,
                "reached": reached,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        currency = d.pop("currency")

        bought = d.pop("bought")

        consumed = d.pop("consumed")

        available = d.pop("available")

        reached = d.pop("reached")

        credits_ = cls(
            currency=currency,
            bought=bought,
            consumed=consumed,
            available=available,
            reached=reached,
        )

        credits_.additional_properties = d
        return credits_

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
