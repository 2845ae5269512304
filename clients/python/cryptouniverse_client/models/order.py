from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.order_state_enum import OrderStateEnum
from ..models.purpose_enum import PurposeEnum
from ..models.side_enum import SideEnum

T = TypeVar("T", bound="Order")


@_attrs_define
class Order:
    """An order at a venue, for one intent. executed: base units that were filled. Prices are null where it has none.

    Attributes:
        id (UUID):
        bot (None | UUID):
        instrument (str):
        purpose (PurposeEnum): * `entry` - entry
            * `exit` - exit
            * `protect` - protect
        side (SideEnum): * `buy` - buy
            * `sell` - sell
        state (OrderStateEnum): * `open` - open
            * `filled` - filled
            * `cancelled` - cancelled
            * `expired` - expired
        venue (str):
        quantity (str):
        executed (str):
        limit_price (None | str):
        stop_price (None | str):
        target_price (None | str):
        reason (str):
        placed_at (datetime.datetime):
        closed_at (datetime.datetime | None):
    """

    id: UUID
    bot: None | UUID
    instrument: str
    purpose: PurposeEnum
    side: SideEnum
    state: OrderStateEnum
    venue: str
    quantity: str
    executed: str
    limit_price: None | str
    stop_price: None | str
    target_price: None | str
    reason: str
    placed_at: datetime.datetime
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

        purpose = self.purpose.value

        side = self.side.value

        state = self.state.value

        venue = self.venue

        quantity = self.quantity

        executed = self.executed

        limit_price: None | str
        limit_price = self.limit_price

        stop_price: None | str
        stop_price = self.stop_price

        target_price: None | str
        target_price = self.target_price

        reason = self.reason

        placed_at = self.placed_at.isoformat()

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
                "purpose": purpose,
                "side": side,
                "state": state,
                "venue": venue,
                "quantity": quantity,
                "executed": executed,
                "limit_price": limit_price,
                "stop_price": stop_price,
                "target_price": target_price,
                "reason": reason,
                "placed_at": placed_at,
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

        purpose = PurposeEnum(d.pop("purpose"))

        side = SideEnum(d.pop("side"))

        state = OrderStateEnum(d.pop("state"))

        venue = d.pop("venue")

        quantity = d.pop("quantity")

        executed = d.pop("executed")

        def _parse_limit_price(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        limit_price = _parse_limit_price(d.pop("limit_price"))

        def _parse_stop_price(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        stop_price = _parse_stop_price(d.pop("stop_price"))

        def _parse_target_price(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        target_price = _parse_target_price(d.pop("target_price"))

        reason = d.pop("reason")

        placed_at = datetime.datetime.fromisoformat(d.pop("placed_at"))

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

        order = cls(
            id=id,
            bot=bot,
            instrument=instrument,
            purpose=purpose,
            side=side,
            state=state,
            venue=venue,
            quantity=quantity,
            executed=executed,
            limit_price=limit_price,
            stop_price=stop_price,
            target_price=target_price,
            reason=reason,
            placed_at=placed_at,
            closed_at=closed_at,
        )

        order.additional_properties = d
        return order

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
