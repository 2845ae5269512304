from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.connection_kind import ConnectionKind

T = TypeVar("T", bound="ListedPortfolio")


@_attrs_define
class ListedPortfolio:
    """A portfolio in the list. mine: the caller owns it. connection: its account at an exchange, to its owner only.

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
        mine (bool):
        owner (UUID):
        connection (None | UUID):
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
    mine: bool
    owner: UUID
    connection: None | UUID
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        kind = self.kind.value

        name = self.name

        currency = self.currency

        cash = self.cash

        reserved = self.reserved

        equity = self.equity

        realised = self.realised

        fees = self.fees

        mine = self.mine

        owner = str(self.owner)

        connection: None | str
        if isinstance(self.connection, UUID):
            connection = str(self.connection)
        else:
            connection = self.connection

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
                "mine": mine,
                "owner": owner,
                "connection": connection,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
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

        mine = d.pop("mine")

        owner = UUID(d.pop("owner"))

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

        listed_portfolio = cls(
            id=id,
            kind=kind,
            name=name,
            currency=currency,
            cash=cash,
            reserved=reserved,
            equity=equity,
            realised=realised,
            fees=fees,
            mine=mine,
            owner=owner,
            connection=connection,
        )

        listed_portfolio.additional_properties = d
        return listed_portfolio

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
