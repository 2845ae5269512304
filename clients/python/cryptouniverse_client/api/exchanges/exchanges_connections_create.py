from http import HTTPStatus
from typing import Any

import httpx

from ...client import AuthenticatedClient, Client
from ...models.connection import Connection
from ...models.new_connection import NewConnection
from ...models.problem import Problem
from ...types import Response


def _get_kwargs(
    *,
    body: NewConnection,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/exchanges/connections",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Connection | Problem:
    if response.status_code == 201:
        response_201 = Connection.from_dict(response.json())

        return response_201

    response_default = Problem.from_dict(response.json())

    return response_default


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Connection | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: NewConnection,
) -> Response[Connection | Problem]:
    """Make a connection

     Make a connection. The exchange is asked about the key first: of an unfit one nothing is kept.

    Permission: `trading:write`.

    Args:
        body (NewConnection): A connection to be made. Paper takes no key. A sandbox without a key
            gets an account opened, with play money.

            base_url: for operators. terms_version: of the risk warning and terms that a live
            connection needs.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Connection | Problem]
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
    body: NewConnection,
) -> Connection | Problem | None:
    """Make a connection

     Make a connection. The exchange is asked about the key first: of an unfit one nothing is kept.

    Permission: `trading:write`.

    Args:
        body (NewConnection): A connection to be made. Paper takes no key. A sandbox without a key
            gets an account opened, with play money.

            base_url: for operators. terms_version: of the risk warning and terms that a live
            connection needs.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Connection | Problem
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: NewConnection,
) -> Response[Connection | Problem]:
    """Make a connection

     Make a connection. The exchange is asked about the key first: of an unfit one nothing is kept.

    Permission: `trading:write`.

    Args:
        body (NewConnection): A connection to be made. Paper takes no key. A sandbox without a key
            gets an account opened, with play money.

            base_url: for operators. terms_version: of the risk warning and terms that a live
            connection needs.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Connection | Problem]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: NewConnection,
) -> Connection | Problem | None:
    """Make a connection

     Make a connection. The exchange is asked about the key first: of an unfit one nothing is kept.

    Permission: `trading:write`.

    Args:
        body (NewConnection): A connection to be made. Paper takes no key. A sandbox without a key
            gets an account opened, with play money.

            base_url: for operators. terms_version: of the risk warning and terms that a live
            connection needs.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Connection | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
