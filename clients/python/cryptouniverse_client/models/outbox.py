from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Outbox")


@_attrs_define
class Outbox:
    """This tenant's facts that are on their way. oldest_s: how long the first waits. dead: given up.

    Attributes:
        waiting (int):
        oldest_s (int):
        failing (int):
        dead (int):
    """

    waiting: int
    oldest_s: int
    failing: int
    dead: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        waiting = self.waiting

        oldest_s = self.oldest_s

        failing = self.failing

        dead = self.dead

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "waiting": waiting,
                "oldest_s": oldest_s,
                "failing": failing,
                "dead": dead,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        waiting = d.pop("waiting")

        oldest_s = d.pop("oldest_s")

        failing = d.pop("failing")

        dead = d.pop("dead")

        outbox = cls(
            waiting=waiting,
            oldest_s=oldest_s,
            failing=failing,
            dead=dead,
        )

        outbox.additional_properties = d
        return outbox

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
