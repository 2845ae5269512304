"""Writes of connections, and the one function that opens a secret."""

from trading.connections.custody import allow_opening, opening
from trading.connections.looking import look_at, look_once
from trading.connections.services.checking import (
    account_of,
    ask_for_check,
    ask_for_due_checks,
    check_connection,
    note_check,
)
from trading.connections.services.creating import create_connection, try_credentials
from trading.connections.services.keeping import open_credentials
from trading.connections.services.living import allow_autonomous, end_autonomous
from trading.connections.services.rotating import reseal_secrets, rewrap_keys
from trading.connections.services.sandbox import open_sandbox_account, show_bars
from trading.connections.services.stopping import (
    allow_entries,
    note_circuit,
    note_clock,
    record_proof,
    stop_entries,
)
from trading.connections.services.turning import activate, deactivate, delete, rename, rotate

__all__ = [
    "account_of",
    "activate",
    "allow_autonomous",
    "allow_entries",
    "allow_opening",
    "ask_for_check",
    "ask_for_due_checks",
    "check_connection",
    "create_connection",
    "deactivate",
    "delete",
    "end_autonomous",
    "look_at",
    "look_once",
    "note_check",
    "note_circuit",
    "note_clock",
    "open_credentials",
    "open_sandbox_account",
    "opening",
    "record_proof",
    "rename",
    "reseal_secrets",
    "rewrap_keys",
    "rotate",
    "show_bars",
    "stop_entries",
    "try_credentials",
]
