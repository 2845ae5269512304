from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.patched_bot_terms_parameters import PatchedBotTermsParameters


T = TypeVar("T", bound="PatchedBotTerms")


@_attrs_define
class PatchedBotTerms:
    """What can be changed of a bot. allocation: most that one entry may cost, "0" for sized by risk alone.

    Attributes:
        name (str | Unset):
        parameters (PatchedBotTermsParameters | Unset):
        instruments (list[str] | Unset):
        allocation (str | Unset):
        stop_bps (int | Unset):
        target_bps (int | Unset):
    """

    name: str | Unset = UNSET
    parameters: PatchedBotTermsParameters | Unset = UNSET
    instruments: list[str] | Unset = UNSET
    allocation: str | Unset = UNSET
    stop_bps: int | Unset = UNSET
    target_bps: int | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        parameters: dict[str, Any] | Unset = UNSET
        if not isinstance(self.parameters, Unset):
            parameters = self.parameters.to_dict()

        instruments: list[str] | Unset = UNSET
        if not isinstance(self.instruments, Unset):
            instruments = self.instruments

        allocation = self.allocation

        stop_bps = self.stop_bps

        target_bps = self.target_bps

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if name is not UNSET:
            field_dict["name"] = name
        if parameters is not UNSET:
            field_dict["parameters"] = parameters
        if instruments is not UNSET:
            field_dict["instruments"] = instruments
        if allocation is not UNSET:
            field_dict["allocation"] = allocation
        if stop_bps is not UNSET:
            field_dict["stop_bps"] = stop_bps
        if target_bps is not UNSET:
            field_dict["target_bps"] = target_bps

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.patched_bot_terms_parameters import PatchedBotTermsParameters

        d = dict(src_dict)
        name = d.pop("name", UNSET)

        _parameters = d.pop("parameters", UNSET)
        parameters: PatchedBotTermsParameters | Unset
        if isinstance(_parameters, Unset):
            parameters = UNSET
        else:
            parameters = PatchedBotTermsParameters.from_dict(_parameters)

        instruments = cast(list[str], d.pop("instruments", UNSET))

        allocation = d.pop("allocation", UNSET)

        stop_bps = d.pop("stop_bps", UNSET)

        target_bps = d.pop("target_bps", UNSET)

        patched_bot_terms = cls(
            name=name,
            parameters=parameters,
            instruments=instruments,
            allocation=allocation,
            stop_bps=stop_bps,
            target_bps=target_bps,
        )

        patched_bot_terms.additional_properties = d
        return patched_bot_terms

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
