from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="OwnPortfolio")


@_attrs_define
class OwnPortfolio:
    """A portfolio in the list of them. connection: of its account at an exchange, null on paper.

    Attributes:
        id (UUID):
        kind (str):
        currency (str):
        cash (str):
        reserved (str):
        equity (str):
        realised (str):
        fees (str):
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
            }
        )
        if connection is not UNSET:
            field_dict["connection"] = connection

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        kind = d.pop("kind")

        currency = d.pop("currency")

        cash = d.pop("cash")

        reserved = d.pop("reserved")

        equity = d.pop("equity")

        realised = d.pop("realised")

        fees = d.pop("fees")

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

        own_portfolio = cls(
            id=id,
            kind=kind,
            currency=currency,
            cash=cash,
            reserved=reserved,
            equity=equity,
            realised=realised,
            fees=fees,
            connection=connection,
        )

        own_portfolio.additional_properties = d
        return own_portfolio

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
