from http import HTTPStatus
from typing import Any
from uuid import UUID

import httpx

from ...client import AuthenticatedClient, Client
from ...models.bots_list_status import BotsListStatus
from ...models.paginated_bot_list import PaginatedBotList
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    ending_before: UUID | Unset = UNSET,
    instrument: str | Unset = UNSET,
    limit: int | Unset = 20,
    portfolio: UUID | Unset = UNSET,
    starting_after: UUID | Unset = UNSET,
    status: BotsListStatus | Unset = UNSET,
    strategy: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_ending_before: str | Unset = UNSET
    if not isinstance(ending_before, Unset):
        json_ending_before = str(ending_before)
    params["ending_before"] = json_ending_before

    params["instrument"] = instrument

    params["limit"] = limit

    json_portfolio: str | Unset = UNSET
    if not isinstance(portfolio, Unset):
        json_portfolio = str(portfolio)
    params["portfolio"] = json_portfolio

    json_starting_after: str | Unset = UNSET
    if not isinstance(starting_after, Unset):
        json_starting_after = str(starting_after)
    params["starting_after"] = json_starting_after

    json_status: str | Unset = UNSET
    if not isinstance(status, Unset):
        json_status = status.value

    params["status"] = json_status

    params["strategy"] = strategy

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/bots",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> PaginatedBotList | Problem:
    if response.status_code == 200:
        response_200 = PaginatedBotList.from_dict(response.json())

        return response_200

    response_default = Problem.from_dict(response.json())

    return response_default


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[PaginatedBotList | Problem]:
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
    instrument: str | Unset = UNSET,
    limit: int | Unset = 20,
    portfolio: UUID | Unset = UNSET,
    starting_after: UUID | Unset = UNSET,
    status: BotsListStatus | Unset = UNSET,
    strategy: str | Unset = UNSET,
) -> Response[PaginatedBotList | Problem]:
    """The bots in the caller's portfolios and in those shared with or delegated to them

     The bots in the caller's portfolios and in those shared with or delegated to them.

    Permission: `trading:read`.

    Args:
        ending_before (UUID | Unset):
        instrument (str | Unset):
        limit (int | Unset):  Default: 20.
        portfolio (UUID | Unset):
        starting_after (UUID | Unset):
        status (BotsListStatus | Unset):
        strategy (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PaginatedBotList | Problem]
    """

    kwargs = _get_kwargs(
        ending_before=ending_before,
        instrument=instrument,
        limit=limit,
        portfolio=portfolio,
        starting_after=starting_after,
        status=status,
        strategy=strategy,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    ending_before: UUID | Unset = UNSET,
    instrument: str | Unset = UNSET,
    limit: int | Unset = 20,
    portfolio: UUID | Unset = UNSET,
    starting_after: UUID | Unset = UNSET,
    status: BotsListStatus | Unset = UNSET,
    strategy: str | Unset = UNSET,
) -> PaginatedBotList | Problem | None:
    """The bots in the caller's portfolios and in those shared with or delegated to them

     The bots in the caller's portfolios and in those shared with or delegated to them.

    Permission: `trading:read`.

    Args:
        ending_before (UUID | Unset):
        instrument (str | Unset):
        limit (int | Unset):  Default: 20.
        portfolio (UUID | Unset):
        starting_after (UUID | Unset):
        status (BotsListStatus | Unset):
        strategy (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PaginatedBotList | Problem
    """

    return sync_detailed(
        client=client,
        ending_before=ending_before,
        instrument=instrument,
        limit=limit,
        portfolio=portfolio,
        starting_after=starting_after,
        status=status,
        strategy=strategy,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    ending_before: UUID | Unset = UNSET,
    instrument: str | Unset = UNSET,
    limit: int | Unset = 20,
    portfolio: UUID | Unset = UNSET,
    starting_after: UUID | Unset = UNSET,
    status: BotsListStatus | Unset = UNSET,
    strategy: str | Unset = UNSET,
) -> Response[PaginatedBotList | Problem]:
    """The bots in the caller's portfolios and in those shared with or delegated to them

     The bots in the caller's portfolios and in those shared with or delegated to them.

    Permission: `trading:read`.

    Args:
        ending_before (UUID | Unset):
        instrument (str | Unset):
        limit (int | Unset):  Default: 20.
        portfolio (UUID | Unset):
        starting_after (UUID | Unset):
        status (BotsListStatus | Unset):
        strategy (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PaginatedBotList | Problem]
    """

    kwargs = _get_kwargs(
        ending_before=ending_before,
        instrument=instrument,
        limit=limit,
        portfolio=portfolio,
        starting_after=starting_after,
        status=status,
        strategy=strategy,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    ending_before: UUID | Unset = UNSET,
    instrument: str | Unset = UNSET,
    limit: int | Unset = 20,
    portfolio: UUID | Unset = UNSET,
    starting_after: UUID | Unset = UNSET,
    status: BotsListStatus | Unset = UNSET,
    strategy: str | Unset = UNSET,
) -> PaginatedBotList | Problem | None:
    """The bots in the caller's portfolios and in those shared with or delegated to them

     The bots in the caller's portfolios and in those shared with or delegated to them.

    Permission: `trading:read`.

    Args:
        ending_before (UUID | Unset):
        instrument (str | Unset):
        limit (int | Unset):  Default: 20.
        portfolio (UUID | Unset):
        starting_after (UUID | Unset):
        status (BotsListStatus | Unset):
        strategy (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PaginatedBotList | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            ending_before=ending_before,
            instrument=instrument,
            limit=limit,
            portfolio=portfolio,
            starting_after=starting_after,
            status=status,
            strategy=strategy,
        )
    ).parsed
