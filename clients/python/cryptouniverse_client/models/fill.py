from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.side_enum import SideEnum

T = TypeVar("T", bound="Fill")


@_attrs_define
class Fill:
    """What an order got. sequence: its place in the portfolio's books, from 1. profit: null for an entry.

    Attributes:
        id (UUID):
        bot (None | UUID):
        instrument (str):
        side (SideEnum): * `buy` - buy
            * `sell` - sell
        cause (str):
        price (str):
        quantity (str):
        fee (str):
        fee_currency (str):
        profit (None | str):
        sequence (int):
        at (datetime.datetime):
        booked_at (datetime.datetime):
    """

    id: UUID
    bot: None | UUID
    instrument: str
    side: SideEnum
    cause: str
    price: str
    quantity: str
    fee: str
    fee_currency: str
    profit: None | str
    sequence: int
    at: datetime.datetime
    booked_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        bot: None | str
        if isinstance(self.bot, UUID):
            bot = str(self.bot)
        else:
            bot = self.bot

        instrument = self.instrument

        side = self.side.value

        cause = self.cause

        price = self.price

        quantity = self.quantity

        fee = self.fee

        fee_currency = self.fee_currency

        profit: None | str
        profit = self.profit

        sequence = self.sequence

        at = self.at.isoformat()

        booked_at = self.booked_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "bot": bot,
                "instrument": instrument,
                "side": side,
                "cause": cause,
                "price": price,
                "quantity": quantity,
                "fee": fee,
                "fee_currency": fee_currency,
                "profit": profit,
                "sequence": sequence,
                "at": at,
                "booked_at": booked_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        def _parse_bot(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                bot_type_0 = UUID(data)

                return bot_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        bot = _parse_bot(d.pop("bot"))

        instrument = d.pop("instrument")

        side = SideEnum(d.pop("side"))

        cause = d.pop("cause")

        price = d.pop("price")

        quantity = d.pop("quantity")

        fee = d.pop("fee")

        fee_currency = d.pop("fee_currency")

        def _parse_profit(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        profit = _parse_profit(d.pop("profit"))

        sequence = d.pop("sequence")

        at = datetime.datetime.fromisoformat(d.pop("at"))

        booked_at = datetime.datetime.fromisoformat(d.pop("booked_at"))

        fill = cls(
            id=id,
            bot=bot,
            instrument=instrument,
            side=side,
            cause=cause,
            price=price,
            quantity=quantity,
            fee=fee,
            fee_currency=fee_currency,
            profit=profit,
            sequence=sequence,
            at=at,
            booked_at=booked_at,
        )

        fill.additional_properties = d
        return fill

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
