from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ...client import AuthenticatedClient, Client
from ...models.patched_limits import PatchedLimits
from ...models.problem import Problem
from ...models.standing_limits import StandingLimits
from ...types import UNSET, Response, Unset


def _get_kwargs(
    portfolio_id: UUID,
    *,
    body: PatchedLimits | Unset = UNSET,
    if_match: str,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    headers["If-Match"] = if_match

    _kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/api/v1/portfolios/{portfolio_id}/limits".format(
            portfolio_id=quote(str(portfolio_id), safe=""),
        ),
    }

    if not isinstance(body, Unset):
        _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | StandingLimits:
    if response.status_code == 200:
        response_200 = StandingLimits.from_dict(response.json())

        return response_200

    response_default = Problem.from_dict(response.json())

    return response_default


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Problem | StandingLimits]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    portfolio_id: UUID,
    *,
    client: AuthenticatedClient,
    body: PatchedLimits | Unset = UNSET,
    if_match: str,
) -> Response[Problem | StandingLimits]:
    """Change those that are named

     Change those that are named.

    Permission: `portfolio:write`.

    Args:
        portfolio_id (UUID):
        if_match (str):
        body (PatchedLimits | Unset): What nothing may cross. Amounts in the portfolio's currency,
            percentages of its equity, collar in basis points.

            whitelist: instruments that may be bought; empty allows all. quote_age_s_max: how old a
            price may be.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | StandingLimits]
    """

    kwargs = _get_kwargs(
        portfolio_id=portfolio_id,
        body=body,
        if_match=if_match,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    portfolio_id: UUID,
    *,
    client: AuthenticatedClient,
    body: PatchedLimits | Unset = UNSET,
    if_match: str,
) -> Problem | StandingLimits | None:
    """Change those that are named

     Change those that are named.

    Permission: `portfolio:write`.

    Args:
        portfolio_id (UUID):
        if_match (str):
        body (PatchedLimits | Unset): What nothing may cross. Amounts in the portfolio's currency,
            percentages of its equity, collar in basis points.

            whitelist: instruments that may be bought; empty allows all. quote_age_s_max: how old a
            price may be.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | StandingLimits
    """

    return sync_detailed(
        portfolio_id=portfolio_id,
        client=client,
        body=body,
        if_match=if_match,
    ).parsed


async def asyncio_detailed(
    portfolio_id: UUID,
    *,
    client: AuthenticatedClient,
    body: PatchedLimits | Unset = UNSET,
    if_match: str,
) -> Response[Problem | StandingLimits]:
    """Change those that are named

     Change those that are named.

    Permission: `portfolio:write`.

    Args:
        portfolio_id (UUID):
        if_match (str):
        body (PatchedLimits | Unset): What nothing may cross. Amounts in the portfolio's currency,
            percentages of its equity, collar in basis points.

            whitelist: instruments that may be bought; empty allows all. quote_age_s_max: how old a
            price may be.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | StandingLimits]
    """

    kwargs = _get_kwargs(
        portfolio_id=portfolio_id,
        body=body,
        if_match=if_match,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    portfolio_id: UUID,
    *,
    client: AuthenticatedClient,
    body: PatchedLimits | Unset = UNSET,
    if_match: str,
) -> Problem | StandingLimits | None:
    """Change those that are named

     Change those that are named.

    Permission: `portfolio:write`.

    Args:
        portfolio_id (UUID):
        if_match (str):
        body (PatchedLimits | Unset): What nothing may cross. Amounts in the portfolio's currency,
            percentages of its equity, collar in basis points.

            whitelist: instruments that may be bought; empty allows all. quote_age_s_max: how old a
            price may be.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | StandingLimits
    """

    return (
        await asyncio_detailed(
            portfolio_id=portfolio_id,
            client=client,
            body=body,
            if_match=if_match,
        )
    ).parsed
