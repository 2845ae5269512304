"""The way every vendor is asked: within the deadline, once, and every failure becomes an abstention with its cause."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import cache
from time import perf_counter

from aiengine.providers.answers import MalformedAnswerError, parse_answer, storable
from aiengine.providers.prices import cost_usd
from aiengine.providers.types import Abstention, Answer, Question

log = logging.getLogger(__name__)

_BY_STATUS = {
    400: Abstention.BAD_REQUEST,
    401: Abstention.UNAUTHORISED,
    402: Abstention.QUOTA,
    403: Abstention.UNAUTHORISED,
    404: Abstention.BAD_REQUEST,
    408: Abstention.LATE,
    422: Abstention.BAD_REQUEST,
    429: Abstention.RATE_LIMITED,
    503: Abstention.OVERLOADED,
    504: Abstention.LATE,
    529: Abstention.OVERLOADED,
}


@dataclass(frozen=True, slots=True)
class Completion:
    """What a vendor sent back. refused: why there is no usable text ("" = there is)."""

    text: str
    tokens_in: int
    tokens_out: int
    refused: str = ""


@cache
def tls() -> ssl.SSLContext:
    """The TLS context of all vendors' clients: reading the roots takes 50 ms, five times a round."""
    import httpx2

    return httpx2.create_ssl_context()


async def answer_within(
    provider: str,
    model: str,
    question: Question,
    deadline_s: float,
    complete: Callable[[], Awaitable[Completion]],
    why: Callable[[Exception], Abstention | None],
) -> Answer:
    """The answer of `complete`, strictly read, or an abstention. Raises nothing but cancellation.

    why: names the abstention for one of the vendor's own exceptions, None for any other.
    """
    began = perf_counter()
    try:
        async with asyncio.timeout(deadline_s):
            completion = await complete()
    except TimeoutError:
        return _abstained(provider, model, Abstention.LATE, began)
    except Exception as error:  # noqa: BLE001  # a vendor's library may raise anything, and none of it may stop a cycle
        cause = why(error) or _cause_of_other(error)
        log.warning("%s abstains: %s (%s)", provider, cause.value, type(error).__name__)
        return _abstained(provider, model, cause, began)
    return _read(provider, model, question, completion, began)


def cause_of_status(status: int, code: str = "") -> Abstention:
    """The abstention for an HTTP status and a vendor's error code."""
    if "quota" in code or "billing" in code:
        return Abstention.QUOTA
    return _BY_STATUS.get(status, Abstention.FAILED)


def _cause_of_other(error: Exception) -> Abstention:
    """A reply that a vendor's library could not walk through fails as one of these."""
    stumbled = isinstance(error, (ValueError, TypeError, AttributeError, LookupError))
    return Abstention.MALFORMED if stumbled else Abstention.FAILED


def _read(provider: str, model: str, question: Question, completion: Completion, began: float) -> Answer:
    raw = storable(completion.text)
    paid = Answer(
        provider,
        model,
        raw=raw,
        latency_ms=_elapsed_ms(began),
        cost_usd=cost_usd(model, completion.tokens_in, completion.tokens_out),
        tokens_in=completion.tokens_in,
        tokens_out=completion.tokens_out,
    )
    if completion.refused:
        return replace(paid, error=Abstention.REFUSED.value)
    try:
        parsed = parse_answer(raw, symbol=question.symbol, evidence_ids=question.readings)
    except MalformedAnswerError:
        return replace(paid, error=Abstention.MALFORMED.value)
    return replace(paid, vote=parsed.side, confidence=parsed.confidence, reason=parsed.invalidation)


def _abstained(provider: str, model: str, cause: Abstention, began: float) -> Answer:
    return Answer(provider, model, error=cause.value, latency_ms=_elapsed_ms(began))


def _elapsed_ms(began: float) -> int:
    return int((perf_counter() - began) * 1000)
