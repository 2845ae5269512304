from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.source_enum import SourceEnum
from ..models.timeframe_enum import TimeframeEnum

T = TypeVar("T", bound="Feed")


@_attrs_define
class Feed:
    """The market that is shown. simulated: its prices are invented. at: the open of the last closed candle.

    Attributes:
        source (SourceEnum): * `imported` - imported
            * `fetched` - fetched
            * `simulated` - simulated
        simulated (bool):
        timeframe (TimeframeEnum): * `1m` - 1m
            * `5m` - 5m
            * `15m` - 15m
            * `1h` - 1h
            * `2h` - 2h
            * `4h` - 4h
            * `1d` - 1d
        at (datetime.datetime):
        speed (str):
        running (bool):
        ended (bool):
        updated_at (datetime.datetime):
    """

    source: SourceEnum
    simulated: bool
    timeframe: TimeframeEnum
    at: datetime.datetime
    speed: str
    running: bool
    ended: bool
    updated_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        source = self.source.value

        simulated = self.simulated

        timeframe = self.timeframe.value

        at = self.at.isoformat()

        speed = self.speed

        running = self.running

        ended = self.ended

        updated_at = self.updated_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "source": source,
                "simulated": simulated,
                "timeframe": timeframe,
                "at": at,
                "speed": speed,
                "running": running,
                "ended": ended,
                "updated_at": updated_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        source = SourceEnum(d.pop("source"))

        simulated = d.pop("simulated")

        timeframe = TimeframeEnum(d.pop("timeframe"))

        at = datetime.datetime.fromisoformat(d.pop("at"))

        speed = d.pop("speed")

        running = d.pop("running")

        ended = d.pop("ended")

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        feed = cls(
            source=source,
            simulated=simulated,
            timeframe=timeframe,
            at=at,
            speed=speed,
            running=running,
            ended=ended,
            updated_at=updated_at,
        )

        feed.additional_properties = d
        return feed

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
