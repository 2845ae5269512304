from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.team_role import TeamRole

T = TypeVar("T", bound="Invitation")


@_attrs_define
class Invitation:
    """An invitation that waits for the caller.

    Attributes:
        id (UUID):
        team (UUID):
        name (str):
        role (TeamRole): * `manager` - manager
            * `trader` - trader
            * `viewer` - viewer
        invited_by (str):
        invited_at (datetime.datetime):
    """

    id: UUID
    team: UUID
    name: str
    role: TeamRole
    invited_by: str
    invited_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        team = str(self.team)

        name = self.name

        role = self.role.value

        invited_by = self.invited_by

        invited_at = self.invited_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "team": team,
                "name": name,
                "role": role,
                "invited_by": invited_by,
                "invited_at": invited_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        team = UUID(d.pop("team"))

        name = d.pop("name")

        role = TeamRole(d.pop("role"))

        invited_by = d.pop("invited_by")

        invited_at = datetime.datetime.fromisoformat(d.pop("invited_at"))

        invitation = cls(
            id=id,
            team=team,
            name=name,
            role=role,
            invited_by=invited_by,
            invited_at=invited_at,
        )

        invitation.additional_properties = d
        return invitation

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
