import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ...client import AuthenticatedClient, Client
from ...models.equity_curve import EquityCurve
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    portfolio_id: UUID,
    *,
    points: int | Unset = 500,
    since: datetime.datetime | Unset = UNSET,
    until: datetime.datetime | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["points"] = points

    json_since: str | Unset = UNSET
    if not isinstance(since, Unset):
        json_since = since.isoformat()
    params["since"] = json_since

    json_until: str | Unset = UNSET
    if not isinstance(until, Unset):
        json_until = until.isoformat()
    params["until"] = json_until

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/portfolios/{portfolio_id}/equity".format(
            portfolio_id=quote(str(portfolio_id), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> EquityCurve | Problem:
    if response.status_code == 200:
        response_200 = EquityCurve.from_dict(response.json())

        return response_200

    response_default = Problem.from_dict(response.json())

    return response_default


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[EquityCurve | Problem]:
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
    points: int | Unset = 500,
    since: datetime.datetime | Unset = UNSET,
    until: datetime.datetime | Unset = UNSET,
) -> Response[EquityCurve | Problem]:
    """The curve, thinned to about so many points

     The curve, thinned to about so many points.

    Permission: `portfolio:read`.

    Args:
        portfolio_id (UUID):
        points (int | Unset):  Default: 500.
        since (datetime.datetime | Unset):
        until (datetime.datetime | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[EquityCurve | Problem]
    """

    kwargs = _get_kwargs(
        portfolio_id=portfolio_id,
        points=points,
        since=since,
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
    points: int | Unset = 500,
    since: datetime.datetime | Unset = UNSET,
    until: datetime.datetime | Unset = UNSET,
) -> EquityCurve | Problem | None:
    """The curve, thinned to about so many points

     The curve, thinned to about so many points.

    Permission: `portfolio:read`.

    Args:
        portfolio_id (UUID):
        points (int | Unset):  Default: 500.
        since (datetime.datetime | Unset):
        until (datetime.datetime | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        EquityCurve | Problem
    """

    return sync_detailed(
        portfolio_id=portfolio_id,
        client=client,
        points=points,
        since=since,
        until=until,
    ).parsed


async def asyncio_detailed(
    portfolio_id: UUID,
    *,
    client: AuthenticatedClient,
    points: int | Unset = 500,
    since: datetime.datetime | Unset = UNSET,
    until: datetime.datetime | Unset = UNSET,
) -> Response[EquityCurve | Problem]:
    """The curve, thinned to about so many points

     The curve, thinned to about so many points.

    Permission: `portfolio:read`.

    Args:
        portfolio_id (UUID):
        points (int | Unset):  Default: 500.
        since (datetime.datetime | Unset):
        until (datetime.datetime | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[EquityCurve | Problem]
    """

    kwargs = _get_kwargs(
        portfolio_id=portfolio_id,
        points=points,
        since=since,
        until=until,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    portfolio_id: UUID,
    *,
    client: AuthenticatedClient,
    points: int | Unset = 500,
    since: datetime.datetime | Unset = UNSET,
    until: datetime.datetime | Unset = UNSET,
) -> EquityCurve | Problem | None:
    """The curve, thinned to about so many points

     The curve, thinned to about so many points.

    Permission: `portfolio:read`.

    Args:
        portfolio_id (UUID):
        points (int | Unset):  Default: 500.
        since (datetime.datetime | Unset):
        until (datetime.datetime | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        EquityCurve | Problem
    """

    return (
        await asyncio_detailed(
            portfolio_id=portfolio_id,
            client=client,
            points=points,
            since=since,
            until=until,
        )
    ).parsed
