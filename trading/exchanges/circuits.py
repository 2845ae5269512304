"""Circuit breakers: one for a venue's address, one for each connection. The states and their changes are purgatory's.

Closed: everything goes. Open, after failures in a row: entries and reads wait; exits and cancels are still tried. Half
open, when the time is up: reads and exits are the probes, entries still wait; one success closes it, one failure opens
it again. A failure is a call without an answer, or a 5xx: a refusal is an answer, and a call given up tells nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from purgatory.domain.model import Context

from trading.exchanges.budget_terms import Purpose

CONNECTION_FAILURES, VENUE_FAILURES = 5, 10
OPEN_FOR_S = 10.0
PROBE_WITHIN_S = 1.0  # how soon an entry asks again while a probe is out
_TRIED_ALWAYS = {Purpose.EXIT, Purpose.CANCEL}
_all: dict[str, Context] = {}


class CircuitOpen(Exception):  # noqa: N818 - said on the way to VenueBusy
    """Nothing was sent. wait_s: when to ask again."""

    def __init__(self, wait_s: float) -> None:
        super().__init__(f"the circuit is open for {wait_s:.1f} s")
        self.wait_s = wait_s


class Circuits:
    """The two circuits that a connection's calls pass. open_for_s: how long an open circuit stays so.

    failed: whether an error is a failure (True), an answer (False), or tells nothing (None).
    """

    def __init__(
        self, *, venue: str, connection: str, failed: Callable[[BaseException], bool | None], open_for_s: float
    ) -> None:
        self._circuits = (
            _all.setdefault(venue, Context(venue, VENUE_FAILURES, open_for_s)),
            _all.setdefault(connection, Context(connection, CONNECTION_FAILURES, open_for_s)),
        )
        self._failed = failed

    def require(self, purpose: Purpose) -> None:
        """Raises CircuitOpen where `purpose` has to wait."""
        if purpose in _TRIED_ALWAYS:
            return
        for circuit in self._circuits:
            if (wait_s := _wait_s(circuit)) > 0:
                raise CircuitOpen(wait_s)
            if purpose is Purpose.ENTRY and circuit.state != "closed":
                raise CircuitOpen(PROBE_WITHIN_S)

    @contextmanager
    def counting(self) -> Iterator[None]:
        """Inside, the call is made; how it ends moves the circuits that are not open."""
        counted = [circuit for circuit in self._circuits if _wait_s(circuit) <= 0]
        for circuit in counted:
            circuit.handle_new_request()
        try:
            yield
        except BaseException as error:
            if (failed := self._failed(error)) is not None:
                for circuit in counted:
                    circuit.handle_exception(error) if failed else circuit.handle_end_request()
            raise
        else:
            for circuit in counted:
                circuit.handle_end_request()
        finally:
            for circuit in counted:
                circuit.messages.clear()  # nobody listens


def forget_circuits() -> None:
    """Close them all."""
    _all.clear()


def _wait_s(circuit: Context) -> float:
    if circuit.state != "opened" or circuit.opened_at is None:
        return 0
    return max(0.0, circuit.opened_at + circuit.ttl - time.time() + 0.001)
