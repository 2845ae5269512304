"""Three wrong ways to treat an order that nobody has answered. The crash test must see what each of them does."""

from functools import partial

from cryptouniverse.kernel.bulk import write
from trading.execution.services.resolving import unknown_attempts

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
