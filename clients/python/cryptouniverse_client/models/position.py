from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Position")


@_attrs_define
class Position:
    """A position. Amounts are in the portfolio's currency, quantity in the base asset. closed_at: null while open.

    Attributes:
        id (UUID):
        bot (None | UUID):
        instrument (str):
        quantity (str):
        cost (str):
        entry_price (str):
        mark_price (str):
        stop_price (str):
        target_price (None | str):
        realised (str):
        opened_at (datetime.datetime):
        closed_at (datetime.datetime | None):
    """

    id: UUID
    bot: None | UUID
    instrument: str
    quantity: str
    cost: str
    entry_price: str
    mark_price: str
    stop_price: str
    target_price: None | str
    realised: str
    opened_at: datetime.datetime
    closed_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        bot: None | str
        if isinstance(self.bot, UUID):
            bot = str(self.bot)
        else:
            bot = self.bot

        instrument = self.instrument

        quantity = self.quantity

        cost = self.cost

        entry_price = self.entry_price

        mark_price = self.mark_price

        stop_price = self.stop_price

        target_price: None | str
        target_price = self.target_price

        realised = self.realised

        opened_at = self.opened_at.isoformat()

        closed_at: None | str
        if isinstance(self.closed_at, datetime.datetime):
            closed_at = self.closed_at.isoformat()
        else:
            closed_at = self.closed_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "bot": bot,
                "instrument": instrument,
                "quantity": quantity,
                "cost": cost,
                "entry_price": entry_price,
                "mark_price": mark_price,
                "stop_price": stop_price,
                "target_price": target_price,
                "realised": realised,
                "opened_at": opened_at,
                "closed_at": closed_at,
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

        quantity = d.pop("quantity")

        cost = d.pop("cost")

        entry_price = d.pop("entry_price")

        mark_price = d.pop("mark_price")

        stop_price = d.pop("stop_price")

        def _parse_target_price(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        target_price = _parse_target_price(d.pop("target_price"))

        realised = d.pop("realised")

        opened_at = datetime.datetime.fromisoformat(d.pop("opened_at"))

        def _parse_closed_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                closed_at_type_0 = datetime.datetime.fromisoformat(data)

                return closed_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        closed_at = _parse_closed_at(d.pop("closed_at"))

        position = cls(
            id=id,
            bot=bot,
            instrument=instrument,
            quantity=quantity,
            cost=cost,
            entry_price=entry_price,
            mark_price=mark_price,
            stop_price=stop_price,
            target_price=target_price,
            realised=realised,
            opened_at=opened_at,
            closed_at=closed_at,
        )

        position.additional_properties = d
        return position

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
