"""Making and removing tenants. All of it is the role `owner`'s work: see `owner.as_owner`."""

from __future__ import annotations

import re
import secrets
from uuid import UUID

from django.db import connection, transaction
from psycopg import sql

from cryptouniverse.kernel.context import TenantCtx
from cryptouniverse.kernel.events.services import forget_tenant
from cryptouniverse.kernel.tenancy import in_public
from tenants.provisioning.cloning import clone_template
from tenants.provisioning.errors import BadSlug, TenantExists
from tenants.provisioning.grants import grant_schema
from tenants.provisioning.migrating import TEMPLATE_SCHEMA, is_current, migrate_everything
from tenants.provisioning.models import Domain, SchemaStatus, Tenant
from tenants.provisioning.owner import as_owner

_SLUG = re.compile(r"[a-z][a-z0-9-]{2,39}\Z")


def create_tenant(*, slug: str, name: str, hosts: tuple[str, ...] = ()) -> TenantCtx:
    """A new tenant: a schema cloned from the migrated template, its grants, and the hosts it answers to.

    slug: 3 to 40 of a-z, 0-9, dash. Raises BadSlug or TenantExists, and then leaves nothing behind.
    """
    with as_owner(), in_public(), transaction.atomic():
        return make(slug=slug, name=name, hosts=hosts)


def make(*, slug: str, name: str, hosts: tuple[str, ...] = (), **facts: UUID) -> TenantCtx:
    """`create_tenant` in the transaction of a caller who is the owner. facts: a public id that it had before."""
    if not _SLUG.match(slug):
        raise BadSlug(slug=slug)
    taken = Domain.objects.filter(domain__in=hosts).values_list("domain", flat=True)
    if Tenant.objects.filter(slug=slug).exists() or taken:
        raise TenantExists(slug=slug, hosts=list(taken))
    schema = f"t_{secrets.token_hex(8)}"
    clone_template(template=TEMPLATE_SCHEMA, schema=schema)
    grant_schema(schema)
    tenant = Tenant.objects.create(schema_name=schema, slug=slug, name=name, **facts)
    _same_status(schema)
    Domain.objects.bulk_create(
        Domain(domain=host, tenant=tenant, is_primary=number == 0) for number, host in enumerate(hosts)
    )
    made: TenantCtx = tenant.as_ctx()
    return made


def drop_tenant(*, slug: str) -> None:
    """Remove a tenant, its schema and everything in it. Raises Tenant.DoesNotExist; there is no way back."""
    with as_owner(), in_public(), transaction.atomic():
        remove(Tenant.objects.exclude(status=Tenant.Status.TEMPLATE).get(slug=slug))


def remove(tenant: Tenant) -> None:
    """Delete a tenant with its schema, hosts and events, in the transaction of a caller who is the owner."""
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(tenant.schema_name)))
    SchemaStatus.objects.filter(schema_name=tenant.schema_name).delete()
    forget_tenant(tenant.public_id)
    tenant.delete()


def ensure_migrated() -> bool:
    """Migrate where something is missing, so that any command may be the first one; whether there was anything to do.

    Raises Unavailable when there was and this process may not (it has no DATABASE_OWNER_URL).
    """
    if is_current():
        return False
    migrate_everything(verbosity=0)
    return True


def _same_status(schema: str) -> None:
    """A clone has the migrations of the template."""
    status = SchemaStatus.objects.get(schema_name=TEMPLATE_SCHEMA)
    status.pk, status.schema_name = None, schema
    status.save(force_insert=True)
