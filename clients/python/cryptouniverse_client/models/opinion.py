from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.blank_enum import BlankEnum
from ..models.opinion_kind_enum import OpinionKindEnum
from ..models.vote_enum import VoteEnum

T = TypeVar("T", bound="Opinion")


@_attrs_define
class Opinion:
    """What one voter said. vote: "" where it abstained, and `error` says why.

    Attributes:
        voter (str):
        kind (OpinionKindEnum): * `ai` - ai
            * `rule` - rule
        vote (BlankEnum | VoteEnum):
        confidence (None | str):
        reason (str):
        error (str):
    """

    voter: str
    kind: OpinionKindEnum
    vote: BlankEnum | VoteEnum
    confidence: None | str
    reason: str
    error: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        voter = self.voter

        kind = self.kind.value

        vote: str
        if isinstance(self.vote, VoteEnum):
            vote = self.vote.value
        else:
            vote = self.vote.value

        confidence: None | str
        confidence = self.confidence

        reason = self.reason

        error = self.error

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "voter": voter,
                "kind": kind,
                "vote": vote,
                "confidence": confidence,
                "reason": reason,
                "error": error,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        voter = d.pop("voter")

        kind = OpinionKindEnum(d.pop("kind"))

        def _parse_vote(data: object) -> BlankEnum | VoteEnum:
            try:
                if not isinstance(data, str):
                    raise TypeError()
                vote_type_0 = VoteEnum(data)

                return vote_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, str):
                raise TypeError()
            vote_type_1 = BlankEnum(data)

            return vote_type_1

        vote = _parse_vote(d.pop("vote"))

        def _parse_confidence(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        confidence = _parse_confidence(d.pop("confidence"))

        reason = d.pop("reason")

        error = d.pop("error")

        opinion = cls(
            voter=voter,
            kind=kind,
            vote=vote,
            confidence=confidence,
            reason=reason,
            error=error,
        )

        opinion.additional_properties = d
        return opinion

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
