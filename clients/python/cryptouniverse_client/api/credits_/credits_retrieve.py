from http import HTTPStatus
from typing import Any

import httpx

from ...client import AuthenticatedClient, Client
from ...models.credits_retrieve_currency import CreditsRetrieveCurrency
from ...models.my_credits import MyCredits
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    currency: CreditsRetrieveCurrency | Unset = CreditsRetrieveCurrency.PRACTICE,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_currency: str | Unset = UNSET
    if not isinstance(currency, Unset):
        json_currency = currency.value

    params["currency"] = json_currency

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/credits",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> MyCredits | Problem:
    if response.status_code == 200:
        response_200 = MyCredits.from_dict(response.json())

        return response_200

    response_default = Problem.from_dict(response.json())

    return response_default


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[MyCredits | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    currency: CreditsRetrieveCurrency | Unset = CreditsRetrieveCurrency.PRACTICE,
) -> Response[MyCredits | Problem]:
    """The caller's credits of one kind, with the latest balances

     The caller's credits of one kind, with the latest balances.

    Permission: `portfolio:read`.

    Args:
        currency (CreditsRetrieveCurrency | Unset):  Default: CreditsRetrieveCurrency.PRACTICE.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[MyCredits | Problem]
    """

    kwargs = _get_kwargs(
        currency=currency,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    currency: CreditsRetrieveCurrency | Unset = CreditsRetrieveCurrency.PRACTICE,
) -> MyCredits | Problem | None:
    """The caller's credits of one kind, with the latest balances

     The caller's credits of one kind, with the latest balances.

    Permission: `portfolio:read`.

    Args:
        currency (CreditsRetrieveCurrency | Unset):  Default: CreditsRetrieveCurrency.PRACTICE.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        MyCredits | Problem
    """

    return sync_detailed(
        client=client,
        currency=currency,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    currency: CreditsRetrieveCurrency | Unset = CreditsRetrieveCurrency.PRACTICE,
) -> Response[MyCredits | Problem]:
    """The caller's credits of one kind, with the latest balances

     The caller's credits of one kind, with the latest balances.

    Permission: `portfolio:read`.

    Args:
        currency (CreditsRetrieveCurrency | Unset):  Default: CreditsRetrieveCurrency.PRACTICE.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[MyCredits | Problem]
    """

    kwargs = _get_kwargs(
        currency=currency,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    currency: CreditsRetrieveCurrency | Unset = CreditsRetrieveCurrency.PRACTICE,
) -> MyCredits | Problem | None:
    """The caller's credits of one kind, with the latest balances

     The caller's credits of one kind, with the latest balances.

    Permission: `portfolio:read`.

    Args:
        currency (CreditsRetrieveCurrency | Unset):  Default: CreditsRetrieveCurrency.PRACTICE.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        MyCredits | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            currency=currency,
        )
    ).parsed
