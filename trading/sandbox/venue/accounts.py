"""The sandbox's accounts: balances that never go below zero, rights, and the account's own habits. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final

from trading.sandbox.venue.orders import Order, Trade

CLIENT_IDS: Final = ("unique-open", "unique-ever", "ignored", "none")


@dataclass(frozen=True, slots=True)
class Rights:
    """What an account's key may do."""

    trade: bool = True
    withdraw: bool = False
    transfer: bool = False
    ip_restrict: bool = True


@dataclass(frozen=True, slots=True)
class Habits:
    """How the exchange treats an account. None: as the whole exchange is set.

    client_ids: "unique-open" (no two open orders with one id: Binance), "unique-ever", "ignored" (kept, repeats are
    accepted) or "none" (not kept). visibility_lag_ms: how long a new order or trade is hidden from queries.
    clock_shift_ms: how far the exchange's clock is ahead for this account.
    """

    client_ids: str | None = None
    visibility_lag_ms: int | None = None
    clock_shift_ms: int | None = None


@dataclass(slots=True)
class Account:
    """One account: its key, and what it holds in 1e-8 by asset. Its secret is kept elsewhere.

    fee_asset: "BNB" when it pays fees with it, else "" (from what it receives). open: its open orders by id; orders,
    trades: all of them by symbol, oldest first.
    """

    key: str
    number: int
    opened_ms: int
    rights: Rights = field(default_factory=Rights)
    habits: Habits = field(default_factory=Habits)
    revoked: bool = False
    fee_asset: str = ""
    free: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    locked: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    updated_ms: int = 0
    open: dict[int, Order] = field(default_factory=dict, repr=False)
    orders: dict[str, list[Order]] = field(default_factory=lambda: defaultdict(list), repr=False)
    trades: dict[str, list[Trade]] = field(default_factory=lambda: defaultdict(list), repr=False)
    by_client_id: dict[str, list[Order]] = field(default_factory=lambda: defaultdict(list), repr=False)

    def move(self, asset: str, free: int, locked: int) -> None:
        """Add to what is free and what is locked. Raises ArithmeticError below zero: a mistake of the sandbox."""
        self.free[asset] += free
        self.locked[asset] += locked
        if self.free[asset] < 0 or self.locked[asset] < 0:
            raise ArithmeticError(f"{self.key} would hold {self.free[asset]} free, {self.locked[asset]} locked {asset}")

    def assets(self) -> list[str]:
        """The assets that it holds any of, by name."""
        return sorted(asset for asset in {*self.free, *self.locked} if self.free[asset] or self.locked[asset])
