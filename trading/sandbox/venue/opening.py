"""Opening and changing accounts, markets' states and the exchange's habits. Pure."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from trading.sandbox.venue.accounts import CLIENT_IDS, Account, Habits, Rights
from trading.sandbox.venue.amounts import units
from trading.sandbox.venue.markets import DELISTED, TRADING
from trading.sandbox.venue.placing import cancel
from trading.sandbox.venue.state import Venue
from trading.sandbox.venue.walking import move_price


def open_account(venue: Venue, wanted: dict[str, Any], at_ms: int) -> Account:
    """Open the account `wanted` names by its api_key, or change the one that is there. Raises ValueError.

    balances count only at its opening; deposit adds, also below zero as far as there is enough; the rest (rights,
    habits, pay_fees_with, revoked) is changed where it is given.
    """
    key = str(wanted["api_key"])
    earlier = venue.accounts.get(key)
    account = earlier or Account(key, len(venue.accounts) + 1, at_ms)
    rights = replace(account.rights, **_booleans(wanted.get("rights") or {}))
    habits = changed(account.habits, wanted)
    brought = _added(account, {} if earlier else wanted.get("balances"), wanted.get("deposit"))
    before = _facts(account) if earlier else None
    venue.accounts[key] = account
    account.rights, account.habits = rights, habits
    account.revoked = bool(wanted.get("revoked", account.revoked))
    account.fee_asset = str(wanted.get("pay_fees_with", account.fee_asset) or "")
    if before != _facts(account):
        venue.note("account_changed" if earlier else "account_opened", at_ms, **_facts(account))
    for asset, amount in brought.items():
        venue.move(account, asset, free=amount)
    return account


def _added(account: Account, *amounts: dict[str, Any] | None) -> dict[str, int]:
    """What is brought in all, by asset. Raises ValueError where more would be taken than is free."""
    brought: dict[str, int] = {}
    for asset, amount in (item for each in amounts for item in (each or {}).items()):
        brought[str(asset)] = brought.get(str(asset), 0) + units(str(amount))
    for asset, amount in brought.items():
        if account.free.get(asset, 0) + amount < 0:
            raise ValueError(f"there is not so much {asset} to take away")
    return brought


def changed(habits: Habits, wanted: dict[str, Any]) -> Habits:
    """`habits` with what `wanted` says of them. Raises ValueError."""
    if (ids := wanted.get("client_ids")) is not None and ids not in CLIENT_IDS:
        raise ValueError(f"client_ids is one of {', '.join(CLIENT_IDS)}")
    changes: dict[str, Any] = {"client_ids": ids} if ids is not None else {}
    for name in ("visibility_lag_ms", "clock_shift_ms"):
        if wanted.get(name) is not None:
            changes[name] = int(wanted[name])
    return replace(habits, **changes)


def set_habits(venue: Venue, wanted: dict[str, Any], at_ms: int) -> None:
    """Change how the exchange treats accounts that have no habits of their own. Raises ValueError."""
    habits = changed(venue.habits, wanted)
    if habits != venue.habits:
        venue.habits = habits
        venue.note("habits", at_ms, habits=asdict(habits))


def set_status(venue: Venue, symbol: str, status: str, at_ms: int) -> None:
    """Open, halt or delist a market; orders stay, but end in one that is delisted. Raises ValueError, KeyError."""
    market = venue.markets[symbol].with_status(status)
    if market == venue.markets[symbol]:
        return
    venue.markets[symbol] = market
    venue.note("market", at_ms, market=market.facts())
    if status == DELISTED:
        for order in list(venue.orders.values()):
            if order.is_open and order.ticket.symbol == symbol:
                cancel(venue, order, at_ms)
    elif status == TRADING and not venue.in_bars:
        move_price(venue, symbol, venue.books[symbol].price, at_ms)  # what it has passed meanwhile


def _facts(account: Account) -> dict[str, Any]:
    return {
        "account": account.key,
        "rights": asdict(account.rights),
        "habits": asdict(account.habits),
        "revoked": account.revoked,
        "fee_asset": account.fee_asset,
    }


def _booleans(rights: dict[str, Any]) -> dict[str, bool]:
    known = set(Rights.__slots__)
    if unknown := set(rights) - known:
        raise ValueError(f"rights are {', '.join(sorted(known))}; not {', '.join(sorted(unknown))}")
    return {name: bool(value) for name, value in rights.items()}
