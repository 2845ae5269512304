from http import HTTPStatus
from typing import Any
from uuid import UUID

import httpx

from ...client import AuthenticatedClient, Client
from ...models.problem import Problem
from ...models.whole_portfolio import WholePortfolio
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    portfolio: UUID | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_portfolio: str | Unset = UNSET
    if not isinstance(portfolio, Unset):
        json_portfolio = str(portfolio)
    params["portfolio"] = json_portfolio

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/portfolio",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | WholePortfolio:
    if response.status_code == 200:
        response_200 = WholePortfolio.from_dict(response.json())

        return response_200

    response_default = Problem.from_dict(response.json())

    return response_default


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Problem | WholePortfolio]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    portfolio: UUID | Unset = UNSET,
) -> Response[Problem | WholePortfolio]:
    """Cash, value, open positions (newest first) and credits: the main portfolio unless another is named

     Cash, value, open positions (newest first) and credits: the main portfolio unless another is named.

    Permission: `portfolio:read`.

    Args:
        portfolio (UUID | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | WholePortfolio]
    """

    kwargs = _get_kwargs(
        portfolio=portfolio,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    portfolio: UUID | Unset = UNSET,
) -> Problem | WholePortfolio | None:
    """Cash, value, open positions (newest first) and credits: the main portfolio unless another is named

     Cash, value, open positions (newest first) and credits: the main portfolio unless another is named.

    Permission: `portfolio:read`.

    Args:
        portfolio (UUID | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | WholePortfolio
    """

    return sync_detailed(
        client=client,
        portfolio=portfolio,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    portfolio: UUID | Unset = UNSET,
) -> Response[Problem | WholePortfolio]:
    """Cash, value, open positions (newest first) and credits: the main portfolio unless another is named

     Cash, value, open positions (newest first) and credits: the main portfolio unless another is named.

    Permission: `portfolio:read`.

    Args:
        portfolio (UUID | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | WholePortfolio]
    """

    kwargs = _get_kwargs(
        portfolio=portfolio,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    portfolio: UUID | Unset = UNSET,
) -> Problem | WholePortfolio | None:
    """Cash, value, open positions (newest first) and credits: the main portfolio unless another is named

     Cash, value, open positions (newest first) and credits: the main portfolio unless another is named.

    Permission: `portfolio:read`.

    Args:
        portfolio (UUID | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | WholePortfolio
    """

    return (
        await asyncio_detailed(
            client=client,
            portfolio=portfolio,
        )
    ).parsed
