from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.connection_kind import ConnectionKind

if TYPE_CHECKING:
    from ..models.credits_ import Credits
    from ..models.position import Position


T = TypeVar("T", bound="WholePortfolio")


@_attrs_define
class WholePortfolio:
    """A portfolio with its open positions (newest first) and, to its owner, their credits.

    Attributes:
        id (UUID):
        kind (ConnectionKind): * `paper` - paper
            * `sandbox` - sandbox
            * `live` - live
        name (str):
        currency (str):
        cash (str):
        reserved (str):
        equity (str):
        realised (str):
        fees (str):
        connection (None | UUID):
        positions (list[Position]):
        credits_ (Credits | None):
    """

    id: UUID
    kind: ConnectionKind
    name: str
    currency: str
    cash: str
    reserved: str
    equity: str
    realised: str
    fees: str
    connection: None | UUID
    positions: list[Position]
    credits_: Credits | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.credits_ import Credits

        id = str(self.id)

        kind = self.kind.value

        name = self.name

        currency = self.currency

        cash = self.cash

        reserved = self.reserved

        equity = self.equity

        realised = self.realised

        fees = self.fees

        connection: None | str
        if isinstance(self.connection, UUID):
            connection = str(self.connection)
        else:
            connection = self.connection

        positions = []
        for positions_item_data in self.positions:
            positions_item = positions_item_data.to_dict()
            positions.append(positions_item)

        credits_: dict[str, Any] | None
        if isinstance(self.credits_, Credits):
            credits_ = self.credits_.to_dict()
        else:
            credits_ = self.credits_

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "kind": kind,
                "name": name,
                "currency": currency,
                "cash": cash,
                "reserved": reserved,
                "equity": equity,
                "realised": realised,
                "fees": fees,
                "connection": connection,
                "positions": positions,
                "credits": credits_,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.credits_ import Credits
        from ..models.position import Position

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        kind = ConnectionKind(d.pop("kind"))

        name = d.pop("name")

        currency = d.pop("currency")

        cash = d.pop("cash")

        reserved = d.pop("reserved")

        equity = d.pop("equity")

        realised = d.pop("realised")

        fees = d.pop("fees")

        def _parse_connection(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                connection_type_0 = UUID(data)

                return connection_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        connection = _parse_connection(d.pop("connection"))

        positions = []
        _positions = d.pop("positions")
        for positions_item_data in _positions:
            positions_item = Position.from_dict(positions_item_data)

            positions.append(positions_item)

        def _parse_credits_(data: object) -> Credits | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                credits_type_0 = Credits.from_dict(data)

                return credits_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Credits | None, data)

        credits_ = _parse_credits_(d.pop("credits"))

        whole_portfolio = cls(
            id=id,
            kind=kind,
            name=name,
            currency=currency,
            cash=cash,
            reserved=reserved,
            equity=equity,
            realised=realised,
            fees=fees,
            connection=connection,
            positions=positions,
            credits_=credits_,
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
