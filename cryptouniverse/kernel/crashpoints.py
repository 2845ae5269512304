"""Named places at which a process may be killed, so that a proof can kill it there. In production they do nothing."""

from __future__ import annotations

from collections.abc import Callable

Hook = Callable[[str], None]

# Every place, in the order in which an order meets them. A name that is not here is refused by a test.
CRASHPOINTS: tuple[str, ...] = (
    "intent.insert",
    "intent.commit",
    "lease.taken",
    "sending.commit",
    "connect.before",
    "connect.after",
    "body.half",
    "body.sent",
    "headers.read",
    "body.read",
    "ack.update",
    "ack.commit",
    "fill.commit",
    "reconcile.before",
    "reconcile.after",
    "cancel.sent",
)

_hook: Hook | None = None


def crashpoint(name: str) -> None:
    """The place called `name` is reached: tells the installed hook, which may not return. Without one, nothing."""
    if _hook is not None:
        _hook(name)


def install(hook: Hook | None) -> None:
    """From now on `hook` hears of every place that this process reaches; None takes it away again. For proofs only."""
    global _hook
    _hook = hook


def watched() -> bool:
    """Whether a hook is installed."""
    return _hook is not None
