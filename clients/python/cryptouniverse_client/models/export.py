from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.form_enum import FormEnum
from ..types import UNSET, Unset

T = TypeVar("T", bound="Export")


@_attrs_define
class Export:
    """Which records, and as what.

    Attributes:
        actor (UUID | Unset): Public id of who did it.
        action (str | Unset): How the action begins: `connection.`
        object_type (str | Unset): Kind of object, exactly.
        object_id (str | Unset): Id of the object, exactly.
        correlation_id (str | Unset): Everything one request did.
        since (datetime.datetime | Unset): From this moment on.
        until (datetime.datetime | Unset): Before this moment.
        text (str | Unset): Anywhere in action, object, before or after; not quick.
        form (FormEnum | Unset): * `csv` - csv
            * `jsonl` - jsonl Default: FormEnum.JSONL.
    """

    actor: UUID | Unset = UNSET
    action: str | Unset = UNSET
    object_type: str | Unset = UNSET
    object_id: str | Unset = UNSET
    correlation_id: str | Unset = UNSET
    since: datetime.datetime | Unset = UNSET
    until: datetime.datetime | Unset = UNSET
    text: str | Unset = UNSET
    form: FormEnum | Unset = FormEnum.JSONL
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        actor: str | Unset = UNSET
        if not isinstance(self.actor, Unset):
            actor = str(self.actor)

        action = self.action

        object_type = self.object_type

        object_id = self.object_id

        correlation_id = self.correlation_id

        since: str | Unset = UNSET
        if not isinstance(self.since, Unset):
            since = self.since.isoformat()

        until: str | Unset = UNSET
        if not isinstance(self.until, Unset):
            until = self.until.isoformat()

        text = self.text

        form: str | Unset = UNSET
        if not isinstance(self.form, Unset):
            form = self.form.value

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if actor is not UNSET:
            field_dict["actor"] = actor
        if action is not UNSET:
            field_dict["action"] = action
        if object_type is not UNSET:
            field_dict["object_type"] = object_type
        if object_id is not UNSET:
            field_dict["object_id"] = object_id
        if correlation_id is not UNSET:
            field_dict["correlation_id"] = correlation_id
        if since is not UNSET:
            field_dict["since"] = since
        if until is not UNSET:
            field_dict["until"] = until
        if text is not UNSET:
            field_dict["text"] = text
        if form is not UNSET:
            field_dict["form"] = form

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        _actor = d.pop("actor", UNSET)
        actor: UUID | Unset
        if isinstance(_actor, Unset):
            actor = UNSET
        else:
            actor = UUID(_actor)

        action = d.pop("action", UNSET)

        object_type = d.pop("object_type", UNSET)

        object_id = d.pop("object_id", UNSET)

        correlation_id = d.pop("correlation_id", UNSET)

        _since = d.pop("since", UNSET)
        since: datetime.datetime | Unset
        if isinstance(_since, Unset):
            since = UNSET
        else:
            since = datetime.datetime.fromisoformat(_since)

        _until = d.pop("until", UNSET)
        until: datetime.datetime | Unset
        if isinstance(_until, Unset):
            until = UNSET
        else:
            until = datetime.datetime.fromisoformat(_until)

        text = d.pop("text", UNSET)

        _form = d.pop("form", UNSET)
        form: FormEnum | Unset
        if isinstance(_form, Unset):
            form = UNSET
        else:
            form = FormEnum(_form)

        export = cls(
            actor=actor,
            action=action,
            object_type=object_type,
            object_id=object_id,
            correlation_id=correlation_id,
            since=since,
            until=until,
            text=text,
            form=form,
        )

        export.additional_properties = d
        return export

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
