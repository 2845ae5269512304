"""Gemini behind the panel's port, through google-genai (docs/decisions/gemini-sdk.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import SecretStr

from aiengine.providers.answers import SCHEMA
from aiengine.providers.asking import Completion, answer_within, cause_of_status, tls
from aiengine.providers.prices import GEMINI_MODEL, TOKENS_OUT_MAX
from aiengine.providers.types import ROLE, Abstention, Answer, Question

if TYPE_CHECKING:
    from google.genai.types import GenerateContentResponse

SERVER_DEADLINE_MS_MIN = 10_000  # the vendor refuses shorter ones; ours is kept by `answer_within`


class GeminiProvider:
    """The panel's seat "gemini". Lives as long as one round."""

    name = "gemini"

    def __init__(self, *, api_key: SecretStr, base_url: str | None = None, model: str = GEMINI_MODEL) -> None:
        import httpx2
        from google.genai import Client, types  # here and not above: it takes a second, and is for those with a key

        self.model = model
        self._http = httpx2.AsyncClient(timeout=None, verify=tls())  # the deadline is kept by `answer_within`
        self._client = Client(
            api_key=api_key.get_secret_value(),
            vertexai=False,
            http_options=types.HttpOptions(
                base_url=base_url,
                retry_options=types.HttpRetryOptions(attempts=1),
                httpx_async_client=self._http,  # else it takes aiohttp where that happens to be installed
                client_args={"verify": tls()},
                async_client_args={"ssl": tls()},  # of web sockets, which nobody opens: else it reads the roots anew
            ),
        )

    async def ask(self, question: Question, deadline_s: float) -> Answer:
        """Its answer within `deadline_s` seconds, or an abstention."""

        async def complete() -> Completion:
            from google.genai import types

            reply = await self._client.aio.models.generate_content(
                model=self.model,
                contents=question.prompt,
                config=types.GenerateContentConfig(
                    system_instruction=ROLE,
                    response_mime_type="application/json",
                    response_json_schema=SCHEMA,
                    max_output_tokens=TOKENS_OUT_MAX,
                    candidate_count=1,
                    automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
                    http_options=types.HttpOptions(timeout=max(SERVER_DEADLINE_MS_MIN, int(deadline_s * 1000))),
                ),
            )
            return _completion_of(reply)

        return await answer_within(self.name, self.model, question, deadline_s, complete, _why)

    async def aclose(self) -> None:
        """Close the client's connections."""
        await self._client.aio.aclose()
        self._client.close()
        await self._http.aclose()


def _completion_of(reply: GenerateContentResponse) -> Completion:
    candidates = reply.candidates or []
    content = candidates[0].content if len(candidates) == 1 else None
    parts = [part for part in (content.parts or [] if content else []) if not part.thought]
    texts = [part.text for part in parts if part.text is not None]
    finish = candidates[0].finish_reason if len(candidates) == 1 else None
    whole = finish is not None and finish.value == "STOP" and len(texts) == len(parts) == 1
    usage = reply.usage_metadata
    return Completion(
        text="".join(texts),
        tokens_in=(usage.prompt_token_count or 0) if usage else 0,
        tokens_out=((usage.candidates_token_count or 0) + (usage.thoughts_token_count or 0)) if usage else 0,
        refused="" if whole else (finish.value if finish else "no candidate"),
    )


def _why(error: Exception) -> Abstention | None:
    import httpx2
    from google.genai import errors

    if isinstance(error, errors.APIError):
        return cause_of_status(error.code if isinstance(error.code, int) else 0)
    if isinstance(error, httpx2.TimeoutException):
        return Abstention.LATE
    if isinstance(error, httpx2.TransportError):
        return Abstention.UNREACHABLE
    return Abstention.MALFORMED if isinstance(error, httpx2.HTTPError) else None
