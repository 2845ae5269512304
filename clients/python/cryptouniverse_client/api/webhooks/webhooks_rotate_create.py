from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ...client import AuthenticatedClient, Client
from ...models.new_secret import NewSecret
from ...models.problem import Problem
from ...models.rotate import Rotate
from ...types import UNSET, Response, Unset


def _get_kwargs(
    webhook_id: UUID,
    *,
    body: Rotate | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/webhooks/{webhook_id}/rotate".format(
            webhook_id=quote(str(webhook_id), safe=""),
        ),
    }

    if not isinstance(body, Unset):
        _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> NewSecret | Problem:
    if response.status_code == 200:
        response_200 = NewSecret.from_dict(response.json())

        return response_200

    response_default = Problem.from_dict(response.json())

    return response_default


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[NewSecret | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    webhook_id: UUID,
    *,
    client: AuthenticatedClient,
    body: Rotate | Unset = UNSET,
) -> Response[NewSecret | Problem]:
    """A new secret, in this answer only; the one before signs beside it for a while

     A new secret, in this answer only; the one before signs beside it for a while.

    Permission: `trading:write`.

    Args:
        webhook_id (UUID):
        body (Rotate | Unset): overlap_hours: how long the secret before signs beside the new one;
            0: not at all.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[NewSecret | Problem]
    """

    kwargs = _get_kwargs(
        webhook_id=webhook_id,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    webhook_id: UUID,
    *,
    client: AuthenticatedClient,
    body: Rotate | Unset = UNSET,
) -> NewSecret | Problem | None:
    """A new secret, in this answer only; the one before signs beside it for a while

     A new secret, in this answer only; the one before signs beside it for a while.

    Permission: `trading:write`.

    Args:
        webhook_id (UUID):
        body (Rotate | Unset): overlap_hours: how long the secret before signs beside the new one;
            0: not at all.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        NewSecret | Problem
    """

    return sync_detailed(
        webhook_id=webhook_id,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    webhook_id: UUID,
    *,
    client: AuthenticatedClient,
    body: Rotate | Unset = UNSET,
) -> Response[NewSecret | Problem]:
    """A new secret, in this answer only; the one before signs beside it for a while

     A new secret, in this answer only; the one before signs beside it for a while.

    Permission: `trading:write`.

    Args:
        webhook_id (UUID):
        body (Rotate | Unset): overlap_hours: how long the secret before signs beside the new one;
            0: not at all.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[NewSecret | Problem]
    """

    kwargs = _get_kwargs(
        webhook_id=webhook_id,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    webhook_id: UUID,
    *,
    client: AuthenticatedClient,
    body: Rotate | Unset = UNSET,
) -> NewSecret | Problem | None:
    """A new secret, in this answer only; the one before signs beside it for a while

     A new secret, in this answer only; the one before signs beside it for a while.

    Permission: `trading:write`.

    Args:
        webhook_id (UUID):
        body (Rotate | Unset): overlap_hours: how long the secret before signs beside the new one;
            0: not at all.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        NewSecret | Problem
    """

    return (
        await asyncio_detailed(
            webhook_id=webhook_id,
            client=client,
            body=body,
        )
    ).parsed
