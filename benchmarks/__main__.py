"""`python -m benchmarks [NAME] [--json]`: measure every figure, or one benchmark's; progress goes to stderr.

A figure that misses its goal is shown and does not fail the command. A benchmark is a file here with a function
`measure`, which yields figures; it is found by itself and gets a scratch database, removed after it.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path

from benchmarks.figures import Figure, as_json, as_table

Measure = Callable[[], Iterable[Figure]]


def benchmark_names() -> list[str]:
    """Every benchmark there is, by file name."""
    files = Path(__file__).parent.glob("*.py")
    return sorted(file.stem for file in files if "\ndef measure(" in file.read_text())


def main() -> int:
    """Measure what the command line names and print it."""
    names = benchmark_names()
    parser = ArgumentParser(prog="./cu bench", description="Every figure with its goal.")
    parser.add_argument("name", nargs="?", choices=names, metavar="NAME", help=", ".join(names))
    parser.add_argument("--json", action="store_true", help="print a JSON list and nothing else")
    chosen = parser.parse_args()
    figures = [figure for name in ([chosen.name] if chosen.name else names) for figure in measured(name)]
    print(as_json(figures) if chosen.json else as_table(figures))
    return 0


def measured(name: str) -> list[Figure]:
    """The figures of one benchmark, in a scratch database."""
    import_module("tests.environment")  # says where the servers are, and names a Redis database of our own
    import django

    django.setup()
    from benchmarks.stage import scratch_database

    print(f"{name} ...", file=sys.stderr)
    measure: Measure = import_module(f"benchmarks.{name}").measure
    with scratch_database():
        return list(measure())


if __name__ == "__main__":
    sys.exit(main())
