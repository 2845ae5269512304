from http import HTTPStatus
from typing import Any

import httpx

from ...client import AuthenticatedClient, Client
from ...models.made_endpoint import MadeEndpoint
from ...models.new_endpoint import NewEndpoint
from ...models.problem import Problem
from ...types import Response


def _get_kwargs(
    *,
    body: NewEndpoint,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/webhooks",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> MadeEndpoint | Problem:
    if response.status_code == 201:
        response_201 = MadeEndpoint.from_dict(response.json())

        return response_201

    response_default = Problem.from_dict(response.json())

    return response_default


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[MadeEndpoint | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: NewEndpoint,
) -> Response[MadeEndpoint | Problem]:
    """Make a webhook

     Make a webhook. The answer holds its secret, this once.

    Permission: `trading:write`.

    Args:
        body (NewEndpoint): A webhook to be made. whole_tenant: everybody's events, for
            administrators.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[MadeEndpoint | Problem]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: NewEndpoint,
) -> MadeEndpoint | Problem | None:
    """Make a webhook

     Make a webhook. The answer holds its secret, this once.

    Permission: `trading:write`.

    Args:
        body (NewEndpoint): A webhook to be made. whole_tenant: everybody's events, for
            administrators.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        MadeEndpoint | Problem
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: NewEndpoint,
) -> Response[MadeEndpoint | Problem]:
    """Make a webhook

     Make a webhook. The answer holds its secret, this once.

    Permission: `trading:write`.

    Args:
        body (NewEndpoint): A webhook to be made. whole_tenant: everybody's events, for
            administrators.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[MadeEndpoint | Problem]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: NewEndpoint,
) -> MadeEndpoint | Problem | None:
    """Make a webhook

     Make a webhook. The answer holds its secret, this once.

    Permission: `trading:write`.

    Args:
        body (NewEndpoint): A webhook to be made. whole_tenant: everybody's events, for
            administrators.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        MadeEndpoint | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
