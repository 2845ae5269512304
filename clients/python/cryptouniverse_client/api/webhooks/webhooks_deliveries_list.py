import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ...client import AuthenticatedClient, Client
from ...models.paginated_delivery_list import PaginatedDeliveryList
from ...models.problem import Problem
from ...models.webhooks_deliveries_list_state import WebhooksDeliveriesListState
from ...types import UNSET, Response, Unset


def _get_kwargs(
    webhook_id: UUID,
    *,
    ending_before: UUID | Unset = UNSET,
    limit: int | Unset = 20,
    since: datetime.datetime | Unset = UNSET,
    starting_after: UUID | Unset = UNSET,
    state: WebhooksDeliveriesListState | Unset = UNSET,
    type_: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_ending_before: str | Unset = UNSET
    if not isinstance(ending_before, Unset):
        json_ending_before = str(ending_before)
    params["ending_before"] = json_ending_before

    params["limit"] = limit

    json_since: str | Unset = UNSET
    if not isinstance(since, Unset):
        json_since = since.isoformat()
    params["since"] = json_since

    json_starting_after: str | Unset = UNSET
    if not isinstance(starting_after, Unset):
        json_starting_after = str(starting_after)
    params["starting_after"] = json_starting_after

    json_state: str | Unset = UNSET
    if not isinstance(state, Unset):
        json_state = state.value

    params["state"] = json_state

    params["type"] = type_

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/webhooks/{webhook_id}/deliveries".format(
            webhook_id=quote(str(webhook_id), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> PaginatedDeliveryList | Problem:
    if response.status_code == 200:
        response_200 = PaginatedDeliveryList.from_dict(response.json())

        return response_200

    response_default = Problem.from_dict(response.json())

    return response_default


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[PaginatedDeliveryList | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    webhook_id: UUID,
    *,
    client: AuthenticatedClient,
    ending_before: UUID | Unset = UNSET,
    limit: int | Unset = 20,
    since: datetime.datetime | Unset = UNSET,
    starting_after: UUID | Unset = UNSET,
    state: WebhooksDeliveriesListState | Unset = UNSET,
    type_: str | Unset = UNSET,
) -> Response[PaginatedDeliveryList | Problem]:
    """What was, is or will be sent to a webhook, of the last 30 days

     What was, is or will be sent to a webhook, of the last 30 days.

    Permission: `trading:read`.

    Args:
        webhook_id (UUID):
        ending_before (UUID | Unset):
        limit (int | Unset):  Default: 20.
        since (datetime.datetime | Unset):
        starting_after (UUID | Unset):
        state (WebhooksDeliveriesListState | Unset):
        type_ (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PaginatedDeliveryList | Problem]
    """

    kwargs = _get_kwargs(
        webhook_id=webhook_id,
        ending_before=ending_before,
        limit=limit,
        since=since,
        starting_after=starting_after,
        state=state,
        type_=type_,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    webhook_id: UUID,
    *,
    client: AuthenticatedClient,
    ending_before: UUID | Unset = UNSET,
    limit: int | Unset = 20,
    since: datetime.datetime | Unset = UNSET,
    starting_after: UUID | Unset = UNSET,
    state: WebhooksDeliveriesListState | Unset = UNSET,
    type_: str | Unset = UNSET,
) -> PaginatedDeliveryList | Problem | None:
    """What was, is or will be sent to a webhook, of the last 30 days

     What was, is or will be sent to a webhook, of the last 30 days.

    Permission: `trading:read`.

    Args:
        webhook_id (UUID):
        ending_before (UUID | Unset):
        limit (int | Unset):  Default: 20.
        since (datetime.datetime | Unset):
        starting_after (UUID | Unset):
        state (WebhooksDeliveriesListState | Unset):
        type_ (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PaginatedDeliveryList | Problem
    """

    return sync_detailed(
        webhook_id=webhook_id,
        client=client,
        ending_before=ending_before,
        limit=limit,
        since=since,
        starting_after=starting_after,
        state=state,
        type_=type_,
    ).parsed


async def asyncio_detailed(
    webhook_id: UUID,
    *,
    client: AuthenticatedClient,
    ending_before: UUID | Unset = UNSET,
    limit: int | Unset = 20,
    since: datetime.datetime | Unset = UNSET,
    starting_after: UUID | Unset = UNSET,
    state: WebhooksDeliveriesListState | Unset = UNSET,
    type_: str | Unset = UNSET,
) -> Response[PaginatedDeliveryList | Problem]:
    """What was, is or will be sent to a webhook, of the last 30 days

     What was, is or will be sent to a webhook, of the last 30 days.

    Permission: `trading:read`.

    Args:
        webhook_id (UUID):
        ending_before (UUID | Unset):
        limit (int | Unset):  Default: 20.
        since (datetime.datetime | Unset):
        starting_after (UUID | Unset):
        state (WebhooksDeliveriesListState | Unset):
        type_ (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PaginatedDeliveryList | Problem]
    """

    kwargs = _get_kwargs(
        webhook_id=webhook_id,
        ending_before=ending_before,
        limit=limit,
        since=since,
        starting_after=starting_after,
        state=state,
        type_=type_,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    webhook_id: UUID,
    *,
    client: AuthenticatedClient,
    ending_before: UUID | Unset = UNSET,
    limit: int | Unset = 20,
    since: datetime.datetime | Unset = UNSET,
    starting_after: UUID | Unset = UNSET,
    state: WebhooksDeliveriesListState | Unset = UNSET,
    type_: str | Unset = UNSET,
) -> PaginatedDeliveryList | Problem | None:
    """What was, is or will be sent to a webhook, of the last 30 days

     What was, is or will be sent to a webhook, of the last 30 days.

    Permission: `trading:read`.

    Args:
        webhook_id (UUID):
        ending_before (UUID | Unset):
        limit (int | Unset):  Default: 20.
        since (datetime.datetime | Unset):
        starting_after (UUID | Unset):
        state (WebhooksDeliveriesListState | Unset):
        type_ (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PaginatedDeliveryList | Problem
    """

    return (
        await asyncio_detailed(
            webhook_id=webhook_id,
            client=client,
            ending_before=ending_before,
            limit=limit,
            since=since,
            starting_after=starting_after,
            state=state,
            type_=type_,
        )
    ).parsed
