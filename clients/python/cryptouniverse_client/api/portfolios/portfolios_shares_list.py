from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ...client import AuthenticatedClient, Client
from ...models.paginated_share_list import PaginatedShareList
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    portfolio_id: UUID,
    *,
    ending_before: UUID | Unset = UNSET,
    limit: int | Unset = 20,
    starting_after: UUID | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_ending_before: str | Unset = UNSET
    if not isinstance(ending_before, Unset):
        json_ending_before = str(ending_before)
    params["ending_before"] = json_ending_before

    params["limit"] = limit

    json_starting_after: str | Unset = UNSET
    if not isinstance(starting_after, Unset):
        json_starting_after = str(starting_after)
    params["starting_after"] = json_starting_after

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/portfolios/{portfolio_id}/shares".format(
            portfolio_id=quote(str(portfolio_id), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> PaginatedShareList | Problem:
    if response.status_code == 200:
        response_200 = PaginatedShareList.from_dict(response.json())

        return response_200

    response_default = Problem.from_dict(response.json())

    return response_default


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[PaginatedShareList | Problem]:
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
    ending_before: UUID | Unset = UNSET,
    limit: int | Unset = 20,
    starting_after: UUID | Unset = UNSET,
) -> Response[PaginatedShareList | Problem]:
    """With which teams a portfolio is shared, newest first

     With which teams a portfolio is shared, newest first.

    Permission: `portfolio:read`.

    Args:
        portfolio_id (UUID):
        ending_before (UUID | Unset):
        limit (int | Unset):  Default: 20.
        starting_after (UUID | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PaginatedShareList | Problem]
    """

    kwargs = _get_kwargs(
        portfolio_id=portfolio_id,
        ending_before=ending_before,
        limit=limit,
        starting_after=starting_after,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    portfolio_id: UUID,
    *,
    client: AuthenticatedClient,
    ending_before: UUID | Unset = UNSET,
    limit: int | Unset = 20,
    starting_after: UUID | Unset = UNSET,
) -> PaginatedShareList | Problem | None:
    """With which teams a portfolio is shared, newest first

     With which teams a portfolio is shared, newest first.

    Permission: `portfolio:read`.

    Args:
        portfolio_id (UUID):
        ending_before (UUID | Unset):
        limit (int | Unset):  Default: 20.
        starting_after (UUID | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PaginatedShareList | Problem
    """

    return sync_detailed(
        portfolio_id=portfolio_id,
        client=client,
        ending_before=ending_before,
        limit=limit,
        starting_after=starting_after,
    ).parsed


async def asyncio_detailed(
    portfolio_id: UUID,
    *,
    client: AuthenticatedClient,
    ending_before: UUID | Unset = UNSET,
    limit: int | Unset = 20,
    starting_after: UUID | Unset = UNSET,
) -> Response[PaginatedShareList | Problem]:
    """With which teams a portfolio is shared, newest first

     With which teams a portfolio is shared, newest first.

    Permission: `portfolio:read`.

    Args:
        portfolio_id (UUID):
        ending_before (UUID | Unset):
        limit (int | Unset):  Default: 20.
        starting_after (UUID | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PaginatedShareList | Problem]
    """

    kwargs = _get_kwargs(
        portfolio_id=portfolio_id,
        ending_before=ending_before,
        limit=limit,
        starting_after=starting_after,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    portfolio_id: UUID,
    *,
    client: AuthenticatedClient,
    ending_before: UUID | Unset = UNSET,
    limit: int | Unset = 20,
    starting_after: UUID | Unset = UNSET,
) -> PaginatedShareList | Problem | None:
    """With which teams a portfolio is shared, newest first

     With which teams a portfolio is shared, newest first.

    Permission: `portfolio:read`.

    Args:
        portfolio_id (UUID):
        ending_before (UUID | Unset):
        limit (int | Unset):  Default: 20.
        starting_after (UUID | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PaginatedShareList | Problem
    """

    return (
        await asyncio_detailed(
            portfolio_id=portfolio_id,
            client=client,
            ending_before=ending_before,
            limit=limit,
            starting_after=starting_after,
        )
    ).parsed
