from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ...client import AuthenticatedClient, Client
from ...models.bot import Bot
from ...models.problem import Problem
from ...models.why import Why
from ...types import UNSET, Response, Unset


def _get_kwargs(
    bot_id: UUID,
    *,
    body: Why | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/bots/{bot_id}/pause".format(
            bot_id=quote(str(bot_id), safe=""),
        ),
    }

    if not isinstance(body, Unset):
        _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Bot | Problem:
    if response.status_code == 200:
        response_200 = Bot.from_dict(response.json())

        return response_200

    response_default = Problem.from_dict(response.json())

    return response_default


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Bot | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    bot_id: UUID,
    *,
    client: AuthenticatedClient,
    body: Why | Unset = UNSET,
) -> Response[Bot | Problem]:
    """Enter nothing more; exits go on

     Enter nothing more; exits go on. Again is harmless.

    Permission: `trading:execute`.

    Args:
        bot_id (UUID):
        body (Why | Unset): Why, for the record.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Bot | Problem]
    """

    kwargs = _get_kwargs(
        bot_id=bot_id,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    bot_id: UUID,
    *,
    client: AuthenticatedClient,
    body: Why | Unset = UNSET,
) -> Bot | Problem | None:
    """Enter nothing more; exits go on

     Enter nothing more; exits go on. Again is harmless.

    Permission: `trading:execute`.

    Args:
        bot_id (UUID):
        body (Why | Unset): Why, for the record.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Bot | Problem
    """

    return sync_detailed(
        bot_id=bot_id,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    bot_id: UUID,
    *,
    client: AuthenticatedClient,
    body: Why | Unset = UNSET,
) -> Response[Bot | Problem]:
    """Enter nothing more; exits go on

     Enter nothing more; exits go on. Again is harmless.

    Permission: `trading:execute`.

    Args:
        bot_id (UUID):
        body (Why | Unset): Why, for the record.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Bot | Problem]
    """

    kwargs = _get_kwargs(
        bot_id=bot_id,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    bot_id: UUID,
    *,
    client: AuthenticatedClient,
    body: Why | Unset = UNSET,
) -> Bot | Problem | None:
    """Enter nothing more; exits go on

     Enter nothing more; exits go on. Again is harmless.

    Permission: `trading:execute`.

    Args:
        bot_id (UUID):
        body (Why | Unset): Why, for the record.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Bot | Problem
    """

    return (
        await asyncio_detailed(
            bot_id=bot_id,
            client=client,
            body=body,
        )
    ).parsed
