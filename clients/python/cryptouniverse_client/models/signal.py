from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.action_enum import ActionEnum
from ..models.timeframe_enum import TimeframeEnum

T = TypeVar("T", bound="Signal")


@_attrs_define
class Signal:
    """What a strategy asks for after a candle has closed. at: the open of that candle.

    Attributes:
        id (UUID):
        strategy (str):
        instrument (str):
        timeframe (TimeframeEnum): * `1m` - 1m
            * `5m` - 5m
            * `15m` - 15m
            * `1h` - 1h
            * `2h` - 2h
            * `4h` - 4h
            * `1d` - 1d
        action (ActionEnum): * `enter_long` - enter_long
            * `exit_long` - exit_long
        at (datetime.datetime):
    """

    id: UUID
    strategy: str
    instrument: str
    timeframe: TimeframeEnum
    action: ActionEnum
    at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        strategy = self.strategy

        instrument = self.instrument

        timeframe = self.timeframe.value

        action = self.action.value

        at = self.at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "strategy": strategy,
                "instrument": instrument,
                "timeframe": timeframe,
                "action": action,
                "at": at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        strategy = d.pop("strategy")

        instrument = d.pop("instrument")

        timeframe = TimeframeEnum(d.pop("timeframe"))

        action = ActionEnum(d.pop("action"))

        at = datetime.datetime.fromisoformat(d.pop("at"))

        signal = cls(
            id=id,
            strategy=strategy,
            instrument=instrument,
            timeframe=timeframe,
            action=action,
            at=at,
        )

        signal.additional_properties = d
        return signal

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
