from http import HTTPStatus
from typing import Any

import httpx

from ...client import AuthenticatedClient, Client
from ...models.bot import Bot
from ...models.new_bot import NewBot
from ...models.problem import Problem
from ...types import Response


def _get_kwargs(
    *,
    body: NewBot,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/bots",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Bot | Problem:
    if response.status_code == 201:
        response_201 = Bot.from_dict(response.json())

        return response_201

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
    *,
    client: AuthenticatedClient,
    body: NewBot,
) -> Response[Bot | Problem]:
    """Make a bot; it is active from the next closed candle on

     Make a bot; it is active from the next closed candle on.

    Permission: `trading:write`.

    Args:
        body (NewBot): A bot to be made: in which portfolio, with which strategy, at candles of
            which length.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Bot | Problem]
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
    body: NewBot,
) -> Bot | Problem | None:
    """Make a bot; it is active from the next closed candle on

     Make a bot; it is active from the next closed candle on.

    Permission: `trading:write`.

    Args:
        body (NewBot): A bot to be made: in which portfolio, with which strategy, at candles of
            which length.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Bot | Problem
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: NewBot,
) -> Response[Bot | Problem]:
    """Make a bot; it is active from the next closed candle on

     Make a bot; it is active from the next closed candle on.

    Permission: `trading:write`.

    Args:
        body (NewBot): A bot to be made: in which portfolio, with which strategy, at candles of
            which length.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Bot | Problem]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: NewBot,
) -> Bot | Problem | None:
    """Make a bot; it is active from the next closed candle on

     Make a bot; it is active from the next closed candle on.

    Permission: `trading:write`.

    Args:
        body (NewBot): A bot to be made: in which portfolio, with which strategy, at candles of
            which length.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Bot | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
