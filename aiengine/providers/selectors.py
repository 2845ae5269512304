"""Which models sit on the panel: those whose keys are configured, in a fixed order."""

from __future__ import annotations

from django.conf import settings

from aiengine.providers.anthropic import AnthropicProvider
from aiengine.providers.gemini import GeminiProvider
from aiengine.providers.openai import OpenAiProvider
from aiengine.providers.types import Provider


def configured_providers() -> list[Provider]:
    """A fresh adapter for each vendor with a key; none when there is no key."""
    cu = settings.CU
    seats = (
        (OpenAiProvider, cu.openai_api_key, cu.openai_base_url),
        (AnthropicProvider, cu.anthropic_api_key, cu.anthropic_base_url),
        (GeminiProvider, cu.gemini_api_key, cu.gemini_base_url),
    )
    return [adapter(api_key=key, base_url=url) for adapter, key, url in seats if key and key.get_secret_value()]
