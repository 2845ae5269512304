from http import HTTPStatus
from typing import Any

import httpx

from ...client import AuthenticatedClient, Client
from ...models.problem import Problem
from ...models.support_terms import SupportTerms
from ...types import Response


def _get_kwargs(
    *,
    body: SupportTerms,
    if_match: str,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    headers["If-Match"] = if_match

    _kwargs: dict[str, Any] = {
        "method": "put",
        "url": "/api/v1/support/terms",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | SupportTerms:
    if response.status_code == 200:
        response_200 = SupportTerms.from_dict(response.json())

        return response_200

    response_default = Problem.from_dict(response.json())

    return response_default


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Problem | SupportTerms]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: SupportTerms,
    if_match: str,
) -> Response[Problem | SupportTerms]:
    """Turn it on or off; accesses that have begun go on

     Turn it on or off; accesses that have begun go on.

    Permission: `system:write`.

    Args:
        if_match (str):
        body (SupportTerms): Whether an administrator must agree before an operator looks in.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | SupportTerms]
    """

    kwargs = _get_kwargs(
        body=body,
        if_match=if_match,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: SupportTerms,
    if_match: str,
) -> Problem | SupportTerms | None:
    """Turn it on or off; accesses that have begun go on

     Turn it on or off; accesses that have begun go on.

    Permission: `system:write`.

    Args:
        if_match (str):
        body (SupportTerms): Whether an administrator must agree before an operator looks in.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | SupportTerms
    """

    return sync_detailed(
        client=client,
        body=body,
        if_match=if_match,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: SupportTerms,
    if_match: str,
) -> Response[Problem | SupportTerms]:
    """Turn it on or off; accesses that have begun go on

     Turn it on or off; accesses that have begun go on.

    Permission: `system:write`.

    Args:
        if_match (str):
        body (SupportTerms): Whether an administrator must agree before an operator looks in.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | SupportTerms]
    """

    kwargs = _get_kwargs(
        body=body,
        if_match=if_match,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: SupportTerms,
    if_match: str,
) -> Problem | SupportTerms | None:
    """Turn it on or off; accesses that have begun go on

     Turn it on or off; accesses that have begun go on.

    Permission: `system:write`.

    Args:
        if_match (str):
        body (SupportTerms): Whether an administrator must agree before an operator looks in.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | SupportTerms
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            if_match=if_match,
        )
    ).parsed
