from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.access_enum import AccessEnum

T = TypeVar("T", bound="Share")


@_attrs_define
class Share:
    """A portfolio shared with a team.

    Attributes:
        id (UUID):
        team (UUID):
        portfolio (UUID):
        access (AccessEnum): * `read` - read
            * `trade` - trade
        shared_at (datetime.datetime):
    """

    id: UUID
    team: UUID
    portfolio: UUID
    access: AccessEnum
    shared_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        team = str(self.team)

        portfolio = str(self.portfolio)

        access = self.access.value

        shared_at = self.shared_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "team": team,
                "portfolio": portfolio,
                "access": access,
                "shared_at": shared_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        team = UUID(d.pop("team"))

        portfolio = UUID(d.pop("portfolio"))

        access = AccessEnum(d.pop("access"))

        shared_at = datetime.datetime.fromisoformat(d.pop("shared_at"))

        share = cls(
            id=id,
            team=team,
            portfolio=portfolio,
            access=access,
            shared_at=shared_at,
        )

        share.additional_properties = d
        return share

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
