"""Lists reach PostgreSQL as the arrays they are, whatever is in them; what they cannot be is refused."""

from __future__ import annotations

import struct
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import DataError
from hypothesis import given
from hypothesis import strategies as st

from cryptouniverse.kernel.arrays import as_arrays
from cryptouniverse.kernel.bulk import query

FIRST, LAST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)
FAR = timezone(timedelta(hours=-9, minutes=-30))
KINDS: dict[str, st.SearchStrategy[Any]] = {
    "bigint": st.integers(-(2**63), 2**63 - 1),
    "boolean": st.booleans(),
    "int": st.integers(-(2**31), 2**31 - 1),
    "numeric": st.decimals(allow_nan=False, allow_infinity=False, places=12) | st.just(Decimal("-Infinity")),
    "smallint": st.integers(-(2**15), 2**15 - 1),
    "text": st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=300),
    "timestamptz": st.datetimes(
        *(moment.replace(tzinfo=None) for moment in (FIRST, LAST)), timezones=st.sampled_from([UTC, FAR])
    ),
    "uuid": st.uuids(),
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_comes_back_is_what_was_given(used_tenant, kind):
    statement = f"SELECT v FROM unnest(%s::{kind}[]) WITH ORDINALITY AS g (v, place) ORDER BY place"

    @given(st.lists(st.none() | KINDS[kind], max_size=20))
    def holds(values: list[Any]) -> None:
        assert [value for (value,) in query(statement, [values])] == values

    holds()


def test_json_keeps_what_it_says(acme):
    texts = ['{"a": [1, "\\u00e9\\"", null]}', None, "[]", '"{x,\\\\}"']

    assert [text for (text,) in query("SELECT v::text FROM unnest(%s::jsonb[]) AS v", [texts])] == [
        '{"a": [1, "é\\"", null]}',
        None,
        "[]",
        '"{x,\\\\}"',
    ]


def test_only_lists_whose_type_is_named_are_written():
    parameters = [[1], [2], 3, ["a"], [b""]]

    written = as_arrays("%s, 5 %% 2, %s::bigint[], %s::bigint, ANY(%s), %s::bytea[]", parameters)

    assert [type(value).__name__ for value in written] == ["list", "Written", "int", "list", "list"]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("bigint", 2**63),
        ("smallint", 2**15),
        ("int", Decimal(1)),
        ("uuid", str(UUID(int=1))),
        ("text", 1),
        ("numeric", "1,2"),
        ("numeric", 0.5),
    ],
)
def test_an_element_of_another_type_is_refused_here(acme, kind, value):
    with pytest.raises((AttributeError, TypeError, struct.error)):
        query(f"SELECT %s::{kind}[]", [[value]])


@pytest.mark.parametrize(("kind", "value"), [("text", "\0"), ("jsonb", "{")])
def test_what_only_the_server_can_tell_is_refused_there(acme, kind, value):
    with pytest.raises(DataError):
        query(f"SELECT %s::{kind}[]", [[value]])
