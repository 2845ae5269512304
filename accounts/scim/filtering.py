"""SCIM filters as database conditions: `userName eq "..."` and its like, joined by and, or, not."""

from __future__ import annotations

from functools import reduce
from operator import and_, or_
from typing import Any, Final
from uuid import UUID

from django.db.models import Q
from scim2_models import InvalidFilterException, ScimFilter
from scim2_models.path import (
    CompareOperator,
    Comparison,
    FilterVisitor,
    LogicalExpr,
    LogicalOperator,
    Not,
    Present,
    ValuePath,
)

from accounts.scim.shapes import Person

LENGTH_MAX: Final = 1_000
DEPTH_MAX: Final = 8
_COLUMNS: Final = {
    "username": "email",
    "emails": "email",
    "emails.value": "email",
    "externalid": "directory_entry__external_id",
    "id": "public_id",
    "displayname": "display_name",
    "name.formatted": "display_name",
    "active": "is_active",
}


def condition_of(text: str) -> Q:
    """The condition on users. Raises InvalidFilterException for what cannot be read, or is not looked for here."""
    if len(text) > LENGTH_MAX or text.count("(") > DEPTH_MAX or text.lower().count(" not ") > DEPTH_MAX:
        raise InvalidFilterException(detail="the filter is too long")
    return _Conditions().visit(ScimFilter[Person](text).ast)


class _Conditions(FilterVisitor[Q]):
    def visit_comparison(self, node: Comparison) -> Q:
        column = _column(node.attr_path)
        if node.op not in (CompareOperator.eq, CompareOperator.ne):
            raise InvalidFilterException(detail="only eq and ne compare here")
        found = _equal(column, node.value)
        return ~found if node.op == CompareOperator.ne else found

    def visit_present(self, node: Present) -> Q:
        column = _column(node.attr_path)
        if column == "directory_entry__external_id":
            return Q(directory_entry__external_id__gt="")
        return ~Q(**{column: ""}) if column == "display_name" else Q()

    def visit_not(self, node: Not) -> Q:
        return ~self.visit(node.expr)

    def visit_logical_expr(self, node: LogicalExpr) -> Q:
        return reduce(and_ if node.op == LogicalOperator.and_ else or_, (self.visit(term) for term in node.terms))

    def visit_value_path(self, node: ValuePath) -> Q:
        raise InvalidFilterException(detail="values are not selected in brackets here")


def _column(path: Any) -> str:
    name = ".".join(part for part in (path.attr, path.sub_attr) if part).lower()
    if name not in _COLUMNS:
        raise InvalidFilterException(detail=f"people are not looked for by {name[:60]}")
    return _COLUMNS[name]


def _equal(column: str, value: Any) -> Q:
    if column == "is_active":
        return Q(is_active=str(value).lower() == "true")
    if column == "public_id":
        try:
            return Q(public_id=UUID(str(value)))
        except ValueError:
            return Q(pk__in=[])
    text = str(value).replace("\x00", "")
    return Q(email=text.strip().lower()) if column == "email" else Q(**{column: text})
