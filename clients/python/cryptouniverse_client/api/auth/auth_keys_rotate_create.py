from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ...client import AuthenticatedClient, Client
from ...models.problem import Problem
from ...models.rotation import Rotation
from ...models.shown_key import ShownKey
from ...types import UNSET, Response, Unset


def _get_kwargs(
    key_id: UUID,
    *,
    body: Rotation | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/auth/keys/{key_id}/rotate".format(
            key_id=quote(str(key_id), safe=""),
        ),
    }

    if not isinstance(body, Unset):
        _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | ShownKey:
    if response.status_code == 200:
        response_200 = ShownKey.from_dict(response.json())

        return response_200

    response_default = Problem.from_dict(response.json())

    return response_default


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Problem | ShownKey]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    key_id: UUID,
    *,
    client: AuthenticatedClient,
    body: Rotation | Unset = UNSET,
) -> Response[Problem | ShownKey]:
    """Make a key in its place; the old one works as long as is asked, and no longer than it would have

     Make a key in its place; the old one works as long as is asked, and no longer than it would have.

    Permission: `trading:read`.

    Args:
        key_id (UUID):
        body (Rotation | Unset): How long the old key goes on working.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | ShownKey]
    """

    kwargs = _get_kwargs(
        key_id=key_id,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    key_id: UUID,
    *,
    client: AuthenticatedClient,
    body: Rotation | Unset = UNSET,
) -> Problem | ShownKey | None:
    """Make a key in its place; the old one works as long as is asked, and no longer than it would have

     Make a key in its place; the old one works as long as is asked, and no longer than it would have.

    Permission: `trading:read`.

    Args:
        key_id (UUID):
        body (Rotation | Unset): How long the old key goes on working.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | ShownKey
    """

    return sync_detailed(
        key_id=key_id,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    key_id: UUID,
    *,
    client: AuthenticatedClient,
    body: Rotation | Unset = UNSET,
) -> Response[Problem | ShownKey]:
    """Make a key in its place; the old one works as long as is asked, and no longer than it would have

     Make a key in its place; the old one works as long as is asked, and no longer than it would have.

    Permission: `trading:read`.

    Args:
        key_id (UUID):
        body (Rotation | Unset): How long the old key goes on working.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | ShownKey]
    """

    kwargs = _get_kwargs(
        key_id=key_id,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    key_id: UUID,
    *,
    client: AuthenticatedClient,
    body: Rotation | Unset = UNSET,
) -> Problem | ShownKey | None:
    """Make a key in its place; the old one works as long as is asked, and no longer than it would have

     Make a key in its place; the old one works as long as is asked, and no longer than it would have.

    Permission: `trading:read`.

    Args:
        key_id (UUID):
        body (Rotation | Unset): How long the old key goes on working.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | ShownKey
    """

    return (
        await asyncio_detailed(
            key_id=key_id,
            client=client,
            body=body,
        )
    ).parsed
