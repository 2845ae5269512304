"""Free TCP ports on the loopback address."""

from __future__ import annotations

import random
import socket

from cryptouniverse.stack.errors import StackError

LOOPBACK = "127.0.0.1"
_RANGE = range(20_000, 32_000)  # below the range the kernel lends to outgoing connections


def is_free(port: int) -> bool:
    """Whether a server could listen on this loopback port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def choose_port(remembered: int) -> int:
    """The remembered port while it is free, else another one; raises StackError when none is found."""
    if remembered and is_free(remembered):
        return remembered
    for port in random.sample(_RANGE, 50):
        if is_free(port):
            return port
    raise StackError("No free port was found between 20000 and 32000: stop what listens there, then start again.")


def require_free(port: int) -> None:
    """Raise StackError when the web server's port is taken."""
    if not is_free(port):
        raise StackError(
            f"Port {port} is in use by another program: stop it, or choose one with ./cu run --port {port + 1}."
        )
