from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.parameter import Parameter


T = TypeVar("T", bound="Strategy")


@_attrs_define
class Strategy:
    """A strategy of the catalogue. stop_bps, target_bps: distances of stop and target from the entry, unless set.

    Attributes:
        name (str):
        title (str):
        family (str):
        hypothesis (str):
        regime (str):
        known_failure (str):
        stop_bps (int):
        target_bps (int):
        plan (str):
        parameters (list[Parameter]):
    """

    name: str
    title: str
    family: str
    hypothesis: str
    regime: str
    known_failure: str
    stop_bps: int
    target_bps: int
    plan: str
    parameters: list[Parameter]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        title = self.title

        family = self.family

        hypothesis = self.hypothesis

        regime = self.regime

        known_failure = self.known_failure

        stop_bps = self.stop_bps

        target_bps = self.target_bps

        plan = self.plan

        parameters = []
        for parameters_item_data in self.parameters:
            parameters_item = parameters_item_data.to_dict()
            parameters.append(parameters_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "title": title,
                "family": family,
                "hypothesis": hypothesis,
                "regime": regime,
                "known_failure": known_failure,
                "stop_bps": stop_bps,
                "target_bps": target_bps,
                "plan": plan,
                "parameters": parameters,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.parameter import Parameter

        d = dict(src_dict)
        name = d.pop("name")

        title = d.pop("title")

        family = d.pop("family")

        hypothesis = d.pop("hypothesis")

        regime = d.pop("regime")

        known_failure = d.pop("known_failure")

        stop_bps = d.pop("stop_bps")

        target_bps = d.pop("target_bps")

        plan = d.pop("plan")

        parameters = []
        _parameters = d.pop("parameters")
        for parameters_item_data in _parameters:
            parameters_item = Parameter.from_dict(parameters_item_data)

            parameters.append(parameters_item)

        strategy = cls(
            name=name,
            title=title,
            family=family,
            hypothesis=hypothesis,
            regime=regime,
            known_failure=known_failure,
            stop_bps=stop_bps,
            target_bps=target_bps,
            plan=plan,
            parameters=parameters,
        )

        strategy.additional_properties = d
        return strategy

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
