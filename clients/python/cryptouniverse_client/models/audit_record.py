from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.audit_record_after_type_0 import AuditRecordAfterType0
    from ..models.audit_record_before_type_0 import AuditRecordBeforeType0


T = TypeVar("T", bound="AuditRecord")


@_attrs_define
class AuditRecord:
    """One record. Ids are public ids; sequence and hash are its place in the chain, null for a second or so.

    Attributes:
        id (UUID):
        at (datetime.datetime):
        actor (None | UUID):
        actor_kind (str):
        action (str):
        object_type (str):
        object_id (str):
        before (AuditRecordBeforeType0 | None):
        after (AuditRecordAfterType0 | None):
        correlation_id (str):
        address (None | str):
        sequence (int | None):
        hash_ (None | str):
    """

    id: UUID
    at: datetime.datetime
    actor: None | UUID
    actor_kind: str
    action: str
    object_type: str
    object_id: str
    before: AuditRecordBeforeType0 | None
    after: AuditRecordAfterType0 | None
    correlation_id: str
    address: None | str
    sequence: int | None
    hash_: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.audit_record_after_type_0 import AuditRecordAfterType0
        from ..models.audit_record_before_type_0 import AuditRecordBeforeType0

        id = str(self.id)

        at = self.at.isoformat()

        actor: None | str
        if isinstance(self.actor, UUID):
            actor = str(self.actor)
        else:
            actor = self.actor

        actor_kind = self.actor_kind

        action = self.action

        object_type = self.object_type

        object_id = self.object_id

        before: dict[str, Any] | None
        if isinstance(self.before, AuditRecordBeforeType0):
            before = self.before.to_dict()
        else:
            before = self.before

        after: dict[str, Any] | None
        if isinstance(self.after, AuditRecordAfterType0):
            after = self.after.to_dict()
        else:
            after = self.after

        correlation_id = self.correlation_id

        address: None | str
        address = self.address

        sequence: int | None
        sequence = self.sequence

        hash_: None | str
        hash_ = self.hash_

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "at": at,
                "actor": actor,
                "actor_kind": actor_kind,
                "action": action,
                "object_type": object_type,
                "object_id": object_id,
                "before": before,
                "after": after,
                "correlation_id": correlation_id,
                "address": address,
                "sequence": sequence,
                "hash": hash_,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.audit_record_after_type_0 import AuditRecordAfterType0
        from ..models.audit_record_before_type_0 import AuditRecordBeforeType0

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        at = datetime.datetime.fromisoformat(d.pop("at"))

        def _parse_actor(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                actor_type_0 = UUID(data)

                return actor_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        actor = _parse_actor(d.pop("actor"))

        actor_kind = d.pop("actor_kind")

        action = d.pop("action")

        object_type = d.pop("object_type")

        object_id = d.pop("object_id")

        def _parse_before(data: object) -> AuditRecordBeforeType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                before_type_0 = AuditRecordBeforeType0.from_dict(data)

                return before_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AuditRecordBeforeType0 | None, data)

        before = _parse_before(d.pop("before"))

        def _parse_after(data: object) -> AuditRecordAfterType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                after_type_0 = AuditRecordAfterType0.from_dict(data)

                return after_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AuditRecordAfterType0 | None, data)

        after = _parse_after(d.pop("after"))

        correlation_id = d.pop("correlation_id")

        def _parse_address(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        address = _parse_address(d.pop("address"))

        def _parse_sequence(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        sequence = _parse_sequence(d.pop("sequence"))

        def _parse_hash_(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        hash_ = _parse_hash_(d.pop("hash"))

        audit_record = cls(
            id=id,
            at=at,
            actor=actor,
            actor_kind=actor_kind,
            action=action,
            object_type=object_type,
            object_id=object_id,
            before=before,
            after=after,
            correlation_id=correlation_id,
            address=address,
            sequence=sequence,
            hash_=hash_,
        )

        audit_record.additional_properties = d
        return audit_record

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
