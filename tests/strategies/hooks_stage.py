"""A bot with signals from outside, what opens it, and alerts sent to it as TradingView and others send them."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.test import Client

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.market import Timeframe
from strategies.bots.models import Bot
from strategies.bots.services import create_bot
from strategies.hooks.models import Hook
from strategies.hooks.services import open_hook
from strategies.hooks.services.receiving import signature_of
from strategies.hooks.types import Secrets
from tests.people import browser
from trading.portfolio.models import Portfolio


def given_hook(portfolio: Portfolio, instruments: list[str], **terms: Any) -> tuple[Bot, Hook, Secrets]:
    """An active bot of the portfolio's owner with its address and secrets."""
    bot = create_bot(
        owner=portfolio.owner,
        portfolio=portfolio,
        strategy="webhook",
        parameters={},
        timeframe=Timeframe.H1,
        instruments=instruments,
        **terms,
    )
    return bot, *open_hook(bot=bot, actor=portfolio.owner)


def said(secrets: Secrets, **changes: Any) -> dict[str, Any]:
    """What TradingView makes of the message that is pasted there; now, and of the first instrument."""
    message = {
        "secret": secrets.message.reveal(),
        "ticker": "BTCUSDT",
        "exchange": "BINANCE",
        "action": "buy",
        "position": "long",
        "order_id": "Long",
        "price": "42000.5",
        "time": clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    return {name: value for name, value in (message | changes).items() if value is not None}


def send(hook: Hook, message: object, *, client: Client | None = None, kind: str = "text/plain", **headers: str) -> Any:
    """The answer to an alert. message: an object, or bytes as they are."""
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    address = f"/hooks/{hook.public_id}"
    return (client or browser()).generic("POST", address, body, content_type=kind, headers=headers)


def signed(secrets: Secrets, body: bytes, *, message_id: str = "msg_1", at: datetime | None = None) -> dict[str, str]:
    """The headers of Standard Webhooks."""
    seconds = int((at or clock.now()).timestamp())
    signature = signature_of(f"{message_id}.{seconds}.".encode() + body, secrets.signing.reveal())
    return {"webhook-id": message_id, "webhook-timestamp": str(seconds), "webhook-signature": f"v1,{signature}"}
