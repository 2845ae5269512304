from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="EquityCurve")


@_attrs_define
class EquityCurve:
    """Two arrays of one length, oldest first: times of candle closes, and what the portfolio was worth then.

    Attributes:
        currency (str):
        at (list[datetime.datetime]):
        equity (list[str]):
    """

    currency: str
    at: list[datetime.datetime]
    equity: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        currency = self.currency

        at = []
        for at_item_data in self.at:
            at_item = at_item_data.isoformat()
            at.append(at_item)

        equity = self.equity

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "currency": currency,
                "at": at,
                "equity": equity,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        currency = d.pop("currency")

        at = []
        _at = d.pop("at")
        for at_item_data in _at:
            at_item = datetime.datetime.fromisoformat(at_item_data)

            at.append(at_item)

        equity = cast(list[str], d.pop("equity"))

        equity_curve = cls(
            currency=currency,
            at=at,
            equity=equity,
        )

        equity_curve.additional_properties = d
        return equity_curve

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
