from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.domain_state_enum import DomainStateEnum

if TYPE_CHECKING:
    from ..models.record import Record


T = TypeVar("T", bound="Domain")


@_attrs_define
class Domain:
    """A host name. given: by us, and needs no record. Only a verified one is served.

    proven_at: when its record was last seen. misses: daily lookups since that did not find it.
    points_to: where to point it (CNAME); empty where the operator tells you.

        Attributes:
            domain (str):
            state (DomainStateEnum): * `pending` - pending
                * `verified` - verified
                * `failing` - failing
            primary (bool):
            given (bool):
            since (datetime.datetime):
            proven_at (datetime.datetime | None):
            checked_at (datetime.datetime | None):
            misses (int):
            record (None | Record):
            points_to (str): The operator's edge, if it has a name.
    """

    domain: str
    state: DomainStateEnum
    primary: bool
    given: bool
    since: datetime.datetime
    proven_at: datetime.datetime | None
    checked_at: datetime.datetime | None
    misses: int
    record: None | Record
    points_to: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.record import Record

        domain = self.domain

        state = self.state.value

        primary = self.primary

        given = self.given

        since = self.since.isoformat()

        proven_at: None | str
        if isinstance(self.proven_at, datetime.datetime):
            proven_at = self.proven_at.isoformat()
        else:
            proven_at = self.proven_at

        checked_at: None | str
        if isinstance(self.checked_at, datetime.datetime):
            checked_at = self.checked_at.isoformat()
        else:
            checked_at = self.checked_at

        misses = self.misses

        record: dict[str, Any] | None
        if isinstance(self.record, Record):
            record = self.record.to_dict()
        else:
            record = self.record

        points_to = self.points_to

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "domain": domain,
                "state": state,
                "primary": primary,
                "given": given,
                "since": since,
                "proven_at": proven_at,
                "checked_at": checked_at,
                "misses": misses,
                "record": record,
                "points_to": points_to,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.record import Record

        d = dict(src_dict)
        domain = d.pop("domain")

        state = DomainStateEnum(d.pop("state"))

        primary = d.pop("primary")

        given = d.pop("given")

        since = datetime.datetime.fromisoformat(d.pop("since"))

        def _parse_proven_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                proven_at_type_0 = datetime.datetime.fromisoformat(data)

                return proven_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        proven_at = _parse_proven_at(d.pop("proven_at"))

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

        misses = d.pop("misses")

        def _parse_record(data: object) -> None | Record:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                record_type_0 = Record.from_dict(data)

                return record_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Record, data)

        record = _parse_record(d.pop("record"))

        points_to = d.pop("points_to")

        domain = cls(
            domain=domain,
            state=state,
            primary=primary,
            given=given,
            since=since,
            proven_at=proven_at,
            checked_at=checked_at,
            misses=misses,
            record=record,
            points_to=points_to,
        )

        domain.additional_properties = d
        return domain

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
