import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

import httpx

from ...client import AuthenticatedClient, Client
from ...models.paginated_transfer_list import PaginatedTransferList
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    ending_before: UUID | Unset = UNSET,
    limit: int | Unset = 20,
    since: datetime.datetime | Unset = UNSET,
    starting_after: UUID | Unset = UNSET,
    until: datetime.datetime | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_ending_before: str | Unset = UNSET
    if not isinstance(ending_before, Unset):
        json_ending_before = str(ending_before)
    params["ending_before"] = json_ending_before

    params["limit"] = limit

    json_since: str | Unset = UNSET
    if not isinstance(since, Unset):
        json_since = since.isoformat()
    params["since"] = json_since

    json_starting_after: str | Unset = UNSET
    if not isinstance(starting_after, Unset):
        json_starting_after = str(starting_after)
    params["starting_after"] = json_starting_after

    json_until: str | Unset = UNSET
    if not isinstance(until, Unset):
        json_until = until.isoformat()
    params["until"] = json_until

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/transfers",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> PaginatedTransferList | Problem:
    if response.status_code == 200:
        response_200 = PaginatedTransferList.from_dict(response.json())

        return response_200

    response_default = Problem.from_dict(response.json())

    return response_default


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[PaginatedTransferList | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    ending_before: UUID | Unset = UNSET,
    limit: int | Unset = 20,
    since: datetime.datetime | Unset = UNSET,
    starting_after: UUID | Unset = UNSET,
    until: datetime.datetime | Unset = UNSET,
) -> Response[PaginatedTransferList | Problem]:
    """What the caller moved between their portfolios, newest first

     What the caller moved between their portfolios, newest first.

    Permission: `portfolio:read`.

    Args:
        ending_before (UUID | Unset):
        limit (int | Unset):  Default: 20.
        since (datetime.datetime | Unset):
        starting_after (UUID | Unset):
        until (datetime.datetime | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PaginatedTransferList | Problem]
    """

    kwargs = _get_kwargs(
        ending_before=ending_before,
        limit=limit,
        since=since,
        starting_after=starting_after,
        until=until,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    ending_before: UUID | Unset = UNSET,
    limit: int | Unset = 20,
    since: datetime.datetime | Unset = UNSET,
    starting_after: UUID | Unset = UNSET,
    until: datetime.datetime | Unset = UNSET,
) -> PaginatedTransferList | Problem | None:
    """What the caller moved between their portfolios, newest first

     What the caller moved between their portfolios, newest first.

    Permission: `portfolio:read`.

    Args:
        ending_before (UUID | Unset):
        limit (int | Unset):  Default: 20.
        since (datetime.datetime | Unset):
        starting_after (UUID | Unset):
        until (datetime.datetime | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PaginatedTransferList | Problem
    """

    return sync_detailed(
        client=client,
        ending_before=ending_before,
        limit=limit,
        since=since,
        starting_after=starting_after,
        until=until,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    ending_before: UUID | Unset = UNSET,
    limit: int | Unset = 20,
    since: datetime.datetime | Unset = UNSET,
    starting_after: UUID | Unset = UNSET,
    until: datetime.datetime | Unset = UNSET,
) -> Response[PaginatedTransferList | Problem]:
    """What the caller moved between their portfolios, newest first

     What the caller moved between their portfolios, newest first.

    Permission: `portfolio:read`.

    Args:
        ending_before (UUID | Unset):
        limit (int | Unset):  Default: 20.
        since (datetime.datetime | Unset):
        starting_after (UUID | Unset):
        until (datetime.datetime | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PaginatedTransferList | Problem]
    """

    kwargs = _get_kwargs(
        ending_before=ending_before,
        limit=limit,
        since=since,
        starting_after=starting_after,
        until=until,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    ending_before: UUID | Unset = UNSET,
    limit: int | Unset = 20,
    since: datetime.datetime | Unset = UNSET,
    starting_after: UUID | Unset = UNSET,
    until: datetime.datetime | Unset = UNSET,
) -> PaginatedTransferList | Problem | None:
    """What the caller moved between their portfolios, newest first

     What the caller moved between their portfolios, newest first.

    Permission: `portfolio:read`.

    Args:
        ending_before (UUID | Unset):
        limit (int | Unset):  Default: 20.
        since (datetime.datetime | Unset):
        starting_after (UUID | Unset):
        until (datetime.datetime | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PaginatedTransferList | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            ending_before=ending_before,
            limit=limit,
            since=since,
            starting_after=starting_after,
            until=until,
        )
    ).parsed
