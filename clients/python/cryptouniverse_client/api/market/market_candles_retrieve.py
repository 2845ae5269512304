import datetime
from http import HTTPStatus
from typing import Any

import httpx

from ...client import AuthenticatedClient, Client
from ...models.candles import Candles
from ...models.market_candles_retrieve_timeframe import MarketCandlesRetrieveTimeframe
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    instrument: str,
    limit: int | Unset = 200,
    since: datetime.datetime | Unset = UNSET,
    timeframe: MarketCandlesRetrieveTimeframe,
    until: datetime.datetime | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["instrument"] = instrument

    params["limit"] = limit

    json_since: str | Unset = UNSET
    if not isinstance(since, Unset):
        json_since = since.isoformat()
    params["since"] = json_since

    json_timeframe = timeframe.value
    params["timeframe"] = json_timeframe

    json_until: str | Unset = UNSET
    if not isinstance(until, Unset):
        json_until = until.isoformat()
    params["until"] = json_until

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/market/candles",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Candles | Problem:
    if response.status_code == 200:
        response_200 = Candles.from_dict(response.json())

        return response_200

    response_default = Problem.from_dict(response.json())

    return response_default


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Candles | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    instrument: str,
    limit: int | Unset = 200,
    since: datetime.datetime | Unset = UNSET,
    timeframe: MarketCandlesRetrieveTimeframe,
    until: datetime.datetime | Unset = UNSET,
) -> Response[Candles | Problem]:
    """At most `limit` closed candles, packed by column

     At most `limit` closed candles, packed by column.

    Permission: `trading:read`.

    Args:
        instrument (str):
        limit (int | Unset):  Default: 200.
        since (datetime.datetime | Unset):
        timeframe (MarketCandlesRetrieveTimeframe):
        until (datetime.datetime | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Candles | Problem]
    """

    kwargs = _get_kwargs(
        instrument=instrument,
        limit=limit,
        since=since,
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
    instrument: str,
    limit: int | Unset = 200,
    since: datetime.datetime | Unset = UNSET,
    timeframe: MarketCandlesRetrieveTimeframe,
    until: datetime.datetime | Unset = UNSET,
) -> Candles | Problem | None:
    """At most `limit` closed candles, packed by column

     At most `limit` closed candles, packed by column.

    Permission: `trading:read`.

    Args:
        instrument (str):
        limit (int | Unset):  Default: 200.
        since (datetime.datetime | Unset):
        timeframe (MarketCandlesRetrieveTimeframe):
        until (datetime.datetime | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Candles | Problem
    """

    return sync_detailed(
        client=client,
        instrument=instrument,
        limit=limit,
        since=since,
        timeframe=timeframe,
        until=until,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    instrument: str,
    limit: int | Unset = 200,
    since: datetime.datetime | Unset = UNSET,
    timeframe: MarketCandlesRetrieveTimeframe,
    until: datetime.datetime | Unset = UNSET,
) -> Response[Candles | Problem]:
    """At most `limit` closed candles, packed by column

     At most `limit` closed candles, packed by column.

    Permission: `trading:read`.

    Args:
        instrument (str):
        limit (int | Unset):  Default: 200.
        since (datetime.datetime | Unset):
        timeframe (MarketCandlesRetrieveTimeframe):
        until (datetime.datetime | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Candles | Problem]
    """

    kwargs = _get_kwargs(
        instrument=instrument,
        limit=limit,
        since=since,
        timeframe=timeframe,
        until=until,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    instrument: str,
    limit: int | Unset = 200,
    since: datetime.datetime | Unset = UNSET,
    timeframe: MarketCandlesRetrieveTimeframe,
    until: datetime.datetime | Unset = UNSET,
) -> Candles | Problem | None:
    """At most `limit` closed candles, packed by column

     At most `limit` closed candles, packed by column.

    Permission: `trading:read`.

    Args:
        instrument (str):
        limit (int | Unset):  Default: 200.
        since (datetime.datetime | Unset):
        timeframe (MarketCandlesRetrieveTimeframe):
        until (datetime.datetime | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Candles | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            instrument=instrument,
            limit=limit,
            since=since,
            timeframe=timeframe,
            until=until,
        )
    ).parsed
