"""Whatever is sent to the API, by whomever, it answers what its document says, and never 5xx."""

import json

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.client import assert_as_documented, document
from tests.people import browser, member
from trading.portfolio.services import open_portfolio

pytestmark = [pytest.mark.soak, pytest.mark.timeout(600)]  # `prove` has schemathesis

EXAMPLES = 10_000
ROLES = ("admin", "trader", "viewer", "api", None)
METHODS = ("get", "post", "put", "patch", "delete", "options", "head")
TEXT = st.text(max_size=40)
NUMBERS = st.one_of(st.integers(), st.floats(), st.decimals().map(str), st.sampled_from(["1e400", "-0", "0.0000001"]))
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=8,
)
KEYS = st.text("abcdef0123456789-", min_size=1, max_size=40)
ODD_KEYS = st.text(st.characters(codec="latin-1"), max_size=300)
KINDS = ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/json; charset=x", "a")


def operations():
    """(path, method, schema of the body or None) of every documented operation."""
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {})
            yield path, method, content.get("application/json", {}).get("schema")


def resolved(schema):
    """`schema` with its references followed."""
    while "$ref" in schema:
        schema = document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def good(schema):
    """Values that fit `schema`, mostly."""
    schema = resolved(schema)
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if schema.get("type") == "object":
        fields = {name: good(field) for name, field in schema.get("properties", {}).items()}
        return st.fixed_dictionaries(fields)
    return st.decimals(min_value="0.000001", max_value=1_000_000, places=6).map(str)


def broken(schema):
    """A body that fits but for one field, which is anything or is missing."""
    fields = sorted(resolved(schema).get("properties", {"x": {}}))
    return st.tuples(good(schema), st.sampled_from(fields), JSON, st.booleans()).map(_broken)


def _broken(parts):
    body, field, value, gone = parts
    return {name: v for name, v in body.items() if name != field} if gone else {**body, field: value}


def bodies(schema):
    """What is sent: a fitting document, one with a fault, any JSON, or bytes that are none."""
    anything = JSON.map(json.dumps) | st.binary(max_size=60)
    if schema is None:
        return anything
    return (good(schema) | broken(schema)).map(json.dumps) | anything


def queries():
    names = st.sampled_from(["page_size", "cursor", "currency", "points", "id", "format"]) | TEXT
    return st.dictionaries(names, TEXT | st.integers().map(str), max_size=3)


@st.composite
def requests(draw):
    """A request that fits the document, but for up to two of its parts."""
    every = sorted(operations(), key=lambda one: one[:2])
    plain = [one for one in every if "{" not in one[0]]  # half of them: elsewhere an id that is none ends it early
    path, method, schema = draw(st.sampled_from(plain) | st.sampled_from(every))
    wrong = draw(st.sets(st.sampled_from(("method", "body", "query", "key", "kind")), max_size=2))
    fitting = good(schema).map(json.dumps) if schema else st.just("{}")
    return {
        "path": path,
        "method": draw(st.sampled_from(METHODS)) if "method" in wrong else method,
        "body": draw(bodies(schema) if "body" in wrong else fitting),
        "query": draw(queries()) if "query" in wrong else {},
        "key": draw(st.none() | ODD_KEYS) if "key" in wrong else draw(KEYS),
        "kind": draw(st.sampled_from(KINDS)) if "kind" in wrong else "application/json",
        "role": draw(st.sampled_from(ROLES)),
    }


@pytest.fixture
def clients(acme):
    """A signed-in client for each role, one with nobody, and a portfolio for the trader."""
    people = {role: member(f"{role}@acme.example", role=role) for role in ROLES if role}
    open_portfolio(owner=people["trader"], cash=1_000)
    return {role: browser(people.get(role), host="acme.localhost") for role in ROLES}


def test_no_request_gets_a_5xx_or_an_answer_that_is_not_documented(clients):
    seen = {}

    @settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(st.lists(requests(), min_size=3, max_size=3))
    def fuzz(several):
        for one in several:
            with transaction.atomic():
                status = _sent(clients[one["role"]], one)
                transaction.set_rollback(True)
            seen[one["role"], status] = seen.get((one["role"], status), 0) + 1

    fuzz()

    assert sum(seen.values()) >= 2.5 * EXAMPLES
    statuses = {status for _, status in seen}
    assert statuses >= {200, 201, 401, 403, 405, 415} and statuses & {400, 422}
    assert {role for role, status in seen if status == 201} == {"admin", "trader"}


def _sent(client, one):
    headers = {} if one["key"] is None else {"Idempotency-Key": one["key"]}
    body = one["body"].encode() if isinstance(one["body"], str) else one["body"]
    method, sent = (
        one["method"].upper(),
        {"content_type": one["kind"], "headers": headers, "query_params": one["query"]},
    )
    answer = client.generic(method, one["path"], b"" if method in {"GET", "HEAD"} else body, **sent)
    assert answer.status_code < 500, one
    if one["method"] != "head":
        assert_as_documented(one["path"], one["method"], answer)
    return answer.status_code


def test_the_checker_finds_an_answer_that_is_not_documented(clients):
    answer = clients["trader"].get("/api/v1/portfolio")
    answer.content = b'{"id": 7}'

    with pytest.raises(Exception, match="7"):
        assert_as_documented("/api/v1/portfolio", "get", answer)
