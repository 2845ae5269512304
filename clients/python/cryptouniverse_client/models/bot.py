from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.bot_status_enum import BotStatusEnum
from ..models.timeframe_enum import TimeframeEnum

if TYPE_CHECKING:
    from ..models.bot_parameters import BotParameters


T = TypeVar("T", bound="Bot")


@_attrs_define
class Bot:
    """A configured strategy in a portfolio.

    Attributes:
        id (UUID):
        number (int):
        name (str):
        portfolio (UUID):
        strategy (str):
        parameters (BotParameters):
        timeframe (TimeframeEnum): * `1m` - 1m
            * `5m` - 5m
            * `15m` - 15m
            * `1h` - 1h
            * `2h` - 2h
            * `4h` - 4h
            * `1d` - 1d
        instruments (list[str]):
        allocation (str):
        stop_bps (int):
        target_bps (int):
        status (BotStatusEnum): * `active` - active
            * `paused` - paused
            * `stopped` - stopped
        created_at (datetime.datetime):
    """

    id: UUID
    number: int
    name: str
    portfolio: UUID
    strategy: str
    parameters: BotParameters
    timeframe: TimeframeEnum
    instruments: list[str]
    allocation: str
    stop_bps: int
    target_bps: int
    status: BotStatusEnum
    created_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        number = self.number

        name = self.name

        portfolio = str(self.portfolio)

        strategy = self.strategy

        parameters = self.parameters.to_dict()

        timeframe = self.timeframe.value

        instruments = self.instruments

        allocation = self.allocation

        stop_bps = self.stop_bps

        target_bps = self.target_bps

        status = self.status.value

        created_at = self.created_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "number": number,
                "name": name,
                "portfolio": portfolio,
                "strategy": strategy,
                "parameters": parameters,
                "timeframe": timeframe,
                "instruments": instruments,
                "allocation": allocation,
                "stop_bps": stop_bps,
                "target_bps": target_bps,
                "status": status,
                "created_at": created_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.bot_parameters import BotParameters

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        number = d.pop("number")

        name = d.pop("name")

        portfolio = UUID(d.pop("portfolio"))

        strategy = d.pop("strategy")

        parameters = BotParameters.from_dict(d.pop("parameters"))

        timeframe = TimeframeEnum(d.pop("timeframe"))

        instruments = cast(list[str], d.pop("instruments"))

        allocation = d.pop("allocation")

        stop_bps = d.pop("stop_bps")

        target_bps = d.pop("target_bps")

        status = BotStatusEnum(d.pop("status"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        bot = cls(
            id=id,
            number=number,
            name=name,
            portfolio=portfolio,
            strategy=strategy,
            parameters=parameters,
            timeframe=timeframe,
            instruments=instruments,
            allocation=allocation,
            stop_bps=stop_bps,
            target_bps=target_bps,
            status=status,
            created_at=created_at,
        )

        bot.additional_properties = d
        return bot

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
