from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.credits_ import Credits
    from ..models.position import Position


T = TypeVar("T", bound="WholePortfolio")


@_attrs_define
class WholePortfolio:
    """A portfolio with its open positions (newest first) and its owner's credits.

    Attributes:
        id (UUID):
        kind (str):
        currency (str):
        cash (str):
        reserved (str):
        equity (str):
        realised (str):
        fees (str):
        positions (list[Position]):
        credits_ (Credits): Profit potential: one credit allows one dollar of profit. reached: entries have stopped,
            exits run.
        connection (None | Unset | UUID):
    """

    id: UUID
    kind: str
    currency: str
    cash: str
    reserved: str
    equity: str
    realised: str
    fees: str
    positions: list[Position]
    credits_: Credits
    connection: None | Unset | UUID = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        kind = self.kind

        currency = self.currency

        cash = self.cash

        reserved = self.reserved

        equity = self.equity

        realised = self.realised

        fees = self.fees

        positions = []
        for positions_item_data in self.positions:
            positions_item = positions_item_data.to_dict()
            positions.append(positions_item)

        credits_ = self.credits_.to_dict()

        connection: None | str | Unset
        if isinstance(self.connection, Unset):
            connection = UNSET
        elif isinstance(self.connection, UUID):
            connection = str(self.connection)
        else:
            connection = self.connection

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "kind": kind,
                "currency": currency,
                "cash": cash,
                "reserved": reserved,
                "equity": equity,
                "realised": realised,
                "fees": fees,
                "positions": positions,
                "credits": credits_,
            }
        )
        if connection is not UNSET:
            field_dict["connection"] = connection

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.credits_ import Credits
        from ..models.position import Position

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        kind = d.pop("kind")

        currency = d.pop("currency")

        cash = d.pop("cash")

        reserved = d.pop("reserved")

        equity = d.pop("equity")

        realised = d.pop("realised")

        fees = d.pop("fees")

        positions = []
        _positions = d.pop("positions")
        for positions_item_data in _positions:
            positions_item = Position.from_dict(positions_item_data)

            positions.append(positions_item)

        credits_ = Credits.from_dict(d.pop("credits"))

        def _parse_connection(data: object) -> None | Unset | UUID:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                connection_type_0 = UUID(data)

                return connection_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | UUID, data)

        connection = _parse_connection(d.pop("connection", UNSET))

        whole_portfolio = cls(
            id=id,
            kind=kind,
            currency=currency,
            cash=cash,
            reserved=reserved,
            equity=equity,
            realised=realised,
            fees=fees,
            positions=positions,
            credits_=credits_,
            connection=connection,
        )

        whole_portfolio.additional_properties = d
        return whole_portfolio

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
