from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ...client import AuthenticatedClient, Client
from ...models.given import Given
from ...models.new_delegation import NewDelegation
from ...models.problem import Problem
from ...types import Response


def _get_kwargs(
    portfolio_id: UUID,
    *,
    body: NewDelegation,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/portfolios/{portfolio_id}/delegations".format(
            portfolio_id=quote(str(portfolio_id), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Given | Problem:
    if response.status_code == 201:
        response_201 = Given.from_dict(response.json())

        return response_201

    response_default = Problem.from_dict(response.json())

    return response_default


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Given | Problem]:
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
    body: NewDelegation,
) -> Response[Given | Problem]:
    """Offer it to whoever has the address; it counts once they accept, and ends by itself

     Offer it to whoever has the address; it counts once they accept, and ends by itself.

    Permission: `portfolio:write`.

    Args:
        portfolio_id (UUID):
        body (NewDelegation): To whom (an e-mail address in the tenant), what, and until when: 90
            days from now at most.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Given | Problem]
    """

    kwargs = _get_kwargs(
        portfolio_id=portfolio_id,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    portfolio_id: UUID,
    *,
    client: AuthenticatedClient,
    body: NewDelegation,
) -> Given | Problem | None:
    """Offer it to whoever has the address; it counts once they accept, and ends by itself

     Offer it to whoever has the address; it counts once they accept, and ends by itself.

    Permission: `portfolio:write`.

    Args:
        portfolio_id (UUID):
        body (NewDelegation): To whom (an e-mail address in the tenant), what, and until when: 90
            days from now at most.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Given | Problem
    """

    return sync_detailed(
        portfolio_id=portfolio_id,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    portfolio_id: UUID,
    *,
    client: AuthenticatedClient,
    body: NewDelegation,
) -> Response[Given | Problem]:
    """Offer it to whoever has the address; it counts once they accept, and ends by itself

     Offer it to whoever has the address; it counts once they accept, and ends by itself.

    Permission: `portfolio:write`.

    Args:
        portfolio_id (UUID):
        body (NewDelegation): To whom (an e-mail address in the tenant), what, and until when: 90
            days from now at most.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Given | Problem]
    """

    kwargs = _get_kwargs(
        portfolio_id=portfolio_id,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    portfolio_id: UUID,
    *,
    client: AuthenticatedClient,
    body: NewDelegation,
) -> Given | Problem | None:
    """Offer it to whoever has the address; it counts once they accept, and ends by itself

     Offer it to whoever has the address; it counts once they accept, and ends by itself.

    Permission: `portfolio:write`.

    Args:
        portfolio_id (UUID):
        body (NewDelegation): To whom (an e-mail address in the tenant), what, and until when: 90
            days from now at most.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Given | Problem
    """

    return (
        await asyncio_detailed(
            portfolio_id=portfolio_id,
            client=client,
            body=body,
        )
    ).parsed
