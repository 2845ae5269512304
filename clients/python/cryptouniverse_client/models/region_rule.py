from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.region_rule_kind import RegionRuleKind
from ..models.region_verdict import RegionVerdict
from ..types import UNSET, Unset

T = TypeVar("T", bound="RegionRule")


@_attrs_define
class RegionRule:
    """A rule. value: two letters of a country (ISO 3166-1), or a network (CIDR).

    Attributes:
        id (UUID):
        kind (RegionRuleKind): * `network` - network
            * `country` - country
        value (str):
        verdict (RegionVerdict): * `allow` - allow
            * `deny` - deny
        created_at (datetime.datetime):
        note (str | Unset):  Default: ''.
    """

    id: UUID
    kind: RegionRuleKind
    value: str
    verdict: RegionVerdict
    created_at: datetime.datetime
    note: str | Unset = ""
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        kind = self.kind.value

        value = self.value

        verdict = self.verdict.value

        created_at = self.created_at.isoformat()

        note = self.note

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "kind": kind,
                "value": value,
                "verdict": verdict,
                "created_at": created_at,
            }
        )
        if note is not UNSET:
            field_dict["note"] = note

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        kind = RegionRuleKind(d.pop("kind"))

        value = d.pop("value")

        verdict = RegionVerdict(d.pop("verdict"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        note = d.pop("note", UNSET)

        region_rule = cls(
            id=id,
            kind=kind,
            value=value,
            verdict=verdict,
            created_at=created_at,
            note=note,
        )

        region_rule.additional_properties = d
        return region_rule

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
