import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ...client import AuthenticatedClient, Client
from ...models.paginated_position_list import PaginatedPositionList
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    portfolio_id: UUID,
    *,
    bot: UUID | Unset = UNSET,
    ending_before: UUID | Unset = UNSET,
    instrument: str | Unset = UNSET,
    limit: int | Unset = 20,
    open_: bool | Unset = UNSET,
    since: datetime.datetime | Unset = UNSET,
    starting_after: UUID | Unset = UNSET,
    until: datetime.datetime | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_bot: str | Unset = UNSET
    if not isinstance(bot, Unset):
        json_bot = str(bot)
    params["bot"] = json_bot

    json_ending_before: str | Unset = UNSET
    if not isinstance(ending_before, Unset):
        json_ending_before = str(ending_before)
    params["ending_before"] = json_ending_before

    params["instrument"] = instrument

    params["limit"] = limit

    params["open"] = open_

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
        "url": "/api/v1/portfolios/{portfolio_id}/positions".format(
            portfolio_id=quote(str(portfolio_id), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> PaginatedPositionList | Problem:
    if response.status_code == 200:
        response_200 = PaginatedPositionList.from_dict(response.json())

        return response_200

    response_default = Problem.from_dict(response.json())

    return response_default


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[PaginatedPositionList | Problem]:
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
    bot: UUID | Unset = UNSET,
    ending_before: UUID | Unset = UNSET,
    instrument: str | Unset = UNSET,
    limit: int | Unset = 20,
    open_: bool | Unset = UNSET,
    since: datetime.datetime | Unset = UNSET,
    starting_after: UUID | Unset = UNSET,
    until: datetime.datetime | Unset = UNSET,
) -> Response[PaginatedPositionList | Problem]:
    """A portfolio's positions, newest first

     A portfolio's positions, newest first.

    Permission: `portfolio:read`.

    Args:
        portfolio_id (UUID):
        bot (UUID | Unset):
        ending_before (UUID | Unset):
        instrument (str | Unset):
        limit (int | Unset):  Default: 20.
        open_ (bool | Unset):
        since (datetime.datetime | Unset):
        starting_after (UUID | Unset):
        until (datetime.datetime | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PaginatedPositionList | Problem]
    """

    kwargs = _get_kwargs(
        portfolio_id=portfolio_id,
        bot=bot,
        ending_before=ending_before,
        instrument=instrument,
        limit=limit,
        open_=open_,
        since=since,
        starting_after=starting_after,
        until=until,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    portfolio_id: UUID,
    *,
    client: AuthenticatedClient,
    bot: UUID | Unset = UNSET,
    ending_before: UUID | Unset = UNSET,
    instrument: str | Unset = UNSET,
    limit: int | Unset = 20,
    open_: bool | Unset = UNSET,
    since: datetime.datetime | Unset = UNSET,
    starting_after: UUID | Unset = UNSET,
    until: datetime.datetime | Unset = UNSET,
) -> PaginatedPositionList | Problem | None:
    """A portfolio's positions, newest first

     A portfolio's positions, newest first.

    Permission: `portfolio:read`.

    Args:
        portfolio_id (UUID):
        bot (UUID | Unset):
        ending_before (UUID | Unset):
        instrument (str | Unset):
        limit (int | Unset):  Default: 20.
        open_ (bool | Unset):
        since (datetime.datetime | Unset):
        starting_after (UUID | Unset):
        until (datetime.datetime | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PaginatedPositionList | Problem
    """

    return sync_detailed(
        portfolio_id=portfolio_id,
        client=client,
        bot=bot,
        ending_before=ending_before,
        instrument=instrument,
        limit=limit,
        open_=open_,
        since=since,
        starting_after=starting_after,
        until=until,
    ).parsed


async def asyncio_detailed(
    portfolio_id: UUID,
    *,
    client: AuthenticatedClient,
    bot: UUID | Unset = UNSET,
    ending_before: UUID | Unset = UNSET,
    instrument: str | Unset = UNSET,
    limit: int | Unset = 20,
    open_: bool | Unset = UNSET,
    since: datetime.datetime | Unset = UNSET,
    starting_after: UUID | Unset = UNSET,
    until: datetime.datetime | Unset = UNSET,
) -> Response[PaginatedPositionList | Problem]:
    """A portfolio's positions, newest first

     A portfolio's positions, newest first.

    Permission: `portfolio:read`.

    Args:
        portfolio_id (UUID):
        bot (UUID | Unset):
        ending_before (UUID | Unset):
        instrument (str | Unset):
        limit (int | Unset):  Default: 20.
        open_ (bool | Unset):
        since (datetime.datetime | Unset):
        starting_after (UUID | Unset):
        until (datetime.datetime | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PaginatedPositionList | Problem]
    """

    kwargs = _get_kwargs(
        portfolio_id=portfolio_id,
        bot=bot,
        ending_before=ending_before,
        instrument=instrument,
        limit=limit,
        open_=open_,
        since=since,
        starting_after=starting_after,
        until=until,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    portfolio_id: UUID,
    *,
    client: AuthenticatedClient,
    bot: UUID | Unset = UNSET,
    ending_before: UUID | Unset = UNSET,
    instrument: str | Unset = UNSET,
    limit: int | Unset = 20,
    open_: bool | Unset = UNSET,
    since: datetime.datetime | Unset = UNSET,
    starting_after: UUID | Unset = UNSET,
    until: datetime.datetime | Unset = UNSET,
) -> PaginatedPositionList | Problem | None:
    """A portfolio's positions, newest first

     A portfolio's positions, newest first.

    Permission: `portfolio:read`.

    Args:
        portfolio_id (UUID):
        bot (UUID | Unset):
        ending_before (UUID | Unset):
        instrument (str | Unset):
        limit (int | Unset):  Default: 20.
        open_ (bool | Unset):
        since (datetime.datetime | Unset):
        starting_after (UUID | Unset):
        until (datetime.datetime | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PaginatedPositionList | Problem
    """

    return (
        await asyncio_detailed(
            portfolio_id=portfolio_id,
            client=client,
            bot=bot,
            ending_before=ending_before,
            instrument=instrument,
            limit=limit,
            open_=open_,
            since=since,
            starting_after=starting_after,
            until=until,
        )
    ).parsed
