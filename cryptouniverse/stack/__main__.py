"""`python -m cryptouniverse.stack COMMAND ...`: what `./cu` calls once the environment is installed."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence

from cryptouniverse.stack.commands import COMMANDS
from cryptouniverse.stack.errors import StackError


def main(arguments: Sequence[str]) -> int:
    """Run one command; an obstacle becomes one sentence and exit code 1, an unknown command 2."""
    name, *rest = arguments or ["help"]
    if name not in COMMANDS:
        sys.stderr.write(f"cu: there is no command '{name}': choose one of {', '.join(COMMANDS)}.\n")
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # unwind: what we started ends with us
    try:
        return COMMANDS[name](rest)
    except StackError as error:
        sys.stderr.write(f"cu: {error}\n")
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
