from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="StandingLimits")


@_attrs_define
class StandingLimits:
    """The limits, and whether trading is stopped.

    Attributes:
        whitelist (list[str]):
        order_notional_max (str):
        position_notional_max (str):
        position_pct_max (str):
        risk_per_trade_pct (str):
        daily_loss_pct_max (str):
        open_positions_max (int):
        quote_age_s_max (int):
        collar_bps (int):
        stopped_at (datetime.datetime | None):
        stopped_by (str):
        stop_reason (str):
    """

    whitelist: list[str]
    order_notional_max: str
    position_notional_max: str
    position_pct_max: str
    risk_per_trade_pct: str
    daily_loss_pct_max: str
    open_positions_max: int
    quote_age_s_max: int
    collar_bps: int
    stopped_at: datetime.datetime | None
    stopped_by: str
    stop_reason: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        whitelist = self.whitelist

        order_notional_max = self.order_notional_max

        position_notional_max = self.position_notional_max

        position_pct_max = self.position_pct_max

        risk_per_trade_pct = self.risk_per_trade_pct

        daily_loss_pct_max = self.daily_loss_pct_max

        open_positions_max = self.open_positions_max

        quote_age_s_max = self.quote_age_s_max

        collar_bps = self.collar_bps

        stopped_at: None | str
        if isinstance(self.stopped_at, datetime.datetime):
            stopped_at = self.stopped_at.isoformat()
        else:
            stopped_at = self.stopped_at

        stopped_by = self.stopped_by

        stop_reason = self.stop_reason

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "whitelist": whitelist,
                "order_notional_max": order_notional_max,
                "position_notional_max": position_notional_max,
                "position_pct_max": position_pct_max,
                "risk_per_trade_pct": risk_per_trade_pct,
                "daily_loss_pct_max": daily_loss_pct_max,
                "open_positions_max": open_positions_max,
                "quote_age_s_max": quote_age_s_max,
                "collar_bps": collar_bps,
                "stopped_at": stopped_at,
                "stopped_by": stopped_by,
                "stop_reason": stop_reason,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        whitelist = cast(list[str], d.pop("whitelist"))

        order_notional_max = d.pop("order_notional_max")

        position_notional_max = d.pop("position_notional_max")

        position_pct_max = d.pop("position_pct_max")

        risk_per_trade_pct = d.pop("risk_per_trade_pct")

        daily_loss_pct_max = d.pop("daily_loss_pct_max")

        open_positions_max = d.pop("open_positions_max")

        quote_age_s_max = d.pop("quote_age_s_max")

        collar_bps = d.pop("collar_bps")

        def _parse_stopped_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                stopped_at_type_0 = datetime.datetime.fromisoformat(data)

                return stopped_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        stopped_at = _parse_stopped_at(d.pop("stopped_at"))

        stopped_by = d.pop("stopped_by")

        stop_reason = d.pop("stop_reason")

        standing_limits = cls(
            whitelist=whitelist,
            order_notional_max=order_notional_max,
            position_notional_max=position_notional_max,
            position_pct_max=position_pct_max,
            risk_per_trade_pct=risk_per_trade_pct,
            daily_loss_pct_max=daily_loss_pct_max,
            open_positions_max=open_positions_max,
            quote_age_s_max=quote_age_s_max,
            collar_bps=collar_bps,
            stopped_at=stopped_at,
            stopped_by=stopped_by,
            stop_reason=stop_reason,
        )

        standing_limits.additional_properties = d
        return standing_limits

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
