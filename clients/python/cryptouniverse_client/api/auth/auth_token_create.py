from http import HTTPStatus
from typing import Any

import httpx

from ...client import AuthenticatedClient, Client
from ...models.problem import Problem
from ...models.sign_in import SignIn
from ...models.token_pair import TokenPair
from ...types import Response


def _get_kwargs(
    *,
    body: SignIn,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/auth/token",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | TokenPair:
    if response.status_code == 200:
        response_200 = TokenPair.from_dict(response.json())

        return response_200

    response_default = Problem.from_dict(response.json())

    return response_default


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Problem | TokenPair]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: SignIn,
) -> Response[Problem | TokenPair]:
    """Sign in with e-mail address, password and, where there is one, the second factor's code

     Sign in with e-mail address, password and, where there is one, the second factor's code.

    Open to everybody.

    Args:
        body (SignIn): Who signs in. code: of the second factor, where the person has one.

            code_kind: which one, for who has several. Without a code one is sent, if it is of a kind
            that is sent; the refusal
            names it: send that as sent_id, with the code.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | TokenPair]
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
    client: AuthenticatedClient | Client,
    body: SignIn,
) -> Problem | TokenPair | None:
    """Sign in with e-mail address, password and, where there is one, the second factor's code

     Sign in with e-mail address, password and, where there is one, the second factor's code.

    Open to everybody.

    Args:
        body (SignIn): Who signs in. code: of the second factor, where the person has one.

            code_kind: which one, for who has several. Without a code one is sent, if it is of a kind
            that is sent; the refusal
            names it: send that as sent_id, with the code.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | TokenPair
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: SignIn,
) -> Response[Problem | TokenPair]:
    """Sign in with e-mail address, password and, where there is one, the second factor's code

     Sign in with e-mail address, password and, where there is one, the second factor's code.

    Open to everybody.

    Args:
        body (SignIn): Who signs in. code: of the second factor, where the person has one.

            code_kind: which one, for who has several. Without a code one is sent, if it is of a kind
            that is sent; the refusal
            names it: send that as sent_id, with the code.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | TokenPair]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: SignIn,
) -> Problem | TokenPair | None:
    """Sign in with e-mail address, password and, where there is one, the second factor's code

     Sign in with e-mail address, password and, where there is one, the second factor's code.

    Open to everybody.

    Args:
        body (SignIn): Who signs in. code: of the second factor, where the person has one.

            code_kind: which one, for who has several. Without a code one is sent, if it is of a kind
            that is sent; the refusal
            names it: send that as sent_id, with the code.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | TokenPair
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
