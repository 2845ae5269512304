from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...models.legal_text import LegalText
from ...models.problem import Problem
from ...models.tenant_branding_legal_retrieve_kind import (
    TenantBrandingLegalRetrieveKind,
)
from ...types import Response


def _get_kwargs(
    kind: TenantBrandingLegalRetrieveKind,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/tenant/branding/legal/{kind}".format(
            kind=quote(str(kind), safe=""),
        ),
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> LegalText | Problem:
    if response.status_code == 200:
        response_200 = LegalText.from_dict(response.json())

        return response_200

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
    kind: TenantBrandingLegalRetrieveKind,
    *,
    client: AuthenticatedClient,
) -> Response[LegalText | Problem]:
    """The version in force

     The version in force.

    Permission: `system:read`.

    Args:
        kind (TenantBrandingLegalRetrieveKind):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[LegalText | Problem]
    """

    kwargs = _get_kwargs(
        kind=kind,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    kind: TenantBrandingLegalRetrieveKind,
    *,
    client: AuthenticatedClient,
) -> LegalText | Problem | None:
    """The version in force

     The version in force.

    Permission: `system:read`.

    Args:
        kind (TenantBrandingLegalRetrieveKind):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        LegalText | Problem
    """

    return sync_detailed(
        kind=kind,
        client=client,
    ).parsed


async def asyncio_detailed(
    kind: TenantBrandingLegalRetrieveKind,
    *,
    client: AuthenticatedClient,
) -> Response[LegalText | Problem]:
    """The version in force

     The version in force.

    Permission: `system:read`.

    Args:
        kind (TenantBrandingLegalRetrieveKind):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[LegalText | Problem]
    """

    kwargs = _get_kwargs(
        kind=kind,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    kind: TenantBrandingLegalRetrieveKind,
    *,
    client: AuthenticatedClient,
) -> LegalText | Problem | None:
    """The version in force

     The version in force.

    Permission: `system:read`.

    Args:
        kind (TenantBrandingLegalRetrieveKind):

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
        )
    ).parsed
