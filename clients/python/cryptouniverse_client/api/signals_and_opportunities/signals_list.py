import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

import httpx

from ...client import AuthenticatedClient, Client
from ...models.paginated_signal_list import PaginatedSignalList
from ...models.problem import Problem
from ...models.signals_list_action import SignalsListAction
from ...models.signals_list_timeframe import SignalsListTimeframe
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    action: SignalsListAction | Unset = UNSET,
    ending_before: UUID | Unset = UNSET,
    instrument: str | Unset = UNSET,
    limit: int | Unset = 20,
    since: datetime.datetime | Unset = UNSET,
    starting_after: UUID | Unset = UNSET,
    strategy: str | Unset = UNSET,
    timeframe: SignalsListTimeframe | Unset = UNSET,
    until: datetime.datetime | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_action: str | Unset = UNSET
    if not isinstance(action, Unset):
        json_action = action.value

    params["action"] = json_action

    json_ending_before: str | Unset = UNSET
    if not isinstance(ending_before, Unset):
        json_ending_before = str(ending_before)
    params["ending_before"] = json_ending_before

    params["instrument"] = instrument

    params["limit"] = limit

    json_since: str | Unset = UNSET
    if not isinstance(since, Unset):
        json_since = since.isoformat()
    params["since"] = json_since

    json_starting_after: str | Unset = UNSET
    if not isinstance(starting_after, Unset):
        json_starting_after = str(starting_after)
    params["starting_after"] = json_starting_after

    params["strategy"] = strategy

    json_timeframe: str | Unset = UNSET
    if not isinstance(timeframe, Unset):
        json_timeframe = timeframe.value

    params["timeframe"] = json_timeframe

    json_until: str | Unset = UNSET
    if not isinstance(until, Unset):
        json_until = until.isoformat()
    params["until"] = json_until

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/signals",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> PaginatedSignalList | Problem:
    if response.status_code == 200:
        response_200 = PaginatedSignalList.from_dict(response.json())

        return response_200

    response_default = Problem.from_dict(response.json())

    return response_default


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[PaginatedSignalList | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    action: SignalsListAction | Unset = UNSET,
    ending_before: UUID | Unset = UNSET,
    instrument: str | Unset = UNSET,
    limit: int | Unset = 20,
    since: datetime.datetime | Unset = UNSET,
    starting_after: UUID | Unset = UNSET,
    strategy: str | Unset = UNSET,
    timeframe: SignalsListTimeframe | Unset = UNSET,
    until: datetime.datetime | Unset = UNSET,
) -> Response[PaginatedSignalList | Problem]:
    """The signals that the caller's bots listen to, newest first

     The signals that the caller's bots listen to, newest first.

    Permission: `trading:read`.

    Args:
        action (SignalsListAction | Unset):
        ending_before (UUID | Unset):
        instrument (str | Unset):
        limit (int | Unset):  Default: 20.
        since (datetime.datetime | Unset):
        starting_after (UUID | Unset):
        strategy (str | Unset):
        timeframe (SignalsListTimeframe | Unset):
        until (datetime.datetime | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PaginatedSignalList | Problem]
    """

    kwargs = _get_kwargs(
        action=action,
        ending_before=ending_before,
        instrument=instrument,
        limit=limit,
        since=since,
        starting_after=starting_after,
        strategy=strategy,
        timeframe=timeframe,
        until=until,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    action: SignalsListAction | Unset = UNSET,
    ending_before: UUID | Unset = UNSET,
    instrument: str | Unset = UNSET,
    limit: int | Unset = 20,
    since: datetime.datetime | Unset = UNSET,
    starting_after: UUID | Unset = UNSET,
    strategy: str | Unset = UNSET,
    timeframe: SignalsListTimeframe | Unset = UNSET,
    until: datetime.datetime | Unset = UNSET,
) -> PaginatedSignalList | Problem | None:
    """The signals that the caller's bots listen to, newest first

     The signals that the caller's bots listen to, newest first.

    Permission: `trading:read`.

    Args:
        action (SignalsListAction | Unset):
        ending_before (UUID | Unset):
        instrument (str | Unset):
        limit (int | Unset):  Default: 20.
        since (datetime.datetime | Unset):
        starting_after (UUID | Unset):
        strategy (str | Unset):
        timeframe (SignalsListTimeframe | Unset):
        until (datetime.datetime | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PaginatedSignalList | Problem
    """

    return sync_detailed(
        client=client,
        action=action,
        ending_before=ending_before,
        instrument=instrument,
        limit=limit,
        since=since,
        starting_after=starting_after,
        strategy=strategy,
        timeframe=timeframe,
        until=until,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    action: SignalsListAction | Unset = UNSET,
    ending_before: UUID | Unset = UNSET,
    instrument: str | Unset = UNSET,
    limit: int | Unset = 20,
    since: datetime.datetime | Unset = UNSET,
    starting_after: UUID | Unset = UNSET,
    strategy: str | Unset = UNSET,
    timeframe: SignalsListTimeframe | Unset = UNSET,
    until: datetime.datetime | Unset = UNSET,
) -> Response[PaginatedSignalList | Problem]:
    """The signals that the caller's bots listen to, newest first

     The signals that the caller's bots listen to, newest first.

    Permission: `trading:read`.

    Args:
        action (SignalsListAction | Unset):
        ending_before (UUID | Unset):
        instrument (str | Unset):
        limit (int | Unset):  Default: 20.
        since (datetime.datetime | Unset):
        starting_after (UUID | Unset):
        strategy (str | Unset):
        timeframe (SignalsListTimeframe | Unset):
        until (datetime.datetime | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PaginatedSignalList | Problem]
    """

    kwargs = _get_kwargs(
        action=action,
        ending_before=ending_before,
        instrument=instrument,
        limit=limit,
        since=since,
        starting_after=starting_after,
        strategy=strategy,
        timeframe=timeframe,
        until=until,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    action: SignalsListAction | Unset = UNSET,
    ending_before: UUID | Unset = UNSET,
    instrument: str | Unset = UNSET,
    limit: int | Unset = 20,
    since: datetime.datetime | Unset = UNSET,
    starting_after: UUID | Unset = UNSET,
    strategy: str | Unset = UNSET,
    timeframe: SignalsListTimeframe | Unset = UNSET,
    until: datetime.datetime | Unset = UNSET,
) -> PaginatedSignalList | Problem | None:
    """The signals that the caller's bots listen to, newest first

     The signals that the caller's bots listen to, newest first.

    Permission: `trading:read`.

    Args:
        action (SignalsListAction | Unset):
        ending_before (UUID | Unset):
        instrument (str | Unset):
        limit (int | Unset):  Default: 20.
        since (datetime.datetime | Unset):
        starting_after (UUID | Unset):
        strategy (str | Unset):
        timeframe (SignalsListTimeframe | Unset):
        until (datetime.datetime | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PaginatedSignalList | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            action=action,
            ending_before=ending_before,
            instrument=instrument,
            limit=limit,
            since=since,
            starting_after=starting_after,
            strategy=strategy,
            timeframe=timeframe,
            until=until,
        )
    ).parsed
