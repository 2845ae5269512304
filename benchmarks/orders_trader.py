"""`python -m benchmarks.orders_trader [STAMPS]`: the trader as `./cu manage trade` runs it, for the benchmark.

With STAMPS, a line goes to that file each time the first half of a request's body was handed to the socket: at the
earliest moment that is told when bytes of it have surely left.
"""

from __future__ import annotations

import os
import sys
import time


def main() -> None:
    """Trade until told to stop."""
    import django

    django.setup()
    from django.core.management import call_command

    from cryptouniverse.kernel import crashpoints

    if len(sys.argv) > 1:
        stamps = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

        def reached(name: str) -> None:
            if name == "body.half":
                os.write(stamps, b"%d\n" % time.time_ns())

        crashpoints.install(reached)
    call_command("trade")


if __name__ == "__main__":
    main()
