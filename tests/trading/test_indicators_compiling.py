"""Compiled loops: kept below the state folder, and where that cannot be written each process compiles for itself."""

from __future__ import annotations

import os
import subprocess
import sys

CODE = """
import numpy as np
from trading.indicators.windows import root_means

print(root_means(np.full(9, 4.0), 3, 0)[-1])
"""


def computed(home):
    told = {name: value for name, value in os.environ.items() if name != "NUMBA_CACHE_DIR"} | {"CU_HOME": str(home)}
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, env=told, check=True)
    return float(done.stdout)


def test_what_was_compiled_is_kept_below_the_state_folder(tmp_path):
    assert computed(tmp_path) == 2.0
    assert list(tmp_path.glob("compiled/*/**/*.nbc"))


def test_where_nothing_can_be_kept_it_computes_all_the_same():
    assert computed("/dev/null") == 2.0
