"""Statements over many rows: keys come in order, repeats are left alone, and the search path follows the tenant."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from aiengine.autopilot.models import CycleRun
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.bulk import insert_rows, one_path, query, update_rows, write
from cryptouniverse.kernel.tenancy import in_tenant

COLUMNS = ("timeframe", "slot_ms", "work", "ran_at")


def run(work: str, slot_ms: int = 0) -> tuple[str, int, str, object]:
    return ("1h", slot_ms, work, clock.now())


def schema() -> str:
    return query("SELECT current_schema()")[0][0]


def test_new_rows_get_their_keys_in_the_given_order(acme):
    keys = insert_rows(CycleRun, COLUMNS, [run("b"), run("a"), run("c")])

    assert [CycleRun.objects.get(pk=key).work for key in keys] == ["b", "a", "c"]


def test_repeated_rows_are_left_alone_and_get_no_key(acme):
    insert_rows(CycleRun, COLUMNS, [run("a")])

    assert len(insert_rows(CycleRun, COLUMNS, [run("a"), run("b")], repeats=True)) == 1
    assert CycleRun.objects.count() == 2


def test_many_rows_are_changed_by_one_statement(acme):
    keys = insert_rows(CycleRun, COLUMNS, [run("a"), run("b"), run("c")])

    assert update_rows(CycleRun, ("slot_ms",), [(keys[0], 5), (keys[2], 7)]) == 2
    assert sorted(CycleRun.objects.values_list("work", "slot_ms")) == [("a", 5), ("b", 0), ("c", 7)]


def test_nothing_to_write_is_no_statement(acme):
    with CaptureQueriesContext(connection) as seen:
        assert (insert_rows(CycleRun, COLUMNS, []), update_rows(CycleRun, ("slot_ms",), [])) == ([], 0)

    assert len(seen) == 0


def test_the_search_path_is_set_once_for_many_statements(acme):
    with CaptureQueriesContext(connection) as seen, one_path():
        assert {schema() for _ in range(5)} == {acme.schema}

    assert sum(statement["sql"].startswith("SET search_path") for statement in seen) == 1


def test_on_one_path_statements_still_follow_the_tenant(acme, bolt_ctx):
    with one_path():
        before = schema()
        with in_tenant(bolt_ctx):
            inside = schema()
        after = schema()

    assert (before, inside, after) == (acme.schema, bolt_ctx.schema, acme.schema)


def test_a_rollback_that_undoes_the_path_is_seen(acme, bolt_ctx):
    with one_path():
        with pytest.raises(ZeroDivisionError), transaction.atomic(), in_tenant(bolt_ctx):
            write("UPDATE aiengine_autopilot_cyclerun SET slot_ms = 1")
            raise ZeroDivisionError
        assert schema() == acme.schema
