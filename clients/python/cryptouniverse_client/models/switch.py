from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Switch")


@_attrs_define
class Switch:
    """The stop switch of a portfolio. withdrawn: entries on their way that this call took back.

    Attributes:
        portfolio (UUID):
        stopped (bool):
        withdrawn (int):
    """

    portfolio: UUID
    stopped: bool
    withdrawn: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        portfolio = str(self.portfolio)

        stopped = self.stopped

        withdrawn = self.withdrawn

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "portfolio": portfolio,
                "stopped": stopped,
                "withdrawn": withdrawn,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        portfolio = UUID(d.pop("portfolio"))

        stopped = d.pop("stopped")

        withdrawn = d.pop("withdrawn")

        switch = cls(
            portfolio=portfolio,
            stopped=stopped,
            withdrawn=withdrawn,
        )

        switch.additional_properties = d
        return switch

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
