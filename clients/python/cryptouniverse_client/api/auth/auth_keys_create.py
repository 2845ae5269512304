from http import HTTPStatus
from typing import Any

import httpx

from ...client import AuthenticatedClient, Client
from ...models.new_key import NewKey
from ...models.problem import Problem
from ...models.shown_key import ShownKey
from ...types import Response


def _get_kwargs(
    *,
    body: NewKey,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/auth/keys",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | ShownKey:
    if response.status_code == 201:
        response_201 = ShownKey.from_dict(response.json())

        return response_201

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
    *,
    client: AuthenticatedClient,
    body: NewKey,
) -> Response[Problem | ShownKey]:
    """Make a key

     Make a key. It is in this answer and nowhere else, so no Idempotency-Key is taken: the answer is not
    kept.

    Permission: `trading:read`.

    Args:
        body (NewKey): A key to be made. networks: addresses or CIDR that it works from, none =
            everywhere. owner: a program's id.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | ShownKey]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: NewKey,
) -> Problem | ShownKey | None:
    """Make a key

     Make a key. It is in this answer and nowhere else, so no Idempotency-Key is taken: the answer is not
    kept.

    Permission: `trading:read`.

    Args:
        body (NewKey): A key to be made. networks: addresses or CIDR that it works from, none =
            everywhere. owner: a program's id.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | ShownKey
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: NewKey,
) -> Response[Problem | ShownKey]:
    """Make a key

     Make a key. It is in this answer and nowhere else, so no Idempotency-Key is taken: the answer is not
    kept.

    Permission: `trading:read`.

    Args:
        body (NewKey): A key to be made. networks: addresses or CIDR that it works from, none =
            everywhere. owner: a program's id.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | ShownKey]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: NewKey,
) -> Problem | ShownKey | None:
    """Make a key

     Make a key. It is in this answer and nowhere else, so no Idempotency-Key is taken: the answer is not
    kept.

    Permission: `trading:read`.

    Args:
        body (NewKey): A key to be made. networks: addresses or CIDR that it works from, none =
            everywhere. owner: a program's id.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | ShownKey
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
