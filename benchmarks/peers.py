"""The environment of the programs that ours is measured against: made once, from pinned versions, beside our state."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from cryptouniverse.stack.home import find_home

HERE = Path(__file__).parent
PINNED = HERE / "peers.txt"


def peers_python() -> Path:
    """The interpreter of that environment; installs it where it is missing or another one is pinned."""
    name = hashlib.sha256(PINNED.read_bytes()).hexdigest()[:12]
    folder = find_home().path / "peers" / name
    python, done = folder / "bin" / "python", folder / ".installed"
    if not done.exists():
        print("installing the peers, once ...", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        pip = [str(python), "-m", "pip", "install", "-qq", "--disable-pip-version-check", "-r", str(PINNED)]
        subprocess.run(pip, check=True, stdout=sys.stderr)
        done.touch()
    return python


def ask_peer(what: str, arrays: Path) -> dict[str, Any]:
    """What `peer_runs.py` says of `what` over the arrays in a file."""
    command = [str(peers_python()), str(HERE / "peer_runs.py"), what, str(arrays)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said
