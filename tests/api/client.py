"""An API client that fails as soon as an answer is not what the OpenAPI document promises."""

import json
import re
from functools import cache
from typing import Any

from django.test import Client
from django.urls import resolve
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from tests.people import browser


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document as a program reads it."""
    return json.loads(OpenApiJsonRenderer().render(SchemaGenerator().get_schema(request=None, public=True)))


class ApiClient:
    """`get` and `post` return Django's response, after holding it against the document."""

    def __init__(self, *, host: str, client: Client | None = None) -> None:
        self.client = client or browser(host=host)

    @classmethod
    def signed_in(cls, user, *, host: str) -> "ApiClient":
        return cls(host=host, client=browser(user, host=host))

    def get(self, path: str, query: dict[str, Any] | None = None, **headers: str):
        return self._checked(path, "get", self.client.get(f"/api/v1/{path}", query, headers=_dashed(headers)))

    def post(self, path: str, body: Any, **headers: str):
        text = body if isinstance(body, (str, bytes)) else json.dumps(body)
        answer = self.client.post(f"/api/v1/{path}", text, content_type="application/json", headers=_dashed(headers))
        return self._checked(path, "post", answer)

    def patch(self, path: str, body: Any, **headers: str):
        """Names the version that is there, as a program does that has just read it, unless `If_Match` says another."""
        tag = headers or {"If_Match": self.client.get(f"/api/v1/{path}").headers.get("ETag", "")}
        answer = self.client.patch(
            f"/api/v1/{path}", json.dumps(body), content_type="application/json", headers=_dashed(tag)
        )
        return self._checked(path, "patch", answer)

    def delete(self, path: str):
        return self._checked(path, "delete", self.client.delete(f"/api/v1/{path}"))

    def _checked(self, path: str, method: str, answer):
        assert_as_documented(f"/api/v1/{path}", method, answer)
        return answer


def assert_as_documented(path: str, method: str, answer) -> None:
    """Status, content type and body are those that the document states for this operation."""
    route = "/" + re.sub(r"<(?:uuid|str|int):(\w+)>", r"{\1}", resolve(path).route)
    operation = document()["paths"].get(route, {}).get(method)
    assert "Correlation-Id" in answer
    if answer.status_code == 204:
        assert operation and "204" in operation["responses"] and not body_of(answer)
        return
    kind = answer["Content-Type"].split(";")[0]
    if operation is None:
        assert kind == "application/problem+json", (
            f"{method} {path} is not documented, and answered {body_of(answer)!r}"
        )
        stated = {"$ref": "#/components/schemas/Problem"}
    else:
        responses = operation["responses"]
        stated = responses.get(str(answer.status_code), responses["default"])["content"][kind]["schema"]
    if kind.endswith("json"):
        _assert_valid(json.loads(body_of(answer)), stated)


def body_of(answer) -> bytes:
    """What was answered; of an answer that is streamed all of it, which can be read once."""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def _assert_valid(body: Any, schema: dict[str, Any]) -> None:
    registry = Registry().with_resource("urn:document", DRAFT202012.create_resource(document()))
    absolute = json.loads(json.dumps(schema).replace('"#/', '"urn:document#/'))
    Draft202012Validator(absolute, registry=registry, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(body)


def _dashed(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
