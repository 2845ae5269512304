import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

import httpx

from ...client import AuthenticatedClient, Client
from ...models.paginated_audit_record_list import PaginatedAuditRecordList
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    action: str | Unset = UNSET,
    actor: UUID | Unset = UNSET,
    correlation_id: str | Unset = UNSET,
    ending_before: UUID | Unset = UNSET,
    limit: int | Unset = 20,
    object_id: str | Unset = UNSET,
    object_type: str | Unset = UNSET,
    since: datetime.datetime | Unset = UNSET,
    starting_after: UUID | Unset = UNSET,
    text: str | Unset = UNSET,
    until: datetime.datetime | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["action"] = action

    json_actor: str | Unset = UNSET
    if not isinstance(actor, Unset):
        json_actor = str(actor)
    params["actor"] = json_actor

    params["correlation_id"] = correlation_id

    json_ending_before: str | Unset = UNSET
    if not isinstance(ending_before, Unset):
        json_ending_before = str(ending_before)
    params["ending_before"] = json_ending_before

    params["limit"] = limit

    params["object_id"] = object_id

    params["object_type"] = object_type

    json_since: str | Unset = UNSET
    if not isinstance(since, Unset):
        json_since = since.isoformat()
    params["since"] = json_since

    json_starting_after: str | Unset = UNSET
    if not isinstance(starting_after, Unset):
        json_starting_after = str(starting_after)
    params["starting_after"] = json_starting_after

    params["text"] = text

    json_until: str | Unset = UNSET
    if not isinstance(until, Unset):
        json_until = until.isoformat()
    params["until"] = json_until

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/audit/records",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> PaginatedAuditRecordList | Problem:
    if response.status_code == 200:
        response_200 = PaginatedAuditRecordList.from_dict(response.json())

        return response_200

    response_default = Problem.from_dict(response.json())

    return response_default


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[PaginatedAuditRecordList | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    action: str | Unset = UNSET,
    actor: UUID | Unset = UNSET,
    correlation_id: str | Unset = UNSET,
    ending_before: UUID | Unset = UNSET,
    limit: int | Unset = 20,
    object_id: str | Unset = UNSET,
    object_type: str | Unset = UNSET,
    since: datetime.datetime | Unset = UNSET,
    starting_after: UUID | Unset = UNSET,
    text: str | Unset = UNSET,
    until: datetime.datetime | Unset = UNSET,
) -> Response[PaginatedAuditRecordList | Problem]:
    """What was done in this tenant, newest first

     What was done in this tenant, newest first.

    Permission: `system:read`.

    Args:
        action (str | Unset):
        actor (UUID | Unset):
        correlation_id (str | Unset):
        ending_before (UUID | Unset):
        limit (int | Unset):  Default: 20.
        object_id (str | Unset):
        object_type (str | Unset):
        since (datetime.datetime | Unset):
        starting_after (UUID | Unset):
        text (str | Unset):
        until (datetime.datetime | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PaginatedAuditRecordList | Problem]
    """

    kwargs = _get_kwargs(
        action=action,
        actor=actor,
        correlation_id=correlation_id,
        ending_before=ending_before,
        limit=limit,
        object_id=object_id,
        object_type=object_type,
        since=since,
        starting_after=starting_after,
        text=text,
        until=until,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    action: str | Unset = UNSET,
    actor: UUID | Unset = UNSET,
    correlation_id: str | Unset = UNSET,
    ending_before: UUID | Unset = UNSET,
    limit: int | Unset = 20,
    object_id: str | Unset = UNSET,
    object_type: str | Unset = UNSET,
    since: datetime.datetime | Unset = UNSET,
    starting_after: UUID | Unset = UNSET,
    text: str | Unset = UNSET,
    until: datetime.datetime | Unset = UNSET,
) -> PaginatedAuditRecordList | Problem | None:
    """What was done in this tenant, newest first

     What was done in this tenant, newest first.

    Permission: `system:read`.

    Args:
        action (str | Unset):
        actor (UUID | Unset):
        correlation_id (str | Unset):
        ending_before (UUID | Unset):
        limit (int | Unset):  Default: 20.
        object_id (str | Unset):
        object_type (str | Unset):
        since (datetime.datetime | Unset):
        starting_after (UUID | Unset):
        text (str | Unset):
        until (datetime.datetime | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PaginatedAuditRecordList | Problem
    """

    return sync_detailed(
        client=client,
        action=action,
        actor=actor,
        correlation_id=correlation_id,
        ending_before=ending_before,
        limit=limit,
        object_id=object_id,
        object_type=object_type,
        since=since,
        starting_after=starting_after,
        text=text,
        until=until,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    action: str | Unset = UNSET,
    actor: UUID | Unset = UNSET,
    correlation_id: str | Unset = UNSET,
    ending_before: UUID | Unset = UNSET,
    limit: int | Unset = 20,
    object_id: str | Unset = UNSET,
    object_type: str | Unset = UNSET,
    since: datetime.datetime | Unset = UNSET,
    starting_after: UUID | Unset = UNSET,
    text: str | Unset = UNSET,
    until: datetime.datetime | Unset = UNSET,
) -> Response[PaginatedAuditRecordList | Problem]:
    """What was done in this tenant, newest first

     What was done in this tenant, newest first.

    Permission: `system:read`.

    Args:
        action (str | Unset):
        actor (UUID | Unset):
        correlation_id (str | Unset):
        ending_before (UUID | Unset):
        limit (int | Unset):  Default: 20.
        object_id (str | Unset):
        object_type (str | Unset):
        since (datetime.datetime | Unset):
        starting_after (UUID | Unset):
        text (str | Unset):
        until (datetime.datetime | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PaginatedAuditRecordList | Problem]
    """

    kwargs = _get_kwargs(
        action=action,
        actor=actor,
        correlation_id=correlation_id,
        ending_before=ending_before,
        limit=limit,
        object_id=object_id,
        object_type=object_type,
        since=since,
        starting_after=starting_after,
        text=text,
        until=until,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    action: str | Unset = UNSET,
    actor: UUID | Unset = UNSET,
    correlation_id: str | Unset = UNSET,
    ending_before: UUID | Unset = UNSET,
    limit: int | Unset = 20,
    object_id: str | Unset = UNSET,
    object_type: str | Unset = UNSET,
    since: datetime.datetime | Unset = UNSET,
    starting_after: UUID | Unset = UNSET,
    text: str | Unset = UNSET,
    until: datetime.datetime | Unset = UNSET,
) -> PaginatedAuditRecordList | Problem | None:
    """What was done in this tenant, newest first

     What was done in this tenant, newest first.

    Permission: `system:read`.

    Args:
        action (str | Unset):
        actor (UUID | Unset):
        correlation_id (str | Unset):
        ending_before (UUID | Unset):
        limit (int | Unset):  Default: 20.
        object_id (str | Unset):
        object_type (str | Unset):
        since (datetime.datetime | Unset):
        starting_after (UUID | Unset):
        text (str | Unset):
        until (datetime.datetime | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PaginatedAuditRecordList | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            action=action,
            actor=actor,
            correlation_id=correlation_id,
            ending_before=ending_before,
            limit=limit,
            object_id=object_id,
            object_type=object_type,
            since=since,
            starting_after=starting_after,
            text=text,
            until=until,
        )
    ).parsed
