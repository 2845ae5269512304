from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.blank_enum import BlankEnum
from ..models.side_enum import SideEnum

T = TypeVar("T", bound="Verdict")


@_attrs_define
class Verdict:
    """The panel's verdict on an entry signal. side: "" for no trade. by_rules: no AI was asked. at: the open.

    Attributes:
        id (UUID):
        signal (UUID):
        instrument (str):
        at (datetime.datetime):
        side (BlankEnum | SideEnum):
        confidence (str):
        policy (str):
        reason (str):
        by_rules (bool):
        decided_at (datetime.datetime):
    """

    id: UUID
    signal: UUID
    instrument: str
    at: datetime.datetime
    side: BlankEnum | SideEnum
    confidence: str
    policy: str
    reason: str
    by_rules: bool
    decided_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        signal = str(self.signal)

        instrument = self.instrument

        at = self.at.isoformat()

        side: str
        if isinstance(self.side, SideEnum):
            side = self.side.value
        else:
            side = self.side.value

        confidence = self.confidence

        policy = self.policy

        reason = self.reason

        by_rules = self.by_rules

        decided_at = self.decided_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "signal": signal,
                "instrument": instrument,
                "at": at,
                "side": side,
                "confidence": confidence,
                "policy": policy,
                "reason": reason,
                "by_rules": by_rules,
                "decided_at": decided_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        signal = UUID(d.pop("signal"))

        instrument = d.pop("instrument")

        at = datetime.datetime.fromisoformat(d.pop("at"))

        def _parse_side(data: object) -> BlankEnum | SideEnum:
            try:
                if not isinstance(data, str):
                    raise TypeError()
                side_type_0 = SideEnum(data)

                return side_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, str):
                raise TypeError()
            side_type_1 = BlankEnum(data)

            return side_type_1

        side = _parse_side(d.pop("side"))

        confidence = d.pop("confidence")

        policy = d.pop("policy")

        reason = d.pop("reason")

        by_rules = d.pop("by_rules")

        decided_at = datetime.datetime.fromisoformat(d.pop("decided_at"))

        verdict = cls(
            id=id,
            signal=signal,
            instrument=instrument,
            at=at,
            side=side,
            confidence=confidence,
            policy=policy,
            reason=reason,
            by_rules=by_rules,
            decided_at=decided_at,
        )

        verdict.additional_properties = d
        return verdict

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
