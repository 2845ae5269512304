"""Structured logs: each line carries time, level, logger, tenant and correlation id."""

from __future__ import annotations

from typing import Any

import structlog

from cryptouniverse.kernel import context

Event = structlog.typing.EventDict
_CHATTY = ("httpx", "httpx2", "httpcore2", "openai", "anthropic", "google_genai")  # a line per call, or more


def add_context(_logger: object, _method: str, event: Event) -> Event:
    """Put tenant and correlation id on the line; "-" says there is no tenant."""
    tenant = context.tenant_or_none()
    event["tenant"] = tenant.slug if tenant else "-"
    event["correlation_id"] = context.correlation_id()
    return event


def refused_in_a_line(_logger: object, _method: str, event: Event) -> Event:
    """A request that was refused (4xx) is no fault: its line says what was refused, and no stack goes with it."""
    if event.get("logger") == "django.request" and event.get("level") == "warning":
        event.pop("exc_info", None)
    return event


def logging_config(*, level: str, form: str) -> dict[str, Any]:
    """A `logging` configuration: form "json" or "console". ccxt from INFO on: its DEBUG prints keys and signatures."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        add_context,
        refused_in_a_line,
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    renderer = structlog.processors.JSONRenderer() if form == "json" else structlog.dev.ConsoleRenderer(colors=False)
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
                "foreign_pre_chain": shared,
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "ccxt": {"level": "INFO"},
            "django.server": {"handlers": [], "propagate": True},
            "daphne": {"level": "WARNING"},
            "uvicorn": {"level": "WARNING"},
            **{name: {"level": "WARNING"} for name in _CHATTY},
        },
    }
