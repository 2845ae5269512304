"""Hints merge without hiding a loss, and groups are named by us alone."""

import json
from uuid import UUID

import pytest

from cryptouniverse.realtime.groups import group
from cryptouniverse.realtime.hints import NOTHING, STREAMS_MAX
from cryptouniverse.realtime.middleware import from_own_page

TENANT = UUID("0192f0c0-0000-7000-8000-000000000001")


def hint(sequence: int, *what: str, stream: str = "portfolio:1", **more: int) -> dict:
    return {"stream": stream, "sequence": sequence, "what": list(what), **more}


def merged(*hints: dict) -> list[dict]:
    waiting = NOTHING
    for one in hints:
        waiting = waiting.plus(one)
    return json.loads(waiting.text)


def test_hints_of_one_stream_become_one():
    assert merged(hint(4, "value"), hint(5, "positions"), hint(6, "value")) == [
        {"stream": "portfolio:1", "first": 4, "sequence": 6, "what": ["positions", "value"]}
    ]


def test_a_gap_between_merged_hints_asks_for_everything():
    [only] = merged(hint(4, "value"), hint(6, "value"))

    assert "all" in only["what"]


def test_a_hint_that_stands_for_several_facts_leaves_no_gap():
    [only] = merged(hint(4, "value"), hint(7, "value", first=5))

    assert only["what"] == ["value"] and (only["first"], only["sequence"]) == (4, 7)


def test_a_flood_of_streams_stays_bounded():
    flood = merged(*(hint(1, "value", stream=f"portfolio:{number}") for number in range(STREAMS_MAX + 1)))

    assert [one["what"] for one in flood] == [["all"]]


def test_what_sockets_share_is_not_changed_by_what_only_one_of_them_hears():
    shared = NOTHING.plus(hint(4, "value"))
    shared.plus(hint(5, "positions"))

    assert json.loads(shared.text) == merged(hint(4, "value")) and NOTHING.text == "[]"


def test_a_group_carries_its_tenant_and_is_short_ascii():
    name = group(TENANT, "user", TENANT)

    assert name == f"t.{TENANT.hex}.user.{TENANT.hex}" and name.isascii() and len(name) < 100


@pytest.mark.parametrize("kind", ["", "User", "a.b", "x" * 21, "user*"])
def test_a_group_of_an_odd_kind_is_refused(kind):
    with pytest.raises(ValueError, match="kind"):
        group(TENANT, kind, 1)


def test_a_clients_text_never_names_a_group():
    with pytest.raises(TypeError):
        group(TENANT, "user", "0192f0c0")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("origin", "own"),
    [
        ("http://acme.localhost:8000", True),
        ("https://ACME.localhost:8000", True),
        ("http://bolt.localhost:8000", False),
        ("http://acme.localhost:8001", False),
        ("http://acme.localhost", False),
        ("http://acme.localhost:8000.evil.example", False),
        ("http://acme.localhost:8000@evil.example", False),
        ("null", False),
        ("", False),
        ("file://acme.localhost:8000", False),
        ("http://[", False),
    ],
)
def test_only_the_tenants_own_page_may_open_its_socket(origin, own):
    assert from_own_page(host="acme.localhost:8000", origin=origin) is own
