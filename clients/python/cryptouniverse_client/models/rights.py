from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Rights")


@_attrs_define
class Rights:
    """What the key may do, as last seen; null where the exchange does not tell.

    Attributes:
        trade (bool | None):
        withdraw (bool | None):
        transfer (bool | None):
        ip_restricted (bool | None):
    """

    trade: bool | None
    withdraw: bool | None
    transfer: bool | None
    ip_restricted: bool | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        trade: bool | None
        trade = self.trade

        withdraw: bool | None
        withdraw = self.withdraw

        transfer: bool | None
        transfer = self.transfer

        ip_restricted: bool | None
        ip_restricted = self.ip_restricted

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "trade": trade,
                "withdraw": withdraw,
                "transfer": transfer,
                "ip_restricted": ip_restricted,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)

        def _parse_trade(data: object) -> bool | None:
            if data is None:
                return data
            return cast(bool | None, data)

        trade = _parse_trade(d.pop("trade"))

        def _parse_withdraw(data: object) -> bool | None:
            if data is None:
                return data
            return cast(bool | None, data)

        withdraw = _parse_withdraw(d.pop("withdraw"))

        def _parse_transfer(data: object) -> bool | None:
            if data is None:
                return data
            return cast(bool | None, data)

        transfer = _parse_transfer(d.pop("transfer"))

        def _parse_ip_restricted(data: object) -> bool | None:
            if data is None:
                return data
            return cast(bool | None, data)

        ip_restricted = _parse_ip_restricted(d.pop("ip_restricted"))

        rights = cls(
            trade=trade,
            withdraw=withdraw,
            transfer=transfer,
            ip_restricted=ip_restricted,
        )

        rights.additional_properties = d
        return rights

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
