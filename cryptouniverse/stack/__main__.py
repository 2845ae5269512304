"""`python -m cryptouniverse.stack env | status | stop`: what `./cu` calls."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Sequence

from cryptouniverse.stack.errors import StackError
from cryptouniverse.stack.home import find_home
from cryptouniverse.stack.servers import running_servers, start_servers, stop_servers


def print_environment() -> int:
    """Make sure that the servers run until `stop`, and print the shell lines that lead to them."""
    addresses = start_servers(find_home(), pin=True)
    if addresses.notice:
        print(addresses.notice, file=sys.stderr)
    for name, value in addresses.environment(owner=True).items():
        print(f"export {name}={shlex.quote(value)}")
    return 0


def print_status() -> int:
    """Say which embedded servers run; 0 if both do, else 3."""
    servers = running_servers(find_home())
    for name, running in servers.items():
        print(f"{name}: {'running' if running else 'stopped'}")
    return 0 if all(servers.values()) else 3


def stop() -> int:
    """Stop everything that this checkout started."""
    stopped = stop_servers(find_home())
    print(f"Stopped: {', '.join(stopped)}." if stopped else "Nothing was running.")
    return 0


COMMANDS = {"env": print_environment, "status": print_status, "stop": stop}


def main(arguments: Sequence[str]) -> int:
    """Run one command; an obstacle becomes one sentence and exit code 1."""
    parser = argparse.ArgumentParser(prog="python -m cryptouniverse.stack", description=__doc__)
    parser.add_argument("command", choices=COMMANDS)
    try:
        return COMMANDS[parser.parse_args(arguments).command]()
    except StackError as error:
        print(f"cu: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
