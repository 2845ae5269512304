"""One call of each route that makes what opens a bot's hook, by whoever the client is: the stage's bot has it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.test import Client

from cryptouniverse.kernel.market import Timeframe
from strategies.bots.models import Bot
from strategies.bots.services import create_bot
from tests.strategies.markets import given_stored, walk
from trading.portfolio.models import Portfolio

BTC = "binance:BTC/USDT"
PLACE = "<uuid:signal_bot_id>"
Call = Callable[[Client], Any]


def _bot(client: Client) -> Bot:
    portfolio = Portfolio.objects.get(owner_id=client.session["_auth_user_id"])
    given_stored(walk(24, instrument_id=BTC))
    return create_bot(
        owner=portfolio.owner, portfolio=portfolio, strategy="webhook", parameters={}, timeframe=Timeframe.H1,
        instruments=[BTC],
    )  # fmt: skip


def _opened_judged_and_revoked(client: Client) -> None:
    address = f"/api/v1/bots/{_bot(client).public_id}/hook"
    client.post(address, content_type="application/json")
    tag = client.get(address)["ETag"]
    client.patch(address, {"judged_as": "breakout"}, content_type="application/json", headers={"If-Match": tag})
    client.delete(address)


CALLS: dict[str, Call] = {
    f"api/v1/bots/{PLACE}/hook": _opened_judged_and_revoked,
    f"bots/{PLACE}/signals/open/": lambda c: c.post(f"/bots/{_bot(c).public_id}/signals/open/"),
}
ALSO = {path: {"bot.created"} for path in CALLS}
