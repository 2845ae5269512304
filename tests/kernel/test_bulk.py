"""Statements over many rows: keys come in order, repeats are left alone."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from aiengine.autopilot.models import CycleRun
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.bulk import insert_rows, query, update_rows

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
