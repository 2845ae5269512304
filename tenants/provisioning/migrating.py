"""The runner of migrations: public, then the template, then every tenant; one at a time, and where it stopped.

Each migration is one transaction per schema, with its row in `django_migrations`: a kill leaves it done or not begun.
What a schema has is read from that table; `SchemaStatus` says it to those who serve the tenants.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice

import structlog
from django.apps import apps
from django.core.management.sql import emit_pre_migrate_signal
from django.db import Error, connection, transaction
from django.db.migrations import Migration
from django.db.models.signals import post_migrate
from psycopg import sql

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.tenancy import PUBLIC, in_public, in_schema_alone
from tenants.provisioning.errors import MigrationsFailedError
from tenants.provisioning.grants import grant_schema
from tenants.provisioning.models import SchemaStatus, Tenant
from tenants.provisioning.owner import as_owner
from tenants.provisioning.plan import Key, Plan, Step, public_plan, recorded_as, tenant_plan

TEMPLATE_SCHEMA = "t_template"
LOCK_WITHIN_S = 30  # a table that somebody holds longer fails its tenant's migration, and the next run tries again
_RUNNER_LOCK = 7_315_001
_SCHEMAS_A_QUERY = 100
_REASON_MAX = 500
_STATUS_TABLE = "public.tenants_provisioning_schemastatus"
log = structlog.get_logger(__name__)
Steps = Mapping[Key, Sequence[Step]]


@dataclass(slots=True)
class MigrationReport:
    """What a run did. changed: schemas that were brought up to date. failed: schema -> why; it stays read-only."""

    changed: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)


def migrate_everything(*, verbosity: int = 1) -> MigrationReport:
    """Bring public, the template and then every tenant to the present version. One runner at a time; resumable.

    A tenant that fails keeps what it had and is served read-only; the others go on. Raises MigrationsFailedError when
    public or the template does: without them nothing new can be served.
    """
    report = MigrationReport()
    with as_owner(), in_public(), _only_runner():
        _migrate_public(report)
        _ensure_template()
        _migrate_tenants(report, tenant_plan())
    if verbosity and report.changed:
        log.info("schemas migrated", schemas=len(report.changed), failed=len(report.failed))
    return report


def is_current() -> bool:
    """Whether there is nothing to do: public, the template and every tenant have all migrations and their grants."""
    with in_public():
        if not _has_status() or _behind(public_plan(), [PUBLIC]):
            return False
        return not _behind(tenant_plan(), tenant_schemas())


def tenant_schemas() -> list[str]:
    """The template's schema, then every tenant's, oldest first."""
    own = Tenant.objects.exclude(schema_name=TEMPLATE_SCHEMA).order_by("pk").values_list("schema_name", flat=True)
    return [TEMPLATE_SCHEMA, *own]


def _migrate_public(report: MigrationReport) -> None:
    """First the tables, among them the one of statuses, which may not be there or not be whole yet."""
    plan = public_plan()
    missing = plan.missing(_applied_in([PUBLIC])[PUBLIC])
    try:
        _apply_all(PUBLIC, missing, _steps(plan, missing))
    except Exception as error:
        raise MigrationsFailedError(schema=PUBLIC, reason=_sentence(error)) from error
    _migrate(report, plan, [PUBLIC], first=PUBLIC)


def _migrate_tenants(report: MigrationReport, plan: Plan) -> None:
    _migrate(report, plan, tenant_schemas(), first=TEMPLATE_SCHEMA)


def _stop_at(report: MigrationReport, schema: str) -> None:
    if schema in report.failed:
        raise MigrationsFailedError(schema=schema, reason=report.failed[schema])


def _migrate(report: MigrationReport, plan: Plan, schemas: Sequence[str], *, first: str = "") -> None:
    """Mark what is behind, then bring it up to date, one schema after another."""
    behind = _behind(plan, schemas)
    if not behind:
        return
    _mark_behind(behind)
    steps = _steps(plan, [migration for missing in behind.values() for migration in missing])
    for schema, missing in behind.items():
        try:
            _bring_up(schema, missing, plan, steps)
            report.changed.append(schema)
        except Exception as error:  # whatever a migration raises, the other tenants must still be served
            log.exception("a schema was not migrated", schema=schema)
            report.failed[schema] = _sentence(error)
            _note(schema, state=SchemaStatus.State.FAILED, reason=report.failed[schema])
            if schema == first:
                _stop_at(report, schema)


def _behind(plan: Plan, schemas: Sequence[str]) -> dict[str, list[Migration]]:
    """Schema -> what it still needs, in order; empty where only grants or the status are old."""
    current = SchemaStatus.objects.filter(state=SchemaStatus.State.CURRENT, version=plan.version)
    known = set(current.values_list("schema_name", flat=True))
    behind = {}
    for schema, applied in _applied_in(schemas).items():
        missing = plan.missing(applied)
        if missing or schema not in known:
            behind[schema] = missing
    return behind


def _steps(plan: Plan, needed: Collection[Migration]) -> Steps:
    if not needed:
        return {}
    forwards = [(migration, False) for migration in needed]
    emit_pre_migrate_signal(0, False, connection.alias, plan=forwards)  # renamed models rename their content types
    return plan.steps({_key(migration) for migration in needed})


def _bring_up(schema: str, missing: Sequence[Migration], plan: Plan, steps: Steps) -> None:
    _note(schema, state=SchemaStatus.State.BEHIND, reason="", started_at=clock.now())
    _apply_all(schema, missing, steps)
    with in_public():
        before = SchemaStatus.objects.values_list("names", flat=True).get(schema_name=schema)
    with in_schema_alone(schema):
        _after_migrations({name.partition(".")[0] for name in set(plan.names) - set(before)})
    with transaction.atomic():
        grant_schema(schema)
        _note(
            schema,
            state=SchemaStatus.State.CURRENT,
            version=plan.version,
            names=plan.names,
            reason="",
            finished_at=clock.now(),
        )


def _apply_all(schema: str, missing: Sequence[Migration], steps: Steps) -> None:
    with in_schema_alone(schema):
        _ensure_table(schema)
        for migration in missing:
            _apply(migration, steps)


def _apply(migration: Migration, steps: Steps) -> None:
    """One migration and its row in one transaction. Django's own executor writes the row after the commit."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{LOCK_WITHIN_S}s"])
        with connection.schema_editor() as editor:
            for step in steps[_key(migration)]:
                step.operation.database_forwards(migration.app_label, editor, step.before, step.after)
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, %s)",
                [(*key, clock.now()) for key in recorded_as(migration)],
            )


