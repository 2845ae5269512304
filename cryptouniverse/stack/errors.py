"""What keeps the stack from starting, said in one line that tells what to do."""

from __future__ import annotations


class StackError(Exception):
    """One sentence for the person at the terminal: what is wrong and what to do about it."""
