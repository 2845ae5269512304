from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.strategy_enum import StrategyEnum
from ..models.timeframe_enum import TimeframeEnum
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.new_bot_parameters import NewBotParameters


T = TypeVar("T", bound="NewBot")


@_attrs_define
class NewBot:
    """A bot to be made: in which portfolio, with which strategy, at candles of which length.

    Attributes:
        instruments (list[str]):
        portfolio (UUID):
        strategy (StrategyEnum): * `donchian_breakout` - donchian_breakout
            * `moving_average_cross` - moving_average_cross
            * `rsi_reversion` - rsi_reversion
        timeframe (TimeframeEnum): * `1m` - 1m
            * `5m` - 5m
            * `15m` - 15m
            * `1h` - 1h
            * `2h` - 2h
            * `4h` - 4h
            * `1d` - 1d
        name (str | Unset):
        parameters (NewBotParameters | Unset):
        allocation (str | Unset):
        stop_bps (int | Unset):
        target_bps (int | Unset):
    """

    instruments: list[str]
    portfolio: UUID
    strategy: StrategyEnum
    timeframe: TimeframeEnum
    name: str | Unset = UNSET
    parameters: NewBotParameters | Unset = UNSET
    allocation: str | Unset = UNSET
    stop_bps: int | Unset = UNSET
    target_bps: int | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        instruments = self.instruments

        portfolio = str(self.portfolio)

        strategy = self.strategy.value

        timeframe = self.timeframe.value

        name = self.name

        parameters: dict[str, Any] | Unset = UNSET
        if not isinstance(self.parameters, Unset):
            parameters = self.parameters.to_dict()

        allocation = self.allocation

        stop_bps = self.stop_bps

        target_bps = self.target_bps

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "instruments": instruments,
                "portfolio": portfolio,
                "strategy": strategy,
                "timeframe": timeframe,
            }
        )
        if name is not UNSET:
            field_dict["name"] = name
        if parameters is not UNSET:
            field_dict["parameters"] = parameters
        if allocation is not UNSET:
            field_dict["allocation"] = allocation
        if stop_bps is not UNSET:
            field_dict["stop_bps"] = stop_bps
        if target_bps is not UNSET:
            field_dict["target_bps"] = target_bps

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.new_bot_parameters import NewBotParameters

        d = dict(src_dict)
        instruments = cast(list[str], d.pop("instruments"))

        portfolio = UUID(d.pop("portfolio"))

        strategy = StrategyEnum(d.pop("strategy"))

        timeframe = TimeframeEnum(d.pop("timeframe"))

        name = d.pop("name", UNSET)

        _parameters = d.pop("parameters", UNSET)
        parameters: NewBotParameters | Unset
        if isinstance(_parameters, Unset):
            parameters = UNSET
        else:
            parameters = NewBotParameters.from_dict(_parameters)

        allocation = d.pop("allocation", UNSET)

        stop_bps = d.pop("stop_bps", UNSET)

        target_bps = d.pop("target_bps", UNSET)

        new_bot = cls(
            instruments=instruments,
            portfolio=portfolio,
            strategy=strategy,
            timeframe=timeframe,
            name=name,
            parameters=parameters,
            allocation=allocation,
            stop_bps=stop_bps,
            target_bps=target_bps,
        )

        new_bot.additional_properties = d
        return new_bot

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
