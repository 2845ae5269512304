"""A real PostgreSQL database for each test process, copied in half a second from a migrated template.

The template holds the public schema, the tenants' template and two tenants, Acme and Bolt. It is named after the
migrations, the SQL and the grants, so that a change of any of them makes a new one.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connection, connections
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent
TENANTS = {"acme": "Acme", "bolt": "Bolt"}
APPS = ("cryptouniverse", "accounts", "tenants", "credits", "trading", "strategies", "aiengine")
SHAPES = ("**/migrations/*.py", "**/sql/*.sql", "**/apps.py")
LENT = "CU_TEST_DATABASE"  # names a database that another process has made and will drop
_LOCK = 7_315_003


def template_name() -> str:
    """`cu_template_<hash of what makes its schema>`."""
    digest = hashlib.sha256((ROOT / "requirements.txt").read_bytes())
    files = [ROOT / "cryptouniverse/settings.py", Path(__file__), *ROOT.glob("tenants/provisioning/**/*.py")]
    for app in APPS:
        files += [file for shape in SHAPES for file in (ROOT / app).glob(shape)]
    for file in sorted(set(files)):
        digest.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
    return f"cu_template_{digest.hexdigest()[:16]}"


def make_database(name: str, *, durable: bool = False) -> None:
    """(Re)make database `name` as a copy of the template, building the template first if need be.

    durable: a commit waits for the disk, as in production; what is dropped after its tests need not.
    """
    with _maintenance() as server:
        template = _ensure_template(server)
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
        if not durable:
            server.execute(sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(sql.Identifier(name)))


def drop_database(name: str) -> None:
    """Remove database `name` and whoever is connected to it."""
    with _maintenance() as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def use_database(name: str) -> None:
    """Point Django's default connection at database `name`, for both roles."""
    connection.close()
    connections.settings["default"]["NAME"] = name
    connection.settings_dict["NAME"] = name


def _ensure_template(server: psycopg.Connection) -> str:
    """Its name. Whoever asks first makes it; the others wait for it until their connection ends."""
    template = template_name()
    server.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
    if not _is_there(server, template):
        _build_template(server, template)
    return template


def _is_there(server: psycopg.Connection, template: str) -> bool:
    return server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template]).fetchone() is not None


def _build_template(server: psycopg.Connection, template: str) -> None:
    from tenants.provisioning.services import create_tenant, migrate_everything

    building = f"{template}_new"
    for old in server.execute("SELECT datname FROM pg_database WHERE datname LIKE 'cu_template_%'").fetchall():
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(old[0])))
    server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(building)))
    use_database(building)
    migrate_everything(verbosity=0)
    for slug, name in TENANTS.items():
        create_tenant(slug=slug, name=name, hosts=(f"{slug}.localhost",))
    connection.close()
    server.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(building), sql.Identifier(template)))


@contextmanager
def _maintenance() -> Iterator[psycopg.Connection]:
    role = settings.CU.database(owner=True)
    names = {"dbname": "postgres", "user": role["USER"], "password": role["PASSWORD"]}
    with psycopg.connect(**names, host=role["HOST"], port=role["PORT"], autocommit=True) as server:
        yield server


def database_name() -> str:
    """This test process's own database."""
    return f"cu_test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"


if __name__ == "__main__":  # the template alone, before the first test needs it
    with _maintenance() as _server:
        if not _is_there(_server, template_name()):
            import django

            django.setup()
            _ensure_template(_server)
