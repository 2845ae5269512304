"""One running exchange: its state, its journal, its faults and limits, and who listens to what happens."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from trading.sandbox.journal import Journal
from trading.sandbox.server import clock
from trading.sandbox.server.faults import Faults, Struck
from trading.sandbox.server.limits import Limits
from trading.sandbox.server.listen_keys import ListenKeys
from trading.sandbox.venue.accounts import Account
from trading.sandbox.venue.markets import Market, default_markets
from trading.sandbox.venue.rebuild import rebuilt
from trading.sandbox.venue.state import Fact, Venue
from trading.sandbox.venue.walking import open_market

if TYPE_CHECKING:
    from trading.sandbox.server.player import Player


@dataclass(frozen=True, slots=True)
class Options:
    """How an exchange is started. Limits of 0 are without end."""

    home: Path
    in_bars: bool = False
    seed: int = 1
    slippage_bps: int = 5
    markets: tuple[Market, ...] = field(default_factory=default_markets)
    weight_per_minute: int = 6000
    orders_per_10s: int = 100
    orders_per_day: int = 200_000


class Exchange:
    """The state of the journal, and every change of it written down before anybody is told.

    Raises ValueError, or OSError where another process has the journal.
    """

    def __init__(self, options: Options) -> None:
        self.options = options
        self.journal = Journal(options.home)
        self.limits = Limits(options.weight_per_minute, options.orders_per_10s, options.orders_per_day)
        self.listen_keys = ListenKeys()
        self.player: Player | None = None
        self.listeners: list[Callable[[list[Fact]], None]] = []
        self._secrets_path = options.home / "secrets.json"
        self.secrets: dict[str, str] = _read_secrets(self._secrets_path)
        self._infos: dict[str, tuple[Market, bytes]] = {}
        self._update_ids: dict[str, int] = {}
        try:
            self._begin(list(self.journal.facts()))
        except ValueError:
            self.journal.close()
            raise

    def _begin(self, facts: list[Fact]) -> None:
        """Take up the state of the journal. Raises ValueError where it is that of the other mode."""
        mode = "bar" if self.options.in_bars else "book"
        if facts and facts[0].get("mode", mode) != mode:
            raise ValueError(f"{self.journal.path} was written in {facts[0]['mode']} mode")
        self.faults = Faults(self.options.seed)
        self.venue = rebuilt(Venue(in_bars=self.options.in_bars, slippage_bps=self.options.slippage_bps), facts)
        for fact in facts:
            if fact["kind"] == "faults":
                self.faults.replace(fact["scope"], fact["faults"], fact["seed"])
            elif fact["kind"] == "fault_applied":
                self.faults.used(fact["scope"], fact["index"])
        now = clock.now_ms()
        if not facts:
            self.venue.note("begun", now, mode=mode)
        for market in self.options.markets:
            if market.symbol not in self.venue.markets:
                open_market(self.venue, market, now)
        self.commit()

    def commit(self) -> None:
        """Write down what the present action noted, then tell those who listen."""
        if facts := self.venue.take_facts():
            self.journal.write(facts)
            for fact in facts:
                if symbol := fact.get("symbol"):
                    self._update_ids[symbol] = self.update_id(symbol) + 1
            for listener in self.listeners:
                listener(facts)

    def note_faults(self, struck: Mapping[str, Struck], account: str, path: str, client_id: str = "") -> None:
        """Write down which faults happen to a request, or to a message of the user data stream."""
        for fault in struck.values():
            self.venue.note(
                "fault_applied",
                self.now_ms(),
                account=account,
                path=path,
                fault=fault.kind,
                ms=fault.ms,
                scope=fault.scope,
                index=fault.index,
                sentClientOrderId=client_id,
            )
        if struck:
            self.commit()

    def reset(self) -> None:
        """Forget accounts, orders, trades, prices and faults, and begin anew."""
        self.journal.clear()
        self.secrets.clear()
        self.write_secrets()
        self._begin([])

    def keep_secret(self, key: str, secret: str) -> None:
        """Keep an account's secret, or its public key, apart from the journal."""
        if self.secrets.get(key) != secret:
            self.secrets[key] = secret
            self.write_secrets()

    def write_secrets(self) -> None:
        """Write the secrets to a file of their own that others cannot read."""
        fresh = self._secrets_path.with_suffix(".new")
        file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.write(file, orjson.dumps(self.secrets))
        os.close(file)
        fresh.replace(self._secrets_path)

    def now_ms(self, account: Account | None = None) -> int:
        """The exchange's time, as far ahead as it was set to be, for this account or for everybody."""
        shift = account.habits.clock_shift_ms if account else None
        return clock.now_ms() + (self.venue.habits.clock_shift_ms or 0 if shift is None else shift)

    def update_id(self, symbol: str) -> int:
        """The number of the last change of a market's book: it grows over restarts too."""
        return self._update_ids.get(symbol) or self._update_ids.setdefault(symbol, clock.now_ms())

    def market_infos(self) -> dict[str, bytes]:
        """Each market as exchangeInfo lists it, as JSON, made once."""
        for symbol, market in self.venue.markets.items():
            if symbol not in self._infos or self._infos[symbol][0] is not market:
                self._infos[symbol] = market, orjson.dumps(market.info())
        return {symbol: info for symbol, (_, info) in self._infos.items()}

    def close(self) -> None:
        """Close the journal."""
        self.journal.close()


def _read_secrets(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    secrets: dict[str, str] = orjson.loads(path.read_bytes())
    return secrets


def markets_from(raw: Iterable[dict[str, object]]) -> tuple[Market, ...]:
    """Markets from JSON. Raises ValueError."""
    return tuple(Market.parsed(each) for each in raw)
