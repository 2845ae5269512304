"""How web servers are started: daphne for pages, API, sockets and static files; uvicorn for thousands of sockets."""

from __future__ import annotations

import sys

from cryptouniverse.stack.ports import LOOPBACK

STOP_WITHIN_S = 5  # sockets are told to come back; requests that run have so long to finish
MESSAGE_SIZE_MAX = 4_096  # bytes: all that a browser says on a socket is which frame it has read


def web_command(port: int) -> list[str]:
    """The command that serves the product on `port` of this machine, as `./cu run` does."""
    return [sys.executable, "-m", "daphne", "-b", LOOPBACK, "-p", str(port), "cryptouniverse.asgi:application"]


def sockets_command(port: int) -> list[str]:
    """The command that serves the product on `port` of this machine where there are many sockets.

    Who a caller is, is read from the headers of proxies in one place of ours, so the server does not read them. Frames
    are too short for compression to be worth its time.
    """
    options = {
        "host": LOOPBACK,
        "port": port,
        "loop": "uvloop",
        "http": "h11",
        "lifespan": "off",
        "log-level": "warning",
        "timeout-graceful-shutdown": STOP_WITHIN_S,
        "ws": "websockets-sansio",
        "ws-max-size": MESSAGE_SIZE_MAX,
        "ws-per-message-deflate": "false",
    }
    said = [f"--{name}={value}" for name, value in options.items()]
    flags = ["--no-access-log", "--no-proxy-headers", "--no-server-header"]
    return [sys.executable, "-m", "uvicorn", *said, *flags, "cryptouniverse.asgi:application"]
