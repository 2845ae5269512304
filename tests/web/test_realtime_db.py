"""Threads' connections: kept from call to call, asked whether they live after a rest, made anew when they died."""

import asyncio

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from cryptouniverse.realtime import db
from cryptouniverse.realtime.db import run_in_tenant


def backend() -> int:
    """The server's process behind this thread's connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def end_it() -> None:
    """The server ends this connection while it is in use."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


@pytest.fixture
def one_thread(monkeypatch):
    """Every call in the same thread, so that a connection can be told from another."""
    from concurrent.futures import ThreadPoolExecutor

    pool = ThreadPoolExecutor(max_workers=1)
    monkeypatch.setattr(db, "_threads", pool)
    yield
    pool.submit(lambda: connection.close()).result()  # that of its thread
    pool.shutdown()


def test_a_call_finds_the_connection_of_the_one_before(used_tenant, one_thread):
    async def play() -> list[int]:
        return [await run_in_tenant(used_tenant, backend) for _ in range(3)]

    assert len(set(asyncio.run(play()))) == 1


def test_a_connection_that_just_worked_is_not_asked_whether_it_lives(used_tenant, one_thread):
    def statements() -> list[str]:
        with CaptureQueriesContext(connection) as seen:
            backend()
        return [query["sql"] for query in seen]

    async def play() -> list[str]:
        await run_in_tenant(used_tenant, backend)
        return await run_in_tenant(used_tenant, statements)

    assert [sql for sql in asyncio.run(play()) if "search_path" not in sql] == ["SELECT pg_backend_pid()"]


def test_a_connection_that_died_costs_one_call(used_tenant, one_thread):
    async def play() -> tuple[int, int]:
        first = await run_in_tenant(used_tenant, backend)
        with pytest.raises(OperationalError):
            await run_in_tenant(used_tenant, end_it)
        return first, await run_in_tenant(used_tenant, backend)

    first, second = asyncio.run(play())
    assert first != second
