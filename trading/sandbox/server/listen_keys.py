"""Listen keys, the older way to a user data stream: POST /api/v3/userDataStream, then /ws/KEY."""

from __future__ import annotations

import secrets
from typing import Any

from trading.sandbox.server import clock
from trading.sandbox.server.calls import KEY, Call, endpoint
from trading.sandbox.venue import intake
from trading.sandbox.venue.refusals import Refusal

PATH = "/api/v3/userDataStream"
LIFE_MS = 3_600_000


class ListenKeys:
    """Which key leads to which account, and until when. They do not outlive the process."""

    def __init__(self) -> None:
        self._keys: dict[str, tuple[str, int]] = {}

    def made(self, account: str) -> str:
        """The account's listen key, for another hour; the same one as long as it lives."""
        for key, (owner, until) in self._keys.items():
            if owner == account and until > clock.now_ms():
                return self.kept(key)
        key = secrets.token_hex(32)
        self._keys[key] = (account, clock.now_ms() + LIFE_MS)
        return key

    def kept(self, key: str) -> str:
        """Let a key live for another hour. Raises Refusal where there is none."""
        if not (account := self.account_of(key)):
            raise Refusal(-1125, "This listenKey does not exist.")
        self._keys[key] = (account, clock.now_ms() + LIFE_MS)
        return key

    def account_of(self, key: str) -> str:
        """The account that a key leads to, "" where it leads nowhere."""
        account, until = self._keys.get(key, ("", 0))
        return account if until > clock.now_ms() else ""

    def ended(self, key: str) -> None:
        """Forget a key."""
        self._keys.pop(self.kept(key), None)


@endpoint("POST", PATH, weight=2, security=KEY)
def start(call: Call) -> Any:
    """Make or renew the account's listen key."""
    return {"listenKey": call.exchange.listen_keys.made(call.account.key)}


@endpoint("PUT", PATH, weight=2, security=KEY)
def renew(call: Call) -> Any:
    """Let a listen key live on."""
    call.exchange.listen_keys.kept(intake.required(call.params, "listenKey"))
    return {}


@endpoint("DELETE", PATH, weight=2, security=KEY)
def end(call: Call) -> Any:
    """End a listen key."""
    call.exchange.listen_keys.ended(intake.required(call.params, "listenKey"))
    return {}
