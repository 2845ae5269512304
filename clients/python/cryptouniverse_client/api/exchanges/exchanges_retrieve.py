from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...models.problem import Problem
from ...models.venue import Venue
from ...types import Response


def _get_kwargs(
    venue: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/exchanges/{venue}".format(
            venue=quote(str(venue), safe=""),
        ),
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | Venue:
    if response.status_code == 200:
        response_200 = Venue.from_dict(response.json())

        return response_200

    response_default = Problem.from_dict(response.json())

    return response_default


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Problem | Venue]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    venue: str,
    *,
    client: AuthenticatedClient,
) -> Response[Problem | Venue]:
    """What it can do, and how sure we are

     What it can do, and how sure we are.

    Permission: `trading:read`.

    Args:
        venue (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | Venue]
    """

    kwargs = _get_kwargs(
        venue=venue,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    venue: str,
    *,
    client: AuthenticatedClient,
) -> Problem | Venue | None:
    """What it can do, and how sure we are

     What it can do, and how sure we are.

    Permission: `trading:read`.

    Args:
        venue (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | Venue
    """

    return sync_detailed(
        venue=venue,
        client=client,
    ).parsed


async def asyncio_detailed(
    venue: str,
    *,
    client: AuthenticatedClient,
) -> Response[Problem | Venue]:
    """What it can do, and how sure we are

     What it can do, and how sure we are.

    Permission: `trading:read`.

    Args:
        venue (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | Venue]
    """

    kwargs = _get_kwargs(
        venue=venue,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    venue: str,
    *,
    client: AuthenticatedClient,
) -> Problem | Venue | None:
    """What it can do, and how sure we are

     What it can do, and how sure we are.

    Permission: `trading:read`.

    Args:
        venue (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | Venue
    """

    return (
        await asyncio_detailed(
            venue=venue,
            client=client,
        )
    ).parsed
