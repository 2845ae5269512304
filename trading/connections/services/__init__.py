"""Writes of connections, and the one function that opens a secret."""

from trading.connections.custody import allow_opening, opening
from trading.connections.services.keeping import open_credentials

__all__ = ["allow_opening", "open_credentials", "opening"]
