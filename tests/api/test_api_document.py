"""The OpenAPI document is valid, whole, and made without a warning."""

from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.validation import validate_schema

from tests.api.client import document


def test_the_document_is_valid_openapi_3_1():
    assert document()["openapi"] == "3.1.0"
    validate_schema(document())


def test_the_document_is_made_without_a_warning():
    GENERATOR_STATS.reset()
    document.cache_clear()

    document()

    assert [*GENERATOR_STATS._warn_cache, *GENERATOR_STATS._error_cache] == []


def test_programs_and_people_get_the_same_document(nobody):
    answer = nobody.client.get("/api/v1/openapi.json")
    page = nobody.client.get("/api/docs/").content.decode()

    assert answer.json() == document()
    assert all(path in page for path in document()["paths"])


def test_a_route_says_how_it_fails_and_what_it_asks_for():
    operation = document()["paths"]["/api/v1/audit/records"]["get"]

    assert "application/problem+json" in operation["responses"]["default"]["content"]
    assert "system:read" in operation["description"]
    assert operation["security"] == [{"bearer": []}, {"session": []}]
