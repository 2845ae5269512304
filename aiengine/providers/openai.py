"""OpenAI behind the panel's port: chat completions with a strict JSON schema."""

from __future__ import annotations

from pydantic import SecretStr

from aiengine.providers.answers import SCHEMA
from aiengine.providers.asking import Completion, answer_within, cause_of_status, tls
from aiengine.providers.prices import OPENAI_MODEL, TOKENS_OUT_MAX
from aiengine.providers.types import ROLE, Abstention, Answer, Question


class OpenAiProvider:
    """The panel's seat "openai". Lives as long as one round."""

    name = "openai"

    def __init__(self, *, api_key: SecretStr, base_url: str | None = None, model: str = OPENAI_MODEL) -> None:
        from openai import AsyncOpenAI, DefaultAsyncHttpxClient  # not above: it takes a second

        self.model = model
        http = DefaultAsyncHttpxClient(verify=tls())
        self._client = AsyncOpenAI(
            api_key=api_key.get_secret_value(), base_url=base_url, max_retries=0, http_client=http
        )

    async def ask(self, question: Question, deadline_s: float) -> Answer:
        """Its answer within `deadline_s` seconds, or an abstention."""

        async def complete() -> Completion:
            reply = await self._client.chat.completions.create(
                model=self.model,
                messages=[{"role": "system", "content": ROLE}, {"role": "user", "content": question.prompt}],
                response_format={
                    "type": "json_schema",
                    "json_schema": {"name": "opinion", "strict": True, "schema": SCHEMA},
                },
                max_completion_tokens=TOKENS_OUT_MAX,
                timeout=deadline_s,
            )
            choice = reply.choices[0] if len(reply.choices) == 1 else None
            text = (choice.message.content or "") if choice else ""
            whole = choice is not None and choice.finish_reason == "stop" and not choice.message.refusal
            usage = reply.usage
            return Completion(
                text=text,
                tokens_in=usage.prompt_tokens if usage else 0,
                tokens_out=usage.completion_tokens if usage else 0,
                refused="" if whole else (choice.finish_reason if choice else "no choice"),
            )

        return await answer_within(self.name, self.model, question, deadline_s, complete, _why)

    async def aclose(self) -> None:
        """Close the client's connections."""
        await self._client.close()


def _why(error: Exception) -> Abstention | None:
    import openai

    if isinstance(error, openai.APITimeoutError):
        return Abstention.LATE
    if isinstance(error, openai.APIStatusError):
        return cause_of_status(error.status_code, str(error.code or ""))
    if isinstance(error, openai.APIConnectionError):
        return Abstention.UNREACHABLE
    return Abstention.MALFORMED if isinstance(error, openai.APIError) else None
