from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="PatchedLimits")


@_attrs_define
class PatchedLimits:
    """What nothing may cross. Amounts in the portfolio's currency, percentages of its equity, collar in basis points.

    whitelist: instruments that may be bought; empty allows all. quote_age_s_max: how old a price may be.

        Attributes:
            whitelist (list[str] | Unset):
            order_notional_max (str | Unset):
            position_notional_max (str | Unset):
            position_pct_max (str | Unset):
            risk_per_trade_pct (str | Unset):
            daily_loss_pct_max (str | Unset):
            open_positions_max (int | Unset):
            quote_age_s_max (int | Unset):
            collar_bps (int | Unset):
    """

    whitelist: list[str] | Unset = UNSET
    order_notional_max: str | Unset = UNSET
    position_notional_max: str | Unset = UNSET
    position_pct_max: str | Unset = UNSET
    risk_per_trade_pct: str | Unset = UNSET
    daily_loss_pct_max: str | Unset = UNSET
    open_positions_max: int | Unset = UNSET
    quote_age_s_max: int | Unset = UNSET
    collar_bps: int | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        whitelist: list[str] | Unset = UNSET
        if not isinstance(self.whitelist, Unset):
            whitelist = self.whitelist

        order_notional_max = self.order_notional_max

        position_notional_max = self.position_notional_max

        position_pct_max = self.position_pct_max

        risk_per_trade_pct = self.risk_per_trade_pct

        daily_loss_pct_max = self.daily_loss_pct_max

        open_positions_max = self.open_positions_max

        quote_age_s_max = self.quote_age_s_max

        collar_bps = self.collar_bps

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if whitelist is not UNSET:
            field_dict["whitelist"] = whitelist
        if order_notional_max is not UNSET:
            field_dict["order_notional_max"] = order_notional_max
        if position_notional_max is not UNSET:
            field_dict["position_notional_max"] = position_notional_max
        if position_pct_max is not UNSET:
            field_dict["position_pct_max"] = position_pct_max
        if risk_per_trade_pct is not UNSET:
            field_dict["risk_per_trade_pct"] = risk_per_trade_pct
        if daily_loss_pct_max is not UNSET:
            field_dict["daily_loss_pct_max"] = daily_loss_pct_max
        if open_positions_max is not UNSET:
            field_dict["open_positions_max"] = open_positions_max
        if quote_age_s_max is not UNSET:
            field_dict["quote_age_s_max"] = quote_age_s_max
        if collar_bps is not UNSET:
            field_dict["collar_bps"] = collar_bps

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        whitelist = cast(list[str], d.pop("whitelist", UNSET))

        order_notional_max = d.pop("order_notional_max", UNSET)

        position_notional_max = d.pop("position_notional_max", UNSET)

        position_pct_max = d.pop("position_pct_max", UNSET)

        risk_per_trade_pct = d.pop("risk_per_trade_pct", UNSET)

        daily_loss_pct_max = d.pop("daily_loss_pct_max", UNSET)

        open_positions_max = d.pop("open_positions_max", UNSET)

        quote_age_s_max = d.pop("quote_age_s_max", UNSET)

        collar_bps = d.pop("collar_bps", UNSET)

        patched_limits = cls(
            whitelist=whitelist,
            order_notional_max=order_notional_max,
            position_notional_max=position_notional_max,
            position_pct_max=position_pct_max,
            risk_per_trade_pct=risk_per_trade_pct,
            daily_loss_pct_max=daily_loss_pct_max,
            open_positions_max=open_positions_max,
            quote_age_s_max=quote_age_s_max,
            collar_bps=collar_bps,
        )

        patched_limits.additional_properties = d
        return patched_limits

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
