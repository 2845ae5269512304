from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.source_enum import SourceEnum

T = TypeVar("T", bound="Instrument")


@_attrs_define
class Instrument:
    """What can be traded. name: its stable id, "binance:BTC/USDT". tick, step: smallest change of price and size.

    Attributes:
        id (UUID):
        name (str):
        base (str):
        quote (str):
        tick (str):
        step (str):
        min_notional (str):
        source (SourceEnum): * `imported` - imported
            * `fetched` - fetched
            * `simulated` - simulated
    """

    id: UUID
    name: str
    base: str
    quote: str
    tick: str
    step: str
    min_notional: str
    source: SourceEnum
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        name = self.name

        base = self.base

        quote = self.quote

        tick = self.tick

        step = self.step

        min_notional = self.min_notional

        source = self.source.value

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "name": name,
                "base": base,
                "quote": quote,
                "tick": tick,
                "step": step,
                "min_notional": min_notional,
                "source": source,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        name = d.pop("name")

        base = d.pop("base")

        quote = d.pop("quote")

        tick = d.pop("tick")

        step = d.pop("step")

        min_notional = d.pop("min_notional")

        source = SourceEnum(d.pop("source"))

        instrument = cls(
            id=id,
            name=name,
            base=base,
            quote=quote,
            tick=tick,
            step=step,
            min_notional=min_notional,
            source=source,
        )

        instrument.additional_properties = d
        return instrument

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
