from http import HTTPStatus
from typing import Any

import httpx

from ...client import AuthenticatedClient, Client
from ...models.new_transfer import NewTransfer
from ...models.problem import Problem
from ...models.transfer import Transfer
from ...types import Response


def _get_kwargs(
    *,
    body: NewTransfer,
    idempotency_key: str,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    headers["Idempotency-Key"] = idempotency_key

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/transfers",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | Transfer:
    if response.status_code == 201:
        response_201 = Transfer.from_dict(response.json())

        return response_201

    response_default = Problem.from_dict(response.json())

    return response_default


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Problem | Transfer]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: NewTransfer,
    idempotency_key: str,
) -> Response[Problem | Transfer]:
    """Move free cash between two of the caller's own portfolios on paper, once per Idempotency-Key

     Move free cash between two of the caller's own portfolios on paper, once per Idempotency-Key.

    Permission: `portfolio:write`.

    Args:
        idempotency_key (str):
        body (NewTransfer): From which portfolio to which, and how much.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | Transfer]
    """

    kwargs = _get_kwargs(
        body=body,
        idempotency_key=idempotency_key,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: NewTransfer,
    idempotency_key: str,
) -> Problem | Transfer | None:
    """Move free cash between two of the caller's own portfolios on paper, once per Idempotency-Key

     Move free cash between two of the caller's own portfolios on paper, once per Idempotency-Key.

    Permission: `portfolio:write`.

    Args:
        idempotency_key (str):
        body (NewTransfer): From which portfolio to which, and how much.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | Transfer
    """

    return sync_detailed(
        client=client,
        body=body,
        idempotency_key=idempotency_key,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: NewTransfer,
    idempotency_key: str,
) -> Response[Problem | Transfer]:
    """Move free cash between two of the caller's own portfolios on paper, once per Idempotency-Key

     Move free cash between two of the caller's own portfolios on paper, once per Idempotency-Key.

    Permission: `portfolio:write`.

    Args:
        idempotency_key (str):
        body (NewTransfer): From which portfolio to which, and how much.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | Transfer]
    """

    kwargs = _get_kwargs(
        body=body,
        idempotency_key=idempotency_key,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: NewTransfer,
    idempotency_key: str,
) -> Problem | Transfer | None:
    """Move free cash between two of the caller's own portfolios on paper, once per Idempotency-Key

     Move free cash between two of the caller's own portfolios on paper, once per Idempotency-Key.

    Permission: `portfolio:write`.

    Args:
        idempotency_key (str):
        body (NewTransfer): From which portfolio to which, and how much.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | Transfer
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            idempotency_key=idempotency_key,
        )
    ).parsed
