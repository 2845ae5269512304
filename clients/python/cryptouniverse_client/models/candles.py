from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.timeframe_enum import TimeframeEnum

T = TypeVar("T", bound="Candles")


@_attrs_define
class Candles:
    """Packed candles: arrays of one length, oldest first. open_ms: UTC milliseconds. A gap stays a gap.

    Attributes:
        instrument (str):
        timeframe (TimeframeEnum): * `1m` - 1m
            * `5m` - 5m
            * `15m` - 15m
            * `1h` - 1h
            * `2h` - 2h
            * `4h` - 4h
            * `1d` - 1d
        open_ms (list[int]):
        open_ (list[str]):
        high (list[str]):
        low (list[str]):
        close (list[str]):
        volume (list[str]):
    """

    instrument: str
    timeframe: TimeframeEnum
    open_ms: list[int]
    open_: list[str]
    high: list[str]
    low: list[str]
    close: list[str]
    volume: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        instrument = self.instrument

        timeframe = self.timeframe.value

        open_ms = self.open_ms

        open_ = self.open_

        high = self.high

        low = self.low

        close = self.close

        volume = self.volume

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "instrument": instrument,
                "timeframe": timeframe,
                "open_ms": open_ms,
                "open": open_,
                "high": high,
                "low": low,
                "close": close,
                "volume": volume,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        instrument = d.pop("instrument")

        timeframe = TimeframeEnum(d.pop("timeframe"))

        open_ms = cast(list[int], d.pop("open_ms"))

        open_ = cast(list[str], d.pop("open"))

        high = cast(list[str], d.pop("high"))

        low = cast(list[str], d.pop("low"))

        close = cast(list[str], d.pop("close"))

        volume = cast(list[str], d.pop("volume"))

        candles = cls(
            instrument=instrument,
            timeframe=timeframe,
            open_ms=open_ms,
            open_=open_,
            high=high,
            low=low,
            close=close,
            volume=volume,
        )

        candles.additional_properties = d
        return candles

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
