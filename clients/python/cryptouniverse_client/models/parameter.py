from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.parameter_kind_enum import ParameterKindEnum

T = TypeVar("T", bound="Parameter")


@_attrs_define
class Parameter:
    """A number that a bot may set, within its bounds.

    Attributes:
        name (str):
        kind (ParameterKindEnum): * `int` - int
            * `float` - float
        default (float):
        low (float):
        high (float):
        meaning (str):
    """

    name: str
    kind: ParameterKindEnum
    default: float
    low: float
    high: float
    meaning: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        kind = self.kind.value

        default = self.default

        low = self.low

        high = self.high

        meaning = self.meaning

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "kind": kind,
                "default": default,
                "low": low,
                "high": high,
                "meaning": meaning,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        name = d.pop("name")

        kind = ParameterKindEnum(d.pop("kind"))

        default = d.pop("default")

        low = d.pop("low")

        high = d.pop("high")

        meaning = d.pop("meaning")

        parameter = cls(
            name=name,
            kind=kind,
            default=default,
            low=low,
            high=high,
            meaning=meaning,
        )

        parameter.additional_properties = d
        return parameter

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
