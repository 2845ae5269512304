from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ...client import AuthenticatedClient, Client
from ...models.patched_team_name import PatchedTeamName
from ...models.problem import Problem
from ...models.team import Team
from ...types import UNSET, Response, Unset


def _get_kwargs(
    team_id: UUID,
    *,
    body: PatchedTeamName | Unset = UNSET,
    if_match: str,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    headers["If-Match"] = if_match

    _kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/api/v1/teams/{team_id}".format(
            team_id=quote(str(team_id), safe=""),
        ),
    }

    if not isinstance(body, Unset):
        _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | Team:
    if response.status_code == 200:
        response_200 = Team.from_dict(response.json())

        return response_200

    response_default = Problem.from_dict(response.json())

    return response_default


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Problem | Team]:
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
    body: PatchedTeamName | Unset = UNSET,
    if_match: str,
) -> Response[Problem | Team]:
    """Rename it, as a manager

     Rename it, as a manager.

    Permission: `portfolio:write`.

    Args:
        team_id (UUID):
        if_match (str):
        body (PatchedTeamName | Unset): What the team is called.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | Team]
    """

    kwargs = _get_kwargs(
        team_id=team_id,
        body=body,
        if_match=if_match,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    team_id: UUID,
    *,
    client: AuthenticatedClient,
    body: PatchedTeamName | Unset = UNSET,
    if_match: str,
) -> Problem | Team | None:
    """Rename it, as a manager

     Rename it, as a manager.

    Permission: `portfolio:write`.

    Args:
        team_id (UUID):
        if_match (str):
        body (PatchedTeamName | Unset): What the team is called.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | Team
    """

    return sync_detailed(
        team_id=team_id,
        client=client,
        body=body,
        if_match=if_match,
    ).parsed


async def asyncio_detailed(
    team_id: UUID,
    *,
    client: AuthenticatedClient,
    body: PatchedTeamName | Unset = UNSET,
    if_match: str,
) -> Response[Problem | Team]:
    """Rename it, as a manager

     Rename it, as a manager.

    Permission: `portfolio:write`.

    Args:
        team_id (UUID):
        if_match (str):
        body (PatchedTeamName | Unset): What the team is called.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | Team]
    """

    kwargs = _get_kwargs(
        team_id=team_id,
        body=body,
        if_match=if_match,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    team_id: UUID,
    *,
    client: AuthenticatedClient,
    body: PatchedTeamName | Unset = UNSET,
    if_match: str,
) -> Problem | Team | None:
    """Rename it, as a manager

     Rename it, as a manager.

    Permission: `portfolio:write`.

    Args:
        team_id (UUID):
        if_match (str):
        body (PatchedTeamName | Unset): What the team is called.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | Team
    """

    return (
        await asyncio_detailed(
            team_id=team_id,
            client=client,
            body=body,
            if_match=if_match,
        )
    ).parsed
