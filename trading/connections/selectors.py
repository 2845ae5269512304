"""Reads of connections. `access_*` fetches and authorises; nothing here reads a secret."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings

from cryptouniverse.kernel.bulk import query
from tenants.provisioning.selectors import live_trading
from trading.connections.errors import UnknownConnection
from trading.connections.models import Connection
from trading.connections.types import Kind, RealMoney, Status, Yes
from trading.exchanges.selectors import trades_by_itself

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.users.models import User

_YESES = """
    SELECT c.id, c.venue, t.live_trading, c.autonomous_live
    FROM trading_connections_connection c
    JOIN public.tenants_provisioning_tenant t ON t.schema_name = current_schema()
    WHERE c.id = ANY(%s)
"""


def connections_for(user: User) -> QuerySet[Connection]:
    """The user's own connections, newest first, without the deleted ones."""
    return Connection.objects.filter(owner=user).exclude(status=Status.DELETED).order_by("-pk")


def stopped_connections_for(user: User) -> QuerySet[Connection]:
    """Those of the user's connections that buy nothing new because something is wrong, the longest first."""
    return connections_for(user).filter(entries_stopped_at__isnull=False).order_by("entries_stopped_at", "pk")


def access_connection(user: User, public_id: UUID | str) -> Connection:
    """The user's connection with this id. Raises UnknownConnection, also for somebody else's and for a deleted one."""
    found = connections_for(user).filter(public_id=public_id).first()
    if found is None:
        raise UnknownConnection(connection=str(public_id))
    return found


def known_connections(ids: Collection[UUID]) -> list[UUID]:
    """Those of `ids` that are connections of the active tenant, deleted ones too."""
    return list(Connection.objects.filter(public_id__in=ids).values_list("public_id", flat=True))


def active_connections() -> list[Connection]:
    """The tenant's connections that the trader serves, oldest first: active ones, and refused ones for their exits.

    Paper is not among them: it meets our own books. Ask `takes_entries` before buying anything.
    """
    return list(
        Connection.objects.filter(served_since__isnull=False)
        .exclude(kind=Kind.PAPER)
        .select_related("owner")
        .order_by("pk")
    )


def practises() -> bool:
    """Whether a connection of the tenant is served at the practice exchange of this installation."""
    served = Connection.objects.filter(served_since__isnull=False, kind=Kind.SANDBOX, base_url="")
    return served.exists()


def connection_by_pk(pk: int) -> Connection:
    """The tenant's connection with this key. For the trader, which serves it; raises UnknownConnection."""
    found = Connection.objects.filter(pk=pk).select_related("owner").first()
    if found is None:
        raise UnknownConnection(connection=str(pk))
    return found


def connections_with_a_key() -> list[Connection]:
    """Every connection of the tenant that has a key, oldest first."""
    rows = Connection.objects.filter(secrets_version__gt=0).exclude(status=Status.DELETED)
    return list(rows.select_related("owner").order_by("pk"))


def connections_to_check() -> list[Connection]:
    """Those that wait for the trader to ask the venue about them, longest first."""
    waiting = Connection.objects.filter(check_asked_at__isnull=False, secrets_version__gt=0)
    return list(waiting.exclude(status=Status.DELETED).select_related("owner").order_by("check_asked_at", "pk"))


def every_connection() -> QuerySet[Connection]:
    """All of the active tenant's, for operators, by owner and label; not those that were deleted."""
    return Connection.objects.exclude(status=Status.DELETED).select_related("owner").order_by("owner__email", "label")


def real_money_at(connection_pks: Collection[int]) -> dict[int, RealMoney]:
    """What buying for real money there asks for, by connection. One query."""
    return {
        pk: RealMoney(venue, (*_missing(venue, tenant), *(() if own else (Yes.CONNECTION,))))
        for pk, venue, tenant, own in query(_YESES, [list(connection_pks)])
    }


def missing_yeses(connection_pk: int) -> tuple[Yes, ...]:
    """Who has not said yes yet to bots buying for real money there. The bots' own are not looked at."""
    return real_money_at([connection_pk])[connection_pk].missing


def missing_at(venue: str) -> tuple[Yes, ...]:
    """Who has not said yes yet to trading for real money at `venue`, accounts and bots aside."""
    return _missing(venue, live_trading())


def _missing(venue: str, tenant: bool) -> tuple[Yes, ...]:
    said = {Yes.PLATFORM: bool(settings.LIVE_TRADING), Yes.TENANT: tenant, Yes.VENUE: trades_by_itself(venue)}
    return tuple(who for who, yes in said.items() if not yes)
