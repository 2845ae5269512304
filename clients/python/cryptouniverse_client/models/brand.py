from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.price import Price


T = TypeVar("T", bound="Brand")


@_attrs_define
class Brand:
    """A brand. hue and chroma: what is kept of the colour. lowest_contrast: of all pairs of colours.

    Attributes:
        version (int):
        name (str):
        short_name (str):
        white_label (bool):
        colour (str):
        hue (str):
        chroma (str):
        tint (str):
        radius (int):
        lowest_contrast (str): As a ratio with two places.
        logo (str): Its address on the tenant's host; empty without one.
        sender_name (str):
        sender_address (str):
        support_address (str):
        legal (list[str]):
        credit_prices (list[Price]):
    """

    version: int
    name: str
    short_name: str
    white_label: bool
    colour: str
    hue: str
    chroma: str
    tint: str
    radius: int
    lowest_contrast: str
    logo: str
    sender_name: str
    sender_address: str
    support_address: str
    legal: list[str]
    credit_prices: list[Price]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        version = self.version

        name = self.name

        short_name = self.short_name

        white_label = self.white_label

        colour = self.colour

        hue = self.hue

        chroma = self.chroma

        tint = self.tint

        radius = self.radius

        lowest_contrast = self.lowest_contrast

        logo = self.logo

        sender_name = self.sender_name

        sender_address = self.sender_address

        support_address = self.support_address

        legal = self.legal

        credit_prices = []
        for credit_prices_item_data in self.credit_prices:
            credit_prices_item = credit_prices_item_data.to_dict()
            credit_prices.append(credit_prices_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "version": version,
                "name": name,
                "short_name": short_name,
                "white_label": white_label,
                "colour": colour,
                "hue": hue,
                "chroma": chroma,
                "tint": tint,
                "radius": radius,
                "lowest_contrast": lowest_contrast,
                "logo": logo,
                "sender_name": sender_name,
                "sender_address": sender_address,
                "support_address": support_address,
                "legal": legal,
                "credit_prices": credit_prices,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.price import Price

        d = dict(src_dict)
        version = d.pop("version")

        name = d.pop("name")

        short_name = d.pop("short_name")

        white_label = d.pop("white_label")

        colour = d.pop("colour")

        hue = d.pop("hue")

        chroma = d.pop("chroma")

        tint = d.pop("tint")

        radius = d.pop("radius")

        lowest_contrast = d.pop("lowest_contrast")

        logo = d.pop("logo")

        sender_name = d.pop("sender_name")

        sender_address = d.pop("sender_address")

        support_address = d.pop("support_address")

        legal = cast(list[str], d.pop("legal"))

        credit_prices = []
        _credit_prices = d.pop("credit_prices")
        for credit_prices_item_data in _credit_prices:
            credit_prices_item = Price.from_dict(credit_prices_item_data)

            credit_prices.append(credit_prices_item)

        brand = cls(
            version=version,
            name=name,
            short_name=short_name,
            white_label=white_label,
            colour=colour,
            hue=hue,
            chroma=chroma,
            tint=tint,
            radius=radius,
            lowest_contrast=lowest_contrast,
            logo=logo,
            sender_name=sender_name,
            sender_address=sender_address,
            support_address=support_address,
            legal=legal,
            credit_prices=credit_prices,
        )

        brand.additional_properties = d
        return brand

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
