"""What is compiled: from the very functions, kept under the hash of all that it stands on, loaded where it is run."""

import subprocess
import sys
from types import SimpleNamespace

from strategies.backtest.engine import compiled, entries, exits, loop, rows
from tests.covering import written
from trading.fills import compiled as rules_compiled
from trading.fills.compiled import kept_in

PURE = "trading.fills, strategies.backtest.engine.study, strategies.backtest.types, strategies.backtest.telling"


def test_nobody_loads_the_compiler_before_something_is_run():
    said = f"import sys, {PURE}; print(sorted({{'numba', 'django'}} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_the_loop_is_compiled_from_its_source_for_one_signature():
    assert compiled.walk.py_func.__code__ == written(loop.walk).__code__
    assert len(compiled.walk.signatures) == 1


def test_another_line_in_any_source_is_another_place(tmp_path):
    source = tmp_path / "source.py"
    places = []
    for text in ("one", "other", "one"):
        source.write_text(text)
        places.append(kept_in([SimpleNamespace(__file__=str(source))], str(tmp_path)))

    assert places[0] == places[2] != places[1]
    assert all(place.parent == tmp_path for place in places)


def test_where_nothing_can_be_kept_it_is_compiled_each_time(tmp_path):
    closed = tmp_path / "a_file"
    closed.write_text("")

    assert kept_in([rows], str(closed)) is None


def test_every_function_of_the_loop_is_told_to_the_compiler():
    for module in (exits, entries, loop):
        own = {name for name, one in vars(module).items() if getattr(one, "__module__", "") == module.__name__}
        assert own - {part.__name__ for part in module.PARTS} <= {"walk"}
    assert {source.__name__ for source in rules_compiled.SOURCES} >= {"trading.fills.rules", "trading.fills.triggers"}
