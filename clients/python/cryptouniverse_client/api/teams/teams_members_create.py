from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ...client import AuthenticatedClient, Client
from ...models.invite import Invite
from ...models.member import Member
from ...models.problem import Problem
from ...types import Response


def _get_kwargs(
    team_id: UUID,
    *,
    body: Invite,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/teams/{team_id}/members".format(
            team_id=quote(str(team_id), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Member | Problem:
    if response.status_code == 201:
        response_201 = Member.from_dict(response.json())

        return response_201

    response_default = Problem.from_dict(response.json())

    return response_default


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Member | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    team_id: UUID,
    *,
    client: AuthenticatedClient,
    body: Invite,
) -> Response[Member | Problem]:
    """Ask whoever has the address to join, as a manager

     Ask whoever has the address to join, as a manager. The answer does not tell whether somebody has it.

    Permission: `portfolio:write`.

    Args:
        team_id (UUID):
        body (Invite): Whom to ask, by e-mail address, and for which place.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Member | Problem]
    """

    kwargs = _get_kwargs(
        team_id=team_id,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    team_id: UUID,
    *,
    client: AuthenticatedClient,
    body: Invite,
) -> Member | Problem | None:
    """Ask whoever has the address to join, as a manager

     Ask whoever has the address to join, as a manager. The answer does not tell whether somebody has it.

    Permission: `portfolio:write`.

    Args:
        team_id (UUID):
        body (Invite): Whom to ask, by e-mail address, and for which place.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Member | Problem
    """

    return sync_detailed(
        team_id=team_id,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    team_id: UUID,
    *,
    client: AuthenticatedClient,
    body: Invite,
) -> Response[Member | Problem]:
    """Ask whoever has the address to join, as a manager

     Ask whoever has the address to join, as a manager. The answer does not tell whether somebody has it.

    Permission: `portfolio:write`.

    Args:
        team_id (UUID):
        body (Invite): Whom to ask, by e-mail address, and for which place.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Member | Problem]
    """

    kwargs = _get_kwargs(
        team_id=team_id,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    team_id: UUID,
    *,
    client: AuthenticatedClient,
    body: Invite,
) -> Member | Problem | None:
    """Ask whoever has the address to join, as a manager

     Ask whoever has the address to join, as a manager. The answer does not tell whether somebody has it.

    Permission: `portfolio:write`.

    Args:
        team_id (UUID):
        body (Invite): Whom to ask, by e-mail address, and for which place.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Member | Problem
    """

    return (
        await asyncio_detailed(
            team_id=team_id,
            client=client,
            body=body,
        )
    ).parsed
