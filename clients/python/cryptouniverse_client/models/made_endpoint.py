from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.blank_enum import BlankEnum
from ..models.off_cause_enum import OffCauseEnum

T = TypeVar("T", bound="MadeEndpoint")


@_attrs_define
class MadeEndpoint:
    """A webhook that was just made, with its secret, shown this once.

    Attributes:
        id (UUID):
        url (str):
        description (str):
        events (list[str]):
        whole_tenant (bool):
        created_at (datetime.datetime):
        off_since (datetime.datetime | None):
        off_cause (BlankEnum | OffCauseEnum):
        failing_since (datetime.datetime | None):
        failures_in_a_row (int):
        secret (str):
    """

    id: UUID
    url: str
    description: str
    events: list[str]
    whole_tenant: bool
    created_at: datetime.datetime
    off_since: datetime.datetime | None
    off_cause: BlankEnum | OffCauseEnum
    failing_since: datetime.datetime | None
    failures_in_a_row: int
    secret: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        url = self.url

        description = self.description

        events = self.events

        whole_tenant = self.whole_tenant

        created_at = self.created_at.isoformat()

        off_since: None | str
        if isinstance(self.off_since, datetime.datetime):
            off_since = self.off_since.isoformat()
        else:
            off_since = self.off_since

        off_cause: str
        if isinstance(self.off_cause, OffCauseEnum):
            off_cause = self.off_cause.value
        else:
            off_cause = self.off_cause.value

        failing_since: None | str
        if isinstance(self.failing_since, datetime.datetime):
            failing_since = self.failing_since.isoformat()
        else:
            failing_since = self.failing_since

        failures_in_a_row = self.failures_in_a_row

        secret = self.secret

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "url": url,
                "description": description,
                "events": events,
                "whole_tenant": whole_tenant,
                "created_at": created_at,
                "off_since": off_since,
                "off_cause": off_cause,
                "failing_since": failing_since,
                "failures_in_a_row": failures_in_a_row,
                "secret": secret,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        url = d.pop("url")

        description = d.pop("description")

        events = cast(list[str], d.pop("events"))

        whole_tenant = d.pop("whole_tenant")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        def _parse_off_since(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                off_since_type_0 = datetime.datetime.fromisoformat(data)

                return off_since_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        off_since = _parse_off_since(d.pop("off_since"))

        def _parse_off_cause(data: object) -> BlankEnum | OffCauseEnum:
            try:
                if not isinstance(data, str):
                    raise TypeError()
                off_cause_type_0 = OffCauseEnum(data)

                return off_cause_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, str):
                raise TypeError()
            off_cause_type_1 = BlankEnum(data)

            return off_cause_type_1

        off_cause = _parse_off_cause(d.pop("off_cause"))

        def _parse_failing_since(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                failing_since_type_0 = datetime.datetime.fromisoformat(data)

                return failing_since_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        failing_since = _parse_failing_since(d.pop("failing_since"))

        failures_in_a_row = d.pop("failures_in_a_row")

        secret = d.pop("secret")

        made_endpoint = cls(
            id=id,
            url=url,
            description=description,
            events=events,
            whole_tenant=whole_tenant,
            created_at=created_at,
            off_since=off_since,
            off_cause=off_cause,
            failing_since=failing_since,
            failures_in_a_row=failures_in_a_row,
            secret=secret,
        )

        made_endpoint.additional_properties = d
        return made_endpoint

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
