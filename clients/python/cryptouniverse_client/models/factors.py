from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.factor import Factor


T = TypeVar("T", bound="Factors")


@_attrs_define
class Factors:
    """How the caller proves who they are. step_up_methods: what confirming takes, the strongest first.

    Attributes:
        data (list[Factor]):
        recovery_codes_left (int):
        step_up_methods (list[str]):
    """

    data: list[Factor]
    recovery_codes_left: int
    step_up_methods: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        data = []
        for data_item_data in self.data:
            data_item = data_item_data.to_dict()
            data.append(data_item)

        recovery_codes_left = self.recovery_codes_left

        step_up_methods = self.step_up_methods

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "data": data,
                "recovery_codes_left": recovery_codes_left,
                "step_up_methods": step_up_methods,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.factor import Factor

        d = dict(src_dict)
        data = []
        _data = d.pop("data")
        for data_item_data in _data:
            data_item = Factor.from_dict(data_item_data)

            data.append(data_item)

        recovery_codes_left = d.pop("recovery_codes_left")

        step_up_methods = cast(list[str], d.pop("step_up_methods"))

        factors = cls(
            data=data,
            recovery_codes_left=recovery_codes_left,
            step_up_methods=step_up_methods,
        )

        factors.additional_properties = d
        return factors

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
