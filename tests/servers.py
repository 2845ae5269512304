"""HTTP servers of the standard library, for as long as a test needs one."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import HTTPServer
from threading import Thread

POLL_S = 0.01  # what its end may take; the library's own half a second, in hundreds of tests, is minutes


@contextmanager
def serving(server: HTTPServer) -> Iterator[HTTPServer]:
    """Inside, `server` answers in a thread of its own."""
    thread = Thread(target=server.serve_forever, args=(POLL_S,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
