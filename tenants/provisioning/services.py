"""Making, moving and removing tenants. All of it is the role `owner`'s work: see `owner.as_owner`."""

from __future__ import annotations

import re
import secrets

from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from psycopg import sql

from cryptouniverse.kernel.context import TenantCtx
from cryptouniverse.kernel.tenancy import in_public
from tenants.provisioning.cloning import clone_template
from tenants.provisioning.errors import BadSlug, TenantExists
from tenants.provisioning.grants import grant_schema
from tenants.provisioning.models import Domain, Tenant
from tenants.provisioning.owner import as_owner

TEMPLATE_SCHEMA = "t_template"
_SLUG = re.compile(r"[a-z][a-z0-9-]{2,39}\Z")
_MIGRATION_LOCK = 7_315_001


def create_tenant(*, slug: str, name: str, hosts: tuple[str, ...] = ()) -> TenantCtx:
    """A new tenant: a schema cloned from the migrated template, its grants, and the hosts it answers to.

    slug: 3 to 40 of a-z, 0-9, dash. Raises BadSlug or TenantExists, and then leaves nothing behind.
    """
    if not _SLUG.match(slug):
        raise BadSlug(slug=slug)
    with as_owner(), in_public(), transaction.atomic():
        taken = Domain.objects.filter(domain__in=hosts).values_list("domain", flat=True)
        if Tenant.objects.filter(slug=slug).exists() or taken:
            raise TenantExists(slug=slug, hosts=list(taken))
        schema = f"t_{secrets.token_hex(8)}"
        clone_template(template=TEMPLATE_SCHEMA, schema=schema)
        grant_schema(schema)
        tenant = Tenant.objects.create(schema_name=schema, slug=slug, name=name)
        Domain.objects.bulk_create(
            Domain(domain=host, tenant=tenant, is_primary=number == 0) for number, host in enumerate(hosts)
        )
    made: TenantCtx = tenant.as_ctx()
    return made


def drop_tenant(*, slug: str) -> None:
    """Remove a tenant, its schema and everything in it. Raises Tenant.DoesNotExist; there is no way back."""
    with as_owner(), in_public(), transaction.atomic():
        tenant = Tenant.objects.exclude(status=Tenant.Status.TEMPLATE).get(slug=slug)
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(tenant.schema_name)))
        tenant.delete()


def ensure_migrated() -> bool:
    """Migrate where something is missing, so that any command may be the first one; whether there was anything to do.

    Raises Unavailable when there was and this process may not (it has no DATABASE_OWNER_URL).
    """
    with in_public():
        executor = MigrationExecutor(connection)
        if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
    migrate_everything(verbosity=0)
    return True


def migrate_everything(*, verbosity: int = 1) -> None:
    """Bring public, the template and then every tenant to the present version. One runner at a time; resumable."""
    with as_owner(), in_public():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_MIGRATION_LOCK])
        call_command("migrate_schemas", shared=True, interactive=False, verbosity=verbosity)
        _ensure_template()
        schemas = [TEMPLATE_SCHEMA, *_tenant_schemas()]
        for schema in schemas:
            call_command("migrate_schemas", tenant=True, schema_name=schema, interactive=False, verbosity=verbosity)
        connection.set_schema_to_public()  # type: ignore[attr-defined]  # of django-tenants' backend
        for schema in ("public", *schemas):
            grant_schema(schema)


def _ensure_template() -> None:
    Tenant.objects.get_or_create(
        schema_name=TEMPLATE_SCHEMA,
        defaults={"slug": "template", "name": "Template", "status": Tenant.Status.TEMPLATE},
    )
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(TEMPLATE_SCHEMA)))


def _tenant_schemas() -> list[str]:
    rows = Tenant.objects.exclude(status=Tenant.Status.TEMPLATE).order_by("pk")
    return list(rows.values_list("schema_name", flat=True))
