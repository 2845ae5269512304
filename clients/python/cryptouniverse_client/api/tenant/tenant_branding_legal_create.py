from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...models.legal_text import LegalText
from ...models.new_legal_text import NewLegalText
from ...models.problem import Problem
from ...models.tenant_branding_legal_create_kind import TenantBrandingLegalCreateKind
from ...types import Response


def _get_kwargs(
    kind: TenantBrandingLegalCreateKind,
    *,
    body: NewLegalText,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/tenant/branding/legal/{kind}".format(
            kind=quote(str(kind), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> LegalText | Problem:
    if response.status_code == 201:
        response_201 = LegalText.from_dict(response.json())

        return response_201

    response_default = Problem.from_dict(response.json())

    return response_default


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[LegalText | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    kind: TenantBrandingLegalCreateKind,
    *,
    client: AuthenticatedClient,
    body: NewLegalText,
) -> Response[LegalText | Problem]:
    """Publish the next version

     Publish the next version. Older ones stay readable.

    Permission: `system:write`.

    Args:
        kind (TenantBrandingLegalCreateKind):
        body (NewLegalText): A text to be published: plain, or with # headings, - lists, **bold**
            words and [links](https://...).

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[LegalText | Problem]
    """

    kwargs = _get_kwargs(
        kind=kind,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    kind: TenantBrandingLegalCreateKind,
    *,
    client: AuthenticatedClient,
    body: NewLegalText,
) -> LegalText | Problem | None:
    """Publish the next version

     Publish the next version. Older ones stay readable.

    Permission: `system:write`.

    Args:
        kind (TenantBrandingLegalCreateKind):
        body (NewLegalText): A text to be published: plain, or with # headings, - lists, **bold**
            words and [links](https://...).

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        LegalText | Problem
    """

    return sync_detailed(
        kind=kind,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    kind: TenantBrandingLegalCreateKind,
    *,
    client: AuthenticatedClient,
    body: NewLegalText,
) -> Response[LegalText | Problem]:
    """Publish the next version

     Publish the next version. Older ones stay readable.

    Permission: `system:write`.

    Args:
        kind (TenantBrandingLegalCreateKind):
        body (NewLegalText): A text to be published: plain, or with # headings, - lists, **bold**
            words and [links](https://...).

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[LegalText | Problem]
    """

    kwargs = _get_kwargs(
        kind=kind,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    kind: TenantBrandingLegalCreateKind,
    *,
    client: AuthenticatedClient,
    body: NewLegalText,
) -> LegalText | Problem | None:
    """Publish the next version

     Publish the next version. Older ones stay readable.

    Permission: `system:write`.

    Args:
        kind (TenantBrandingLegalCreateKind):
        body (NewLegalText): A text to be published: plain, or with # headings, - lists, **bold**
            words and [links](https://...).

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        LegalText | Problem
    """

    return (
        await asyncio_detailed(
            kind=kind,
            client=client,
            body=body,
        )
    ).parsed
