"""Checks of keys that somebody waits for. Beside the orders: an exchange that does not answer delays no connection."""

from __future__ import annotations

import asyncio

import structlog

from cryptouniverse.kernel.errors import CryptoUniverseError
from cryptouniverse.realtime.db import run_in_public, run_in_tenant
from tenants.provisioning.selectors import trading_tenants
from trading.connections.selectors import connection_by_pk, connections_to_check
from trading.connections.services import check_connection, note_check
from trading.connections.types import Finding, Status
from trading.execution.trader.waiting import happens

log = structlog.get_logger(__name__)
LOOK_EVERY_MS = 3_000


async def keep_checking(look_now: asyncio.Event) -> None:
    """Check what waits for it in every tenant, again and again, sooner when `look_now` is set."""
    while True:
        look_now.clear()
        for tenant in await run_in_public(trading_tenants):
            await run_in_tenant(tenant, check_what_waits)
        await happens(look_now, within_ms=LOOK_EVERY_MS)


def check_what_waits() -> None:
    """Check the active tenant's keys; one that cannot even be opened is told so, and holds up no other."""
    for connection in connections_to_check():
        try:
            check_connection(connection)
        except CryptoUniverseError as error:
            log.error("a key could not be checked", connection=str(connection.public_id), code=error.code)
            note_check(connection=connection, finding=Finding(error=error.message))


def note_refusal(pk: int, version: int, sentence: str) -> None:
    """The exchange takes the key of that version no more. Said once, and not of a key that has replaced it."""
    connection = connection_by_pk(pk)
    if connection.status != Status.REFUSED and connection.secrets_version == version:
        note_check(connection=connection, finding=Finding(error=sentence, refused=True))
