from http import HTTPStatus
from typing import Any

import httpx

from ...client import AuthenticatedClient, Client
from ...models.brand import Brand
from ...models.patched_brand_change import PatchedBrandChange
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: PatchedBrandChange | Unset = UNSET,
    if_match: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(if_match, Unset):
        headers["If-Match"] = if_match

    _kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/api/v1/tenant/branding",
    }

    if not isinstance(body, Unset):
        _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Brand | Problem:
    if response.status_code == 200:
        response_200 = Brand.from_dict(response.json())

        return response_200

    response_default = Problem.from_dict(response.json())

    return response_default


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Brand | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: PatchedBrandChange | Unset = UNSET,
    if_match: str | Unset = UNSET,
) -> Response[Brand | Problem]:
    """Change what is named

     Change what is named. Colours that cannot be read well enough are refused.

    Permission: `system:write`.

    Args:
        if_match (str | Unset):
        body (PatchedBrandChange | Unset): What may be changed; what is not named stays. name:
            empty shows the platform's. colour: #rrggbb or empty.

            tint: how much of the colour greys take, "0" to "0.02". radius: of corners, px.
            sender_address: below a verified
            domain.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Brand | Problem]
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
    body: PatchedBrandChange | Unset = UNSET,
    if_match: str | Unset = UNSET,
) -> Brand | Problem | None:
    """Change what is named

     Change what is named. Colours that cannot be read well enough are refused.

    Permission: `system:write`.

    Args:
        if_match (str | Unset):
        body (PatchedBrandChange | Unset): What may be changed; what is not named stays. name:
            empty shows the platform's. colour: #rrggbb or empty.

            tint: how much of the colour greys take, "0" to "0.02". radius: of corners, px.
            sender_address: below a verified
            domain.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Brand | Problem
    """

    return sync_detailed(
        client=client,
        body=body,
        if_match=if_match,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: PatchedBrandChange | Unset = UNSET,
    if_match: str | Unset = UNSET,
) -> Response[Brand | Problem]:
    """Change what is named

     Change what is named. Colours that cannot be read well enough are refused.

    Permission: `system:write`.

    Args:
        if_match (str | Unset):
        body (PatchedBrandChange | Unset): What may be changed; what is not named stays. name:
            empty shows the platform's. colour: #rrggbb or empty.

            tint: how much of the colour greys take, "0" to "0.02". radius: of corners, px.
            sender_address: below a verified
            domain.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Brand | Problem]
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
    body: PatchedBrandChange | Unset = UNSET,
    if_match: str | Unset = UNSET,
) -> Brand | Problem | None:
    """Change what is named

     Change what is named. Colours that cannot be read well enough are refused.

    Permission: `system:write`.

    Args:
        if_match (str | Unset):
        body (PatchedBrandChange | Unset): What may be changed; what is not named stays. name:
            empty shows the platform's. colour: #rrggbb or empty.

            tint: how much of the colour greys take, "0" to "0.02". radius: of corners, px.
            sender_address: below a verified
            domain.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Brand | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            if_match=if_match,
        )
    ).parsed
