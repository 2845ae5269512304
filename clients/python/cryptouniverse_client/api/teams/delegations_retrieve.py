from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ...client import AuthenticatedClient, Client
from ...models.delegation import Delegation
from ...models.problem import Problem
from ...types import Response


def _get_kwargs(
    delegation_id: UUID,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/delegations/{delegation_id}".format(
            delegation_id=quote(str(delegation_id), safe=""),
        ),
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Delegation | Problem:
    if response.status_code == 200:
        response_200 = Delegation.from_dict(response.json())

        return response_200

    response_default = Problem.from_dict(response.json())

    return response_default


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Delegation | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    delegation_id: UUID,
    *,
    client: AuthenticatedClient,
) -> Response[Delegation | Problem]:
    """Who may do what, and until when

     Who may do what, and until when.

    Permission: `portfolio:read`.

    Args:
        delegation_id (UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Delegation | Problem]
    """

    kwargs = _get_kwargs(
        delegation_id=delegation_id,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    delegation_id: UUID,
    *,
    client: AuthenticatedClient,
) -> Delegation | Problem | None:
    """Who may do what, and until when

     Who may do what, and until when.

    Permission: `portfolio:read`.

    Args:
        delegation_id (UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Delegation | Problem
    """

    return sync_detailed(
        delegation_id=delegation_id,
        client=client,
    ).parsed


async def asyncio_detailed(
    delegation_id: UUID,
    *,
    client: AuthenticatedClient,
) -> Response[Delegation | Problem]:
    """Who may do what, and until when

     Who may do what, and until when.

    Permission: `portfolio:read`.

    Args:
        delegation_id (UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Delegation | Problem]
    """

    kwargs = _get_kwargs(
        delegation_id=delegation_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    delegation_id: UUID,
    *,
    client: AuthenticatedClient,
) -> Delegation | Problem | None:
    """Who may do what, and until when

     Who may do what, and until when.

    Permission: `portfolio:read`.

    Args:
        delegation_id (UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Delegation | Problem
    """

    return (
        await asyncio_detailed(
            delegation_id=delegation_id,
            client=client,
        )
    ).parsed
