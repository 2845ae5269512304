from http import HTTPStatus
from typing import Any

import httpx

from ...client import AuthenticatedClient, Client
from ...models.confirm import Confirm
from ...models.confirmed import Confirmed
from ...models.problem import Problem
from ...types import Response


def _get_kwargs(
    *,
    body: Confirm,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/security/step-up",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Confirmed | Problem:
    if response.status_code == 200:
        response_200 = Confirmed.from_dict(response.json())

        return response_200

    response_default = Problem.from_dict(response.json())

    return response_default


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Confirmed | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: Confirm,
) -> Response[Confirmed | Problem]:
    """Show a second factor (or the password, without one): for five minutes guarded routes let this
    session in

     Show a second factor (or the password, without one): for five minutes guarded routes let this
    session in.

    Permission: `portfolio:read`.

    Args:
        body (Confirm): code: the code, or the password. sent_id: of the code that was sent, where
            one was.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Confirmed | Problem]
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
    body: Confirm,
) -> Confirmed | Problem | None:
    """Show a second factor (or the password, without one): for five minutes guarded routes let this
    session in

     Show a second factor (or the password, without one): for five minutes guarded routes let this
    session in.

    Permission: `portfolio:read`.

    Args:
        body (Confirm): code: the code, or the password. sent_id: of the code that was sent, where
            one was.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Confirmed | Problem
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: Confirm,
) -> Response[Confirmed | Problem]:
    """Show a second factor (or the password, without one): for five minutes guarded routes let this
    session in

     Show a second factor (or the password, without one): for five minutes guarded routes let this
    session in.

    Permission: `portfolio:read`.

    Args:
        body (Confirm): code: the code, or the password. sent_id: of the code that was sent, where
            one was.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Confirmed | Problem]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: Confirm,
) -> Confirmed | Problem | None:
    """Show a second factor (or the password, without one): for five minutes guarded routes let this
    session in

     Show a second factor (or the password, without one): for five minutes guarded routes let this
    session in.

    Permission: `portfolio:read`.

    Args:
        body (Confirm): code: the code, or the password. sent_id: of the code that was sent, where
            one was.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Confirmed | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
