from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ...client import AuthenticatedClient, Client
from ...models.bot import Bot
from ...models.patched_bot_terms import PatchedBotTerms
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    bot_id: UUID,
    *,
    body: PatchedBotTerms | Unset = UNSET,
    if_match: str,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    headers["If-Match"] = if_match

    _kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/api/v1/bots/{bot_id}".format(
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
    body: PatchedBotTerms | Unset = UNSET,
    if_match: str,
) -> Response[Bot | Problem]:
    """Change what is named, from the next closed candle on

     Change what is named, from the next closed candle on. Positions that are open keep their stops.

    Permission: `trading:write`.

    Args:
        bot_id (UUID):
        if_match (str):
        body (PatchedBotTerms | Unset): What can be changed of a bot. allocation: most that one
            entry may cost, "0" for sized by risk alone.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Bot | Problem]
    """

    kwargs = _get_kwargs(
        bot_id=bot_id,
        body=body,
        if_match=if_match,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    bot_id: UUID,
    *,
    client: AuthenticatedClient,
    body: PatchedBotTerms | Unset = UNSET,
    if_match: str,
) -> Bot | Problem | None:
    """Change what is named, from the next closed candle on

     Change what is named, from the next closed candle on. Positions that are open keep their stops.

    Permission: `trading:write`.

    Args:
        bot_id (UUID):
        if_match (str):
        body (PatchedBotTerms | Unset): What can be changed of a bot. allocation: most that one
            entry may cost, "0" for sized by risk alone.

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
        if_match=if_match,
    ).parsed


async def asyncio_detailed(
    bot_id: UUID,
    *,
    client: AuthenticatedClient,
    body: PatchedBotTerms | Unset = UNSET,
    if_match: str,
) -> Response[Bot | Problem]:
    """Change what is named, from the next closed candle on

     Change what is named, from the next closed candle on. Positions that are open keep their stops.

    Permission: `trading:write`.

    Args:
        bot_id (UUID):
        if_match (str):
        body (PatchedBotTerms | Unset): What can be changed of a bot. allocation: most that one
            entry may cost, "0" for sized by risk alone.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Bot | Problem]
    """

    kwargs = _get_kwargs(
        bot_id=bot_id,
        body=body,
        if_match=if_match,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    bot_id: UUID,
    *,
    client: AuthenticatedClient,
    body: PatchedBotTerms | Unset = UNSET,
    if_match: str,
) -> Bot | Problem | None:
    """Change what is named, from the next closed candle on

     Change what is named, from the next closed candle on. Positions that are open keep their stops.

    Permission: `trading:write`.

    Args:
        bot_id (UUID):
        if_match (str):
        body (PatchedBotTerms | Unset): What can be changed of a bot. allocation: most that one
            entry may cost, "0" for sized by risk alone.

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
            if_match=if_match,
        )
    ).parsed