def _after_migrations(labels: Collection[str]) -> None:
    """Content types and permissions of the apps that have new migrations here."""
    for config in apps.get_app_configs():
        if config.label in labels and config.models_module is not None:
            facts = {"verbosity": 0, "interactive": False, "using": connection.alias, "plan": [], "apps": apps}
            post_migrate.send(sender=config, app_config=config, stdout=None, **facts)


def _mark_behind(behind: Collection[str]) -> None:
    rows = [SchemaStatus(schema_name=schema, state=SchemaStatus.State.BEHIND) for schema in behind]
    SchemaStatus.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["schema_name"], update_fields=["state"]
    )


def _note(schema: str, **facts: object) -> None:
    with in_public():
        SchemaStatus.objects.filter(schema_name=schema).update(**facts)


def _applied_in(schemas: Sequence[str]) -> dict[str, set[Key]]:
    """Schema -> what its `django_migrations` holds; a handful of queries for any number of schemas."""
    applied: dict[str, set[Key]] = {schema: set() for schema in schemas}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT schemaname FROM pg_tables WHERE tablename = 'django_migrations' AND schemaname = ANY (%s)",
            [list(schemas)],
        )
        there = [name for (name,) in cursor.fetchall()]
        one, names = sql.SQL("SELECT {}, app, name FROM {}"), iter(there)
        while some := list(islice(names, _SCHEMAS_A_QUERY)):
            parts = [one.format(sql.Literal(name), sql.Identifier(name, "django_migrations")) for name in some]
            cursor.execute(sql.SQL(" UNION ALL ").join(parts))
            for schema, app, name in cursor.fetchall():
                applied[schema].add((app, name))
    return applied


def _ensure_table(schema: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL(
                "CREATE TABLE IF NOT EXISTS {} (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,"
                " app varchar(255) NOT NULL, name varchar(255) NOT NULL, applied timestamptz NOT NULL)"
            ).format(sql.Identifier(schema, "django_migrations"))
        )


def _ensure_template() -> None:
    Tenant.objects.get_or_create(
        schema_name=TEMPLATE_SCHEMA,
        defaults={"slug": "template", "name": "Template", "status": Tenant.Status.TEMPLATE},
    )
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(TEMPLATE_SCHEMA)))


def _has_status() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [_STATUS_TABLE])
        return cursor.fetchone()[0] is not None


@contextmanager
def _only_runner() -> Iterator[None]:
    """Wait until no other runner is at work. The lock ends with the connection, so a killed runner holds none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_RUNNER_LOCK])
    try:
        yield
    finally:
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_RUNNER_LOCK])


def _sentence(error: Exception) -> str:
    kind = type(error.__cause__ or error) if isinstance(error, Error) else type(error)
    return f"{kind.__name__}: {error}".partition("\n")[0][:_REASON_MAX]


def _key(migration: Migration) -> Key:
    return (migration.app_label, migration.name)
