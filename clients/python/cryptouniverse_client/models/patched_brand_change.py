from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.price import Price


T = TypeVar("T", bound="PatchedBrandChange")


@_attrs_define
class PatchedBrandChange:
    """What may be changed; what is not named stays. name: empty shows the platform's. colour: #rrggbb or empty.

    tint: how much of the colour greys take, "0" to "0.02". radius: of corners, px. sender_address: below a verified
    domain.

        Attributes:
            name (str | Unset):
            short_name (str | Unset):
            colour (str | Unset):
            tint (str | Unset):
            radius (int | Unset):
            sender_name (str | Unset):
            sender_address (str | Unset):
            support_address (str | Unset):
            credit_prices (list[Price] | Unset):
    """

    name: str | Unset = UNSET
    short_name: str | Unset = UNSET
    colour: str | Unset = UNSET
    tint: str | Unset = UNSET
    radius: int | Unset = UNSET
    sender_name: str | Unset = UNSET
    sender_address: str | Unset = UNSET
    support_address: str | Unset = UNSET
    credit_prices: list[Price] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        short_name = self.short_name

        colour: str | Unset
        if isinstance(self.colour, Unset):
            colour = UNSET
        else:
            colour = self.colour

        tint = self.tint

        radius = self.radius

        sender_name = self.sender_name

        sender_address: str | Unset
        if isinstance(self.sender_address, Unset):
            sender_address = UNSET
        else:
            sender_address = self.sender_address

        support_address: str | Unset
        if isinstance(self.support_address, Unset):
            support_address = UNSET
        else:
            support_address = self.support_address

        credit_prices: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.credit_prices, Unset):
            credit_prices = []
            for credit_prices_item_data in self.credit_prices:
                credit_prices_item = credit_prices_item_data.to_dict()
                credit_prices.append(credit_prices_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if name is not UNSET:
            field_dict["name"] = name
        if short_name is not UNSET:
            field_dict["short_name"] = short_name
        if colour is not UNSET:
            field_dict["colour"] = colour
        if tint is not UNSET:
            field_dict["tint"] = tint
        if radius is not UNSET:
            field_dict["radius"] = radius
        if sender_name is not UNSET:
            field_dict["sender_name"] = sender_name
        if sender_address is not UNSET:
            field_dict["sender_address"] = sender_address
        if support_address is not UNSET:
            field_dict["support_address"] = support_address
        if credit_prices is not UNSET:
            field_dict["credit_prices"] = credit_prices

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.price import Price

        d = dict(src_dict)
        name = d.pop("name", UNSET)

        short_name = d.pop("short_name", UNSET)

        def _parse_colour(data: object) -> str | Unset:
            if isinstance(data, Unset):
                return data
            return cast(str | Unset, data)

        colour = _parse_colour(d.pop("colour", UNSET))

        tint = d.pop("tint", UNSET)

        radius = d.pop("radius", UNSET)

        sender_name = d.pop("sender_name", UNSET)

        def _parse_sender_address(data: object) -> str | Unset:
            if isinstance(data, Unset):
                return data
            return cast(str | Unset, data)

        sender_address = _parse_sender_address(d.pop("sender_address", UNSET))

        def _parse_support_address(data: object) -> str | Unset:
            if isinstance(data, Unset):
                return data
            return cast(str | Unset, data)

        support_address = _parse_support_address(d.pop("support_address", UNSET))

        _credit_prices = d.pop("credit_prices", UNSET)
        credit_prices: list[Price] | Unset = UNSET
        if _credit_prices is not UNSET:
            credit_prices = []
            for credit_prices_item_data in _credit_prices:
                credit_prices_item = Price.from_dict(credit_prices_item_data)

                credit_prices.append(credit_prices_item)

        patched_brand_change = cls(
            name=name,
            short_name=short_name,
            colour=colour,
            tint=tint,
            radius=radius,
            sender_name=sender_name,
            sender_address=sender_address,
            support_address=support_address,
            credit_prices=credit_prices,
        )

        patched_brand_change.additional_properties = d
        return patched_brand_change

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
