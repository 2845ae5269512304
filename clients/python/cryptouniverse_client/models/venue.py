from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.capability import Capability


T = TypeVar("T", bound="Venue")


@_attrs_define
class Venue:
    """A venue. bars_live: the capabilities that stand between it and live trading without a person.

    Attributes:
        name (str):
        capabilities (list[Capability]):
        bars_live (list[str]):
        window_ms_max (int):
    """

    name: str
    capabilities: list[Capability]
    bars_live: list[str]
    window_ms_max: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        capabilities = []
        for capabilities_item_data in self.capabilities:
            capabilities_item = capabilities_item_data.to_dict()
            capabilities.append(capabilities_item)

        bars_live = self.bars_live

        window_ms_max = self.window_ms_max

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "capabilities": capabilities,
                "bars_live": bars_live,
                "window_ms_max": window_ms_max,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.capability import Capability

        d = dict(src_dict)
        name = d.pop("name")

        capabilities = []
        _capabilities = d.pop("capabilities")
        for capabilities_item_data in _capabilities:
            capabilities_item = Capability.from_dict(capabilities_item_data)

            capabilities.append(capabilities_item)

        bars_live = cast(list[str], d.pop("bars_live"))

        window_ms_max = d.pop("window_ms_max")

        venue = cls(
            name=name,
            capabilities=capabilities,
            bars_live=bars_live,
            window_ms_max=window_ms_max,
        )

        venue.additional_properties = d
        return venue

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
