"""How much a tenant may have: the platform's numbers, or its own. Asked by the services that make things.

A domain says which rows count, as table and condition: `counted = {"bots": ("strategies_bots_bot", "true")}` on its
AppConfig. Of limits that count for each person or each search it says the most that one of them has, as a query:
`measured`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final, LiteralString

from django.apps import apps
from django.db import connection, transaction
from psycopg import sql

from cryptouniverse.kernel.context import current_tenant
from cryptouniverse.kernel.daily import requests_today
from cryptouniverse.kernel.errors import Invalid
from cryptouniverse.kernel.tenancy import in_public
from cryptouniverse.kernel.words import gettext_noop as _
from tenants.audit.types import Actor
from tenants.provisioning.errors import QuotaReached
from tenants.provisioning.models import Tenant
from tenants.provisioning.selectors import any_tenant, forget_hosts
from tenants.provisioning.services.both_audits import reason_of, record_in_both
from tenants.provisioning.types import API_REQUESTS, OF_ONE, QUOTAS, STORAGE, Quota

CLOSE: Final = 100  # places left from which callers wait for each other


def require_room(name: str, *, more: int = 1) -> None:
    """Let the caller's transaction make `more` things of this kind, or raise QuotaReached with limit and value.

    Near the limit the tenant's row is locked until the transaction ends, so that two callers do not both take the last
    place. KeyError for a kind that nobody counts.
    """
    rows = Tenant.objects.filter(schema_name=current_tenant().schema)
    with transaction.atomic():
        tenant = rows.get()
        if _used(name) + more > _most(tenant, name) - CLOSE:
            tenant = rows.select_for_update(no_key=True).get()
            _require(tenant, name, more)
        if tenant.storage_rows_max is not None:
            _require(tenant, STORAGE, 0)


def most_of(name: str) -> int:
    """The active tenant's limit of this name, for whoever counts by themselves. One query. KeyError for no limit."""
    return _most(Tenant.objects.get(schema_name=current_tenant().schema), name)


def quotas() -> list[Quota]:
    """Every limit of the active tenant, with how much of it is used. Raises Unavailable while Redis is away."""
    tenant = Tenant.objects.get(schema_name=current_tenant().schema)
    return [
        Quota(name, _used(name), _most(tenant, name), getattr(tenant, f"{name}_max") is not None, name in OF_ONE)
        for name in (*sorted(_counted()), API_REQUESTS, STORAGE, *sorted(_measured()))
    ]


def set_quotas(*, slug: str, numbers: Mapping[str, int | None], reason: str, actor: Actor | None = None) -> None:
    """Give a tenant limits of its own, by name ({"bots": 5}); None is the platform's number again. In both audits.

    Every process has them within `memory.REMEMBERED_S`.

    Raises UnknownTenant, ReasonMissing, or Invalid for a name or number that cannot be.
    """
    why = reason_of(reason)
    if not numbers or not set(numbers) <= set(QUOTAS) or any(n is not None and n < 0 for n in numbers.values()):
        raise Invalid(_("A limit is one of %(names)s and not below zero."), names=", ".join(QUOTAS))
    columns = {f"{name}_max": number for name, number in numbers.items()}
    with in_public(), transaction.atomic():
        tenant = any_tenant(slug).tenant
        row = Tenant.objects.select_for_update(no_key=True).get(public_id=tenant.id)
        before = {name: getattr(row, name) for name in columns}
        Tenant.objects.filter(pk=row.pk).update(**columns)
        transaction.on_commit(forget_hosts)
        after = {**columns, "reason": why}
        record_in_both(tenant=tenant, actor=actor, action="tenant.limits_changed", before=before, after=after)


def _require(tenant: Tenant, name: str, more: int) -> None:
    most, used = _most(tenant, name), _used(name)
    if used + more > most:
        raise QuotaReached(quota=name, limit=most, value=used)


def _most(tenant: Tenant, name: str) -> int:
    own = getattr(tenant, f"{name}_max")
    return QUOTAS[name] if own is None else int(own)


def _used(name: str) -> int:
    """Things: counted. Rows: as PostgreSQL last estimated them, which is exact enough and costs nothing.

    Requests: today's. Raises Unavailable while Redis, which counts them, is away.
    """
    if name == API_REQUESTS:
        return requests_today(current_tenant())
    with connection.cursor() as cursor:
        if name == STORAGE:
            cursor.execute(
                "SELECT coalesce(sum(greatest(reltuples, pg_stat_get_live_tuples(oid))), 0) FROM pg_class"
                " WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'"
            )
        elif name in OF_ONE:
            cursor.execute(_measured()[name])
        else:
            table, condition = _counted()[name]
            count = sql.SQL("SELECT count(*) FROM {} WHERE {}")
            cursor.execute(count.format(sql.Identifier(table), sql.SQL(condition)))
        return int(cursor.fetchone()[0])


@cache
def _counted() -> dict[str, tuple[LiteralString, LiteralString]]:
    found: dict[str, tuple[LiteralString, LiteralString]] = {}
    for config in apps.get_app_configs():
        found |= getattr(config, "counted", {})
    return found


@cache
def _measured() -> dict[str, LiteralString]:
    found: dict[str, LiteralString] = {}
    for config in apps.get_app_configs():
        found |= getattr(config, "measured", {})
    return found
