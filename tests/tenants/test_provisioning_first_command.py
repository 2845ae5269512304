"""Any command may be the first one: on an empty database it migrates, on a present one it does nothing."""

import os
import subprocess
import sys
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings
from psycopg import sql

from tenants.provisioning.services import ensure_migrated
from tests.database import drop_database


@pytest.fixture
def empty_database():
    """The addresses of a database with nothing in it, for both roles."""
    name = f"cu_test_empty_{uuid4().hex[:12]}"
    role = settings.CU.database(owner=True)
    server = {"dbname": "postgres", "user": role["USER"], "password": role["PASSWORD"]}
    with psycopg.connect(**server, host=role["HOST"], port=role["PORT"], autocommit=True) as maintenance:
        maintenance.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    names = ("DATABASE_URL", "DATABASE_OWNER_URL")
    yield {key: urlunsplit(urlsplit(os.environ[key])._replace(path=f"/{name}")) for key in names}
    drop_database(name)


def test_a_present_database_is_left_alone(db):
    assert ensure_migrated() is False


@pytest.mark.parametrize(
    "command", ["market_status", "check_books", "dead_letters", "new_password demo demo@example.com"]
)
def test_a_command_that_needs_what_is_not_there_says_so_in_one_sentence(empty_database, command):
    done = subprocess.run(
        [sys.executable, "manage.py", *command.split()],
        cwd=settings.BASE_DIR,
        env={**os.environ, **empty_database},
        capture_output=True,
        text=True,
        timeout=100,
    )

    assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
    assert "The database has no tables yet: `./cu run` makes them" in done.stderr


def test_candles_can_be_imported_before_anything_else(empty_database, tmp_path):
    file = tmp_path / "binance_BTC-USDT_1h.csv"
    file.write_text(
        "ts,open,high,low,close,volume\n1704067200000,100.5,101,100,100.5,1\n1704070800000,100.5,101,100,101,2\n"
    )

    done = subprocess.run(
        [sys.executable, "manage.py", "import_candles", str(file)],
        cwd=settings.BASE_DIR,
        env={**os.environ, **empty_database},
        capture_output=True,
        text=True,
        timeout=100,
    )

    assert (done.returncode, "2 candles from 1 files" in done.stdout) == (0, True), done.stderr
