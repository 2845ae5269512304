"""Any command may be the first one: on an empty database it migrates, on a present one it does nothing."""

from uuid import uuid4

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from psycopg import sql

from tenants.provisioning.services import ensure_migrated
from tests.database import database_name, drop_database, use_database
from tests.proofs.programs import manage


@pytest.fixture
def empty():
    """The name of a database with nothing in it."""
    name = f"cu_test_empty_{uuid4().hex[:12]}"
    role = settings.CU.database(owner=True)
    server = {"dbname": "postgres", "user": role["USER"], "password": role["PASSWORD"]}
    with psycopg.connect(**server, host=role["HOST"], port=role["PORT"], autocommit=True) as maintenance:
        maintenance.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    yield name
    drop_database(name)


@pytest.fixture
def in_empty_database(empty, django_db_setup, django_db_blocker):
    """This process uses the empty database."""
    with django_db_blocker.unblock():
        use_database(empty)
        yield
        use_database(database_name())


def test_a_present_database_is_left_alone(db):
    assert ensure_migrated() is False


def test_a_command_that_needs_what_is_not_there_says_so_in_one_sentence(empty):
    done = manage("check_books", database=empty)

    assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
    assert "The database has no tables yet: `./cu run` makes them" in done.stderr


@pytest.mark.parametrize("command", ["market_status", "dead_letters", "new_password demo demo@example.com"])
def test_so_does_every_other(in_empty_database, command):
    with pytest.raises(CommandError, match=r"^The database has no tables yet: `\./cu run` makes them"):
        call_command(*command.split())


@pytest.mark.prove
def test_candles_can_be_imported_before_anything_else(empty, tmp_path):
    file = tmp_path / "binance_BTC-USDT_1h.csv"
    file.write_text(
        "ts,open,high,low,close,volume\n1704067200000,100.5,101,100,100.5,1\n1704070800000,100.5,101,100,101,2\n"
    )

    done = manage("import_candles", str(file), database=empty)

    assert (done.returncode, "2 candles from 1 files" in done.stdout) == (0, True), done.stderr
