"""Three wrong ways to treat an order that nobody has answered. The crash test must see what each of them does.

`python -m tests.proofs.wrong_protocols NAME TENANT` kills sessions that follow one, in a process that holds nothing
which a fork must not inherit, and prints how many orders the venue has that nobody asked for.
"""

import sys
from contextlib import suppress
from decimal import Decimal
from functools import partial

if __name__ == "__main__":
    import django

    django.setup()

from cryptouniverse.kernel.bulk import write
from cryptouniverse.kernel.tenancy import in_tenant
from tenants.provisioning.selectors import tenant_by_slug
from trading.connections.services import opening
from trading.execution.crash.checker import check
from trading.execution.crash.plan import Kill
from trading.execution.crash.running import run_kills
from trading.execution.crash.stage import exchange, free_port, set_stage
from trading.execution.services.resolving import unknown_attempts

AFTER_SENDING = ("body.sent", "headers.read", "body.read", "ack.update")
ROUNDS = 6
FACTOR = Decimal("0.05")

_FORGET = "DELETE FROM trading_execution_attempt WHERE id = ANY(%s)"
_EXPIRE = "UPDATE trading_execution_attempt SET state = 'expired' WHERE id = ANY(%s)"
_SAME_ID = "UPDATE trading_execution_intent SET state = 'recorded', attempts = attempts - 1 WHERE id = ANY(%s)"
_NEXT_ID = "UPDATE trading_execution_intent SET state = 'recorded' WHERE id = ANY(%s)"


def resend_the_same_id(worker):
    """After a start, whatever is unknown is sent again under its client id: the venue will see that it is the same."""
    _at_start(worker, partial(_again, _FORGET, _SAME_ID))


def resend_under_a_new_id(worker):
    """After a start, whatever is unknown is taken for lost, and sent under the next id."""
    _at_start(worker, partial(_again, _EXPIRE, _NEXT_ID))


def ask_once_then_resend(worker):
    """After a start, the venue is asked once; what it does not know is sent again under its client id."""
    prepare = worker.prepare

    async def prepared():
        await prepare()
        await worker.in_tenant(partial(_again, _FORGET, _SAME_ID))

    worker.prepare = prepared


def _at_start(worker, work):
    prepare = worker.prepare

    async def prepared():
        await worker.in_tenant(work)
        await prepare()

    worker.prepare = prepared


def _again(end, send, *, desk):
    unknown = unknown_attempts(desk)
    write(end, [[attempt.pk for attempt in unknown]])
    write(send, [[attempt.intent_pk for attempt in unknown]])


def duplicates_of(wrong, tenant):
    """Kill after sending and let it come to rest, until the venue has what nobody asked for; how much of that.

    A round has accounts of its own: what a kill leaves can be so wrong that nothing is entered any more.
    """
    with opening():
        for number in range(ROUNDS):
            with exchange(free_port(), seed=number) as (control, url, journal):
                stage = set_stage(control, url, journal, factor=FACTOR, seed=number)
                for point in AFTER_SENDING:
                    with suppress(RuntimeError):  # what it leaves may be too wrong for a last session to end well
                        run_kills(stage, tenant, {"ignored": [Kill(point, nth=1, seed=number)]}, wrong=wrong)
                    if found := check(journal, [stage.accounts["ignored"]]).duplicates:
                        return found
    return 0


PROTOCOLS = {one.__name__: one for one in (resend_the_same_id, resend_under_a_new_id, ask_once_then_resend)}

if __name__ == "__main__":
    with in_tenant(tenant_by_slug(sys.argv[2])) as entered:
        print(duplicates_of(PROTOCOLS[sys.argv[1]], entered))
