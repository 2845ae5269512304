from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.region_verdict import RegionVerdict

T = TypeVar("T", bound="RegionPolicy")


@_attrs_define
class RegionPolicy:
    """And from where the caller is seen. countries_known: whether rules for countries can work here.

    Attributes:
        otherwise (RegionVerdict): * `allow` - allow
            * `deny` - deny
        countries_known (bool):
        your_address (str):
        your_country (str):
    """

    otherwise: RegionVerdict
    countries_known: bool
    your_address: str
    your_country: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        otherwise = self.otherwise.value

        countries_known = self.countries_known

        your_address = self.your_address

        your_country = self.your_country

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "otherwise": otherwise,
                "countries_known": countries_known,
                "your_address": your_address,
                "your_country": your_country,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        otherwise = RegionVerdict(d.pop("otherwise"))

        countries_known = d.pop("countries_known")

        your_address = d.pop("your_address")

        your_country = d.pop("your_country")

        region_policy = cls(
            otherwise=otherwise,
            countries_known=countries_known,
            your_address=your_address,
            your_country=your_country,
        )

        region_policy.additional_properties = d
        return region_policy

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
