from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.connection_kind import ConnectionKind
from ..models.venue_enum import VenueEnum
from ..types import UNSET, Unset

T = TypeVar("T", bound="NewConnection")


@_attrs_define
class NewConnection:
    """A connection to be made. Paper takes no key. A sandbox without a key gets an account opened, with play money.

    base_url: for operators. terms_version: of the risk warning and terms that a live connection needs.

        Attributes:
            label (str):
            venue (VenueEnum): * `binance` - binance
            kind (ConnectionKind): * `paper` - paper
                * `sandbox` - sandbox
                * `live` - live
            api_key (str | Unset):
            secret (str | Unset):
            base_url (str | Unset):  Default: ''.
            terms_version (str | Unset):  Default: ''.
    """

    label: str
    venue: VenueEnum
    kind: ConnectionKind
    api_key: str | Unset = UNSET
    secret: str | Unset = UNSET
    base_url: str | Unset = ""
    terms_version: str | Unset = ""
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        label = self.label

        venue = self.venue.value

        kind = self.kind.value

        api_key = self.api_key

        secret = self.secret

        base_url = self.base_url

        terms_version = self.terms_version

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "label": label,
                "venue": venue,
                "kind": kind,
            }
        )
        if api_key is not UNSET:
            field_dict["api_key"] = api_key
        if secret is not UNSET:
            field_dict["secret"] = secret
        if base_url is not UNSET:
            field_dict["base_url"] = base_url
        if terms_version is not UNSET:
            field_dict["terms_version"] = terms_version

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        label = d.pop("label")

        venue = VenueEnum(d.pop("venue"))

        kind = ConnectionKind(d.pop("kind"))

        api_key = d.pop("api_key", UNSET)

        secret = d.pop("secret", UNSET)

        base_url = d.pop("base_url", UNSET)

        terms_version = d.pop("terms_version", UNSET)

        new_connection = cls(
            label=label,
            venue=venue,
            kind=kind,
            api_key=api_key,
            secret=secret,
            base_url=base_url,
            terms_version=terms_version,
        )

        new_connection.additional_properties = d
        return new_connection

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
