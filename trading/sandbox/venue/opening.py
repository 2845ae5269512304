"""Opening and changing accounts, markets' states and the exchange's habits. Pure."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from trading.sandbox.venue.accounts import CLIENT_IDS, Account, Habits, Rights
from trading.sandbox.venue.amounts import units
from trading.sandbox.venue.state import Venue


def open_account(venue: Venue, wanted: dict[str, Any], at_ms: int) -> Account:
    """Open the account `wanted` names by its api_key, or change the one that is there. Raises ValueError.

    balances count only at its opening; deposit adds, also below zero as far as there is enough; the rest (rights,
    habits, pay_fees_with, revoked) is changed where it is given.
    """
    key = str(wanted["api_key"])
    account = venue.accounts.get(key)
    is_new = account is None
    if account is None:
        account = Account(key, len(venue.accounts) + 1, at_ms)
        venue.accounts[key] = account
    before = None if is_new else _facts(account)
    account.rights = replace(account.rights, **_booleans(wanted.get("rights") or {}))
    account.habits = changed(account.habits, wanted)
    account.revoked = bool(wanted.get("revoked", account.revoked))
    account.fee_asset = str(wanted.get("pay_fees_with", account.fee_asset) or "")
    if before != _facts(account):
        venue.note("account_opened" if is_new else "account_changed", at_ms, **_facts(account))
    for asset, amount in ((wanted.get("balances") or {}) if is_new else {}).items():
        venue.move(account, str(asset), free=units(str(amount)))
    for asset, amount in (wanted.get("deposit") or {}).items():
        if account.free[str(asset)] + units(str(amount)) < 0:
            raise ValueError(f"there is not so much {asset} to take away")
        venue.move(account, str(asset), free=units(str(amount)))
    return account


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
    """Open, halt or delist a market. Its orders stay. Raises ValueError, KeyError."""
    market = venue.markets[symbol].with_status(status)
    if market != venue.markets[symbol]:
        venue.markets[symbol] = market
        venue.note("market", at_ms, market=market.facts())


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
