from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.connection_kind import ConnectionKind
from ..models.connection_status_enum import ConnectionStatusEnum

if TYPE_CHECKING:
    from ..models.rights import Rights


T = TypeVar("T", bound="Connection")


@_attrs_define
class Connection:
    """A connection. drift: by how much our books and the exchange's differed when they were last compared.

    entries_stopped_at: null while entries are allowed; exits always are. check_error: "" after a good check.

        Attributes:
            id (UUID):
            venue (str):
            kind (ConnectionKind): * `paper` - paper
                * `sandbox` - sandbox
                * `live` - live
            label (str):
            status (ConnectionStatusEnum): * `draft` - draft
                * `tested` - tested
                * `active` - active
                * `inactive` - inactive
                * `refused` - refused
                * `deleted` - deleted
            created_at (datetime.datetime):
            rights (Rights): What the key may do, as last seen; null where the exchange does not tell.
            checked_at (datetime.datetime | None):
            check_error (str):
            check_asked_at (datetime.datetime | None):
            clock_offset_ms (int | None):
            takes_entries (bool):
            entries_stopped_at (datetime.datetime | None):
            entries_stopped_cause (str):
            entries_stopped_reason (str):
            last_proven_at (datetime.datetime | None):
            drift (str):
            circuit (str):
            autonomous_live (bool):
    """

    id: UUID
    venue: str
    kind: ConnectionKind
    label: str
    status: ConnectionStatusEnum
    created_at: datetime.datetime
    rights: Rights
    checked_at: datetime.datetime | None
    check_error: str
    check_asked_at: datetime.datetime | None
    clock_offset_ms: int | None
    takes_entries: bool
    entries_stopped_at: datetime.datetime | None
    entries_stopped_cause: str
    entries_stopped_reason: str
    last_proven_at: datetime.datetime | None
    drift: str
    circuit: str
    autonomous_live: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        venue = self.venue

        kind = self.kind.value

        label = self.label

        status = self.status.value

        created_at = self.created_at.isoformat()

        rights = self.rights.to_dict()

        checked_at: None | str
        if isinstance(self.checked_at, datetime.datetime):
            checked_at = self.checked_at.isoformat()
        else:
            checked_at = self.checked_at

        check_error = self.check_error

        check_asked_at: None | str
        if isinstance(self.check_asked_at, datetime.datetime):
            check_asked_at = self.check_asked_at.isoformat()
        else:
            check_asked_at = self.check_asked_at

        clock_offset_ms: int | None
        clock_offset_ms = self.clock_offset_ms

        takes_entries = self.takes_entries

        entries_stopped_at: None | str
        if isinstance(self.entries_stopped_at, datetime.datetime):
            entries_stopped_at = self.entries_stopped_at.isoformat()
        else:
            entries_stopped_at = self.entries_stopped_at

        entries_stopped_cause = self.entries_stopped_cause

        entries_stopped_reason = self.entries_stopped_reason

        last_proven_at: None | str
        if isinstance(self.last_proven_at, datetime.datetime):
            last_proven_at = self.last_proven_at.isoformat()
        else:
            last_proven_at = self.last_proven_at

        drift = self.drift

        circuit = self.circuit

        autonomous_live = self.autonomous_live

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "venue": venue,
                "kind": kind,
                "label": label,
                "status": status,
                "created_at": created_at,
                "rights": rights,
                "checked_at": checked_at,
                "check_error": check_error,
                "check_asked_at": check_asked_at,
                "clock_offset_ms": clock_offset_ms,
                "takes_entries": takes_entries,
                "entries_stopped_at": entries_stopped_at,
                "entries_stopped_cause": entries_stopped_cause,
                "entries_stopped_reason": entries_stopped_reason,
                "last_proven_at": last_proven_at,
                "drift": drift,
                "circuit": circuit,
                "autonomous_live": autonomous_live,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.rights import Rights

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        venue = d.pop("venue")

        kind = ConnectionKind(d.pop("kind"))

        label = d.pop("label")

        status = ConnectionStatusEnum(d.pop("status"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        rights = Rights.from_dict(d.pop("rights"))

        def _parse_checked_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                checked_at_type_0 = datetime.datetime.fromisoformat(data)

                return checked_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        checked_at = _parse_checked_at(d.pop("checked_at"))

        check_error = d.pop("check_error")

        def _parse_check_asked_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                check_asked_at_type_0 = datetime.datetime.fromisoformat(data)

                return check_asked_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        check_asked_at = _parse_check_asked_at(d.pop("check_asked_at"))

        def _parse_clock_offset_ms(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        clock_offset_ms = _parse_clock_offset_ms(d.pop("clock_offset_ms"))

        takes_entries = d.pop("takes_entries")

        def _parse_entries_stopped_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                entries_stopped_at_type_0 = datetime.datetime.fromisoformat(data)

                return entries_stopped_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        entries_stopped_at = _parse_entries_stopped_at(d.pop("entries_stopped_at"))

        entries_stopped_cause = d.pop("entries_stopped_cause")

        entries_stopped_reason = d.pop("entries_stopped_reason")

        def _parse_last_proven_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                last_proven_at_type_0 = datetime.datetime.fromisoformat(data)

                return last_proven_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        last_proven_at = _parse_last_proven_at(d.pop("last_proven_at"))

        drift = d.pop("drift")

        circuit = d.pop("circuit")

        autonomous_live = d.pop("autonomous_live")

        connection = cls(
            id=id,
            venue=venue,
            kind=kind,
            label=label,
            status=status,
            created_at=created_at,
            rights=rights,
            checked_at=checked_at,
            check_error=check_error,
            check_asked_at=check_asked_at,
            clock_offset_ms=clock_offset_ms,
            takes_entries=takes_entries,
            entries_stopped_at=entries_stopped_at,
            entries_stopped_cause=entries_stopped_cause,
            entries_stopped_reason=entries_stopped_reason,
            last_proven_at=last_proven_at,
            drift=drift,
            circuit=circuit,
            autonomous_live=autonomous_live,
        )

        connection.additional_properties = d
        return connection

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
