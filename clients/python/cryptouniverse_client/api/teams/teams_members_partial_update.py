from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ...client import AuthenticatedClient, Client
from ...models.member import Member
from ...models.patched_place import PatchedPlace
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    team_id: UUID,
    member_id: UUID,
    *,
    body: PatchedPlace | Unset = UNSET,
    if_match: str,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    headers["If-Match"] = if_match

    _kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/api/v1/teams/{team_id}/members/{member_id}".format(
            team_id=quote(str(team_id), safe=""),
            member_id=quote(str(member_id), safe=""),
        ),
    }

    if not isinstance(body, Unset):
        _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Member | Problem:
    if response.status_code == 200:
        response_200 = Member.from_dict(response.json())

        return response_200

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
    member_id: UUID,
    *,
    client: AuthenticatedClient,
    body: PatchedPlace | Unset = UNSET,
    if_match: str,
) -> Response[Member | Problem]:
    """Make it another one, as a manager

     Make it another one, as a manager.

    Permission: `portfolio:write`.

    Args:
        team_id (UUID):
        member_id (UUID):
        if_match (str):
        body (PatchedPlace | Unset): Another place in the team.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Member | Problem]
    """

    kwargs = _get_kwargs(
        team_id=team_id,
        member_id=member_id,
        body=body,
        if_match=if_match,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    team_id: UUID,
    member_id: UUID,
    *,
    client: AuthenticatedClient,
    body: PatchedPlace | Unset = UNSET,
    if_match: str,
) -> Member | Problem | None:
    """Make it another one, as a manager

     Make it another one, as a manager.

    Permission: `portfolio:write`.

    Args:
        team_id (UUID):
        member_id (UUID):
        if_match (str):
        body (PatchedPlace | Unset): Another place in the team.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Member | Problem
    """

    return sync_detailed(
        team_id=team_id,
        member_id=member_id,
        client=client,
        body=body,
        if_match=if_match,
    ).parsed


async def asyncio_detailed(
    team_id: UUID,
    member_id: UUID,
    *,
    client: AuthenticatedClient,
    body: PatchedPlace | Unset = UNSET,
    if_match: str,
) -> Response[Member | Problem]:
    """Make it another one, as a manager

     Make it another one, as a manager.

    Permission: `portfolio:write`.

    Args:
        team_id (UUID):
        member_id (UUID):
        if_match (str):
        body (PatchedPlace | Unset): Another place in the team.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Member | Problem]
    """

    kwargs = _get_kwargs(
        team_id=team_id,
        member_id=member_id,
        body=body,
        if_match=if_match,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    team_id: UUID,
    member_id: UUID,
    *,
    client: AuthenticatedClient,
    body: PatchedPlace | Unset = UNSET,
    if_match: str,
) -> Member | Problem | None:
    """Make it another one, as a manager

     Make it another one, as a manager.

    Permission: `portfolio:write`.

    Args:
        team_id (UUID):
        member_id (UUID):
        if_match (str):
        body (PatchedPlace | Unset): Another place in the team.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Member | Problem
    """

    return (
        await asyncio_detailed(
            team_id=team_id,
            member_id=member_id,
            client=client,
            body=body,
            if_match=if_match,
        )
    ).parsed
