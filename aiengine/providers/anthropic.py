"""Anthropic behind the panel's port: one message with a JSON schema for its output."""

from __future__ import annotations

from pydantic import SecretStr

from aiengine.providers.answers import SCHEMA
from aiengine.providers.asking import Completion, answer_within, cause_of_status, tls
from aiengine.providers.prices import ANTHROPIC_MODEL, TOKENS_OUT_MAX
from aiengine.providers.types import ROLE, Abstention, Answer, Question


class AnthropicProvider:
    """The panel's seat "anthropic". Lives as long as one round."""

    name = "anthropic"

    def __init__(self, *, api_key: SecretStr, base_url: str | None = None, model: str = ANTHROPIC_MODEL) -> None:
        from anthropic import AsyncAnthropic, DefaultAsyncHttpxClient  # not above: it takes a second

        self.model = model
        http = DefaultAsyncHttpxClient(verify=tls())
        self._client = AsyncAnthropic(
            api_key=api_key.get_secret_value(), base_url=base_url, max_retries=0, http_client=http
        )

    async def ask(self, question: Question, deadline_s: float) -> Answer:
        """Its answer within `deadline_s` seconds, or an abstention."""

        async def complete() -> Completion:
            reply = await self._client.messages.create(
                model=self.model,
                system=ROLE,
                messages=[{"role": "user", "content": question.prompt}],
                output_config={"format": {"type": "json_schema", "schema": SCHEMA}},
                max_tokens=TOKENS_OUT_MAX,
                timeout=deadline_s,
            )
            texts = [block.text for block in reply.content if block.type == "text"]
            whole = reply.stop_reason == "end_turn" and len(texts) == len(reply.content) == 1
            usage = reply.usage
            cached = (usage.cache_creation_input_tokens or 0) + (usage.cache_read_input_tokens or 0)
            return Completion(
                text="".join(texts),
                tokens_in=usage.input_tokens + cached,
                tokens_out=usage.output_tokens,
                refused="" if whole else (reply.stop_reason or "unfinished"),
            )

        return await answer_within(self.name, self.model, question, deadline_s, complete, _why)

    async def aclose(self) -> None:
        """Close the client's connections."""
        await self._client.close()


def _why(error: Exception) -> Abstention | None:
    import anthropic

    if isinstance(error, anthropic.APITimeoutError):
        return Abstention.LATE
    if isinstance(error, anthropic.APIStatusError):
        return cause_of_status(error.status_code)
    if isinstance(error, anthropic.APIConnectionError):
        return Abstention.UNREACHABLE
    return Abstention.MALFORMED if isinstance(error, anthropic.APIError) else None
