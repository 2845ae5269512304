"""The panel of models: every question goes to every provider at once, and what is not back by the deadline abstains."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from aiengine.consensus.types import Opinion
from aiengine.providers.types import Abstention, Answer, Provider, Question

AT_ONCE_PER_PROVIDER = 8


def ask_panel(
    questions: Sequence[Question], providers: Sequence[Provider], *, deadline_s: float
) -> dict[str, tuple[Opinion, ...]]:
    """Prompt hash -> one opinion of each provider, in their order. Equal questions are asked once.

    deadline_s: for the whole round. Runs its own event loop: not to be called from async code or inside a transaction.
    """
    distinct = {question.prompt_hash: question for question in questions}
    answers = asyncio.run(_ask_all(list(distinct.values()), providers, deadline_s))
    return {
        key: tuple(_opinion_of(one) for one in answers[at : at + len(providers)])
        for key, at in zip(distinct, range(0, len(answers), len(providers)), strict=True)
    }


async def _ask_all(questions: list[Question], providers: Sequence[Provider], deadline_s: float) -> list[Answer]:
    deadline_at = asyncio.get_running_loop().time() + deadline_s
    gates = [asyncio.Semaphore(AT_ONCE_PER_PROVIDER) for _ in providers]
    try:
        return await asyncio.gather(
            *(
                _ask_one(provider, question, gate, deadline_at)
                for question in questions
                for provider, gate in zip(providers, gates, strict=True)
            )
        )
    finally:
        await asyncio.gather(*(provider.aclose() for provider in providers), return_exceptions=True)


async def _ask_one(provider: Provider, question: Question, gate: asyncio.Semaphore, deadline_at: float) -> Answer:
    clock = asyncio.get_running_loop()
    began = clock.time()
    try:
        async with asyncio.timeout_at(deadline_at), gate:
            return await provider.ask(question, deadline_at - clock.time())
    except TimeoutError:
        waited_ms = int((clock.time() - began) * 1000)
        return Answer(provider.name, provider.model, error=Abstention.LATE.value, latency_ms=waited_ms)


def _opinion_of(answer: Answer) -> Opinion:
    """An answer as an opinion. A vote with no confidence is an abstention."""
    vote, confidence, error = answer.vote, answer.confidence, answer.error
    if vote is not None and not confidence:
        vote, confidence, error = None, None, Abstention.NO_CONFIDENCE.value
    return Opinion(
        voter=answer.provider,
        kind="ai",
        vote=vote,
        confidence=confidence,
        reason=f"ai.{error}:" if error else f"ai.said:{answer.reason}",
        latency_ms=answer.latency_ms,
        cost_usd=answer.cost_usd,
        model=answer.model,
        error=error,
        tokens_in=answer.tokens_in,
        tokens_out=answer.tokens_out,
        raw=answer.raw,
    )
