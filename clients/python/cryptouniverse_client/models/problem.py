from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.problem_facts import ProblemFacts


T = TypeVar("T", bound="Problem")


@_attrs_define
class Problem:
    """An error (RFC 9457). `code` is stable; `detail` is for people; `facts` are the values a program needs.

    Attributes:
        type_ (str):
        status (int):
        title (str):
        detail (str):
        code (str):
        correlation_id (str):
        facts (ProblemFacts):
    """

    type_: str
    status: int
    title: str
    detail: str
    code: str
    correlation_id: str
    facts: ProblemFacts
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_

        status = self.status

        title = self.title

        detail = self.detail

        code = self.code

        correlation_id = self.correlation_id

        facts = self.facts.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "type": type_,
                "status": status,
                "title": title,
                "detail": detail,
                "code": code,
                "correlation_id": correlation_id,
                "facts": facts,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.problem_facts import ProblemFacts

        d = dict(src_dict)
        type_ = d.pop("type")

        status = d.pop("status")

        title = d.pop("title")

        detail = d.pop("detail")

        code = d.pop("code")

        correlation_id = d.pop("correlation_id")

        facts = ProblemFacts.from_dict(d.pop("facts"))

        problem = cls(
            type_=type_,
            status=status,
            title=title,
            detail=detail,
            code=code,
            correlation_id=correlation_id,
            facts=facts,
        )

        problem.additional_properties = d
        return problem

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
