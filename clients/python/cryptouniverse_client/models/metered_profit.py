from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="MeteredProfit")


@_attrs_define
class MeteredProfit:
    """One fill's realised profit in booking order: `profit` and `above_mark` in USD, the rest in credits.

    Attributes:
        fill (UUID):
        sequence (int):
        profit (str):
        above_mark (str):
        consumed (str):
        free (str):
        occurred_at (datetime.datetime):
    """

    fill: UUID
    sequence: int
    profit: str
    above_mark: str
    consumed: str
    free: str
    occurred_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        fill = str(self.fill)

        sequence = self.sequence

        profit = self.profit

        above_mark = self.above_mark

        consumed = self.consumed

        free = self.free

        occurred_at = self.occurred_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "fill": fill,
                "sequence": sequence,
                "profit": profit,
                "above_mark": above_mark,
                "consumed": consumed,
                "free": free,
                "occurred_at": occurred_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        fill = UUID(d.pop("fill"))

        sequence = d.pop("sequence")

        profit = d.pop("profit")

        above_mark = d.pop("above_mark")

        consumed = d.pop("consumed")

        free = d.pop("free")

        occurred_at = datetime.datetime.fromisoformat(d.pop("occurred_at"))

        metered_profit = cls(
            fill=fill,
            sequence=sequence,
            profit=profit,
            above_mark=above_mark,
            consumed=consumed,
            free=free,
            occurred_at=occurred_at,
        )

        metered_profit.additional_properties = d
        return metered_profit

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
