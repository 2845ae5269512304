from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ...client import AuthenticatedClient, Client
from ...models.instrument import Instrument
from ...models.problem import Problem
from ...types import Response


def _get_kwargs(
    instrument_id: UUID,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/market/instruments/{instrument_id}".format(
            instrument_id=quote(str(instrument_id), safe=""),
        ),
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Instrument | Problem:
    if response.status_code == 200:
        response_200 = Instrument.from_dict(response.json())

        return response_200

    response_default = Problem.from_dict(response.json())

    return response_default


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Instrument | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    instrument_id: UUID,
    *,
    client: AuthenticatedClient,
) -> Response[Instrument | Problem]:
    """Its units

     Its units.

    Permission: `trading:read`.

    Args:
        instrument_id (UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Instrument | Problem]
    """

    kwargs = _get_kwargs(
        instrument_id=instrument_id,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    instrument_id: UUID,
    *,
    client: AuthenticatedClient,
) -> Instrument | Problem | None:
    """Its units

     Its units.

    Permission: `trading:read`.

    Args:
        instrument_id (UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Instrument | Problem
    """

    return sync_detailed(
        instrument_id=instrument_id,
        client=client,
    ).parsed


async def asyncio_detailed(
    instrument_id: UUID,
    *,
    client: AuthenticatedClient,
) -> Response[Instrument | Problem]:
    """Its units

     Its units.

    Permission: `trading:read`.

    Args:
        instrument_id (UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Instrument | Problem]
    """

    kwargs = _get_kwargs(
        instrument_id=instrument_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    instrument_id: UUID,
    *,
    client: AuthenticatedClient,
) -> Instrument | Problem | None:
    """Its units

     Its units.

    Permission: `trading:read`.

    Args:
        instrument_id (UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Instrument | Problem
    """

    return (
        await asyncio_detailed(
            instrument_id=instrument_id,
            client=client,
        )
    ).parsed
