from http import HTTPStatus
from typing import Any
from uuid import UUID

import httpx

from ...client import AuthenticatedClient, Client
from ...models.paginated_person_list import PaginatedPersonList
from ...models.problem import Problem
from ...models.users_list_role import UsersListRole
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    email: str | Unset = UNSET,
    ending_before: UUID | Unset = UNSET,
    is_active: bool | Unset = UNSET,
    limit: int | Unset = 20,
    role: UsersListRole | Unset = UNSET,
    starting_after: UUID | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["email"] = email

    json_ending_before: str | Unset = UNSET
    if not isinstance(ending_before, Unset):
        json_ending_before = str(ending_before)
    params["ending_before"] = json_ending_before

    params["is_active"] = is_active

    params["limit"] = limit

    json_role: str | Unset = UNSET
    if not isinstance(role, Unset):
        json_role = role.value

    params["role"] = json_role

    json_starting_after: str | Unset = UNSET
    if not isinstance(starting_after, Unset):
        json_starting_after = str(starting_after)
    params["starting_after"] = json_starting_after

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/users",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> PaginatedPersonList | Problem:
    if response.status_code == 200:
        response_200 = PaginatedPersonList.from_dict(response.json())

        return response_200

    response_default = Problem.from_dict(response.json())

    return response_default


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[PaginatedPersonList | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    email: str | Unset = UNSET,
    ending_before: UUID | Unset = UNSET,
    is_active: bool | Unset = UNSET,
    limit: int | Unset = 20,
    role: UsersListRole | Unset = UNSET,
    starting_after: UUID | Unset = UNSET,
) -> Response[PaginatedPersonList | Problem]:
    """Everybody of this tenant, newest first

     Everybody of this tenant, newest first.

    Permission: `users:read`.

    Args:
        email (str | Unset):
        ending_before (UUID | Unset):
        is_active (bool | Unset):
        limit (int | Unset):  Default: 20.
        role (UsersListRole | Unset):
        starting_after (UUID | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PaginatedPersonList | Problem]
    """

    kwargs = _get_kwargs(
        email=email,
        ending_before=ending_before,
        is_active=is_active,
        limit=limit,
        role=role,
        starting_after=starting_after,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    email: str | Unset = UNSET,
    ending_before: UUID | Unset = UNSET,
    is_active: bool | Unset = UNSET,
    limit: int | Unset = 20,
    role: UsersListRole | Unset = UNSET,
    starting_after: UUID | Unset = UNSET,
) -> PaginatedPersonList | Problem | None:
    """Everybody of this tenant, newest first

     Everybody of this tenant, newest first.

    Permission: `users:read`.

    Args:
        email (str | Unset):
        ending_before (UUID | Unset):
        is_active (bool | Unset):
        limit (int | Unset):  Default: 20.
        role (UsersListRole | Unset):
        starting_after (UUID | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PaginatedPersonList | Problem
    """

    return sync_detailed(
        client=client,
        email=email,
        ending_before=ending_before,
        is_active=is_active,
        limit=limit,
        role=role,
        starting_after=starting_after,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    email: str | Unset = UNSET,
    ending_before: UUID | Unset = UNSET,
    is_active: bool | Unset = UNSET,
    limit: int | Unset = 20,
    role: UsersListRole | Unset = UNSET,
    starting_after: UUID | Unset = UNSET,
) -> Response[PaginatedPersonList | Problem]:
    """Everybody of this tenant, newest first

     Everybody of this tenant, newest first.

    Permission: `users:read`.

    Args:
        email (str | Unset):
        ending_before (UUID | Unset):
        is_active (bool | Unset):
        limit (int | Unset):  Default: 20.
        role (UsersListRole | Unset):
        starting_after (UUID | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PaginatedPersonList | Problem]
    """

    kwargs = _get_kwargs(
        email=email,
        ending_before=ending_before,
        is_active=is_active,
        limit=limit,
        role=role,
        starting_after=starting_after,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    email: str | Unset = UNSET,
    ending_before: UUID | Unset = UNSET,
    is_active: bool | Unset = UNSET,
    limit: int | Unset = 20,
    role: UsersListRole | Unset = UNSET,
    starting_after: UUID | Unset = UNSET,
) -> PaginatedPersonList | Problem | None:
    """Everybody of this tenant, newest first

     Everybody of this tenant, newest first.

    Permission: `users:read`.

    Args:
        email (str | Unset):
        ending_before (UUID | Unset):
        is_active (bool | Unset):
        limit (int | Unset):  Default: 20.
        role (UsersListRole | Unset):
        starting_after (UUID | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PaginatedPersonList | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            email=email,
            ending_before=ending_before,
            is_active=is_active,
            limit=limit,
            role=role,
            starting_after=starting_after,
        )
    ).parsed
