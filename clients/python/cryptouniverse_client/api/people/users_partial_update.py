from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ...client import AuthenticatedClient, Client
from ...models.patched_person_changes import PatchedPersonChanges
from ...models.person import Person
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    user_id: UUID,
    *,
    body: PatchedPersonChanges | Unset = UNSET,
    if_match: str,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    headers["If-Match"] = if_match

    _kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/api/v1/users/{user_id}".format(
            user_id=quote(str(user_id), safe=""),
        ),
    }

    if not isinstance(body, Unset):
        _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Person | Problem:
    if response.status_code == 200:
        response_200 = Person.from_dict(response.json())

        return response_200

    response_default = Problem.from_dict(response.json())

    return response_default


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Person | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    user_id: UUID,
    *,
    client: AuthenticatedClient,
    body: PatchedPersonChanges | Unset = UNSET,
    if_match: str,
) -> Response[Person | Problem]:
    """Another role or name, or switched off or on: never the last administrator, nor oneself

     Another role or name, or switched off or on: never the last administrator, nor oneself.

    Permission: `users:write`.

    Args:
        user_id (UUID):
        if_match (str):
        body (PatchedPersonChanges | Unset): What is to be another one; what is not named stays.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Person | Problem]
    """

    kwargs = _get_kwargs(
        user_id=user_id,
        body=body,
        if_match=if_match,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    user_id: UUID,
    *,
    client: AuthenticatedClient,
    body: PatchedPersonChanges | Unset = UNSET,
    if_match: str,
) -> Person | Problem | None:
    """Another role or name, or switched off or on: never the last administrator, nor oneself

     Another role or name, or switched off or on: never the last administrator, nor oneself.

    Permission: `users:write`.

    Args:
        user_id (UUID):
        if_match (str):
        body (PatchedPersonChanges | Unset): What is to be another one; what is not named stays.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Person | Problem
    """

    return sync_detailed(
        user_id=user_id,
        client=client,
        body=body,
        if_match=if_match,
    ).parsed


async def asyncio_detailed(
    user_id: UUID,
    *,
    client: AuthenticatedClient,
    body: PatchedPersonChanges | Unset = UNSET,
    if_match: str,
) -> Response[Person | Problem]:
    """Another role or name, or switched off or on: never the last administrator, nor oneself

     Another role or name, or switched off or on: never the last administrator, nor oneself.

    Permission: `users:write`.

    Args:
        user_id (UUID):
        if_match (str):
        body (PatchedPersonChanges | Unset): What is to be another one; what is not named stays.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Person | Problem]
    """

    kwargs = _get_kwargs(
        user_id=user_id,
        body=body,
        if_match=if_match,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    user_id: UUID,
    *,
    client: AuthenticatedClient,
    body: PatchedPersonChanges | Unset = UNSET,
    if_match: str,
) -> Person | Problem | None:
    """Another role or name, or switched off or on: never the last administrator, nor oneself

     Another role or name, or switched off or on: never the last administrator, nor oneself.

    Permission: `users:write`.

    Args:
        user_id (UUID):
        if_match (str):
        body (PatchedPersonChanges | Unset): What is to be another one; what is not named stays.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Person | Problem
    """

    return (
        await asyncio_detailed(
            user_id=user_id,
            client=client,
            body=body,
            if_match=if_match,
        )
    ).parsed
