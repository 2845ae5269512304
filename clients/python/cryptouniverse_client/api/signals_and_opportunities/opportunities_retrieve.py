from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ...client import AuthenticatedClient, Client
from ...models.opportunity import Opportunity
from ...models.problem import Problem
from ...types import Response


def _get_kwargs(
    verdict_id: UUID,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/opportunities/{verdict_id}".format(
            verdict_id=quote(str(verdict_id), safe=""),
        ),
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Opportunity | Problem:
    if response.status_code == 200:
        response_200 = Opportunity.from_dict(response.json())

        return response_200

    response_default = Problem.from_dict(response.json())

    return response_default


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Opportunity | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    verdict_id: UUID,
    *,
    client: AuthenticatedClient,
) -> Response[Opportunity | Problem]:
    """The verdict with what each voter said

     The verdict with what each voter said.

    Permission: `trading:read`.

    Args:
        verdict_id (UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Opportunity | Problem]
    """

    kwargs = _get_kwargs(
        verdict_id=verdict_id,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    verdict_id: UUID,
    *,
    client: AuthenticatedClient,
) -> Opportunity | Problem | None:
    """The verdict with what each voter said

     The verdict with what each voter said.

    Permission: `trading:read`.

    Args:
        verdict_id (UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Opportunity | Problem
    """

    return sync_detailed(
        verdict_id=verdict_id,
        client=client,
    ).parsed


async def asyncio_detailed(
    verdict_id: UUID,
    *,
    client: AuthenticatedClient,
) -> Response[Opportunity | Problem]:
    """The verdict with what each voter said

     The verdict with what each voter said.

    Permission: `trading:read`.

    Args:
        verdict_id (UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Opportunity | Problem]
    """

    kwargs = _get_kwargs(
        verdict_id=verdict_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    verdict_id: UUID,
    *,
    client: AuthenticatedClient,
) -> Opportunity | Problem | None:
    """The verdict with what each voter said

     The verdict with what each voter said.

    Permission: `trading:read`.

    Args:
        verdict_id (UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Opportunity | Problem
    """

    return (
        await asyncio_detailed(
            verdict_id=verdict_id,
            client=client,
        )
    ).parsed
