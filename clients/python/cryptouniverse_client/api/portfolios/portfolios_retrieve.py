from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ...client import AuthenticatedClient, Client
from ...models.one_portfolio import OnePortfolio
from ...models.problem import Problem
from ...types import Response


def _get_kwargs(
    portfolio_id: UUID,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/portfolios/{portfolio_id}".format(
            portfolio_id=quote(str(portfolio_id), safe=""),
        ),
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> OnePortfolio | Problem:
    if response.status_code == 200:
        response_200 = OnePortfolio.from_dict(response.json())

        return response_200

    response_default = Problem.from_dict(response.json())

    return response_default


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[OnePortfolio | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    portfolio_id: UUID,
    *,
    client: AuthenticatedClient,
) -> Response[OnePortfolio | Problem]:
    """Cash, worth, and what the caller may do there

     Cash, worth, and what the caller may do there.

    Permission: `portfolio:read`.

    Args:
        portfolio_id (UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[OnePortfolio | Problem]
    """

    kwargs = _get_kwargs(
        portfolio_id=portfolio_id,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    portfolio_id: UUID,
    *,
    client: AuthenticatedClient,
) -> OnePortfolio | Problem | None:
    """Cash, worth, and what the caller may do there

     Cash, worth, and what the caller may do there.

    Permission: `portfolio:read`.

    Args:
        portfolio_id (UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        OnePortfolio | Problem
    """

    return sync_detailed(
        portfolio_id=portfolio_id,
        client=client,
    ).parsed


async def asyncio_detailed(
    portfolio_id: UUID,
    *,
    client: AuthenticatedClient,
) -> Response[OnePortfolio | Problem]:
    """Cash, worth, and what the caller may do there

     Cash, worth, and what the caller may do there.

    Permission: `portfolio:read`.

    Args:
        portfolio_id (UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[OnePortfolio | Problem]
    """

    kwargs = _get_kwargs(
        portfolio_id=portfolio_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    portfolio_id: UUID,
    *,
    client: AuthenticatedClient,
) -> OnePortfolio | Problem | None:
    """Cash, worth, and what the caller may do there

     Cash, worth, and what the caller may do there.

    Permission: `portfolio:read`.

    Args:
        portfolio_id (UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        OnePortfolio | Problem
    """

    return (
        await asyncio_detailed(
            portfolio_id=portfolio_id,
            client=client,
        )
    ).parsed
