"""Benchmarks are found by themselves, and what they print can be read by a person and by a program."""

import json
from importlib import import_module

import pytest

from benchmarks.__main__ import benchmark_names
from benchmarks.figures import as_json, as_table, at_least, below, percentile


def test_every_figure_has_its_file():
    assert set(benchmark_names()) >= {
        "backtest",
        "candle_import",
        "dashboard",
        "push",
        "replay",
        "tenant_creation",
        "year_of_minutes",
    }


@pytest.mark.parametrize("name", benchmark_names())
def test_every_benchmark_finds_what_it_measures(name):
    assert callable(import_module(f"benchmarks.{name}").measure)


def test_a_missed_goal_is_shown():
    figures = [at_least("replay", 99.99, "orders/s", 100), below("push_p50", 49.9, "ms", 50)]

    assert [(f["name"], f["goal"], f["holds"]) for f in json.loads(as_json(figures))] == [
        ("replay", ">= 100", False),
        ("push_p50", "< 50", True),
    ]
    assert as_table(figures).splitlines()[1].split() == ["replay", "99.99", "orders/s", ">=", "100", "NO"]


def test_a_percentile_is_a_value_that_was_measured():
    values = [float(number) for number in range(100, 0, -1)]
    assert [percentile(values, share) for share in (0.5, 0.95, 0.99, 1)] == [50, 95, 99, 100]
    assert percentile([7.0], 0.5) == 7
